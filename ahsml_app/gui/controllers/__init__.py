"""Controllers between views and session, one for each use case.

`gui.app` imports them.
"""
