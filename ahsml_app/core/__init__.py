"""Machine learning, from images to scores. The only layer that imports torch."""
