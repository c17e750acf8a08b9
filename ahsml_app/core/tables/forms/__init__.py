"""The files of other labelling tools: what they say of each image, and the same with new labels.

Each module reads one form into `ToolLabels` and writes the file with new labels, in which all else
stays as it is. `core.tables` takes both.
"""
