"""Networks that turn images into features: their sources and their inference engines.

Others import `backbone.Backbone` and `load_backbone`, and `inference.make_engine`.
"""
