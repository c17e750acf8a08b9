"""Which samples train together: folds for cross-fitting, classes for pair batches."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ahsml_app.base.types import IntArray

Mask = npt.NDArray[np.bool_]

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
    labels: IntArray,
    trainable: Mask,
    count: int,
    classes: int,
    seed: int,
    groups: IntArray | None = None,
) -> list[IntArray]:
    """The splits that heads are cross-fitted on.

    Args:
        labels: (N,) given labels.
        trainable: (N,) which samples get a fold.
        count: Number of folds.
        classes: K.
        seed: Seed of the shuffles.
        groups: As for `assign_folds`.

    Returns:
        (N,) folds of each split. Every split has the same number of folds.
    """
    samples = int(trainable.sum())
    twice = head_share(samples, classes) >= REPEATED_SHARE and samples <= REPEATED_SAMPLES
    more = np.random.SeedSequence([seed, 3]).generate_state(1) if twice else ()
    return [assign_folds(labels, trainable, count, int(each), groups) for each in (seed, *more)]


def fold_count(trainable: int) -> int:
    """Folds by default: more for small data, where each training sample counts."""
    if trainable < 3_000:
        return 5
    return 4 if trainable < 20_000 else 3


def linear_splits(
    labels: IntArray,
    trainable: Mask,
    count: int | None,
    seed: int,
    groups: IntArray | None = None,
) -> list[IntArray]:
    """The linear expert's own splits for few samples; an empty list for many.

    A model of nine tenths of a few hundred samples is better than one of four fifths, and the mean
    over several splits depends less on luck (benchmark). Linear models are quick to fit.

    Args:
        labels: (N,) given labels.
        trainable: (N,) which samples get a fold.
        count: Number of folds; None takes `SMALL_FOLDS`.
        seed: Seed of the shuffles.
        groups: As for `assign_folds`.

    Returns:
        (N,) folds of each split.
    """
    if int(trainable.sum()) > SMALL_SAMPLES:
        return []
    seeds = np.random.SeedSequence([seed, 2]).generate_state(SMALL_SPLITS)
    count = count or SMALL_FOLDS
    return [assign_folds(labels, trainable, count, int(each), groups) for each in seeds]


def sample_groups(hashes: Sequence[str], names: Sequence[str] | None = None) -> IntArray | None:
    """Which samples must share a fold: exact duplicates, and the samples of one named group.

    A model that trained on a copy of an image has seen the image's label, right or wrong, and would
    confirm it. Samples that are linked by a chain of copies and names form one group.

    Args:
        hashes: N content hashes; "" where a file was not read.
        names: N names of groups from the manifest, "" for no group; None without that column.

    Returns:
        (N,) number of each sample's group, below N; None where every sample is a group of its own.
    """
    parent = list(range(len(hashes)))

    def root(row: int) -> int:
        while parent[row] != row:
            parent[row] = row = parent[parent[row]]
        return row

    for keys in (hashes, names or ()):
        first: dict[str, int] = {}
        for row, key in enumerate(keys):
            if key:
                one, other = root(first.setdefault(key, row)), root(row)
                parent[max(one, other)] = min(one, other)
    groups = np.array([root(row) for row in range(len(parent))], dtype=np.int64)
    return None if np.array_equal(groups, np.arange(len(groups))) else groups


def assign_folds(
    labels: IntArray,
    trainable: Mask,
    count: int,
    seed: int,
    groups: IntArray | None = None,
) -> IntArray:
    """Stratified folds: the samples of each class are spread evenly, and no group is split.

    A group counts as its most frequent label, the lowest of several. Each class hands its groups
    out from the largest to the smallest, each to the fold that holds the fewest samples of the
    class so far, and among such folds to the smallest one. So a group that is larger than a fold
    fills one alone, as far as its class goes, and its class's other samples go to the other folds.

    Args:
        labels: (N,) given labels.
        trainable: (N,) which samples get a fold.
        count: Number of folds. Fewer are filled where there are fewer groups.
        seed: Seed of the shuffle.
        groups: (N,) numbers from 0; samples of one number share a fold. A group of all samples is
            ignored, because nothing would be left to train on. None makes each sample a group.

    Returns:
        (N,) fold, `OUTSIDE` for samples that are not trained on.
    """
    random = np.random.default_rng([seed, 1])
    unit, majority, sizes = _units(labels[trainable], None if groups is None else groups[trainable])
    unit_folds = np.zeros(len(sizes), dtype=np.int64)
    total = np.zeros(count, dtype=np.int64)
    for label in np.unique(majority):
        members = np.flatnonzero(majority == label)
        random.shuffle(members)
        members = members[np.argsort(-sizes[members], kind="stable")]
        several = int((sizes[members] > 1).sum())
        own = np.zeros(count, dtype=np.int64)
        for member in members[:several]:
            fold = np.lexsort((total, own))[0]
            unit_folds[member] = fold
            own[fold] += sizes[member]
            total[fold] += sizes[member]
        chosen = _fewest_first(own, total, len(members) - several)
        unit_folds[members[several:]] = chosen
        total += np.bincount(chosen, minlength=count)
    folds = np.full(len(labels), OUTSIDE, dtype=np.int64)
    folds[trainable] = unit_folds[unit]
    return folds


def _units(labels: IntArray, groups: IntArray | None) -> tuple[IntArray, IntArray, IntArray]:
    """Number the groups of n samples in the order of their first samples.

    Returns:
        (n,) group of each sample, (U,) most frequent label of each group and (U,) its size.
    """
    count = len(labels)
    first = inverse = np.arange(count)
    if groups is not None:
        _, first, inverse = np.unique(groups, return_index=True, return_inverse=True)
    if len(first) == count or len(first) == 1:
        return np.arange(count), labels, np.ones(count, dtype=np.int64)
    rank = np.argsort(np.argsort(first))
    unit = rank[inverse]
    classes = int(labels.max()) + 1
    pairs, times = np.unique(unit * classes + labels, return_counts=True)
    # Of each group the label that occurs most often comes last, and of several the lowest.
    order = np.lexsort((-pairs, times, pairs // classes))
    ends = np.searchsorted(pairs[order] // classes, np.arange(len(first)), side="right") - 1
    return unit, pairs[order][ends] % classes, np.bincount(unit)


def _fewest_first(own: IntArray, total: IntArray, samples: int) -> IntArray:
    """Folds of single samples, each the one with the fewest samples of the class, then of all.

    Args:
        own: (F,) samples of the class that the folds hold already.
        total: (F,) samples of all classes that they hold already.
        samples: How many to hand out.

    Returns:
        (samples,) folds. Without earlier groups they go round and round.
    """
    more = np.arange(int(own.max() - own.min()) + samples // len(own) + 1)
    fold, step = (each.ravel() for each in np.meshgrid(np.arange(len(own)), more, indexing="ij"))
    order = np.lexsort((fold, total[fold] + step, own[fold] + step))
    return fold[order[:samples]]


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
