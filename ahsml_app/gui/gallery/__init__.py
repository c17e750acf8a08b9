"""The gallery: a virtual grid of the queue, its filters and its header."""
