"""Cross-fitted training on features, from folds to the final result.

Others import `cross_fit.train`, and `assemble` for the parts of a result.
"""
