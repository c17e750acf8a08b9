"""The kinds of image files, and how the pixels of those that Pillow does not know are read.

`core.data.decode` puts them together; others import `image_kinds` and `plane_notices`.
"""
