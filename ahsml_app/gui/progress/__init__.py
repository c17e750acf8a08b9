"""The progress view: the review so far, the work ahead, and a comparison of two trainings.

`gui.app` imports `progress_view` and `review_status`; the rest is internal.
"""
