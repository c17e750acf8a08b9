"""What covers the window while one thing is looked at: a picture, the review, a comparison.

`gui.app` imports `preview`, `review_mode` and `compare_view`; the rest is internal.
"""
