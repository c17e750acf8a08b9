"""Value types, events, errors, cancellation, paths and logging; standard library and numpy only.

Every part may import every module.
"""
