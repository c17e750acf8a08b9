"""Fits the space that embeddings are compared in, and its class directions, in closed form.

Power normalisation (Perronnin, Sanchez and Mensink 2010), principal components, and whitening by
the covariance within the classes, as speakers and faces are compared (Hatch, Kajarekar and Stolcke
2006): what differs between images of one class counts less, which holds for unseen classes too.
What differs between classes counts more, as in probabilistic linear discriminant analysis (Ioffe
2006), whose weights are softened here. A class is the mean direction of its images. Fitting all of
this on cleaned labels, weighted by their certainty, is ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from ahsml_app.base.events import CancelToken
from ahsml_app.base.types import Float16Array, Float64Array, FloatArray, IntArray, RealArray
from ahsml_app.core.geometry.neighbor_index import sampled_rows
from ahsml_app.core.mapped_arrays import CHUNK, release_pages

COMPONENTS = 384
"""Principal components of the features' roots; 256 retrieve known classes worse by a point,
512 were no better (benchmark)."""

MOST_COVARIANCE, MOST_USUAL = 50_000, 20_000
"""Samples that suffice for the principal components, and for the usual likeness to a class."""

LEAST_WEIGHT = 0.5
"""Squared weight of a direction in which classes do not differ; the most discriminative one has 1.
A smaller weight retrieves unseen classes worse where the backbone knows them (benchmark)."""

MOST_COLUMNS = 256
"""Largest number of class columns in the embedding; more classes are mixed into that many."""


def fit_space(
    plain: Float16Array,
    rows: IntArray,
    classes: IntArray,
    weights: FloatArray,
    cancel: CancelToken,
    groups: IntArray | None = None,
) -> dict[str, FloatArray]:
    """Fits the space to all samples, and class directions to the labelled ones.

    Nothing here is cross-fitted except the usual likeness: the directions of the classes, and so
    the embedding of a sample, have learned from the sample's own (cleaned) label. No score of the
    label is read from them.

    Args:
        plain: (N, W) raw features of the plain image; may be memory-mapped.
        rows: (n,) samples that have a class, one at least.
        classes: (n,) classes of these samples, numbered from 0 without a gap.
        weights: (n,) weight of each sample, above 0.
        cancel: Checked once a chunk.
        groups: (n,) numbers; samples of one number are copies of one image or belong together (see
            `folds.sample_groups`). None makes each sample a group of its own.

    Returns:
        "feature_mean" (W,) of the roots, and "feature_rotation" (W, d) into the space;
        "feature_weights" (d,) of its directions in the embedding;
        "class_directions" (K, d) of length one;
        "class_columns" (K, C), into the columns of the embedding;
        "usual_likeness" (1,), the median cosine of a sample and its nearest class, where the
        direction of its own class excludes the sample's group.
    """
    mean, directions = _principal_directions(plain, cancel)
    sizes, width = np.bincount(classes, weights).astype(np.float64), directions.shape[1]
    scatter, sums = np.zeros((width, width)), np.zeros((len(sizes), width))
    for span, chunk in _chunks(plain, rows, cancel):
        vectors = (chunk - mean) @ directions
        weighted = vectors * weights[span, None]
        scatter += vectors.T @ weighted
        np.add.at(sums, classes[span], weighted)
    whitening, between = _whitening(scatter, sums, sizes)
    space = {
        "feature_mean": mean,
        "feature_rotation": np.ascontiguousarray(directions @ whitening, dtype=np.float32),
        "feature_weights": np.sqrt((between + LEAST_WEIGHT) / (between + 1)).astype(np.float32),
    }
    # Read a second time, because all features may not fit in memory.
    sums = np.zeros((len(sizes), width))
    for span, chunk in _chunks(plain, rows, cancel):
        np.add.at(sums, classes[span], _unit_vectors(space, chunk) * weights[span, None])
    own = np.arange(len(rows)) if groups is None else groups
    usual = _usual_likeness(space, plain, (rows, classes, weights, own), sums, cancel)
    return {
        **space,
        "class_directions": unit(sums).astype(np.float32),
        "class_columns": _class_columns(len(sizes)),
        "usual_likeness": np.array([usual], dtype=np.float32),
    }


def space_vectors(
    space: Mapping[str, FloatArray],
    plain: Float16Array,
    rows: IntArray,
    cancel: CancelToken,
) -> FloatArray:
    """Maps samples into the space, before its directions are weighted.

    Args:
        space: Result of `fit_space`.
        plain: (N, W) raw features of the plain image; may be memory-mapped.
        rows: (n,) rows to map.
        cancel: Checked once a chunk.

    Returns:
        (n, d) vectors of length one.
    """
    vectors = np.empty((len(rows), space["feature_rotation"].shape[1]), dtype=np.float32)
    for span, chunk in _chunks(plain, rows, cancel):
        vectors[span] = _unit_vectors(space, chunk)
    return vectors


def _unit_vectors(space: Mapping[str, FloatArray], chunk: FloatArray) -> RealArray:
    """Maps roots of features to (n, d) vectors of length one."""
    return unit((chunk - space["feature_mean"]) @ space["feature_rotation"])


def roots(features: RealArray) -> FloatArray:
    """Returns signed square roots, so that a few large features do not dominate."""
    wide = np.asarray(features, dtype=np.float32)
    values: FloatArray = np.sign(wide) * np.sqrt(np.abs(wide))
    return values


def _chunks(
    plain: Float16Array, rows: IntArray, cancel: CancelToken
) -> Iterator[tuple[slice, FloatArray]]:
    """Yields the roots of the features of some rows, chunk by chunk, with each chunk's slice."""
    for start in range(0, len(rows), CHUNK):
        cancel.check()
        span = slice(start, min(start + CHUNK, len(rows)))
        yield span, roots(plain[rows[span]])
        release_pages(plain)


