"""The window at size: gallery, map, classes, confusion and progress, and whole reviews."""
