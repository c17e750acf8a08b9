"""Dialogs of the window; none of them blocks it.

`gui.controllers` and `gui.app` import the dialogs; their tables and forms are internal.
"""
