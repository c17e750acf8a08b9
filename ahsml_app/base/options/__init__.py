"""The options of a run: classes, table and settings file. Importable without numpy or torch."""
