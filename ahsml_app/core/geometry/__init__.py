"""The Poincaré ball and nearest neighbours."""
