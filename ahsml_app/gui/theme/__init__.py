"""Colours, icons and the style sheet, light and dark.

Every room may import `theme`, `tokens`, `icons`, `class_colours` and the sizes of `stylesheet`.
"""
