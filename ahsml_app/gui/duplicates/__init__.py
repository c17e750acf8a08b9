"""The groups of duplicates as rows, of which one image stays.

`gui.app` imports `duplicates_dialog`; the rest is internal.
"""
