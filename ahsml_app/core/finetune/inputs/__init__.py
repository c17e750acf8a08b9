"""Inputs of a fine-tuning step: decoded images, augmentations, batches.

Only `core.finetune` and `core.workers` import it.
"""
