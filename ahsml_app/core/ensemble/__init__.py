"""The models that judge labels beside the hyperbolic head, and how posteriors are combined."""
