"""The space that embeddings are compared in, and the classes in it: fitted in closed form.

Power normalisation (Perronnin, Sanchez and Mensink 2010), principal components, and whitening by
the covariance within the classes, as speakers and faces are compared (Hatch, Kajarekar and Stolcke
2006): what differs between images of one class counts less, which holds for classes never seen too.
What differs between classes counts more, as in probabilistic linear discriminant analysis (Ioffe
2006), whose weights are softened here. A class is the mean direction of its images. That all is
fitted on cleaned labels, each as far as it is sure, is ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt

from ahsml_app.base.events import CancelToken
from ahsml_app.base.types import FloatArray, IntArray
from ahsml_app.core.features.preprocess import CHUNK

COMPONENTS = 384
"""Principal components of the features' roots; with 256 known classes are found worse by a point,
512 were no better (benchmark)."""

MOST_COVARIANCE, MOST_USUAL = 50_000, 20_000
"""Samples that suffice for the principal components, and for how like their class images are."""

LEAST_WEIGHT = 0.5
"""Squared weight of a direction in which classes do not differ, where one in which they differ most
has 1. With less, classes never seen are found worse where the backbone knows them (benchmark)."""

MOST_COLUMNS = 256
"""Columns of the embedding that say which class it may be; more classes are mixed into so many."""


def fit_space(
    plain: npt.NDArray[np.float16],
    rows: IntArray,
    classes: IntArray,
    weights: FloatArray,
    cancel: CancelToken,
    groups: IntArray | None = None,
) -> dict[str, FloatArray]:
    """Fit the space to all samples, and the classes in it to some with their labels.

    Nothing here is cross-fitted except the usual likeness: the directions of the classes, and so
    the embedding of a sample, have learned from the sample's own (cleaned) label. No score of the
    label is read from them.

    Args:
        plain: (N, W) raw features of the plain view; may be memory-mapped.
        rows: (n,) samples that have a class, one at least.
        classes: (n,) theirs, numbered from 0 without a gap.
        weights: (n,) how much each counts, above 0.
        cancel: Checked once a chunk.
        groups: (n,) numbers; samples of one number are copies of one image or belong together (see
            `folds.sample_groups`). None makes each sample a group of its own.

    Returns:
        "feature_mean" (W,) of the roots, and "feature_rotation" (W, d) into the space;
        "feature_weights" (d,) of its directions in the embedding;
        "class_directions" (K, d) of length one;
        "class_columns" (K, C), into the columns of the embedding;
        "usual_likeness" (1,), the median cosine of a sample and its nearest class, where the
        direction of its own class is made without the sample's group.
    """
    mean, directions = _principal_directions(plain, cancel)
    sizes, width = np.bincount(classes, weights).astype(np.float64), directions.shape[1]
    scatter, sums = np.zeros((width, width)), np.zeros((len(sizes), width))
    for part, chunk in _chunks(plain, rows, cancel):
        inside = (chunk - mean) @ directions
        weighted = inside * weights[part, None]
        scatter += inside.T @ weighted
        np.add.at(sums, classes[part], weighted)
    whitening, between = _whitening(scatter, sums, sizes)
    space = {
        "feature_mean": mean,
        "feature_rotation": np.ascontiguousarray(directions @ whitening, dtype=np.float32),
        "feature_weights": np.sqrt((between + LEAST_WEIGHT) / (between + 1)).astype(np.float32),
    }
    # Read again, as all of them at once may not fit in memory.
    sums = np.zeros((len(sizes), width))
    for part, chunk in _chunks(plain, rows, cancel):
        np.add.at(sums, classes[part], _inside(space, chunk) * weights[part, None])
    own = np.arange(len(rows)) if groups is None else groups
    usual = _usual(space, plain, (rows, classes, weights, own), sums, cancel)
    return {
        **space,
        "class_directions": unit(sums).astype(np.float32),
        "class_columns": _class_columns(len(sizes)),
        "usual_likeness": np.array([usual], dtype=np.float32),
    }


def placed(
    space: Mapping[str, FloatArray],
    plain: npt.NDArray[np.float16],
    rows: IntArray,
    cancel: CancelToken,
) -> FloatArray:
    """Samples in the space, before its directions are weighted.

    Args:
        space: Of `fit_space`.
        plain: (N, W) raw features of the plain view; may be memory-mapped.
        rows: Which samples.
        cancel: Checked once a chunk.

    Returns:
        (n, d) vectors of length one.
    """
    found = np.empty((len(rows), space["feature_rotation"].shape[1]), dtype=np.float32)
    for part, chunk in _chunks(plain, rows, cancel):
        found[part] = _inside(space, chunk)
    return found


def _inside(space: Mapping[str, FloatArray], chunk: FloatArray) -> npt.NDArray[np.floating]:
    """(n, d) vectors of length one, of roots of features."""
    return unit((chunk - space["feature_mean"]) @ space["feature_rotation"])


def roots(features: npt.NDArray[np.floating]) -> FloatArray:
    """Square roots that keep the sign: a few loud features no longer decide alone."""
    wide = np.asarray(features, dtype=np.float32)
    found: FloatArray = np.sign(wide) * np.sqrt(np.abs(wide))
    return found


def _chunks(
    plain: npt.NDArray[np.float16], rows: IntArray, cancel: CancelToken
) -> Iterator[tuple[slice, FloatArray]]:
    """Roots of the features of some rows, chunk by chunk, with their places among the rows."""
    for start in range(0, len(rows), CHUNK):
        cancel.check()
        part = slice(start, min(start + CHUNK, len(rows)))
        yield part, roots(plain[rows[part]])


def _principal_directions(
    plain: npt.NDArray[np.float16], cancel: CancelToken
) -> tuple[FloatArray, FloatArray]:
    """Mean (W,) of the roots and their principal directions (W, d)."""
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
    # Also those in which few samples do not differ: classes never seen differ there (benchmark).
    return mean, np.ascontiguousarray(vectors[:, ::-1][:, :COMPONENTS], dtype=np.float32)


def _whitening(
    scatter: npt.NDArray[np.float64],
    sums: npt.NDArray[np.float64],
    sizes: npt.NDArray[np.float64],
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """The map that makes the covariance within the classes the identity, and what is between.

    The covariance is shrunk towards a multiple of the identity the more, the fewer samples there
    are for a dimension: S = (1 - s) W + s tr(W) / d I with s = d / (d + n).

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


