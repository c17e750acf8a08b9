"""Dialogs of the window, none of which is modal.

`gui.controllers` and `gui.app` import the dialogs; their tables and forms are internal.
"""
