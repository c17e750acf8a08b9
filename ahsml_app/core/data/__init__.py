"""Image files and label tables: listing, decoding, hashing and reading them.

Others import `scan`, `manifest`, `decode`, `content_hash` and `demo_images`; `walk` is internal.
"""
