"""Cross-fitted training on features, from folds to the final result."""
