"""What speaks for and against a label, beside the gallery."""
