"""Value types, events, errors, cancellation, paths and logging; standard library and numpy only.

Every layer may import every module.
"""
