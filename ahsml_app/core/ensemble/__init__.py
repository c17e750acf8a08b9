"""The ensemble members other than the hyperbolic head, the noise model, and their combination.

`core.training` and `core.finetune` import `combine`, `noise_model` and `soft_targets`; the rest is
internal.
"""
