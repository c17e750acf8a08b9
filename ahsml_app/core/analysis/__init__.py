"""Analyses of scores and labels: class statistics, trees, orders, the map, remaining errors.

`session` imports each module by its name; no room of `core` does.
"""
