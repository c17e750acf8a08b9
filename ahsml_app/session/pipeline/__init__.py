"""The stages of a job, from image folder to scores, and their monitoring.

The window imports `train_project`, `scan_source`, `demo` and `training_monitor`; `session.headless`
imports `stages`.
"""
