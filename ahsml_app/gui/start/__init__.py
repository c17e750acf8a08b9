"""The start page and its cards.

`gui.app` imports `page`; dialogs share the elided label of `cards`.
"""
