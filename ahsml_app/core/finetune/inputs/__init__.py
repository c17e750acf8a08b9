"""What a fine-tuning step is fed with: decoded images, augmentations, batches.

Only `core.finetune` and `core.workers` import it.
"""
