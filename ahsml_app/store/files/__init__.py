"""How the files of a project or run folder are reached, written and checked.

The rest of `store` builds on it; nothing here imports the rest.
"""
