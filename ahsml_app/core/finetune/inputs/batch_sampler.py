"""Which samples make up each batch: P classes with K samples each, as often as they are many."""

from __future__ import annotations

import math

import numpy as np

from ahsml_app.base.types import IntArray
from ahsml_app.core.folds import class_batch


def epoch_batches(
    classes: IntArray, rows: IntArray, per_batch: tuple[int, int], seed: tuple[int, ...]
) -> list[IntArray]:
    """The batches of one epoch.

    As many as go over the rows once, each drawn anew: every class comes as often as the others,
    so that a large class does not push a small one aside. Where there are fewer than P classes,
    each gives more samples, so that batches stay as large.

    Args:
        classes: (N,) class of each sample, as far as is known.
        rows: Rows to train on.
        per_batch: P classes, and K samples of each.
        seed: Of the draws.

    Returns:
        Rows of each batch, at most P * K.
    """
    random = np.random.default_rng(seed)
    by_class = [rows[classes[rows] == each] for each in np.unique(classes[rows])]
    size, drawn = per_batch[0] * per_batch[1], min(per_batch[0], len(by_class))
    each = size // max(drawn, 1)
    count = batch_count(len(rows), per_batch)
    return [class_batch(by_class, drawn, each, random) for _ in range(count)]


def batch_count(rows: int, per_batch: tuple[int, int]) -> int:
    """Batches in an epoch over so many rows."""
    return math.ceil(rows / (per_batch[0] * per_batch[1]))
