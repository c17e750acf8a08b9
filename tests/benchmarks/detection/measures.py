"""What is measured of one method on one set."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ahsml_app.core.training_data import TrainResult
from benchmarks.common import ranking_metrics as metrics
from benchmarks.common.sets import LabelledSet

Scores = npt.NDArray[np.floating[Any]]
Mask = npt.NDArray[np.bool_]

FLAGGED = 0.5
"""Error probability from which the product flags a label."""


def ranking(scores: Scores, wrong: Mask) -> dict[str, float]:
    """The measures of a ranking; empty where nothing is wrong."""
    if not wrong.any():
        return {}
    return {
        "average_precision": metrics.average_precision(scores, wrong),
        "auroc": metrics.auroc(scores, wrong),
        "precision_1": metrics.precision_at(scores, wrong, 0.01),
        "precision_5": metrics.precision_at(scores, wrong, 0.05),
        "precision_10": metrics.precision_at(scores, wrong, 0.10),
        "review_80": metrics.review_share_to_find(scores, wrong, 0.8),
    }


def halves(count: int) -> dict[str, slice]:
    """Options were chosen on the first half of the images; the second was held out."""
    return {"first_half": slice(0, count // 2), "second_half": slice(count // 2, count)}


def measure_scores(scores: Scores, each: LabelledSet) -> dict[str, Any]:
    """The ranking of all images, and on real noise that of both halves."""
    wrong = each.given != each.truth
    facts: dict[str, Any] = dict(ranking(scores, wrong))
    if each.real and wrong.any():
        for name, part in halves(len(wrong)).items():
            found = ranking(scores[part], wrong[part])
            facts[name] = found["average_precision"]
            facts[f"{name}_details"] = found
    return facts


def measure_result(result: TrainResult, each: LabelledSet) -> dict[str, Any]:
    """The ranking, the probabilities and the suggestions of a training on the given labels."""
    rows = np.arange(len(each.given))
    probability = 1 - result.corrected[rows, each.given]
    facts = measure_scores(probability, each)
    facts |= _probabilities(probability, result.corrected.argmax(1), each, slice(None))
    if each.real and "first_half_details" in facts:
        for name, part in halves(len(rows)).items():
            suggested = result.corrected[part].argmax(1)
            facts[f"{name}_details"] |= _probabilities(probability[part], suggested, each, part)
    return facts


def _probabilities(
    probability: Scores, suggested: npt.NDArray[np.intp], each: LabelledSet, part: slice
) -> dict[str, Any]:
    given, truth = each.given[part], each.truth[part]
    wrong, flagged = given != truth, probability > FLAGGED
    facts: dict[str, Any] = {
        "calibration_error": metrics.expected_calibration_error(probability, wrong),
        "flagged": float(flagged.mean()),
        "estimated_errors": float(probability.sum()),
        "errors": int(wrong.sum()),
        "cleaned_accuracy": float((np.where(flagged, suggested, given) == truth).mean()),
    }
    if wrong.any():
        facts["suggestion_accuracy"] = float((suggested == truth)[wrong].mean())
    if (wrong & flagged).any():
        facts["suggestion_accuracy_flagged"] = float((suggested == truth)[wrong & flagged].mean())
    return facts
