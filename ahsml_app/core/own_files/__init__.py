"""Files that a person's own model has written: features and class probabilities of the images.

They come from elsewhere, so nothing in them is run, and nothing is believed before it is checked.
"""
