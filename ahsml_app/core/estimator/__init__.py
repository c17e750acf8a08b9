"""The method for scripts: an estimator of scikit-learn, and the losses as torch modules.

The package's own `__init__` offers both.
"""
