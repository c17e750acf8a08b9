"""Features of all samples: augmentation, extraction, cache, preprocessing, duplicates."""
