"""The start of the application, its one window, and the wiring of the window's parts.

Only `__main__` imports `launch`; no room of `gui` imports this one.
"""