def _usual(
    space: Mapping[str, FloatArray],
    plain: npt.NDArray[np.float16],
    labelled: tuple[IntArray, IntArray, FloatArray, IntArray],
    sums: npt.NDArray[np.float64],
    cancel: CancelToken,
) -> float:
    """Median of the largest cosine of a sample and a class, by `held_out_likeness`.

    Args:
        space: Without the classes.
        plain: (N, W) raw features of the plain view.
        labelled: Rows, classes, weights and groups of n samples, each (n,).
        sums: (K, d) of the samples of each class.
        cancel: Checked once a chunk.
    """
    rows, classes, weights, groups = labelled
    # The part of a group that lies in one class.
    pairs, pair, sizes = np.unique(
        classes * (int(groups.max()) + 1) + groups, return_inverse=True, return_counts=True
    )
    parts = np.bincount(pairs // (int(groups.max()) + 1), minlength=len(sums))
    others = np.flatnonzero(parts[classes] > 1)
    others = others[:: max(1, -(-len(others) // MOST_USUAL))]
    shared, slot = np.unique(pair[others][sizes[pair[others]] > 1]), np.full(len(pairs), -1)
    slot[shared] = np.arange(len(shared))
    copies = np.flatnonzero(slot[pair] >= 0)
    shared_sums = np.zeros((len(shared), sums.shape[1]))
    for part, chunk in _chunks(plain, rows[copies], cancel):
        some = copies[part]
        np.add.at(shared_sums, slot[pair[some]], _inside(space, chunk) * weights[some, None])
    result = [np.ones(1, dtype=np.float32)] if not len(others) else []
    for part, chunk in _chunks(plain, rows[others], cancel):
        vectors, some = _inside(space, chunk), others[part]
        own = weights[some, None] * vectors
        grouped = slot[pair[some]] >= 0
        own[grouped] = shared_sums[slot[pair[some]][grouped]]
        result.append(held_out_likeness(vectors, classes[some], own, sums))
    return max(float(np.median(np.concatenate(result))), 1e-3)


def held_out_likeness(
    vectors: npt.NDArray[np.floating],
    classes: IntArray,
    own: npt.NDArray[np.floating],
    sums: npt.NDArray[np.float64],
) -> FloatArray:
    """Largest cosine of each sample and a class, its own class without what the sample added.

    Which class a sample is counted in changes its own value by rounding errors only.

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
    """(K, C) map of classes to columns: one each, or random signs, which keep cosines nearly."""
    if count <= MOST_COLUMNS:
        return np.eye(count, dtype=np.float32)
    signs = np.random.default_rng(0).integers(0, 2, (count, MOST_COLUMNS)) * 2 - 1
    columns: FloatArray = (signs / np.sqrt(MOST_COLUMNS)).astype(np.float32)
    return columns


def unit(vectors: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    """Rows scaled to length one."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: npt.NDArray[np.floating] = vectors / np.maximum(lengths, 1e-12)
    return scaled
