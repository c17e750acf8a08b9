"""Background work: the worker thread, and helpers that keep the window responsive.

Others import `runner`, `background_job` and `latest_only`; only controllers look into `worker`.
"""
