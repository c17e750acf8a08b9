"""Whether the radius of a point of the ball carries something that a person can use.

Rank correlations with how far the label sets that people gave disagree about an image, beside those
of the scores that the product shows.
"""

from __future__ import annotations

from dataclasses import asdict
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
from methods import Method, finish
from retrieval_sets import Features
from sets import LabelledSet

from ahsml_app.core.config import TrainConfig
from ahsml_app.core.hyperbolic import CLIP_RADIUS
from ahsml_app.core.metrics import auroc
from ahsml_app.core.trainer import train
from ahsml_app.core.training_data import TrainData, TrainResult

RADIUS = "radius"
SIGNALS = {
    RADIUS: "radius",
    "nearness": "distance to the nearest prototype",
    "weight": "adaptive weight",
    "consistency": "consistency",
    "error": "error probability",
}
"""What a sample has, all but the last two turned round: larger says more certain."""


def radius_rows(
    each: LabelledSet, every: list[LabelledSet], features: Features, seed: int
) -> list[Method]:
    """One row: a training on one label set, and what its signals say of all label sets.

    Args:
        each: The label set that trains.
        every: All label sets of these images.
        features: (V + 1, N, W).
        seed: Of the training.
    """
    config = TrainConfig(seed=seed)

    def run() -> dict[str, Any]:
        rows = np.ones(len(each.given), dtype=bool)
        data = TrainData(features, each.given, rows, each.classes)
        result: TrainResult = finish(train(config, data))
        return correlations(result, each, disagreement([other.given for other in every]))

    return [Method(f"radius, seed {seed}", dict(asdict(config)), run)]


def disagreement(labels: list[npt.NDArray[np.int64]]) -> npt.NDArray[np.int64]:
    """(N,) pairs of label sets that differ about an image."""
    differing = [first != second for first, second in combinations(labels, 2)]
    return np.sum(differing, axis=0).astype(np.int64)


def correlations(
    result: TrainResult, each: LabelledSet, differing: npt.NDArray[np.int64]
) -> dict[str, Any]:
    """Spearman's correlation of each signal with disagreement, and how it ranks wrong labels."""
    from scipy.stats import spearmanr

    norm = np.linalg.norm(result.points.astype(np.float64), axis=1)
    root = result.curvature**0.5
    radius = 2 / root * np.arctanh(np.minimum(root * norm, 1 - 1e-9))
    rows = np.arange(len(each.given))
    error = 1 - result.corrected[rows, each.given]
    signals = {
        RADIUS: radius,
        "nearness": result.prototype_distance,
        "weight": result.adaptive_weight,
        "consistency": result.consistency,
        "error": error,
    }
    wrong, facts = each.given != each.truth, {}
    for name, values in signals.items():
        facts[f"{name}_disagreement"] = float(spearmanr(values, differing).statistic)
        kept = float(spearmanr(values[~wrong], differing[~wrong]).statistic)
        facts[f"{name}_disagreement_right"] = kept
        facts[f"{name}_wrong"] = float(spearmanr(values, wrong).statistic)
        rising = values if name in ("error", "nearness") else -values
        facts[f"{name}_auroc"] = auroc(np.asarray(rising), wrong)
    # The distance to the origin of a clipped tangent vector is twice its length.
    facts["clipped"] = float((radius > 2 * CLIP_RADIUS - 1e-3).mean())
    facts["radius_quartiles"] = [float(each) for each in np.quantile(radius, (0.25, 0.5, 0.75))]
    return facts
