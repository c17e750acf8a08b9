"""What each part of the embedding does: one row for each other choice, on the same training.

The training of the default is taken from the cache, so that only the embedding is new. Each row
has the measures of the whole embedding and of what labels taught alone. Heads, which the product
uses for scores and the map, stand here in the place of the embedding's probabilities of classes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any
from unittest.mock import patch

import numpy as np
import torch

from ahsml_app.base.events import CancelToken
from ahsml_app.core.config import TrainConfig
from ahsml_app.core.embedding import learn as embedding
from ahsml_app.core.embedding import space as embedding_space
from ahsml_app.core.embedding.space import COMPONENTS
from ahsml_app.core.features.preprocess import Preparation, fit_preparation, prepare_features
from ahsml_app.core.geometry.poincare import log0
from ahsml_app.core.head import objective
from ahsml_app.core.head.epoch import FoldData, HeadTraining
from ahsml_app.core.head.sample_weights import posterior_weights
from ahsml_app.core.losses import LOSSES
from benchmarks.common.variants import varied
from benchmarks.detection.methods import Method
from benchmarks.retrieval.retrieval_methods import Trained, engine, labelled_data, learned_vectors
from benchmarks.retrieval.retrieval_peers import PeerConfig, embed, train_head
from benchmarks.retrieval.retrieval_sets import RetrievalSet, Vectors

DEFAULT = "default"
ONLY_RIGHT = "only labels that are right, which nobody knows"
DIMENSIONS = (2, 8, 32, 64, 128, 512)
FLAT = 1e-4
"""Curvature at which the ball is flat: its distances are twice the Euclidean ones."""

GEOMETRIES = ("ball", "flat", "sphere")
PAIR_FORMS = ("plain", "core", "extension")
TAKEN_APART = ("multi-similarity", "contrastive")
"""Pair losses whose parts are switched off one by one."""

FORMS: dict[str, dict[str, Any]] = {
    "plain": {"margins": "constant", "view_pairs": False, "soft_similarity": False},
    "core": {"soft_similarity": False},
    "extension": {"weights": "posterior"},
    "core without class-wise divergence": {"margins": "constant", "soft_similarity": False},
    "core without sample-wise consistency": {"view_pairs": False, "soft_similarity": False},
    "core, margins as printed": {"margins": "paper", "soft_similarity": False},
    "core, hierarchical margins": {"margins": "hierarchical", "soft_similarity": False},
    "extension without weights": {},
    "extension without class-wise divergence": {"weights": "posterior", "margins": "constant"},
    "extension without sample-wise consistency": {"weights": "posterior", "view_pairs": False},
}
"""Options of a head that only a pair loss trains."""

SURE = 0.5
"""Probability from which a head learns a cleaned label."""

HIDDEN, BATCH, EPOCHS, MOST_STEPS = 512, 64, 30, 1500
"""Of a head: units of its hidden layer, samples a step, and rounds as long as they take so many
steps."""

AROUND_MEAN = "core, margins around the batch's mean"


class Bench:
    """Prepared features and cleaned labels of a set, made once for all its rows."""

    def __init__(self, each: RetrievalSet) -> None:
        self.each = each
        self.config = TrainConfig(seed=each.seed)

    @cached_property
    def trained(self) -> Trained:
        """Our training with its defaults."""
        return engine(self.each)

    @cached_property
    def preparation(self) -> Preparation:
        """Of the images that train."""
        plain = self.each.training_features[0]
        return fit_preparation(plain, self.config.ablation.components, CancelToken())

    @cached_property
    def prepared(self) -> Any:
        """(V + 1, N, d) prepared features."""
        return prepare_features(self.each.features, self.preparation, CancelToken())

    @cached_property
    def training_features(self) -> Any:
        """(V + 1, n, d) of the images that train."""
        return np.ascontiguousarray(self.prepared[:, self.each.training])

    @property
    def plain(self) -> torch.Tensor:
        """(N, d) prepared plain features."""
        return torch.from_numpy(self.prepared[0]).float()

    def one_hot(self, labels: Any) -> Vectors:
        """(n, K) of labels."""
        return np.eye(self.each.labelled.classes, dtype=np.float32)[labels]

    def data(self, labels: Any, targets: Vectors, weights: Vectors | None = None) -> FoldData:
        """What a head trains on; rows of weight 0 from the start are left out."""
        every = np.ones(len(labels), dtype=np.float32) if weights is None else weights
        rows, nobody = np.flatnonzero(every > 0), np.zeros(len(labels), dtype=bool)
        return FoldData(self.training_features, rows, labels, targets, every, nobody)

    def joined(self, learned: Vectors, part: float = 1.0) -> dict[str, Any]:
        """Measures of the embedding with a head instead of its probabilities, and of the head.

        Args:
            learned: (N, D) what the head makes of the images.
            part: What the head has of the length that the probabilities had; they keep the rest.
        """
        own = self.trained.embedding
        classes = own[:, COMPONENTS:]
        length = np.linalg.norm(classes, axis=1, keepdims=True)
        unit = learned / np.maximum(np.linalg.norm(learned, axis=1, keepdims=True), 1e-12)
        shared = (np.sqrt(part) * length * unit, np.sqrt(1 - part) * classes)
        whole = self.each.measure(np.concatenate((own[:, :COMPONENTS], *shared), axis=1))
        return {**whole, **_prefixed(self.each.measure(unit))}

    def fitted(self, corrected: Vectors) -> dict[str, Any]:
        """Measures of the product's own embedding on these labels, and of its probabilities."""
        plain = np.ascontiguousarray(self.each.features[0])
        whole = learned_vectors(labelled_data(self.each), corrected, plain)
        alone = self.each.measure(whole[:, COMPONENTS:])
        return {**self.each.measure(whole), **_prefixed(alone)}


