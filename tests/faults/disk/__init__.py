"""The watched disk: calls of the C library counted, reported, refused or never answered."""
