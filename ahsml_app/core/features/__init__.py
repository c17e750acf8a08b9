"""Features of all samples: augmentation, extraction, cache, preprocessing, duplicates.

Others import `extract.extract_features`, `duplicates` and `preprocess`; `core.finetune` and
`core.workers` share its arrays and augmentations too.
"""
