"""What a stratified random sample alone says of the number of wrong labels.

Each judged image stands for 1 / (probability of its inclusion) images, which is unbiased whatever
the scores are worth (Horvitz and Thompson, A Generalization of Sampling Without Replacement from a
Finite Universe, JASA 47, 1952). The interval joins the Wilson intervals of the strata (Zou, Huang
and Zhang, A note on confidence interval estimation for a linear function of binomial proportions,
Computational Statistics & Data Analysis 53, 2009), so that a stratum without an error has a width.
"""

from __future__ import annotations

import numpy as np

from ahsml_app.base.types import Float64Array, IntArray, RealArray
from ahsml_app.core.analysis.errors_remaining import share_interval

FLOOR = 0.02
"""Least spread that an image counts with, as the probability of an error: labels that look right
are mostly right, but nobody has looked at them."""


def strata_of(probabilities: RealArray, count: int) -> IntArray:
    """Divides images into strata of rising probability that are worth equally many looks.

    The borders lie at equal parts of the cumulated standard deviation of each label being wrong, as
    in the rule of Dalenius and Hodges (Minimum Variance Stratification, JASA 54, 1959).

    Args:
        probabilities: (M,) error probabilities.
        count: Number of strata.

    Returns:
        (M,) stratum of each image, 0 to `count` - 1.
    """
    order = np.argsort(probabilities, kind="stable")
    inside = np.clip(probabilities[order].astype(np.float64), FLOOR, 1 - FLOOR)
    cumulated = np.cumsum(np.sqrt(inside * (1 - inside)))
    share = cumulated / max(float(cumulated[-1]), 1e-12) if len(cumulated) else cumulated
    strata = np.empty(len(order), dtype=np.int64)
    strata[order] = np.minimum((share * count - 1e-9).astype(np.int64), count - 1)
    return strata


def stratified_total(
    sizes: Float64Array, judged: Float64Array, wrong: Float64Array
) -> tuple[float, float, float] | None:
    """Estimates the number of wrong labels in all strata, with a 95 % interval.

    Args:
        sizes: (S,) images in each stratum.
        judged: (S,) images of the sample whose label was judged.
        wrong: (S,) wrong labels among them.

    Returns:
        Low end, best guess, high end; None while a stratum has no judged image.
    """
    occupied = sizes > 0
    sizes, judged, wrong = sizes[occupied], judged[occupied], wrong[occupied]
    if not len(sizes) or (judged == 0).any():
        return None
    share, others = wrong / judged, sizes - judged
    low, high = share_interval(wrong, judged)
    best = float((sizes * share).sum())
    below = float(np.sqrt(((others * (share - low)) ** 2).sum()))
    above = float(np.sqrt(((others * (high - share)) ** 2).sum()))
    least, most = float(wrong.sum()), float((sizes - judged + wrong).sum())
    return max(best - below, least), best, min(best + above, most)
