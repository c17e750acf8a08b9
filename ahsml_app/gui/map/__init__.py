"""The map: the embeddings as a Poincaré disc."""
