"""Draws the batches of an epoch: P classes with K samples each."""

from __future__ import annotations

import math

import numpy as np

from ahsml_app.base.types import IntArray
from ahsml_app.core.folds import class_batch


def epoch_batches(
    classes: IntArray, rows: IntArray, per_batch: tuple[int, int], seed: tuple[int, ...]
) -> list[IntArray]:
    """Draws the batches of one epoch.

    There are as many as one pass over the rows needs, each drawn independently. Every class
    appears equally often, so a large class does not displace a small one. With fewer than P
    classes, each class gives more samples, so the batch size stays the same.

    Args:
        classes: (N,) likely class of each sample.
        rows: Rows to train on.
        per_batch: P classes, and K samples of each.
        seed: Seed of the draws.

    Returns:
        Rows of each batch, at most P * K.
    """
    random = np.random.default_rng(seed)
    by_class = [rows[classes[rows] == label] for label in np.unique(classes[rows])]
    size, class_count = per_batch[0] * per_batch[1], min(per_batch[0], len(by_class))
    per_class = size // max(class_count, 1)
    count = batch_count(len(rows), per_batch)
    return [class_batch(by_class, class_count, per_class, random) for _ in range(count)]


def batch_count(rows: int, per_batch: tuple[int, int]) -> int:
    """Returns the number of batches in an epoch over `rows` samples."""
    return math.ceil(rows / (per_batch[0] * per_batch[1]))
