"""Archives of images, read member by member: zip, tar and LMDB, and labels beside the images.

`session` uses `members` and `sidecars`.
"""
