"""Persistence: everything that is written to disk for a person or for a later run.

`session` imports every module; `database` is internal.
"""
