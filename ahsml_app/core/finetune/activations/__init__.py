"""Activations at the border between the frozen and the trained stages, cached for a fine-tuning.

`step`, `network` and `training_loop` train on them; `cross_fit_halves` has them computed.
"""
