"""The map: the embeddings as a Poincaré disc.

`gui.app` imports `map_controller` and `map_panel`; the rest is internal.
"""
