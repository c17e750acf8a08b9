"""The frame around the views: actions, rail, top bar, notices, history, settings.

`gui.app` imports the modules; views that show keys import `actions`.
"""
