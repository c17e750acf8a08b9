"""Which projection to the disc keeps neighbours, classes and their tree."""
