"""Findings beside the queue: classes, confusion, map, and comparisons of trainings."""
