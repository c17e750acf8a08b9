"""Assigns samples to cross-fitting folds and draws class-balanced batches."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ahsml_app.base.types import BoolArray, IntArray

OUTSIDE = -1
"""Fold of a sample that no model trains on."""

SMALL_SAMPLES, SMALL_FOLDS, SMALL_SPLITS = 2_000, 10, 4
"""Up to `SMALL_SAMPLES` samples, the linear model has its own `SMALL_SPLITS` splits of
`SMALL_FOLDS` folds."""

SMALL_NUMBERS = 250_000
"""Largest product of samples and classes for those splits: with many classes, each fit is slow."""


LEAST_FITTED = 20
"""Groups of each class that models are fitted on at least, if it has them."""

HEAD_SHARE, HEAD_SAMPLES = 0.7, 400
"""Largest share of the head in the ensemble, and the samples per class at which it has a half."""

REPEATED_SHARE, REPEATED_SAMPLES = 0.5, 20_000
"""With at least this share of the head and at most this many samples, heads are cross-fitted on two
splits. The mean of two splits varies less (benchmark); larger data needs it less."""


def head_share(samples: int, classes: int) -> float:
    """Returns the head's share in the ensemble, which grows with the samples per class (benchmark).

    Args:
        samples: Number of training samples.
        classes: K.
    """
    per_class = samples / max(classes, 1)
    return min(HEAD_SHARE, per_class / (per_class + HEAD_SAMPLES))


def head_splits(
    labels: IntArray,
    trainable: BoolArray,
    count: int,
    classes: int,
    seed: int,
    groups: IntArray | None = None,
) -> list[IntArray]:
    """Returns the splits that heads are cross-fitted on.

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
    return [assign_folds(labels, trainable, count, int(value), groups) for value in (seed, *more)]


def fold_count(trainable: int) -> int:
    """Returns the default number of folds; small data gets more, as each training sample counts."""
    if trainable < 3_000:
        return 5
    return 4 if trainable < 20_000 else 3


def linear_splits(
    labels: IntArray,
    trainable: BoolArray,
    count: int | None,
    seed: int,
    groups: IntArray | None = None,
) -> list[IntArray]:
    """Returns the linear model's own splits for small data; an empty list for larger data.

    On a few hundred samples, training on nine tenths beats training on four fifths, and the mean
    over several splits varies less (benchmark). Linear models are quick to fit.

    Args:
        labels: (N,) given labels.
        trainable: (N,) which samples get a fold.
        count: Number of folds; None takes `SMALL_FOLDS`.
        seed: Seed of the shuffles.
        groups: As for `assign_folds`.

    Returns:
        (N,) folds of each split.
    """
    samples = int(trainable.sum())
    classes = len(np.unique(labels[trainable]))
    if samples > SMALL_SAMPLES or samples * classes > SMALL_NUMBERS:
        return []
    seeds = np.random.SeedSequence([seed, 2]).generate_state(SMALL_SPLITS)
    count = count or SMALL_FOLDS
    return [assign_folds(labels, trainable, count, int(value), groups) for value in seeds]


