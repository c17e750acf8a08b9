"""Retrieval metrics of an embedding, sample by sample."""

from __future__ import annotations

import numpy as np

from ahsml_app.base.types import BoolArray, Float64Array, IntArray, RealArray
from ahsml_app.core.geometry.knn import nearest, nearest_cosine

DRAWS, DRAWS_AT_ONCE = 2000, 50
"""Bootstrap draws, in total and at a time: 50 draws of 3,000 samples take a megabyte."""


def retrieval_by_sample(
    points: RealArray, labels: IntArray, *, c: float | None = None
) -> tuple[Float64Array, Float64Array]:
    """Computes Recall@1 and average precision at R of each sample that has another of its class.

    Args:
        points: (N, D) features, or points of the ball.
        labels: (N,) true classes.
        c: Curvature for hyperbolic neighbours; None for cosine ones.

    Returns:
        (M,) Recall@1, 0 or 1, and (M,) average precision, 0 to 1, in the order of the samples.
    """
    others = _others_of_class(labels)
    counted = others > 0
    if not counted.any():
        return np.empty(0), np.empty(0)
    hits = _same_class(points, labels, int(others.max()), c)
    first = hits[counted, 0].astype(np.float64)
    rank = np.arange(1, hits.shape[1] + 1)
    hits = hits & (rank[None, :] <= others[:, None])
    precision = np.cumsum(hits, axis=1) / rank
    total = (precision * hits).sum(axis=1)
    return first, total[counted] / others[counted]


def paired_difference(
    before: Float64Array, after: Float64Array, seed: int = 0
) -> tuple[float, float, float]:
    """Returns the mean difference of paired measurements, with a bootstrap interval.

    Samples are drawn with replacement, each with both of its measurements (Efron and
    Tibshirani, An Introduction to the Bootstrap, 1993; percentiles).

    Args:
        before: (N,) one measurement.
        after: (N,) the other.
        seed: Seed of the draws.

    Returns:
        Low end (2.5 %), mean of after - before, high end (97.5 %); NaN without samples.
    """
    gain = after - before
    if not len(gain):
        return (float("nan"),) * 3
    random = np.random.default_rng(seed)
    means = [
        gain[random.integers(0, len(gain), (DRAWS_AT_ONCE, len(gain)))].mean(axis=1)
        for _ in range(DRAWS // DRAWS_AT_ONCE)
    ]
    low, high = np.percentile(np.concatenate(means), (2.5, 97.5))
    return float(low), float(gain.mean()), float(high)


def _others_of_class(labels: IntArray) -> IntArray:
    _, index, counts = np.unique(labels, return_inverse=True, return_counts=True)
    return counts[index].astype(np.int64) - 1


def _same_class(points: RealArray, labels: IntArray, k: int, c: float | None) -> BoolArray:
    """Returns the (N, k) mask of neighbours, nearest first, that share the sample's class."""
    if c is None:
        _, indices = nearest_cosine(points, k)
    else:
        _, indices = nearest(points, None, k, c)
    hits: BoolArray = (indices >= 0) & (labels[indices] == labels[:, None])
    return hits
