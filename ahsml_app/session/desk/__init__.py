"""What a reviewer has at hand besides the queue: duplicates in groups, of which the best stays.

`gui` imports `duplicate_groups`.
"""
