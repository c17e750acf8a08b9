"""The tree of the classes: those that lie near each other join first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ahsml_app.base.types import FloatArray, IntArray

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
    height: npt.NDArray[np.float64]
    first: IntArray
    last: IntArray
    middle: npt.NDArray[np.float64]

    def classes(self, node: int) -> IntArray:
        """The classes below a node, in their order."""
        return self.order[self.first[node] : self.last[node] + 1]


def class_tree(distances: FloatArray) -> ClassTree:
    """Join classes by the mean distance between them (average linkage, Sokal and Michener 1958).

    Leaves are put so that neighbours are as near as they can be (Bar-Joseph et al., 2001), up to
    `ORDERED_UP_TO` classes.

    Args:
        distances: (K, K) symmetric distances, 0 on the diagonal; NaN is far. K >= 2.
    """
    from scipy.cluster.hierarchy import linkage, optimal_leaf_ordering
    from scipy.spatial.distance import squareform

    square = np.asarray(distances, dtype=np.float64)
    if np.isnan(square).any():
        square = np.nan_to_num(square, nan=float(np.nanmax(square, initial=0.0)))
    condensed = squareform((square + square.T) / 2, checks=False)
    links = linkage(condensed, method="average")
    if len(square) <= ORDERED_UP_TO:
        links = optimal_leaf_ordering(links, condensed)
    return _laid_out(links[:, :2].astype(np.int64), links[:, 2])


def class_order(distances: FloatArray) -> IntArray:
    """(K,) classes in the order of their tree, so that relatives stand side by side.

    Args:
        distances: As for `class_tree`, but of any number of classes.
    """
    return class_tree(distances).order if len(distances) > 1 else np.arange(len(distances))


def _laid_out(children: IntArray, height: npt.NDArray[np.float64]) -> ClassTree:
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
