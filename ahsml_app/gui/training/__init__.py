"""The training view: options, presets, progress and summary."""
