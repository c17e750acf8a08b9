"""The methods that are compared, and the options that are ablated."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ahsml_app.base.events import Event
from ahsml_app.core.config import TrainConfig
from ahsml_app.core.folds import assign_folds, fold_count
from ahsml_app.core.losses import LOSSES
from ahsml_app.core.training.cross_fit import train
from ahsml_app.core.training_data import TrainData, TrainResult
from benchmarks.common.sets import LabelledSet
from benchmarks.common.variants import varied
from benchmarks.detection.measures import measure_result, measure_scores
from benchmarks.detection.peers import (
    NEIGHBOURS,
    PENALTIES,
    STEPS,
    ceiling_scores,
    cleanlab_scores,
    knn_scores,
    rotated,
)

OURS, PLAIN, CORE, CEILING = "AHSML core + extension", "plain loss", "AHSML core", "ceiling"
KNN, CLEANLAB, TUNED = "kNN", "cleanlab", "AHSML, network tuned"
TUNED_ON_CARD = f"{TUNED} on a graphics card"
TUNED_CACHED = f"{TUNED} on cached activations"
METHODS = (KNN, CLEANLAB, PLAIN, CORE, OURS, CEILING)

DEFAULT = TrainConfig()
PLAIN_CONFIG = varied(
    DEFAULT,
    pair_weight=float("inf"),
    margins="constant",
    view_pairs=False,
    consistency_weight=0.0,
    soft_similarity=False,
    weights="none",
    linear_expert=False,
    closed_form=False,
    noise_model=False,
    passes=1,
)
CORE_CONFIG = varied(PLAIN_CONFIG, margins=DEFAULT.ablation.margins, view_pairs=True)
CEILING_CONFIG = varied(
    PLAIN_CONFIG,
    pair_weight=0.0,
    view_pairs=True,
    consistency_weight=DEFAULT.ablation.consistency_weight,
)

OPTIONS: dict[str, list[Any]] = {
    "margins": ["constant", "paper", "distance", "hierarchical"],
    "view_pairs": [False],
    "consistency_weight": [0.0, 3.0],
    "soft_similarity": [False],
    "weights": ["none", "posterior", "mixture"],
    "linear_expert": [False],
    "closed_form": [False],
    "noise_model": [False],
    "passes": [1, 2, 3],
    "pair_weight": [0.0, 0.1, 0.3],
    "temperature": [0.25, 0.5, 1.0],
    "dimension": [16, 64, 128],
    "curvature": [0.01, 0.1, 1.0],
    "loss": sorted(LOSSES),
}
"""Values of each option of the method; those that are the default have the default's row."""

VIEWS = (0, 1, 2)
"""Numbers of augmentations other than the default."""

Features = npt.NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class Method:
    """One row: its name, the settings that its result depends on, and how to compute it."""

    name: str
    settings: dict[str, object]
    run: Callable[[], dict[str, Any]]


def compared(features: Features, each: LabelledSet, *, full: bool) -> list[Method]:
    """The methods of the tables; where no label is wrong, ours and cleanlab for what they flag.

    Args:
        features: (V + 1, N, D) of the set's images.
        each: The set.
        full: Also the plain loss, the core alone and the ceiling.
    """
    chosen = {"penalties": PENALTIES, "steps": STEPS}
    peers = [
        Method(KNN, {"neighbours": NEIGHBOURS}, lambda: _knn(features, each)),
        Method(CLEANLAB, chosen, lambda: _cleanlab(features, each)),
    ]
    extension = _ours(OURS, DEFAULT, features, each)
    if (each.given == each.truth).all():
        return [peers[1], extension]
    if not full:
        return [*peers, extension]
    top = CEILING_CONFIG.settings() | chosen
    return [
        *peers,
        _ours(PLAIN, PLAIN_CONFIG, features, each),
        _ours(CORE, CORE_CONFIG, features, each),
        extension,
        Method(CEILING, top, lambda: _ceiling(features, each)),
    ]


def ablations(features: Features, each: LabelledSet) -> list[Method]:
    """The default, and one row for each other value of each option."""
    rows, default = [_ours(OURS, DEFAULT, features, each)], DEFAULT.settings()
    for option, values in OPTIONS.items():
        for value in values:
            if value != default[option]:
                config = varied(DEFAULT, **{option: value})
                rows.append(_ours(f"{option} = {value}", config, features, each))
    return rows


def views_ablation(features: Features, each: LabelledSet) -> list[Method]:
    """One row for each other number of augmentations.

    Args:
        features: (max(VIEWS) + 1, N, D) of the set's images.
        each: The set.
    """
    return [_ours(f"views = {views}", DEFAULT, features[: views + 1], each) for views in VIEWS]


def _ours(name: str, config: TrainConfig, features: Features, each: LabelledSet) -> Method:
    def run() -> dict[str, Any]:
        return measure_result(train_on(config, features, each.given, each.classes), each)

    return Method(name, config.settings(), run)


def _knn(features: Features, each: LabelledSet) -> dict[str, Any]:
    plain = features[0].astype(np.float32)
    return measure_scores(knn_scores(plain, each.given, each.truth), each)


def _cleanlab(features: Features, each: LabelledSet) -> dict[str, Any]:
    folds = _folds(each.given)
    scores, facts = cleanlab_scores(rotated(features[0]), each.given, each.truth, folds)
    return {**measure_scores(scores, each), **facts}


def _ceiling(features: Features, each: LabelledSet) -> dict[str, Any]:
    """The better of the head and of logistic regression, both on the true labels: 1 - p(y)."""
    scores, facts = ceiling_scores(rotated(features[0]), each.given, each.truth, _folds(each.truth))
    linear = {**measure_scores(scores, each), **facts, "from": "logistic regression"}
    result = train_on(CEILING_CONFIG, features, each.truth, each.classes)
    rows = np.arange(len(each.given))
    head = measure_scores(1 - result.posterior[rows, each.given], each) | {"from": "head"}
    best = max((linear, head), key=lambda found: found["average_precision"])
    other = min((linear, head), key=lambda found: found["average_precision"])
    return best | {"the_other": other["average_precision"]}


def _folds(labels: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    every = np.ones(len(labels), dtype=bool)
    return assign_folds(labels, every, fold_count(len(labels)), 0)


def train_on(
    config: TrainConfig, features: Features, labels: npt.NDArray[np.int64], classes: int
) -> TrainResult:
    every = np.ones(len(labels), dtype=bool)
    result: TrainResult = finish(train(config, TrainData(features, labels, every, classes)))
    return result


def finish(events: Generator[Event, None, Any], tell: Callable[[Event], None] | None = None) -> Any:
    """Run a generator of events to its end, tell of each event, and take the result."""
    while True:
        try:
            event = next(events)
        except StopIteration as end:
            return end.value
        if tell is not None:
            tell(event)
