"""The view of the classes: table, tree, details, and changes of whole classes.

`gui.app` imports `classes_view`; the rest is internal.
"""
