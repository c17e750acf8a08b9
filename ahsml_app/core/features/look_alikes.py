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
from collections.abc import Sequence

import numpy as np

from ahsml_app.base.errors import InputError
from ahsml_app.base.events import CancelToken
from ahsml_app.base.message import Message
from ahsml_app.base.types import BoolArray, ByteArray, FloatArray, IntArray, RealArray
from ahsml_app.core.features.duplicates import LEAST_CONTRAST, THUMBNAIL_CORRELATION
from ahsml_app.core.geometry import knn
from ahsml_app.core.geometry.neighbor_index import euclidean_index, query_order, sampled_rows

NEIGHBOUR = 30
"""Number of the neighbour whose distance counts as that of an ordinary one."""

NEAR = 0.2
"""Largest squared distance of look-alikes, as a share of the squared distance to that neighbour."""

AXES = 128
"""Principal axes in which distances are compared."""

AXES_SAMPLE = 10_000
"""Samples that the axes are estimated from."""

LARGEST = 32
"""Largest group that looks alone may join."""

LEAST_SPREAD = 1e-4
"""Mean squared distance of unit features to their mean below which they count as equal; among
plankton before a white ground it is several thousand times as large."""

CANDIDATES = 4
"""Codes looked up for each neighbour among many points. With twice as many, the squared distance of
an ordinary neighbour comes out 1 % nearer to the true one in noise, and the search takes a fifth
more time."""

_CHUNK = 1024
_TINY = np.finfo(np.float32).tiny


def look_alikes(
    hashes: Sequence[str],
    features: RealArray,
    thumbnails: ByteArray | None = None,
    cancel: CancelToken | None = None,
) -> IntArray:
    """Groups samples that lie much nearer to each other than to ordinary neighbours.

    The nearness of two samples is their squared distance in the principal axes, as a share of that
    to the `NEIGHBOUR`-th neighbour of either. Where thumbnails are nearer still, compared to those
    of the other neighbours, the geometric mean of both counts: an image that was darkened or
    reduced may have moved far in the features, but looks the same when it is small. Samples are
    linked if their nearness is at most `NEAR`, and linked samples form groups by chains. A group of
    more than `LARGEST` samples, such as a long film, is halved across its longest axis until none
    is left: one fold must not hold a whole class.

    Args:
        hashes: N content hashes. Copies of one file count once, so that they are no ordinary
            neighbours of each other.
        features: (N, D) features of the plain image; may be memory-mapped.
        thumbnails: (N, 256) of `gray_thumbnails`; None to use features alone.
        cancel: Asks the search to stop.

    Returns:
        (N,) number of each sample's group.

    Raises:
        Cancelled: When asked to stop.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    _, rows, inverse = np.unique(
        np.asarray(hashes, dtype=np.str_), return_index=True, return_inverse=True
    )
    count = len(rows)
    if count <= NEIGHBOUR:
        return inverse.astype(np.int64)
    reduced = knn.principal_axes(features[rows[sampled_rows(count, AXES_SAMPLE)]], AXES)
    points = np.concatenate(
        [reduced(features[rows[start : start + _CHUNK]]) for start in range(0, count, _CHUNK)]
    )
    pairs = _near_pairs(points, None if thumbnails is None else thumbnails[rows], cancel)
    links = coo_array((np.ones(len(pairs), np.int8), (pairs[:, 0], pairs[:, 1])), (count, count))
    groups: IntArray = connected_components(links, directed=False)[1].astype(np.int64)
    sizes = np.bincount(groups)
    by_group, ends, numbers = np.argsort(groups, kind="stable"), np.cumsum(sizes), len(sizes)
    waiting = [by_group[ends[n] - sizes[n] : ends[n]] for n in np.flatnonzero(sizes > LARGEST)]
    while waiting:
        members = waiting.pop()
        half = _half(points[members])
        groups[members[half]] = numbers
        numbers += 1
        waiting += [part for part in (members[half], members[~half]) if len(part) > LARGEST]
    result: IntArray = groups[inverse]
    return result


def refuse_equal_features(features: RealArray) -> None:
    """Stops where all images look the same to the network, so that no label can be judged.

    Args:
        features: (N, D) features of the plain image; may be memory-mapped.

    Raises:
        InputError: If their directions hardly differ.
    """
    vectors = knn.unit_rows(features[sampled_rows(len(features), AXES_SAMPLE)])
    if len(vectors) > 1 and 1 - float(np.square(vectors.mean(0)).sum()) < LEAST_SPREAD:
        raise InputError(
            Message.plural(
                "All {count} image looks the same to the network, so no label can be judged.",
                "All {count} images look the same to the network, so no label can be judged.",
                count=len(features),
            ),
            hint="Check that these are the images that you mean. If they differ in details that "
            "you can see, choose another backbone.",
        )


def _half(points: FloatArray) -> BoolArray:
    """Returns the (n,) mask of the half of the points that lies on one side of the longest axis."""
    centred = points - points.mean(0)
    axis = np.linalg.svd(centred, full_matrices=False)[2][0]
    order = np.argsort(centred @ axis, kind="stable")
    half = np.zeros(len(points), dtype=np.bool_)
    half[order[: len(points) // 2]] = True
    return half


def _near_pairs(
    points: FloatArray, thumbnails: ByteArray | None, cancel: CancelToken | None
) -> IntArray:
    """Returns (P, 2) pairs of rows whose nearness is at most `NEAR`, seen from the denser side."""
    index = euclidean_index(points, candidates=CANDIDATES)
    order = query_order(index)
    ordinary = np.empty(len(points), dtype=np.float32)
    pairs, values = [], []
    for start in range(0, len(points), _CHUNK):
        if cancel is not None:
            cancel.check()
        rows = order[start : start + _CHUNK]
        distances, indices = index.search(points[rows], NEIGHBOUR + 1)
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
    scale = ordinary[linked[:, 0]] / np.maximum(ordinary[linked[:, 1]], _TINY)
    result: IntArray = linked[nearness * np.maximum(scale, 1) <= NEAR]
    return result


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
