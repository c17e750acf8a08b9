"""The desktop application: the only part that knows Qt.

Only `__main__` imports it, by `app.launch`; `project_model` and `i18n` are shared by its rooms.
"""
