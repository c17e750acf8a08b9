"""Retrieval by embeddings: sets, peers, ablations, tuned networks and their tables."""