def _principal_directions(
    plain: Float16Array, cancel: CancelToken
) -> tuple[FloatArray, FloatArray]:
    """Returns the mean (W,) of the roots and their principal directions (W, d)."""
    width = plain.shape[1]
    rows = np.arange(0, len(plain), -(-len(plain) // MOST_COVARIANCE))
    total = np.zeros(width)
    for _, chunk in _chunks(plain, rows, cancel):
        total += chunk.sum(0, dtype=np.float64)
    mean = (total / len(rows)).astype(np.float32)
    covariance = np.zeros((width, width))
    for _, chunk in _chunks(plain, rows, cancel):
        chunk -= mean
        covariance += chunk.T @ chunk
    _, vectors = np.linalg.eigh(covariance / len(rows))
    # Directions of little variance are kept too: unseen classes may differ there (benchmark).
    return mean, np.ascontiguousarray(vectors[:, ::-1][:, :COMPONENTS], dtype=np.float32)


def _whitening(
    scatter: Float64Array,
    sums: Float64Array,
    sizes: Float64Array,
) -> tuple[Float64Array, Float64Array]:
    """Whitens the covariance within classes, and measures the variance between them.

    The covariance is shrunk towards a multiple of the identity, the more the fewer samples there
    are per dimension: S = (1 - s) W + s tr(W) / d I with s = d / (d + n).

    Args:
        scatter: (d, d) sum of the samples' outer products.
        sums: (K, d) of the samples of each class.
        sizes: (K,) weight of each class.

    Returns:
        The map (d, d), into directions in which the means of the classes are uncorrelated, and
        their variances (d,) less what the mean of so few samples varies by chance.
    """
    width, mass, sizes = len(scatter), float(sizes.sum()), sizes[:, None]
    within = (scatter - (sums / sizes).T @ sums) / mass
    level = max(float(np.trace(within)) / width, 1e-12)
    shrinkage = width / (width + mass)
    within *= 1 - shrinkage
    within[np.diag_indices_from(within)] += shrinkage * level
    values, vectors = np.linalg.eigh(within)
    whitening = vectors / np.sqrt(np.maximum(values, 1e-3 * shrinkage * level))
    means = (sums / sizes) @ whitening
    means -= (sizes * means).sum(0) / mass
    spread = (sizes * means).T @ means / mass
    spread[np.diag_indices_from(spread)] -= len(sizes) / mass
    between, turned = np.linalg.eigh(spread)
    return whitening @ turned, np.maximum(between, 0)


def _usual_likeness(
    space: Mapping[str, FloatArray],
    plain: Float16Array,
    labelled: tuple[IntArray, IntArray, FloatArray, IntArray],
    sums: Float64Array,
    cancel: CancelToken,
) -> float:
    """Returns the median of `held_out_likeness` over the samples.

    Args:
        space: Without the classes.
        plain: (N, W) raw features of the plain image.
        labelled: Rows, classes, weights and groups of n samples, each (n,).
        sums: (K, d) of the samples of each class.
        cancel: Checked once a chunk.
    """
    rows, classes, weights, groups = labelled
    # A pair is the part of a group that belongs to one class.
    pairs, pair, sizes = np.unique(
        classes * (int(groups.max()) + 1) + groups, return_inverse=True, return_counts=True
    )
    group_counts = np.bincount(pairs // (int(groups.max()) + 1), minlength=len(sums))
    others = np.flatnonzero(group_counts[classes] > 1)
    others = others[sampled_rows(len(others), MOST_USUAL)]
    shared, slot = np.unique(pair[others][sizes[pair[others]] > 1]), np.full(len(pairs), -1)
    slot[shared] = np.arange(len(shared))
    copies = np.flatnonzero(slot[pair] >= 0)
    shared_sums = np.zeros((len(shared), sums.shape[1]))
    for span, chunk in _chunks(plain, rows[copies], cancel):
        subset = copies[span]
        np.add.at(
            shared_sums, slot[pair[subset]], _unit_vectors(space, chunk) * weights[subset, None]
        )
    likeness = [np.ones(1, dtype=np.float32)] if not len(others) else []
    for span, chunk in _chunks(plain, rows[others], cancel):
        vectors, subset = _unit_vectors(space, chunk), others[span]
        own = weights[subset, None] * vectors
        grouped = slot[pair[subset]] >= 0
        own[grouped] = shared_sums[slot[pair[subset]][grouped]]
        likeness.append(held_out_likeness(vectors, classes[subset], own, sums))
    return max(float(np.median(np.concatenate(likeness))), 1e-3)


def held_out_likeness(
    vectors: RealArray,
    classes: IntArray,
    own: RealArray,
    sums: Float64Array,
) -> FloatArray:
    """Returns each sample's largest cosine to a class, whose direction excludes the sample.

    The label of a sample changes its own value by rounding errors only.

    Args:
        vectors: (n, d) of length one.
        classes: (n,) class of each sample.
        own: (n, d) what the sample, or its group, added to the sum of its class.
        sums: (K, d) of the samples of each class.

    Returns:
        (n,) cosines.
    """
    likeness = vectors @ unit(sums).astype(np.float32).T
    alone = unit(sums[classes] - own)
    likeness[np.arange(len(classes)), classes] = (alone * vectors).sum(1)
    largest: FloatArray = likeness.max(1)
    return largest


def _class_columns(count: int) -> FloatArray:
    """Returns the (K, C) map of classes to columns: one each, or random signs."""
    if count <= MOST_COLUMNS:
        return np.eye(count, dtype=np.float32)
    signs = np.random.default_rng(0).integers(0, 2, (count, MOST_COLUMNS)) * 2 - 1
    columns: FloatArray = (signs / np.sqrt(MOST_COLUMNS)).astype(np.float32)
    return columns


def unit(vectors: RealArray) -> RealArray:
    """Scales rows to length one."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: RealArray = vectors / np.maximum(lengths, 1e-12)
    return scaled
