"""The confusion of given and suggested classes: heat map, worst pairs, merging.

`gui.app` imports `confusion_view`; the rest is internal.
"""