def _prefixed(measured: dict[str, Any]) -> dict[str, Any]:
    return {f"alone_{name}": value for name, value in measured.items()}


def ablations(each: RetrievalSet, *, quick: bool) -> list[Method]:
    """All rows of a set, those of the parts first."""
    bench = Bench(each)
    dimensions = (2, 64) if quick else DIMENSIONS
    return [*_parts(bench), *_geometry(bench, dimensions), *_pairs(bench, quick=quick)]


def _parts(bench: Bench) -> Iterator[Method]:
    """Without one part each, by the functions of the product."""

    def default() -> dict[str, Any]:
        return bench.fitted(bench.trained.corrected)

    def seen_alone() -> dict[str, Any]:
        return bench.each.measure(bench.trained.embedding[:, :COMPONENTS])

    def other(module: Any, **values: float) -> Callable[[], dict[str, Any]]:
        def run() -> dict[str, Any]:
            with patch.multiple(module, **values):
                return default()

        return run

    def given() -> dict[str, Any]:
        return bench.fitted(bench.one_hot(bench.each.labelled.given))

    def right() -> dict[str, Any]:
        labelled = bench.each.labelled
        known = np.full_like(bench.trained.corrected, 1 / labelled.classes)
        rows = np.flatnonzero(labelled.given == labelled.truth)
        known[rows] = bench.one_hot(labelled.truth[rows])
        return bench.fitted(known)

    def alike() -> dict[str, Any]:
        return bench.fitted(bench.one_hot(bench.trained.corrected.argmax(1)))

    rows = {
        DEFAULT: default,
        "backbone part alone": seen_alone,
        "all directions count alike": other(embedding_space, LEAST_WEIGHT=1.0),
        "probabilities from cosines alone": other(embedding, LINEAR_PART=0.0),
        "probabilities from logistic regression alone": other(embedding, LINEAR_PART=1.0),
        "the same, a quarter of the penalty": other(embedding, LINEAR_PART=1.0, PENALTY=0.005),
        "given instead of cleaned labels": given,
        ONLY_RIGHT: right,
        "all cleaned labels count alike": alike,
        "a tenth of what labels taught from a head": _ball(bench, bench.config, part=0.1),
    }
    for name, run in rows.items():
        yield Method(f"ablation: {name}", bench.config.settings(), run)


def _geometry(bench: Bench, dimensions: tuple[int, ...]) -> Iterator[Method]:
    """The ball, flat space by the same code, and a sphere, at equal dimension."""
    for dimension in dimensions:
        for geometry in GEOMETRIES:
            curvature = FLAT if geometry == "flat" else bench.config.ablation.curvature
            config = varied(bench.config, dimension=dimension, curvature=curvature)
            settings = config.settings() | {"geometry": geometry}
            run = _sphere(bench, dimension) if geometry == "sphere" else _ball(bench, config)
            yield Method(f"ablation: {geometry}, {dimension} dimensions", settings, run)


