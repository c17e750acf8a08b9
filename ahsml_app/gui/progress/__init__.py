"""The view of the progress: the review so far, what is ahead, and two trainings compared.

`gui.app` imports `progress_view` and `review_status`; the rest is internal.
"""
