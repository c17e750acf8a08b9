"""The hyperbolic head: its model, margins, weights, objective and training.

`core.training` and `core.finetune` import it.
"""
