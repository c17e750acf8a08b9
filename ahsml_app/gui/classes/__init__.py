"""The classes: table, tree, details, and what can be done to whole classes.

`gui.app` imports `classes_view`; the rest is internal.
"""
