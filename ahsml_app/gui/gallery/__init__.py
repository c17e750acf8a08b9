"""The gallery: a virtual grid of the queue, its filters and its header.

`gui.app` imports `gallery_panel`; the rest is internal.
"""
