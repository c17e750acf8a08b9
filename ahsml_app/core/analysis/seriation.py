"""Orders the classes so that confused ones stand together.

Average linkage on the distances, and of the 2^(K-1) orders of its tree the one with the shortest
path from leaf to leaf (Bar-Joseph, Gifford and Jaakkola, "Fast optimal leaf ordering for
hierarchical clustering", 2001), by SciPy. That takes cubic time and holds the interpreter's
lock, so many classes are first halved along the Fiedler vector of their similarities (Fiedler
1973; Atkins, Boman and Hendrickson, "A spectral algorithm for seriation", 1998) until the parts
are small. The halves are flipped so that their nearer ends meet (ours).
"""

from __future__ import annotations

import time

import numpy as np

from ahsml_app.base.types import FloatArray, IndexArray, IntArray
from ahsml_app.core.analysis.dendrogram import ORDERED_UP_TO, class_tree

MOST_AT_ONCE = ORDERED_UP_TO
"""Classes ordered at a time, in the optimal leaf order of their tree."""

_ROUNDS = 40
_SHARPNESS = 4


def confusion_distances(
    given: IntArray, suggested: IntArray, images: IntArray, divergence: FloatArray
) -> FloatArray:
    """Computes class distances: small where classes are confused or lie near each other (ours).

    The divergence, scaled to 0 to 1, times 1 - sqrt(s), where s is the share of the smaller class
    that is confused with the other one, in either direction.

    Args:
        given: (M,) class of each cell of the confusion matrix.
        suggested: (M,) the other class of the cell.
        images: (M,) number of images in the cell.
        divergence: (L, L) distances between the L classes of the training; later
            classes are far.

    Returns:
        (K, K), symmetric, 0 on the diagonal, where K also counts the later classes.
    """
    trained = len(divergence)
    size = 1 + max(trained - 1, int(given.max(initial=-1)), int(suggested.max(initial=-1)))
    distances = np.ones((size, size), dtype=np.float32)
    far = float(divergence.max(initial=0.0)) if trained else 0.0
    if far > 0:
        distances[:trained, :trained] = np.nan_to_num(divergence, nan=far) / np.float32(far)
    counts = np.maximum(np.bincount(given, weights=images, minlength=size), 1)
    mask = given != suggested
    first, second, weight = given[mask], suggested[mask], images[mask]
    share = weight / np.minimum(counts[first], counts[second])
    confused = np.zeros((size, size), dtype=np.float32)
    np.add.at(confused, (first, second), share.astype(np.float32))
    confused += confused.T.copy()
    distances *= 1 - np.sqrt(np.minimum(confused, 1, out=confused), out=confused)
    distances += distances.T.copy()
    distances /= 2
    np.fill_diagonal(distances, 0)
    return distances


def seriate(distances: FloatArray) -> IntArray:
    """Returns an order in which similar classes are adjacent.

    Args:
        distances: (K, K), symmetric, 0 on the diagonal.

    Returns:
        (K,) classes in that order.
    """
    everything = np.arange(len(distances), dtype=np.intp)
    return _order(distances, everything).astype(np.int64)


def _order(distances: FloatArray, members: IndexArray) -> IndexArray:
    if len(members) < 3:
        return members
    block = distances[np.ix_(members, members)]
    if len(members) <= MOST_AT_ONCE:
        time.sleep(0)  # yields to the window's thread
        return members[_leaves(block)]
    along = np.argsort(_fiedler(block), kind="stable")
    del block
    half = len(members) // 2
    first = _order(distances, members[along[:half]])
    second = _order(distances, members[along[half:]])
    return _concatenate(distances, first, second)


def _leaves(distances: FloatArray) -> IndexArray:
    return class_tree(distances).order.astype(np.intp)


def _fiedler(distances: FloatArray) -> FloatArray:
    """Computes the second eigenvector of the normalised similarities by power iteration."""
    likeness = np.maximum(1 - distances / max(float(distances.max()), 1e-9), 0) ** _SHARPNESS
    root = np.sqrt(likeness.sum(axis=1))
    likeness /= root[:, None]
    likeness /= root
    first = root / np.linalg.norm(root)
    vector = np.random.default_rng(0).normal(size=len(root)).astype(np.float32)
    for _ in range(_ROUNDS):
        vector -= first * (first @ vector)
        vector = likeness @ vector + vector  # shifted, so that no negative eigenvalue wins
        vector /= np.linalg.norm(vector)
    order: FloatArray = vector / root
    return order


def _concatenate(distances: FloatArray, first: IndexArray, second: IndexArray) -> IndexArray:
    """Concatenates both, each flipped so that the nearer ends meet."""
    ways = [
        (float(distances[one[-1], other[0]]), one, other)
        for one in (first, first[::-1])
        for other in (second, second[::-1])
    ]
    _, one, other = min(ways, key=lambda way: way[0])
    return np.concatenate([one, other])
