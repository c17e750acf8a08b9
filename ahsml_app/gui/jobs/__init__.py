"""Background work: the one worker thread, and helpers that keep the window responsive."""
