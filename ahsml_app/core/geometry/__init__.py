"""The Poincaré ball and nearest neighbours.

Every room above may import every module.
"""
