"""Analyses beside the queue: classes, confusion, map, and comparisons of trainings.

The window imports every module.
"""
