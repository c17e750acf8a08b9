"""The tree of the classes: those that lie near each other join first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ahsml_app.base.events import CancelToken
from ahsml_app.base.types import Float64Array, FloatArray, IntArray

ORDERED_UP_TO = 300
"""Classes up to which the leaves are put into the best order, which takes cubic time and holds the
interpreter's lock meanwhile: 22 ms for 300 classes, 1.1 s for 1,000."""


@dataclass(frozen=True, slots=True)
class ClassTree:
    """A binary tree over K leaves with K - 1 joints; joint j is node K + j.

    Attributes:
        order: (K,) classes from the first leaf to the last; neighbours look alike.
        children: (K - 1, 2) nodes that each joint joins, the earlier leaves first.
        height: (K - 1,) mean distance between the classes of the two, in hyperbolic length.
        first: (2 K - 1,) place in `order` of the first leaf below each node.
        last: (2 K - 1,) likewise of the last one.
        middle: (2 K - 1,) where the stem of each node is drawn, in places of leaves.
    """

    order: IntArray
    children: IntArray
    height: Float64Array
    first: IntArray
    last: IntArray
    middle: Float64Array

    def classes(self, node: int) -> IntArray:
        """The classes below a node, in their order."""
        return self.order[self.first[node] : self.last[node] + 1]


def class_tree(distances: FloatArray, cancel: CancelToken | None = None) -> ClassTree:
    """Join classes by the mean distance between them (average linkage, Sokal and Michener 1958).

    Leaves are put so that neighbours are as near as they can be (Bar-Joseph et al., 2001), up to
    `ORDERED_UP_TO` classes.

    Args:
        distances: (K, K) symmetric distances, 0 on the diagonal; NaN is far. K >= 2.
        cancel: Asks to stop.

    Raises:
        Cancelled: When asked to stop.
    """
    square = np.asarray(distances, dtype=np.float64)
    if np.isnan(square).any():
        square = np.nan_to_num(square, nan=float(np.nanmax(square, initial=0.0)))
    square = (square + square.T) / 2
    if len(square) <= ORDERED_UP_TO:
        return _laid_out(*_ordered_links(square))
    return _laid_out(*_links(square, cancel or CancelToken()))


def class_order(distances: FloatArray) -> IntArray:
    """(K,) classes in the order of their tree, so that relatives stand side by side.

    Args:
        distances: As for `class_tree`, but of any number of classes.
    """
    return class_tree(distances).order if len(distances) > 1 else np.arange(len(distances))


def _ordered_links(square: Float64Array) -> tuple[IntArray, Float64Array]:
    """Which nodes each joint joins, and at which height; leaves in the best order."""
    from scipy.cluster.hierarchy import linkage, optimal_leaf_ordering
    from scipy.spatial.distance import squareform

    condensed = squareform(square, checks=False)
    links = optimal_leaf_ordering(linkage(condensed, method="average"), condensed)
    return links[:, :2].astype(np.int64), links[:, 2]


def _links(distance: Float64Array, cancel: CancelToken) -> tuple[IntArray, Float64Array]:
    """The very links of SciPy's average linkage, with the window free to go on meanwhile.

    SciPy holds the interpreter's lock until it has them all, half a second for 5,000 classes. Here
    each step of the chain of nearest neighbours (Murtagh 1983) is a few calls of numpy.

    Args:
        distance: (K, K) symmetric distances, which are overwritten.
        cancel: Asks to stop.
    """
    leaves = len(distance)
    np.fill_diagonal(distance, np.inf)
    size, gone = np.ones(leaves), np.zeros(leaves)  # what is gone is infinitely far
    joined = np.empty((leaves - 1, 2), dtype=np.int64)
    height, chain = np.empty(leaves - 1), list[int]()
    for joint in range(leaves - 1):
        cancel.check()
        chain = chain or [int(np.argmin(gone))]
        while True:
            here = chain[-1]
            away = distance[here] + gone
            near = int(np.argmin(away))
            if len(chain) > 1 and away[chain[-2]] <= away[near]:
                break  # each is the nearest of the other
            chain.append(near)
        height[joint] = away[chain[-2]]
        first, second = sorted((chain.pop(), chain.pop()))
        weight, other = size[first], size[second]
        mean = weight * distance[first] + other * distance[second]
        mean /= weight + other
        gone[first], size[second] = np.inf, weight + other
        distance[second] = mean
        distance[:, second] = mean
        joined[joint] = first, second
    order = np.argsort(height, kind="stable")
    return _numbered(joined[order]), height[order]


def _numbered(joined: IntArray) -> IntArray:
    """Nodes that each joint joins, from one leaf below each of the two."""
    leaves = len(joined) + 1
    above = list(range(2 * leaves - 1))  # a node that contains each, at last the largest one
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


def _laid_out(children: IntArray, height: Float64Array) -> ClassTree:
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
