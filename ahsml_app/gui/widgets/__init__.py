"""Small widgets, formats and painting that several views share.

Every room above may import every module.
"""
