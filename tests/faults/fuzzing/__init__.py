"""Fuzzing: odd and hostile bytes for everything that reads a file."""
