"""Writing results: what a run or a project leaves in a folder.

The window and `session.headless` import `write_results`, `project_results` and `run_results`.
"""
