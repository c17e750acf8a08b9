"""The exported embedding: how it is learned from cleaned labels, and its space.

Others import `learn`; `space` is internal.
"""
