"""Value types, events, errors, cancellation, paths and logging. Standard library and numpy only."""
