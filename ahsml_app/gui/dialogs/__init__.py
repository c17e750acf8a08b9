"""Dialogs of the window; none of them blocks it."""
