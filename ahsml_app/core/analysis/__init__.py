"""What scores and labels say about classes and errors: statistics, trees, orders, the disc.

`session` imports each module by its name; no room of `core` does.
"""