def _ball(bench: Bench, config: TrainConfig, part: float = 1.0) -> Callable[[], dict[str, Any]]:
    """A head on cleaned labels, with a hidden layer and prototypes in the ball."""

    def run() -> dict[str, Any]:
        corrected = bench.trained.corrected
        labels, sure = corrected.argmax(1), (corrected.max(1) > SURE).astype(np.float32)
        data = bench.data(labels, bench.one_hot(labels), sure)
        return bench.joined(_learned(bench, data, _head_config(config, int(sure.sum()))), part)

    return run


def _sphere(bench: Bench, dimension: int) -> Callable[[], dict[str, Any]]:
    """A softmax over cosines on the same features, labels, hidden layer and number of steps."""

    def run() -> dict[str, Any]:
        corrected = bench.trained.corrected
        labels = np.where(corrected.max(1) > SURE, corrected.argmax(1), -1)
        epochs = _head_config(bench.config, int((labels >= 0).sum())).epochs or EPOCHS
        config = PeerConfig("softmax", dimension=dimension, epochs=epochs, seed=bench.each.seed)
        classes = bench.each.labelled.classes
        head = train_head(bench.training_features, labels, classes, config)
        return bench.joined(embed(head, bench.prepared[0]))

    return run


def _pairs(bench: Bench, *, quick: bool) -> Iterator[Method]:
    """Every pair loss alone on the given labels: plain, as the paper's core, as our extension.

    The extension has what the last pass of the training has: targets and weights from models that
    did not see the label, soft similarities, and weights that are renewed.
    """
    whole = _head_config(bench.config, len(bench.each.labelled.given))
    base = varied(whole, pair_weight=float("inf"), epochs=EPOCHS // 2)
    for loss in ["multi-similarity", "contrastive"] if quick else sorted(LOSSES):
        for form in FORMS if loss in TAKEN_APART and not quick else PAIR_FORMS:
            config = varied(base, loss=loss, **FORMS[form])
            run = _pair(bench, config, extension=form.startswith("extension"))
            yield Method(f"ablation: {loss}, {form}", config.settings(), run)
        if loss in TAKEN_APART and not quick:
            config = varied(base, loss=loss, **FORMS["core"])
            settings = config.settings() | {"base": "mean"}
            yield Method(f"ablation: {loss}, {AROUND_MEAN}", settings, _around_mean(bench, config))


def _pair(bench: Bench, config: TrainConfig, *, extension: bool) -> Callable[[], dict[str, Any]]:
    def run() -> dict[str, Any]:
        given = bench.each.labelled.given
        if not extension:
            data = bench.data(given, bench.one_hot(given))
            return bench.joined(_learned(bench, data, config))
        corrected = bench.trained.corrected
        weights = None
        if config.ablation.weights != "none":
            weights = posterior_weights(corrected, given).astype(np.float32)
        return bench.joined(_learned(bench, bench.data(given, corrected, weights), config))

    return run


def _around_mean(bench: Bench, config: TrainConfig) -> Callable[[], dict[str, Any]]:
    """The core with margins around the mean similarity of each batch, which the product has not."""
    margins = objective._margins

    def moving(bank: Any, similarity: torch.Tensor, *more: Any) -> Any:
        with patch.object(objective, "BASE", float(similarity.nanmean())):
            return margins(bank, similarity, *more)

    def run() -> dict[str, Any]:
        with patch.object(objective, "_margins", moving):
            return _pair(bench, config, extension=False)()

    return run


def _head_config(config: TrainConfig, count: int) -> TrainConfig:
    """How a head with a hidden layer is trained on so many samples."""
    return varied(
        config,
        hidden=HIDDEN,
        epochs=max(1, min(EPOCHS, MOST_STEPS // -(-count // BATCH))),
        batch_size=BATCH,
        learning_rate=1e-3,
        decay=1e-4,
        consistency_weight=0.0,
        pair_weight=0.0,
        weights="none",
    )


def _learned(bench: Bench, data: FoldData, config: TrainConfig) -> Vectors:
    """(N, D) tangent vectors of a head that is trained by `HeadTraining`."""
    training = HeadTraining(data, config, bench.each.seed, torch.device("cpu"))
    for epoch in range(training.epochs):
        training.run_epoch(epoch, CancelToken())
    with torch.inference_mode():
        return log0(training.head(bench.plain), config.ablation.curvature).numpy()
