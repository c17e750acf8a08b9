"""An open project: its samples, decisions, class names and history.

Other rooms import `library` to create and open one, `project.Project`, `class_edits` and `recent`;
the rest is internal.
"""
