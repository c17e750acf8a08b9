"""What a fine-tuning step is fed with: decoded images, augmentations, batches."""
