"""Exact duplicates by content hash, near duplicates by small gray thumbnails or by features.

Backbone features alone separate near duplicates badly from images of the same kind: halving the
resolution of a plankton image moved them as far (cosine 0.7 to 0.9) as the next image of its class
lies (0.81 in the median). Gray thumbnails of 16 x 16 pixels, with mean and contrast removed,
separate them. Measured on 7,101 plankton images, the nearest different image correlates 0.989 at
most. Re-encoding, 5 % more brightness and, for images of photograph size, half the resolution keep
0.99. So thumbnails decide where there are any, and features have a veto; without thumbnails, only
features that all but coincide count.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from ahsml_app.base.events import CancelToken
from ahsml_app.base.types import (
    UNLABELLED,
    BoolArray,
    ByteArray,
    FloatArray,
    IndexArray,
    IntArray,
    RealArray,
)
from ahsml_app.core.geometry import knn as neighbors
from ahsml_app.core.geometry.neighbor_index import euclidean_index, query_order, sampled_rows

THUMBNAIL_SIZE = 16
THUMBNAIL_CORRELATION = 0.99
"""Least correlation of two thumbnails of near duplicates."""

FEATURE_COSINE = 0.98
"""Least cosine of features of near duplicates where there are no thumbnails."""

FEATURE_VETO = 0.6
"""Thumbnails do not count where the features differ more than this cosine."""

LEAST_CONTRAST = 2.0
"""Standard deviation in gray levels below which a thumbnail has nothing to compare."""

Vectors = Callable[[IndexArray], FloatArray]
"""Returns the (n, D) unit vectors of n images."""

_NEIGHBOURS = 16  # near duplicates looked up for one image; chains join larger groups
_VISITED_LISTS, _CANDIDATES = 16, 4  # of many
_CHUNK = 4096
_AXES_SAMPLE = 10_000  # images that the principal axes are estimated from


def gray_thumbnails(pixels: ByteArray) -> ByteArray:
    """Makes small gray thumbnails to compare images by.

    Args:
        pixels: (B, 3, H, W) RGB, H and W at least 16.

    Returns:
        (B, 256) rows of 16 x 16 gray levels.
    """
    luma = np.array([0.299, 0.587, 0.114], dtype=np.float32)  # ITU-R BT.601
    gray = np.einsum("bchw,c->bhw", pixels.astype(np.float32), luma)
    for axis in (1, 2):
        gray = _area_means(gray, axis)
    small: ByteArray = gray.round().astype(np.uint8).reshape(len(gray), -1)
    return small


def _area_means(gray: FloatArray, axis: int) -> FloatArray:
    length = gray.shape[axis]
    edges = np.arange(THUMBNAIL_SIZE + 1) * length // THUMBNAIL_SIZE
    sums = np.add.reduceat(gray, edges[:-1], axis=axis)
    shape = [1, 1, 1]
    shape[axis] = -1
    means: FloatArray = sums / np.diff(edges).reshape(shape).astype(np.float32)
    return means


def duplicate_groups(
    hashes: Sequence[str],
    features: RealArray | None,
    labels: IntArray,
    *,
    thumbnails: ByteArray | None = None,
    cancel: CancelToken | None = None,
) -> tuple[IntArray, BoolArray]:
    """Finds groups of exact and near duplicates, and samples that disagree with their group.

    Near duplicates join into groups by chains, but a member must resemble the mean of its group
    as much as near duplicates resemble each other; samples that only a chain connects are left
    out.

    Args:
        hashes: N content hashes.
        features: (N, D) features of the plain image; may be memory-mapped; None to find exact
            duplicates (and near ones by thumbnails) only.
        labels: (N,) indices of the given labels, `UNLABELLED` for none.
        thumbnails: (N, 256) of `gray_thumbnails`; None to use features alone.
        cancel: Asks the search to stop.

    Returns:
        (N,) number of the group, from 0 in the order of the rows, -1 for none; and (N,) whether
        another label occurs in the sample's group.

    Raises:
        Cancelled: When asked to stop.
    """
    count = len(hashes)
    _, kinds = np.unique(np.asarray(hashes, dtype=np.str_), return_inverse=True)
    # Copies of one file count once, so that many of them cannot crowd out other neighbours.
    _, representatives = np.unique(kinds, return_index=True)
    near = np.arange(len(representatives))
    vectors, threshold = _comparable(features, thumbnails)
    rows = _usable(features, thumbnails, representatives)
    if len(rows) > 1:
        images = representatives[rows]
        pairs = near_pairs(vectors, images, threshold, cancel=cancel)
        if thumbnails is not None and features is not None:
            pairs = pairs[_not_vetoed(features, images[pairs])]
        near[rows] = len(near) + _group_rows(vectors, images, pairs, threshold)
    if not count:
        return np.zeros(0, np.int64), np.zeros(0, bool)
    return _number_groups(near[kinds], labels)


def near_pairs(
    vectors: Vectors, images: IndexArray, threshold: float, *, cancel: CancelToken | None = None
) -> IntArray:
    """Finds pairs of images whose cosine reaches a threshold, among the 16 nearest of each.

    Candidates come from the 64 principal axes: the shortened distances lose no pair.

    Args:
        vectors: Unit vectors of some images.
        images: (N,) the images to compare.
        threshold: Least cosine.
        cancel: Asks the search to stop.

    Returns:
        (P, 2) pairs of positions among the images, the smaller first, without repetition.

    Raises:
        Cancelled: When asked to stop.
    """
    count = len(images)
    reduced = neighbors.principal_axes(vectors(images[sampled_rows(count, _AXES_SAMPLE)]))
    coordinates = np.concatenate(
        [reduced(vectors(images[a : a + _CHUNK])) for a in range(0, count, _CHUNK)]
    )
    index = euclidean_index(coordinates, _VISITED_LISTS, _CANDIDATES)
    order = query_order(index)
    reach = 2 * (1 - threshold) + 5e-4  # ||x - y||^2 = 2 (1 - cos), and the index rounds
    chunks = [np.zeros((0, 2), dtype=np.int64)]
    for start in range(0, count, _CHUNK):
        if cancel is not None:
            cancel.check()
        rows = order[start : start + _CHUNK]
        squared, indices = index.search(coordinates[rows], min(count, _NEIGHBOURS + 1))
        query, column = np.nonzero((squared <= reach) & (indices >= 0))
        pairs = np.stack([rows[query], indices[query, column]], axis=1)
        pairs = np.sort(pairs[pairs[:, 0] != pairs[:, 1]], axis=1)
        first, second = (vectors(images[pairs[:, side]]) for side in (0, 1))
        cosine = np.einsum("pd,pd->p", first, second)
        chunks.append(pairs[cosine >= threshold])
    return np.unique(np.concatenate(chunks), axis=0)


def _comparable(features: RealArray | None, thumbnails: ByteArray | None) -> tuple[Vectors, float]:
    """Returns the unit vectors to compare, made when asked for, and the least cosine.

    A million images would take a gigabyte, and their thumbnails take a quarter of it.
    """
    if thumbnails is not None:
        gray = thumbnails
        return lambda rows: neighbors.unit_rows(_centred(gray[rows])), THUMBNAIL_CORRELATION
    if features is not None:
        plain = features
        return lambda rows: neighbors.unit_rows(plain[rows]), FEATURE_COSINE
    return lambda rows: np.zeros((len(rows), 0), dtype=np.float32), FEATURE_COSINE


def _usable(
    features: RealArray | None, thumbnails: ByteArray | None, images: IndexArray
) -> IndexArray:
    """Returns the positions of the images that have something to compare."""
    mask = np.zeros(len(images), dtype=np.bool_)
    for start in range(0, len(images), _CHUNK):
        rows = images[start : start + _CHUNK]
        if thumbnails is not None:
            contrast = _centred(thumbnails[rows]).std(axis=1)
            mask[start : start + _CHUNK] = contrast >= LEAST_CONTRAST
        elif features is not None:
            vectors = neighbors.unit_rows(features[rows])
            mask[start : start + _CHUNK] = np.abs(vectors).sum(axis=1) > 0
    return np.flatnonzero(mask)


def _centred(thumbnails: ByteArray) -> FloatArray:
    gray = np.asarray(thumbnails, dtype=np.float32)
    gray -= gray.mean(axis=1, keepdims=True)
    return gray


def _not_vetoed(features: RealArray, pairs: IntArray) -> BoolArray:
    """Returns the (P,) mask of pairs whose features agree well enough."""
    kept = np.zeros(len(pairs), dtype=np.bool_)
    for start in range(0, len(pairs), _CHUNK):
        chunk = pairs[start : start + _CHUNK]
        first, second = (neighbors.unit_rows(features[chunk[:, side]]) for side in (0, 1))
        kept[start : start + _CHUNK] = np.einsum("pd,pd->p", first, second) >= FEATURE_VETO
    return kept


def _group_rows(
    vectors: Vectors, images: IndexArray, pairs: IntArray, threshold: float
) -> IntArray:
    """Returns the (N,) group of each image; one unlike the group's mean gets its own group."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    count = len(images)
    links = coo_array((np.ones(len(pairs), np.int8), (pairs[:, 0], pairs[:, 1])), (count, count))
    groups, group = connected_components(links, directed=False)
    result: IntArray = group.astype(np.int64)
    rows = np.flatnonzero(np.bincount(group, minlength=groups)[group] > 1)
    # Group by group, so that sums of some groups at a time suffice.
    rows = rows[np.argsort(group[rows], kind="stable")]
    ends = np.flatnonzero(np.diff(group[rows])) + 1
    starts = np.append(0, ends)[:: max(1, _CHUNK // 16)]
    for members in np.split(rows, starts[1:]):
        shared, position = np.unique(group[members], return_inverse=True)
        own = vectors(images[members])
        sums = np.zeros((len(shared), own.shape[1]), dtype=np.float32)
        np.add.at(sums, position, own)
        means = neighbors.unit_rows(sums)
        stray = members[np.einsum("nd,nd->n", own, means[position]) < threshold]
        result[stray] = groups + stray
    return result


def _number_groups(group: IntArray, labels: IntArray) -> tuple[IntArray, BoolArray]:
    _, first, index, size = np.unique(
        group, return_index=True, return_inverse=True, return_counts=True
    )
    shared = size > 1
    number = np.full(len(size), -1, dtype=np.int64)
    kept = np.flatnonzero(shared)
    number[kept[np.argsort(first[kept])]] = np.arange(len(kept))
    labelled = labels != UNLABELLED
    seen = np.unique(np.stack([index[labelled], labels[labelled]]), axis=1)[0]
    disputed = np.bincount(seen, minlength=len(size)) > 1
    return number[index], (disputed & shared)[index] & labelled
