"""Distances in the Poincaré ball by numpy alone, so that the window need not import torch.

`poincare.py` is the reference: training uses it, and the tests compare this module with it.
"""

from __future__ import annotations

import numpy as np

from ahsml_app.base.types import FloatArray


def distances_from(point: FloatArray, points: FloatArray, c: float) -> FloatArray:
    """Computes geodesic distances from one point to many.

    d(x, y) = 2 / sqrt(c) asinh(sqrt(c) |x - y| / sqrt((1 - c|x|^2)(1 - c|y|^2))), the stable form
    of the Poincare distance (method.md, section 1).

    Args:
        point: (D,) point of the ball of curvature -c.
        points: (M, D) points.
        c: c > 0.

    Returns:
        (M,) float32 distances.
    """
    distances: FloatArray = pair_distances(point[None], points[None], c)[0]
    return distances


def pair_distances(points: FloatArray, others: FloatArray, c: float) -> FloatArray:
    """Computes geodesic distances from each point to its own set of points.

    Args:
        points: (N, D) points of the ball of curvature -c.
        others: (N, M, D) points.
        c: c > 0.

    Returns:
        (N, M) float32 distances.
    """
    x, y = points.astype(np.float64)[:, None], others.astype(np.float64)
    denominator = np.maximum(1 - c * np.einsum("nmd,nmd->nm", x, x), 1e-12) * np.maximum(
        1 - c * np.einsum("nmd,nmd->nm", y, y), 1e-12
    )
    numerator = np.sqrt(c) * np.linalg.norm(y - x, axis=2)
    distances: FloatArray = (2 / np.sqrt(c) * np.arcsinh(numerator / np.sqrt(denominator))).astype(
        np.float32
    )
    return distances
