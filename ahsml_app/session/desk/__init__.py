"""What a reviewer has at hand besides the queue: groups of duplicates, and of the same mistake.

`gui` imports `accept_below`, `duplicate_groups`, `image_marks` and `rerank`.
"""
