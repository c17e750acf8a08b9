"""The desktop application: the only part that knows Qt."""
