"""The models that judge labels beside the hyperbolic head, and how posteriors are combined.

`core.training` and `core.finetune` import `combine`, `noise_model` and `soft_targets`; the rest is
internal.
"""
