"""Whether the radius of a point of the ball carries something that a person can use.

Rank correlations with how far the label sets that people gave disagree about an image, beside those
of the scores that the product shows. The product clips features before they enter the ball, at
`CLIP_RADIUS`; other rows clip later, which leaves the radius free to say something.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import combinations
from typing import Any
from unittest.mock import patch

import numpy as np
import numpy.typing as npt
import torch

from ahsml_app.core.config import TrainConfig
from ahsml_app.core.geometry.poincare import CLIP_RADIUS, clip_features, pairwise_distance
from ahsml_app.core.head import head_model as head
from ahsml_app.core.head import objective
from ahsml_app.core.training.cross_fit import train
from ahsml_app.core.training_data import TrainData, TrainResult
from benchmarks.common.ranking_metrics import auroc
from benchmarks.common.sets import LabelledSet
from benchmarks.detection.measures import measure_scores
from benchmarks.detection.methods import Method, finish
from benchmarks.retrieval.retrieval_sets import Features

RADIUS = "radius"
CLIPS = (CLIP_RADIUS, 4.0, 8.0)
"""The last of them hardly clips anything."""

SIGNALS = {
    RADIUS: "radius",
    "length": "length before clipping",
    "nearness": "distance to the nearest prototype",
    "weight": "adaptive weight",
    "consistency": "consistency",
    "error": "error probability",
}
"""What a sample has. Of a distance and of an error probability, larger says less certain."""


def radius_rows(
    each: LabelledSet, every: list[LabelledSet], features: Features, seed: int
) -> Iterator[Method]:
    """A training on one label set by clip radius, and what its signals say of all label sets.

    Args:
        each: The label set that trains.
        every: All label sets of these images.
        features: (V + 1, N, W).
        seed: Of the training.
    """
    config = TrainConfig(seed=seed)
    differing = disagreement([other.given for other in every])

    def run(clip: float) -> dict[str, Any]:
        rows = np.ones(len(each.given), dtype=bool)
        data = TrainData(features, each.given, rows, each.classes)
        with _clipping(clip):
            result: TrainResult = finish(train(config, data))
        own = measure_scores(1 - result.corrected[np.arange(len(rows)), each.given], each)
        found = correlations(result, features[0], each, differing, clip)
        return {"clip": clip, **found, "detection": own["average_precision"]}

    for clip in CLIPS:
        settings = config.settings() | {"clip": clip}
        yield Method(f"{RADIUS}, clipped at {clip}, seed {seed}", settings, partial(run, clip))


@contextmanager
def _clipping(radius: float) -> Iterator[None]:
    """Heads clip there, and pair losses take distances in its units; the product has one radius."""
    clip = partial(clip_features, radius=radius)
    with (
        patch.object(head, "clip_features", lambda v, *_: clip(v)),
        patch.object(objective, "DISTANCE_SCALE", 2 * radius),
    ):
        yield


def disagreement(labels: list[npt.NDArray[np.int64]]) -> npt.NDArray[np.int64]:
    """(N,) pairs of label sets that differ about an image."""
    differing = [first != second for first, second in combinations(labels, 2)]
    return np.sum(differing, axis=0).astype(np.int64)


def correlations(
    result: TrainResult,
    features: npt.NDArray[np.float16],
    each: LabelledSet,
    differing: npt.NDArray[np.int64],
    clip: float,
) -> dict[str, Any]:
    """Spearman's correlation of each signal with disagreement, and how it ranks wrong labels.

    Args:
        result: Of the training.
        features: (N, W) of the plain image.
        each: The label set that trained.
        differing: See `disagreement`.
        clip: Where the training clipped.
    """
    from scipy.stats import spearmanr

    radius = _radius(result.points, result.curvature)
    both = (torch.from_numpy(array).double() for array in (result.points, result.prototypes))
    distance = pairwise_distance(*both, result.curvature).min(1).values.numpy()
    tangent = features.astype(np.float32) @ result.head["weight"].T + result.head["bias"]
    error = 1 - result.corrected[np.arange(len(each.given)), each.given]
    signals = {
        RADIUS: radius,
        "length": np.linalg.norm(tangent, axis=1),
        "nearness": distance,
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
    facts["clipped"] = float((radius > 2 * clip - 1e-3).mean())
    facts["radius_quartiles"] = [float(each) for each in np.quantile(radius, (0.25, 0.5, 0.75))]
    by_class = [differing[each.truth == k].mean() for k in range(each.classes)]
    general = spearmanr(_radius(result.prototypes, result.curvature), by_class).statistic
    facts["prototypes_disagreement"] = float(general)
    return facts


def _radius(points: npt.NDArray[np.float32], curvature: float) -> npt.NDArray[np.float64]:
    """(N,) distances of points of the ball to its origin."""
    root = curvature**0.5
    norm = np.linalg.norm(points.astype(np.float64), axis=1)
    distance: npt.NDArray[np.float64] = 2 / root * np.arctanh(np.minimum(root * norm, 1 - 1e-9))
    return distance
