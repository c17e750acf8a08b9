"""An open project: its samples, decisions, class names and history."""