def sample_groups(*keys: Sequence[str] | IntArray) -> IntArray | None:
    """Groups samples that must share a fold, such as copies of one image.

    A model that trained on a copy of an image has seen the image's label, right or wrong, and would
    confirm it. Samples linked by a chain of keys form one group.

    Args:
        keys: Each of N texts or numbers, such as content hashes or names of groups; samples of one
            key belong together. "" and negative numbers link nothing.

    Returns:
        (N,) number of each sample's group, that of its first row; None where every sample is a
        group of its own.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    count = len(keys[0])
    links = [np.zeros((2, 0), dtype=np.int64)]
    for column in keys:
        values = np.asarray(column)
        rows = np.flatnonzero(values >= 0 if values.dtype.kind == "i" else values != "")
        _, first, inverse = np.unique(values[rows], return_index=True, return_inverse=True)
        links.append(np.stack([rows, rows[first[inverse]]]))
    pairs = np.concatenate(links, axis=1)
    pairs = pairs[:, pairs[0] != pairs[1]]
    if not pairs.size:
        return None
    graph = coo_array((np.ones(pairs.shape[1], np.int8), (pairs[0], pairs[1])), (count, count))
    _, component = connected_components(graph, directed=False)
    _, first, inverse = np.unique(component, return_index=True, return_inverse=True)
    return first[inverse].astype(np.int64)


def judgeable_groups(groups: IntArray | None, labels: IntArray) -> IntArray | None:
    """Takes the samples of a class that is one single group out of their group.

    All of them would lie in one fold, and be judged by models that do not know the class: every
    label would seem wrong. Copies that vouch for each other are the smaller error there.

    Args:
        groups: (N,) as from `sample_groups`.
        labels: (N,) given labels, -1 for none.

    Returns:
        (N,) groups; the samples of such a class are alone.
    """
    if groups is None:
        return None
    result = groups.copy()
    for label in np.unique(labels[labels >= 0]):
        rows = np.flatnonzero(labels == label)
        if len(rows) > 1 and len(np.unique(groups[rows])) == 1:
            result[rows] = len(groups) + rows
    return result


def numbered_groups(groups: IntArray | None, count: int) -> IntArray:
    """Numbers the groups of several samples in the order of their first rows.

    Args:
        groups: (N,) as from `sample_groups`.
        count: N.

    Returns:
        (N,) number of the sample's group from 0, -1 for a sample that is alone.
    """
    result = np.full(count, -1, dtype=np.int64)
    if groups is not None:
        _, first, inverse, size = np.unique(
            groups, return_index=True, return_inverse=True, return_counts=True
        )
        shared = np.flatnonzero(size > 1)
        number = np.full(len(size), -1, dtype=np.int64)
        number[shared[np.argsort(first[shared])]] = np.arange(len(shared))
        result = number[inverse]
    return result


def assign_folds(
    labels: IntArray,
    trainable: BoolArray,
    count: int,
    seed: int,
    groups: IntArray | None = None,
) -> IntArray:
    """Assigns stratified folds: each class is spread evenly, and no group is split.

    A group counts as its most frequent label, the lowest on a tie. The groups of each class are
    assigned from the largest to the smallest, each to the fold with the fewest samples of the class
    so far; on a tie, to the fold with the fewest samples of all classes. A group that is larger
    than a fold fills one alone, and the other samples of its class go to the other folds.

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
    """Numbers the groups of n samples in the order of their first samples.

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
    """Assigns single samples, each to the fold with the fewest of its class, then of all classes.

    Args:
        own: (F,) samples of the class that the folds hold already.
        total: (F,) samples of all classes that they hold already.
        samples: Number of samples to assign.

    Returns:
        (samples,) folds; without earlier groups they cycle through all folds.
    """
    more = np.arange(int(own.max() - own.min()) + samples // len(own) + 1)
    fold, step = (axis.ravel() for axis in np.meshgrid(np.arange(len(own)), more, indexing="ij"))
    order = np.lexsort((fold, total[fold] + step, own[fold] + step))
    return fold[order[:samples]]


def fitted_samples(
    labels: IntArray,
    trainable: BoolArray,
    most: int,
    seed: int,
    *,
    groups: IntArray | None = None,
    trusted: BoolArray | None = None,
) -> BoolArray:
    """Chooses the samples that models are fitted on where there are more than they need.

    Every class keeps its share, and at least `LEAST_FITTED` groups. A group is chosen as a whole:
    otherwise a model that was fitted on one copy of an image would judge the other. Groups with a
    label that a person confirmed come first.

    Args:
        labels: (N,) given labels.
        trainable: (N,) which samples may be trained on.
        most: About the number of samples to choose.
        seed: Seed of the draw.
        groups: (N,) numbers as for `assign_folds`; None makes each sample a group.
        trusted: (N,) labels that a person confirmed; None for none.

    Returns:
        (N,) mask, `trainable` itself where that is no more than `most`.
    """
    rows = np.flatnonzero(trainable)
    if len(rows) <= most:
        return trainable
    unit, majority, _ = _units(labels[rows], None if groups is None else groups[rows])
    confirmed = np.zeros(len(majority), dtype=bool)
    if trusted is not None:
        confirmed[unit[trusted[rows]]] = True
    draw = np.random.default_rng([seed, 5]).random(len(majority))
    order = np.lexsort((draw, ~confirmed, majority))
    _, first, counts = np.unique(majority[order], return_index=True, return_counts=True)
    rank = np.arange(len(order)) - np.repeat(first, counts)
    quota = np.maximum(np.ceil(counts * most / len(rows)), LEAST_FITTED)
    chosen = np.zeros(len(majority), dtype=bool)
    chosen[order] = rank < np.repeat(quota, counts)
    mask = np.zeros(len(labels), dtype=bool)
    mask[rows] = chosen[unit]
    return mask


def class_batch(
    by_class: list[IntArray], classes: int, per_class: int, random: np.random.Generator
) -> IntArray:
    """Draws P classes and K samples of each; a class with fewer samples gives all of them.

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
