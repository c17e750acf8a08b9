"""Networks that turn images into features: where they come from, and how they are run.

Others take `backbone.Backbone` and `load_backbone`, and `inference.make_engine`.
"""
