"""Find and repair wrong labels in image folders with noise-robust metric learning."""

__version__ = "0.1.0"
