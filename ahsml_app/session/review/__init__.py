"""The data of the review: queue, evidence, timeline and advice.

The window imports every module; `growing_columns` is internal.
"""
