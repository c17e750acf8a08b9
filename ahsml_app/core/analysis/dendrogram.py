"""Hierarchical clustering of the classes by their distances."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ahsml_app.base.events import CancelToken
from ahsml_app.base.types import Float64Array, FloatArray, IntArray

ORDERED_UP_TO = 300
"""Number of classes up to which the leaf order is optimal. The optimal order takes cubic time and
holds the interpreter's lock: 22 ms for 300 classes, 1.1 s for 1,000."""


@dataclass(frozen=True, slots=True)
class ClassTree:
    """A binary tree over K leaves with K - 1 joints; joint j is node K + j.

    Attributes:
        order: (K,) classes from the first leaf to the last; similar classes are adjacent.
        children: (K - 1, 2) the two nodes of each joint, the one with the earlier leaves first.
        height: (K - 1,) mean hyperbolic distance between the classes of the two nodes.
        first: (2 K - 1,) index in `order` of the first leaf below each node.
        last: (2 K - 1,) index in `order` of the last leaf below each node.
        middle: (2 K - 1,) position of each node's stem, in units of leaves.
    """

    order: IntArray
    children: IntArray
    height: Float64Array
    first: IntArray
    last: IntArray
    middle: Float64Array

    def classes(self, node: int) -> IntArray:
        """Returns the classes below a node, in leaf order."""
        return self.order[self.first[node] : self.last[node] + 1]


def class_tree(distances: FloatArray, cancel: CancelToken | None = None) -> ClassTree:
    """Clusters classes by average linkage (Sokal and Michener 1958).

    Up to `ORDERED_UP_TO` classes, the leaf order minimises the distances between neighbours
    (Bar-Joseph et al., 2001).

    Args:
        distances: (K, K) symmetric distances, 0 on the diagonal; NaN counts as the
            largest distance. K >= 2.
        cancel: Asks to stop.

    Raises:
        Cancelled: When asked to stop.
    """
    square = np.asarray(distances, dtype=np.float64)
    if np.isnan(square).any():
        square = np.nan_to_num(square, nan=float(np.nanmax(square, initial=0.0)))
    square = (square + square.T) / 2
    if len(square) <= ORDERED_UP_TO:
        return _layout(*_ordered_links(square))
    return _layout(*_links(square, cancel or CancelToken()))


def class_order(distances: FloatArray) -> IntArray:
    """Returns the (K,) classes in the leaf order of their tree.

    Args:
        distances: As for `class_tree`, but of any number of classes.
    """
    return class_tree(distances).order if len(distances) > 1 else np.arange(len(distances))


def _ordered_links(square: Float64Array) -> tuple[IntArray, Float64Array]:
    """Returns the nodes of each joint and its height, with an optimal leaf order."""
    from scipy.cluster.hierarchy import linkage, optimal_leaf_ordering
    from scipy.spatial.distance import squareform

    condensed = squareform(square, checks=False)
    links = optimal_leaf_ordering(linkage(condensed, method="average"), condensed)
    return links[:, :2].astype(np.int64), links[:, 2]


def _links(distance: Float64Array, cancel: CancelToken) -> tuple[IntArray, Float64Array]:
    """Computes the links of SciPy's average linkage without blocking the window.

    SciPy holds the interpreter's lock throughout, half a second for 5,000 classes. Here each step
    of the nearest-neighbour chain (Murtagh 1983) is a few calls of numpy.

    Args:
        distance: (K, K) symmetric distances; overwritten.
        cancel: Asks to stop.
    """
    leaves = len(distance)
    np.fill_diagonal(distance, np.inf)
    size, removed = np.ones(leaves), np.zeros(leaves)  # removed nodes are infinitely far
    joined = np.empty((leaves - 1, 2), dtype=np.int64)
    height, chain = np.empty(leaves - 1), list[int]()
    for joint in range(leaves - 1):
        cancel.check()
        chain = chain or [int(np.argmin(removed))]
        while True:
            node = chain[-1]
            away = distance[node] + removed
            neighbour = int(np.argmin(away))
            if len(chain) > 1 and away[chain[-2]] <= away[neighbour]:
                break  # each is the nearest of the other
            chain.append(neighbour)
        height[joint] = away[chain[-2]]
        first, second = sorted((chain.pop(), chain.pop()))
        weight, other = size[first], size[second]
        mean = weight * distance[first] + other * distance[second]
        mean /= weight + other
        removed[first], size[second] = np.inf, weight + other
        distance[second] = mean
        distance[:, second] = mean
        joined[joint] = first, second
    order = np.argsort(height, kind="stable")
    return _number_nodes(joined[order]), height[order]


def _number_nodes(joined: IntArray) -> IntArray:
    """Converts joints given by one leaf below each node into joints given by node numbers."""
    leaves = len(joined) + 1
    above = list(range(2 * leaves - 1))  # an ancestor of each node; the topmost is its own
    children = np.empty_like(joined)
    for joint, pair in enumerate(joined.tolist()):
        tops = []
        for leaf in pair:
            top, path = leaf, []
            while above[top] != top:
                path.append(top)
                top = above[top]
            for node in path:
                above[node] = top
            tops.append(top)
            above[top] = leaves + joint
        children[joint] = sorted(tops)
    return children


def _layout(children: IntArray, height: Float64Array) -> ClassTree:
    leaves = len(children) + 1
    size = np.ones(2 * leaves - 1, dtype=np.int64)
    for joint, (left, right) in enumerate(children.tolist()):
        size[leaves + joint] = size[left] + size[right]
    first = np.zeros(2 * leaves - 1, dtype=np.int64)
    # From the root down: the first child begins where its parent does.
    for joint in range(leaves - 2, -1, -1):
        left, right = children[joint].tolist()
        first[left] = first[leaves + joint]
        first[right] = first[left] + size[left]
    order = np.empty(leaves, dtype=np.int64)
    order[first[:leaves]] = np.arange(leaves)
    middle = np.empty(2 * leaves - 1)
    middle[:leaves] = first[:leaves]
    for joint, (left, right) in enumerate(children.tolist()):
        middle[leaves + joint] = (middle[left] + middle[right]) / 2
    return ClassTree(order, children, height, first, first + size - 1, middle)
