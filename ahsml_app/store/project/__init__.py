"""The samples of a project, and where their files are.

`project_folder` of the room above imports `project_samples`; `session` imports `image_root`.
"""
