"""Persistence: everything on disk that a user reads, or a later run.

`session` imports every module; `database` is internal.
"""
