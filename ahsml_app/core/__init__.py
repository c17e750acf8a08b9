"""Machine learning: images in, features, training and scores out. The only layer that imports torch."""
