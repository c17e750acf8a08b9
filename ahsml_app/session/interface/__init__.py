"""The interface for scripts: label errors in one call, and projects of the window.

The package's own `__init__` offers what is here.
"""
