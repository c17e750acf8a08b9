"""What the columns of a table are called, and what their cells mean.

`core.tables` and others use it; it knows names and cells only, no files.
"""
