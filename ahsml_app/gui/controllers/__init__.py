"""What connects views and session: one controller for each use case."""
