"""The progress view: the review and the work ahead, a comparison of trainings, and the self-test.

`gui.app` imports `progress_view` and `review_status`; the rest is internal.
"""
