"""How good a ranking of suspects, a probability or an embedding is; all on numpy arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ahsml_app.core.geometry import knn as neighbors

Array = npt.NDArray[np.floating[Any]]
Mask = npt.NDArray[np.bool_]
Labels = npt.NDArray[np.integer[Any]]

DRAWS, DRAWS_AT_ONCE = 2000, 50
"""Of the bootstrap; at once so few that 3,000 samples take a megabyte."""


def average_precision(scores: Array, wrong: Mask) -> float:
    """Average precision of finding the wrong labels (scikit-learn's, without interpolation).

    Args:
        scores: (N,) larger is more suspect.
        wrong: (N,) which labels are wrong.

    Returns:
        0 to 1; NaN where no label is wrong.
    """
    from sklearn.metrics import average_precision_score

    return float(average_precision_score(wrong, scores)) if wrong.any() else float("nan")


def auroc(scores: Array, wrong: Mask) -> float:
    """Probability that a wrong label scores above a right one, ties counting half.

    Args:
        scores: (N,) larger is more suspect.
        wrong: (N,) which labels are wrong.

    Returns:
        0 to 1; NaN where all labels are wrong or none is.
    """
    from sklearn.metrics import roc_auc_score

    return float("nan") if wrong.all() or not wrong.any() else float(roc_auc_score(wrong, scores))


def precision_at(scores: Array, wrong: Mask, share: float) -> float:
    """Share of wrong labels among the most suspect samples.

    Args:
        scores: (N,) larger is more suspect.
        wrong: (N,) which labels are wrong.
        share: Share of all samples that is reviewed, above 0 to 1; at least one sample is.

    Returns:
        0 to 1; NaN without samples.
    """
    if not len(scores):
        return float("nan")
    reviewed = max(1, round(share * len(scores)))
    return float(wrong[_most_suspect_first(scores)[:reviewed]].mean())


def review_share_to_find(scores: Array, wrong: Mask, share: float = 0.8) -> float:
    """Share of the data that must be reviewed, most suspect first, to meet most wrong labels.

    Args:
        scores: (N,) larger is more suspect.
        wrong: (N,) which labels are wrong.
        share: Share of the wrong labels to meet, above 0 to 1.

    Returns:
        0 to 1; NaN where no label is wrong.
    """
    if not wrong.any():
        return float("nan")
    found = np.cumsum(wrong[_most_suspect_first(scores)])
    # The tolerance keeps 0.8 * 10 from asking for the ninth of ten.
    needed = np.ceil(share * found[-1] - 1e-9)
    return float((np.searchsorted(found, needed) + 1) / len(scores))


def _most_suspect_first(scores: Array) -> npt.NDArray[np.intp]:
    return np.argsort(-scores, kind="stable")


def expected_calibration_error(probabilities: Array, truth: Mask, bins: int = 15) -> float:
    """Mean distance of stated probability and observed frequency over bins of equal width.

    Source: Guo et al., On Calibration of Modern Neural Networks, ICML 2017, for a binary event.

    Args:
        probabilities: (N,) stated, 0 to 1.
        truth: (N,) whether it happened.
        bins: Number of bins.

    Returns:
        0 to 1; NaN without samples.
    """
    if not len(probabilities):
        return float("nan")
    place = np.clip((probabilities * bins).astype(np.int64), 0, bins - 1)
    stated = np.bincount(place, probabilities, minlength=bins)
    observed = np.bincount(place, truth, minlength=bins)
    return float(np.abs(stated - observed).sum() / len(probabilities))


def recall_at_k(points: Array, labels: Labels, k: int = 1, *, c: float | None = None) -> float:
    """Share of samples that have one of their class among their k nearest neighbours.

    Args:
        points: (N, D) features, or points of the ball.
        labels: (N,) true classes.
        k: Neighbours to look at.
        c: Curvature for hyperbolic neighbours; None for cosine ones.

    Returns:
        0 to 1, over the samples that have another of their class; NaN where there is none.
    """
    hits = _same_class(points, labels, k, c)
    others = _others_of_class(labels)
    hit = np.asarray(hits.any(axis=1))[others > 0]
    return float(hit.mean()) if len(hit) else float("nan")


def map_at_r(points: Array, labels: Labels, *, c: float | None = None) -> float:
    """Mean average precision at R, R being the number of others of the sample's class.

    Source: Musgrave et al., A Metric Learning Reality Check, ECCV 2020.

    Args:
        points: (N, D) features, or points of the ball.
        labels: (N,) true classes.
        c: Curvature for hyperbolic neighbours; None for cosine ones.

    Returns:
        0 to 1, over the samples that have another of their class; NaN where there is none.
    """
    _, precisions = retrieval_by_sample(points, labels, c=c)
    return float(precisions.mean()) if len(precisions) else float("nan")


def retrieval_by_sample(
    points: Array, labels: Labels, *, c: float | None = None
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Recall@1 and average precision at R of each sample that has another of its class.

    Args:
        points: (N, D) features, or points of the ball.
        labels: (N,) true classes.
        c: Curvature for hyperbolic neighbours; None for cosine ones.

    Returns:
        (M,) 0 or 1, and (M,) 0 to 1, in the order of the samples.
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
    before: npt.NDArray[np.float64], after: npt.NDArray[np.float64], seed: int = 0
) -> tuple[float, float, float]:
    """Mean difference of two measurements of the same samples, with a bootstrap interval.

    The samples are drawn with replacement, both measurements of each together (Efron and
    Tibshirani, An Introduction to the Bootstrap, 1993; percentiles).

    Args:
        before: (N,) one measurement.
        after: (N,) the other.
        seed: Of the draws.

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


def _others_of_class(labels: Labels) -> npt.NDArray[np.int64]:
    _, index, counts = np.unique(labels, return_inverse=True, return_counts=True)
    return counts[index].astype(np.int64) - 1


def _same_class(points: Array, labels: Labels, k: int, c: float | None) -> Mask:
    """(N, k) whether each neighbour, nearest first, is of the sample's class."""
    if c is None:
        _, found = neighbors.nearest_cosine(points, k)
    else:
        _, found = neighbors.nearest(points, None, k, c)
    hits: Mask = (found >= 0) & (labels[found] == labels[:, None])
    return hits
