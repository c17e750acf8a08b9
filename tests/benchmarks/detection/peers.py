"""The peers, each with its settings chosen in its favour: the best average precision of a row."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from ahsml_app.core.geometry.knn import nearest_cosine
from benchmarks.common.ranking_metrics import average_precision

PENALTIES = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 3e-1, 1.0, 3.0, 10.0)
"""C of scikit-learn's logistic regression on standardised features; small sets want large ones."""

STEPS = 100
"""Most steps of its solver; 400 gave the same average precision (300 clothes, CIFAR-10N worse)."""

NEIGHBOURS = (5, 10, 20, 50)

Labels = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float64]
Found = TypeVar("Found")


def rotated(features: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.float32]:
    """Standardised features, rotated to their principal components, all that are not nothing.

    Exact for models with an L2 penalty: a rotation changes neither a distance nor a norm, and
    directions in which nothing varies get no weight. It saves time where samples are few.
    """
    plain = features.astype(np.float32)
    standard = (plain - plain.mean(0)) / (plain.std(0) + 1e-3)
    _, sizes, directions = np.linalg.svd(standard, full_matrices=False)
    return np.asarray(standard @ directions[sizes > 1e-4 * sizes[0]].T, dtype=np.float32)


def knn_scores(features: npt.NDArray[np.floating[Any]], given: Labels, truth: Labels) -> Scores:
    """1 - share of the nearest neighbours that carry the given label, with the best k."""
    _, neighbours = nearest_cosine(features, max(NEIGHBOURS))
    best = [1 - (given[neighbours[:, :k]] == given[:, None]).mean(1) for k in NEIGHBOURS]
    return max(best, key=lambda scores: average_precision(scores, given != truth))


def cross_validated(
    features: npt.NDArray[np.floating[Any]], labels: Labels, folds: Labels, penalty: float
) -> npt.NDArray[np.float64]:
    """Out-of-fold probabilities of scikit-learn's logistic regression."""
    from sklearn.linear_model import LogisticRegression

    probabilities = np.zeros((len(labels), int(labels.max()) + 1))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # not converged: see STEPS
        for fold in range(int(folds.max()) + 1):
            train = folds != fold
            model = LogisticRegression(C=penalty, max_iter=STEPS)
            model.fit(features[train], labels[train])
            probabilities[np.ix_(~train, model.classes_)] = model.predict_proba(features[~train])
    return probabilities


def best_penalty(attempt: Callable[[float], tuple[float, Found]]) -> Found:
    """What the best C gives; two steps down from the peak, larger ones are spared.

    Args:
        attempt: From C to what is reached with it, and what it gives.
    """
    best, chosen, falling = -np.inf, None, 0
    for penalty in PENALTIES:
        reached, found = attempt(penalty)
        falling += 1
        if chosen is None or reached > best:
            best, chosen, falling = reached, found, 0
        if falling == 2:
            break
    assert chosen is not None
    return chosen


def cleanlab_scores(
    features: npt.NDArray[np.floating[Any]], given: Labels, truth: Labels, folds: Labels
) -> tuple[Scores, dict[str, Any]]:
    """cleanlab's label quality by cross-validated logistic regression, best C and best score.

    Where no label is wrong nothing can be ranked; then C is the one that predicts best.
    """
    from cleanlab.filter import find_label_issues  # type: ignore[import-untyped]
    from cleanlab.rank import get_label_quality_scores  # type: ignore[import-untyped]

    wrong, rows = given != truth, np.arange(len(given))

    def attempt(penalty: float) -> tuple[float, tuple[Scores, dict[str, Any]]]:
        probabilities = cross_validated(features, given, folds, penalty)
        facts: dict[str, Any] = {"C": penalty}
        facts["flagged"] = float(find_label_issues(given, probabilities).mean())
        ways = ("self_confidence", "normalized_margin")
        scores = {w: 1 - get_label_quality_scores(given, probabilities, method=w) for w in ways}
        if not wrong.any():
            likelihood = np.log(probabilities[rows, given] + 1e-12).mean()
            return float(likelihood), (scores[ways[0]], facts)
        way = max(ways, key=lambda name: average_precision(scores[name], wrong))
        return average_precision(scores[way], wrong), (scores[way], facts | {"score": way})

    return best_penalty(attempt)


def ceiling_scores(
    features: npt.NDArray[np.floating[Any]], given: Labels, truth: Labels, folds: Labels
) -> tuple[Scores, dict[str, Any]]:
    """1 - p(given label) by logistic regression on the true labels, with the best C."""
    rows = np.arange(len(given))

    def attempt(penalty: float) -> tuple[float, tuple[Scores, dict[str, Any]]]:
        scores = 1 - cross_validated(features, truth, folds, penalty)[rows, given]
        return average_precision(scores, given != truth), (scores, {"C": penalty})

    return best_penalty(attempt)
