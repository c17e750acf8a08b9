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

import numpy as np

from ahsml_app.base.events import CancelToken
from ahsml_app.base.types import FloatArray, IntArray, RealArray
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

_CHUNK = 4096
_TINY = np.finfo(np.float32).tiny


def look_alikes(features: RealArray, cancel: CancelToken | None = None) -> IntArray:
    """Groups samples whose features lie much nearer to each other than to ordinary neighbours.

    Two samples are linked if their squared distance in the principal axes is at most `NEAR` of that
    to the `NEIGHBOUR`-th neighbour of either. Linked samples form groups by chains. Groups of more
    than `LARGEST` samples are a class whose images are all alike, rather than copies; they are
    divided by asking for half the distance until none is left.

    Args:
        features: (N, D) features of the plain image; may be memory-mapped.
        cancel: Asks the search to stop.

    Returns:
        (N,) number of each sample's group.

    Raises:
        Cancelled: When asked to stop.
    """
    count = len(features)
    if count <= NEIGHBOUR:
        return np.arange(count)
    pairs, nearness = _near_pairs(features, cancel)
    limit = NEAR
    groups = _components(pairs, count)
    while (sizes := np.bincount(groups)).max() > LARGEST and limit > 0:
        limit = limit / 2 if limit > NEAREST else 0.0
        large = sizes[groups] > LARGEST
        kept = (nearness <= limit) | ~large[pairs[:, 0]]
        pairs, nearness = pairs[kept], nearness[kept]
        groups = _components(pairs, count)
    return groups


def _near_pairs(features: RealArray, cancel: CancelToken | None) -> tuple[IntArray, FloatArray]:
    """Returns (P, 2) pairs of neighbours and their (P,) nearness, at most `NEAR`."""
    reduced = knn.principal_axes(features, AXES)
    points = np.concatenate(
        [reduced(features[start : start + _CHUNK]) for start in range(0, len(features), _CHUNK)]
    )
    index = knn.euclidean_index(points)
    neighbours, squared = [], []
    for start in range(0, len(points), _CHUNK):
        if cancel is not None:
            cancel.check()
        distances, indices = index.search(points[start : start + _CHUNK], NEIGHBOUR + 1)
        squared.append(distances)
        neighbours.append(indices)
    distances, indices = np.concatenate(squared), np.concatenate(neighbours)
    ordinary = distances[:, -1]
    rows, columns = np.nonzero((indices >= 0) & (indices != np.arange(len(points))[:, None]))
    others = indices[rows, columns]
    scale = np.minimum(ordinary[rows], ordinary[others])
    # Where as many images are equal as count for ordinary, looks say nothing.
    nearness = np.where(scale > 0, distances[rows, columns] / np.maximum(scale, _TINY), np.inf)
    mask = nearness <= NEAR
    return np.stack([rows[mask], others[mask]], axis=1), nearness[mask]


def _components(pairs: IntArray, count: int) -> IntArray:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    links = coo_array((np.ones(len(pairs), np.int8), (pairs[:, 0], pairs[:, 1])), (count, count))
    groups: IntArray = connected_components(links, directed=False)[1].astype(np.int64)
    return groups
