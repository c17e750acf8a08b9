"""Images for the screen: decoding, scaling and caching them.

Others import `thumbnail_cache` and `full_size`; `thumbnail_files` is internal.
"""
