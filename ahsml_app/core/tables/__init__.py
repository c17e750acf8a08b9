"""Reads tables of labels as people have them, and finds the images that they name.

`read_table` reads cells, `manifest` says what they mean, `Locator` finds an image, and
`join_manifest` all of them.
"""
