"""The frame around the views: actions, rail, top bar, notices, history, settings."""
