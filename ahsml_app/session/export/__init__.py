"""Writing results: what a run or a project leaves in a folder."""
