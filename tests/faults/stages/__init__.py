"""The stages: each puts the scenarios through one kind of fault."""
