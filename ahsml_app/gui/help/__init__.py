"""The guide in the window, and the tour.

`gui.app` imports `window` and `tour`; the rest is internal.
"""
