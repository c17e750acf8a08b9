"""Machine learning, from images to scores; the only part that imports torch.

Only `session` runs it; `config`, `device`, `folds` and `training_data` are shared by its rooms.
"""
