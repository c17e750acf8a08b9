"""The classes in the order of their tree, so that relatives stand side by side."""

from __future__ import annotations

import numpy as np

from ahsml_app.base.types import FloatArray, IntArray


def class_order(distances: FloatArray) -> IntArray:
    """Leaves of the tree that average linkage makes of the class distances, from left to right.

    Args:
        distances: (K, K) symmetric distances between classes.

    Returns:
        (K,) class indices.
    """
    if len(distances) < 3:
        return np.arange(len(distances))
    from scipy.cluster.hierarchy import leaves_list, linkage
    from scipy.spatial.distance import squareform

    even = np.nan_to_num((distances + distances.T) / 2).astype(np.float64)
    np.fill_diagonal(even, 0)
    tree = linkage(squareform(even, checks=False), "average")
    return np.asarray(leaves_list(tree), dtype=np.int64)
