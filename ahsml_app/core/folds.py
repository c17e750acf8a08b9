"""Which samples train together: folds for cross-fitting, classes for pair batches."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ahsml_app.base.types import IntArray

OUTSIDE = -1
"""Fold of a sample that is never trained on."""

SMALL_SAMPLES, SMALL_FOLDS, SMALL_SPLITS = 2_000, 10, 4
"""Up to so many samples, the linear expert has this many folds and splits of its own."""


HEAD_SHARE, HEAD_SAMPLES = 0.7, 400
"""Largest share of the head beside the other experts, and the samples a class that give it half."""

REPEATED_SHARE, REPEATED_SAMPLES = 0.5, 20_000
"""From so large a share of the head and up to so many samples, heads are cross-fitted on two
splits: the mean of two leaves less to their luck (benchmark), and more samples need it less."""


def head_share(samples: int, classes: int) -> float:
    """Share of the head: it needs many samples a class to be better than the others (benchmark).

    Args:
        samples: How many are trained on.
        classes: K.
    """
    per_class = samples / max(classes, 1)
    return min(HEAD_SHARE, per_class / (per_class + HEAD_SAMPLES))


def head_splits(
    labels: IntArray, trainable: npt.NDArray[np.bool_], count: int, classes: int, seed: int
) -> list[IntArray]:
    """The splits that heads are cross-fitted on.

    Args:
        labels: (N,) given labels.
        trainable: (N,) which samples to place.
        count: Number of folds.
        classes: K.
        seed: Of the shuffles.

    Returns:
        (N,) folds of each split.
    """
    samples = int(trainable.sum())
    twice = head_share(samples, classes) >= REPEATED_SHARE and samples <= REPEATED_SAMPLES
    more = np.random.SeedSequence([seed, 3]).generate_state(1) if twice else ()
    return [assign_folds(labels, trainable, count, int(each)) for each in (seed, *more)]


def fold_count(trainable: int) -> int:
    """Folds by default: more for small data, where each training sample counts."""
    if trainable < 3_000:
        return 5
    return 4 if trainable < 20_000 else 3


def linear_splits(
    labels: IntArray, trainable: npt.NDArray[np.bool_], count: int | None, seed: int
) -> list[IntArray]:
    """Splits of its own for the linear expert where samples are few; none where they are many.

    A model of nine tenths of a few hundred samples is better than one of four fifths, and the mean
    over several splits leaves less to their luck (benchmark). Linear models are quick to fit.

    Args:
        labels: (N,) given labels.
        trainable: (N,) which samples to place.
        count: Number of folds; None takes `SMALL_FOLDS`.
        seed: Of the shuffles.

    Returns:
        (N,) folds of each split.
    """
    if int(trainable.sum()) > SMALL_SAMPLES:
        return []
    seeds = np.random.SeedSequence([seed, 2]).generate_state(SMALL_SPLITS)
    return [assign_folds(labels, trainable, count or SMALL_FOLDS, int(each)) for each in seeds]


def assign_folds(
    labels: IntArray, trainable: npt.NDArray[np.bool_], count: int, seed: int
) -> IntArray:
    """Stratified folds: the samples of each class are spread evenly.

    Args:
        labels: (N,) given labels.
        trainable: (N,) which samples to place.
        count: Number of folds.
        seed: Of the shuffle.

    Returns:
        (N,) fold, `OUTSIDE` for samples that are not trained on.
    """
    random = np.random.default_rng([seed, 1])
    folds = np.full(len(labels), OUTSIDE, dtype=np.int64)
    turn = 0
    for label in np.unique(labels[trainable]):
        members = np.flatnonzero(trainable & (labels == label))
        random.shuffle(members)
        # The turn runs on over the classes, so that tiny classes do not all fall into fold 0.
        folds[members] = (turn + np.arange(len(members))) % count
        turn += len(members)
    return folds


def class_batch(
    by_class: list[IntArray], classes: int, per_class: int, random: np.random.Generator
) -> IntArray:
    """P classes x K samples; a class with fewer samples gives all it has.

    Args:
        by_class: Rows of the training samples of each class.
        classes: P.
        per_class: K.
        random: Source of the draw.

    Returns:
        (at most P * K,) rows.
    """
    present = [rows for rows in by_class if len(rows)]
    chosen = random.choice(len(present), size=min(classes, len(present)), replace=False)
    drawn = [
        random.choice(present[i], size=min(per_class, len(present[i])), replace=False)
        for i in chosen
    ]
    return np.concatenate(drawn)
