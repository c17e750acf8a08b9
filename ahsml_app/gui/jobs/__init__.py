"""Background work: the one worker thread, and helpers that keep the window responsive.

Others import `runner` and `latest_only`; `worker` is internal.
"""
