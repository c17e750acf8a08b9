"""Writing results: what a run or a project leaves in a folder.

The window and `session.headless` import `project_results` and `run_results`.
"""
