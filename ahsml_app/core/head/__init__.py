"""The hyperbolic head: its model, margins, weights, objective and training."""
