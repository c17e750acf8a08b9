"""The gallery: a virtual grid of the queue with filters and a header.

`gui.app` imports `gallery_panel` and `accept_dialog`; the rest is internal.
"""
