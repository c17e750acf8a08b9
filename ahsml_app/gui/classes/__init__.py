"""The classes: table, tree, details, and what can be done to whole classes."""
