"""Groups of samples that would vouch for each other's labels (ours).

A model that trained on one crop of a photograph has seen the label of the other crop, right or
wrong, and confirms it. So samples that look alike share a fold, as exact copies do. That asks for
more than the search for duplicates to show: a mirrored or cropped copy has another thumbnail, but
its features lie much nearer than the next image does. How near depends on the data: the nearest
other image of plankton has a cosine of 0.83 in the median, the nearest other photograph of clothes
0.69. So distances are compared to that of the 30th neighbour, which is an ordinary one even among
ten copies.
"""

from __future__ import annotations

import math

import numpy as np

from ahsml_app.base.events import CancelToken
from ahsml_app.base.types import ByteArray, FloatArray, IntArray, RealArray
from ahsml_app.core.features.duplicates import LEAST_CONTRAST, THUMBNAIL_CORRELATION
from ahsml_app.core.geometry import knn

NEIGHBOUR = 30
"""Number of the neighbour whose distance counts as that of an ordinary one."""

NEAR = 0.2
"""Largest squared distance of look-alikes, as a share of the squared distance to that neighbour."""

AXES = 128
"""Principal axes in which distances are compared."""

NEAREST = 1e-4
"""Nearness below which only equal features stay joined."""

LARGEST = 32
"""Largest group that looks alone may join; in a larger one, only the nearer half stays joined."""

_CHUNK = 1024
_TINY = np.finfo(np.float32).tiny


def look_alikes(
    features: RealArray, thumbnails: ByteArray | None = None, cancel: CancelToken | None = None
) -> IntArray:
    """Groups samples that lie much nearer to each other than to ordinary neighbours.

    The nearness of two samples is their squared distance in the principal axes, as a share of that
    to the `NEIGHBOUR`-th neighbour of either. Where thumbnails are nearer still, compared to those
    of the other neighbours, the geometric mean of both counts: an image that was darkened or
    reduced may have moved far in the features, but looks the same when it is small. Samples are
    linked if their nearness is at most `NEAR`, and linked samples form groups by chains. Groups of
    more than `LARGEST` samples are a class whose images are all alike, rather than copies; they are
    divided by asking for half the nearness until none is left.

    Args:
        features: (N, D) features of the plain image; may be memory-mapped.
        thumbnails: (N, 256) of `gray_thumbnails`; None to use features alone.
        cancel: Asks the search to stop.

    Returns:
        (N,) number of each sample's group.

    Raises:
        Cancelled: When asked to stop.
    """
    count = len(features)
    if count <= NEIGHBOUR:
        return np.arange(count)
    pairs, nearness = _near_pairs(features, thumbnails, cancel)
    limit = NEAR
    groups = _components(pairs, count)
    while (sizes := np.bincount(groups)).max() > LARGEST and limit > 0:
        limit = limit / 2 if limit > NEAREST else 0.0
        large = sizes[groups] > LARGEST
        kept = (nearness <= limit) | ~large[pairs[:, 0]]
        pairs, nearness = pairs[kept], nearness[kept]
        groups = _components(pairs, count)
    return groups


def _near_pairs(
    features: RealArray, thumbnails: ByteArray | None, cancel: CancelToken | None
) -> tuple[IntArray, FloatArray]:
    """Returns (P, 2) pairs of neighbours and their (P,) nearness, at most `NEAR`."""
    reduced = knn.principal_axes(features, AXES)
    points = np.concatenate(
        [reduced(features[start : start + _CHUNK]) for start in range(0, len(features), _CHUNK)]
    )
    index = knn.euclidean_index(points)
    ordinary = np.empty(len(points), dtype=np.float32)
    pairs, values = [], []
    for start in range(0, len(points), _CHUNK):
        if cancel is not None:
            cancel.check()
        distances, indices = index.search(points[start : start + _CHUNK], NEIGHBOUR + 1)
        rows = np.arange(start, start + len(indices))
        ordinary[rows] = distances[:, -1]
        nearness = np.divide(
            distances, distances[:, -1:], out=np.ones_like(distances), where=distances[:, -1:] > 0
        )
        if thumbnails is not None:
            small = np.sqrt(nearness * _thumbnail_nearness(thumbnails, rows, indices))
            nearness = np.minimum(nearness, small)
        mask = (indices >= 0) & (indices != rows[:, None]) & (nearness <= NEAR)
        row, column = np.nonzero(mask)
        pairs.append(np.stack([rows[row], indices[row, column]], axis=1))
        values.append(nearness[row, column])
    linked, nearness = np.concatenate(pairs), np.concatenate(values)
    # Of either: the nearness counts that is seen from the denser side.
    scale = ordinary[linked[:, 0]] / np.maximum(ordinary[linked[:, 1]], _TINY)
    nearness = nearness * np.maximum(scale, 1)
    mask = nearness <= NEAR
    return linked[mask], nearness[mask]


def _thumbnail_nearness(thumbnails: ByteArray, rows: IntArray, indices: IntArray) -> FloatArray:
    """Returns how near the thumbnails of neighbours are, as a share of the median neighbour's.

    Args:
        thumbnails: (N, 256).
        rows: B rows.
        indices: (B, k) their neighbours.

    Returns:
        (B, k) ratios of 1 - correlation; 1 where a thumbnail has too little contrast, or where the
        median neighbour looks the same.
    """
    own, others = (_standardised(thumbnails[numbers]) for numbers in (rows, indices))
    away = np.clip(1 - np.einsum("bd,bkd->bk", own, others), 0, 1)
    median = np.median(away, axis=1, keepdims=True)
    telling = median > 1 - THUMBNAIL_CORRELATION
    ratio: FloatArray = np.divide(away, median, out=np.ones_like(away), where=telling)
    return ratio


def _standardised(thumbnails: ByteArray) -> FloatArray:
    """Returns thumbnails without mean and contrast; zeros where there is too little of it."""
    gray = thumbnails.astype(np.float32)
    gray -= gray.mean(axis=-1, keepdims=True)
    length = np.linalg.norm(gray, axis=-1, keepdims=True)
    enough = length >= LEAST_CONTRAST * math.sqrt(gray.shape[-1])
    result: FloatArray = np.divide(gray, length, out=np.zeros_like(gray), where=enough)
    return result


def _components(pairs: IntArray, count: int) -> IntArray:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    links = coo_array((np.ones(len(pairs), np.int8), (pairs[:, 0], pairs[:, 1])), (count, count))
    groups: IntArray = connected_components(links, directed=False)[1].astype(np.int64)
    return groups
