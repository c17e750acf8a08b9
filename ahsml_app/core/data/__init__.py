"""Image files: listing, decoding and hashing them.

Others import `scan`, `decode`, `content_hash` and `demo_images`; `formats` reads single kinds of
files, and `walk` is internal.
"""
