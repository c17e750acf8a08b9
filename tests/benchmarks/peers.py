"""The peers, each with its settings chosen in its favour: the best average precision of a row."""

from __future__ import annotations

import warnings
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from ahsml_app.core.metrics import average_precision
from ahsml_app.core.neighbors import nearest_cosine

PENALTIES = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1)
"""C of scikit-learn's logistic regression on standardised features."""

Labels = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float64]


def knn_scores(features: npt.NDArray[np.floating], given: Labels, truth: Labels) -> Scores:
    """1 - share of the nearest neighbours that carry the given label, with the best k."""
    _, neighbours = nearest_cosine(features, 50)
    best = [1 - (given[neighbours[:, :k]] == given[:, None]).mean(1) for k in (5, 10, 20, 50)]
    return max(best, key=lambda scores: average_precision(scores, given != truth))


def cross_validated(
    features: npt.NDArray[np.floating], labels: Labels, folds: Labels, penalty: float
) -> npt.NDArray[np.float64]:
    """Out-of-fold probabilities of scikit-learn's logistic regression.

    The features are rotated to their principal components before, all of them that are not
    nothing, which changes no distance and no L2 penalty.
    """
    from sklearn.linear_model import LogisticRegression

    probabilities = np.zeros((len(labels), int(labels.max()) + 1))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # not converged in 100 steps: the ranking no longer moves
        for fold in range(int(folds.max()) + 1):
            train = folds != fold
            model = LogisticRegression(C=penalty, max_iter=100).fit(features[train], labels[train])
            probabilities[np.ix_(~train, model.classes_)] = model.predict_proba(features[~train])
    return probabilities


def cleanlab_scores(
    features: npt.NDArray[np.floating], given: Labels, truth: Labels, folds: Labels
) -> tuple[Scores, Mapping[str, float]]:
    """cleanlab's label quality by cross-validated logistic regression, best C and best score."""
    from cleanlab.filter import find_label_issues
    from cleanlab.rank import get_label_quality_scores

    best, facts, found = -1.0, {}, np.zeros(len(given))
    falling = 0
    for penalty in PENALTIES:
        probabilities = cross_validated(features, given, folds, penalty)
        reached = []
        for method in ("self_confidence", "normalized_margin"):
            scores = 1 - get_label_quality_scores(given, probabilities, method=method)
            precision = average_precision(scores, given != truth)
            reached.append(precision)
            if precision > best:
                issues = find_label_issues(given, probabilities)
                best, found = precision, scores
                facts = {"C": penalty, "flagged": float(issues.mean())}
        # Each score has one peak in C; two steps down from it, the rest is spared.
        falling = falling + 1 if max(reached) < best else 0
        if falling >= 2:
            break
    return found, facts


def ceiling_scores(
    features: npt.NDArray[np.floating], given: Labels, truth: Labels, folds: Labels
) -> Scores:
    """1 - p(given label) by logistic regression on the true labels, with the best C."""
    rows = np.arange(len(given))
    best = [
        1 - cross_validated(features, truth, folds, penalty)[rows, given]
        for penalty in PENALTIES[::2]
    ]
    return max(best, key=lambda scores: average_precision(scores, given != truth))
