"""The start of the application, its one window, and the connections between its parts.

Only `__main__` imports `launch`; no room of `gui` imports this one.
"""
