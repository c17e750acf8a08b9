"""The training view: options, presets, progress and summary.

`gui.app` imports `training_view` and `training_summary`; the rest is internal.
"""
