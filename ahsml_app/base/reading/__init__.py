"""How images are read; below the options and the table of samples, importable without numpy."""
