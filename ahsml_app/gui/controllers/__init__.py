"""What connects views and session: one controller for each use case.

`gui.app` imports them.
"""
