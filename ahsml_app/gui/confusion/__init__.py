"""The confusion of given and suggested classes: heat map, worst pairs, and what to do.

`gui.app` imports `confusion_view`; the rest is internal.
"""
