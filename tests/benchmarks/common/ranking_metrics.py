"""How good a ranking of suspects or a probability is, against the truth."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.floating[Any]]
Mask = npt.NDArray[np.bool_]


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
