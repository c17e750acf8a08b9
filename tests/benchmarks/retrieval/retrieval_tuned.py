"""Networks that are tuned end to end under wrong labels, and retrieve classes nobody trained on.

Ours is what the product does: the training on cached features gives head, soft targets and
weights, the network is tuned on them, and the embedding is learned from its features (of the plain
images here). The product's two further networks, each tuned on half of the images, only score
labels.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from torch import nn

from ahsml_app.base.context import RunContext
from ahsml_app.base.events import CancelToken
from ahsml_app.core.backbones.backbone import Backbone, load_backbone
from ahsml_app.core.checkpoint import CheckpointFolder
from ahsml_app.core.config import TrainConfig
from ahsml_app.core.embedding.space import COMPONENTS
from ahsml_app.core.features.preprocess import Preparation, fit_preparation
from ahsml_app.core.finetune.finetune_config import FinetuneConfig
from ahsml_app.core.finetune.initial_task import initial_task
from ahsml_app.core.finetune.training_loop import TuningRun, step_count, tune
from ahsml_app.core.training.cross_fit import train
from ahsml_app.core.training_data import TrainResult
from benchmarks.common.ledger import NETWORK_PARTS, code_digest, files_digest, row_digest
from benchmarks.common.variants import varied
from benchmarks.detection.detection import features_of
from benchmarks.detection.methods import Method, finish
from benchmarks.retrieval.retrieval_methods import (
    PRISM_CONTRASTIVE,
    kept_arrays,
    labelled_data,
    learned_vectors,
)
from benchmarks.retrieval.retrieval_peers import PeerConfig
from benchmarks.retrieval.retrieval_sets import RetrievalSet, Vectors
from benchmarks.retrieval.retrieval_tuned_peers import embedded, tuned_by_core, tuned_by_peer

SIZE, EPOCHS = 96, 3
"""Pictures are trained on at this size, which fits a CPU, and embedded at the product's."""

LOSSES = ("multi-similarity", "contrastive")
TUNED_OURS = {loss: f"tuned: AHSML, {loss}" for loss in LOSSES}
TUNED_PLAIN = {loss: f"tuned: plain {loss}" for loss in LOSSES}
TUNED_CORE = {loss: f"tuned: AHSML core alone, {loss}" for loss in LOSSES}
TUNED_PRISM, TUNED_ANCHOR = f"tuned: {PRISM_CONTRASTIVE}", "tuned: plain proxy-anchor"
TUNED_PEERS = (*TUNED_PLAIN.values(), TUNED_PRISM, TUNED_ANCHOR)

NETWORK = ("ensemble/soft_targets", *NETWORK_PARTS, "finetune/inputs/tensor_augment")
CODE = code_digest("embedding/learn", "embedding/space", *NETWORK)
PEER_CODE = files_digest("retrieval/retrieval_peers.py", "retrieval/retrieval_tuned_peers.py")
NETWORK_CODE = code_digest(*NETWORK)
"""A new embedding needs no new network."""

CORE_CODE = NETWORK_CODE + PEER_CODE
CORE: dict[str, Any] = {
    "pair_weight": float("inf"),
    "consistency_weight": 0.0,
    "soft_similarity": False,
    "weights": "none",
}
"""Leaves the paper's part: a pair loss, adaptive margins and pairs of augmentations."""

FORMS: dict[str, dict[str, Any]] = {
    "without the pair loss": {"pair_weight": 0.0},
    "pair loss ten times as heavy": {"pair_weight": 1.0},
    "the same margins for all classes": {"margins": "constant"},
    "without soft similarities": {"soft_similarity": False},
}
"""What the pair loss does beside the soft targets: options of ours with its first loss."""

TUNED_FORMS = {form: f"{TUNED_OURS[LOSSES[0]]}, {form}" for form in FORMS}

Tuned = tuple[npt.NDArray[np.float16], Vectors | None]
"""(N, W) features of a tuned network, and a peer's (N, D) embeddings."""


def tuned_methods(each: RetrievalSet, data: Path, *, quick: bool) -> list[Method]:
    """Ours and the peers, all by the same loop.

    Args:
        each: Who trains and who asks.
        data: Folder of the image folders.
        quick: Few steps on tiny pictures, and few methods.
    """
    size, epochs = (32, 1) if quick else (SIZE, EPOCHS)
    bench = _Bench(each, data, size, epochs)
    methods = [bench.ours(loss) for loss in LOSSES]
    peer = PeerConfig(seed=each.seed)
    prism = replace(peer, loss="contrastive", rule="prism", rate=each.noise, memory=True)
    peers = {TUNED_PLAIN[loss]: replace(peer, loss=loss) for loss in LOSSES}
    peers |= {TUNED_PRISM: prism, TUNED_ANCHOR: replace(peer, loss="proxy-anchor")}
    methods += [bench.peer(name, config) for name, config in peers.items()]
    methods += [bench.core(loss) for loss in LOSSES]
    return methods[::2] if quick else methods


def tuned_ablations(each: RetrievalSet, data: Path) -> list[Method]:
    """Ours with other options of the pair loss; who asks, and where pictures are, as above."""
    return [_Bench(each, data, SIZE, EPOCHS, form).ours(LOSSES[0]) for form in FORMS]


class _Bench:
    """What the methods of a set share."""

    def __init__(
        self, each: RetrievalSet, data: Path, size: int, epochs: int, form: str = ""
    ) -> None:
        self.each, self._form = each, form
        self.tuning = varied(
            FinetuneConfig(seed=each.seed), size=size, epochs=epochs, micro_batch=128
        )
        root = data / each.labelled.folder
        self.files = [root / path for path in each.paths]
        self._data, self._some = data, np.flatnonzero(each.training)
        self._config = varied(TrainConfig(seed=each.seed), **FORMS.get(form, {}))
        self._labelled = labelled_data(each)

    @cached_property
    def start(self) -> TrainResult:
        """Our training on cached features."""
        found: TrainResult = finish(train(self._config, self._labelled))
        return found

    @cached_property
    def preparation(self) -> Preparation:
        """Of the backbone's features of the images that train."""
        plain = self.each.training_features[0]
        return fit_preparation(plain, self._config.ablation.components, CancelToken())

    def ours(self, loss: str) -> Method:
        """AHSML on top of a pair loss."""
        config = replace(self._config, loss=loss)
        settings = {**config.settings(), **_named(self.tuning)}

        def run() -> dict[str, Any]:
            network = (TUNED_OURS[loss], settings, lambda: (self._tuned(config), None))
            return self._measured(self._kept(*network)[0])

        return Method(TUNED_FORMS.get(self._form, TUNED_OURS[loss]), settings, run)

    def peer(self, name: str, config: PeerConfig) -> Method:
        """One of the peers."""
        settings = {**asdict(config), **_named(self.tuning)}
        return self._by_given_labels(name, settings, partial(tuned_by_peer, peer=config))

    def core(self, loss: str) -> Method:
        """The paper's part on top of a pair loss, on given labels."""
        config = varied(self._config, loss=loss, **CORE)
        settings = {**config.settings(), **_named(self.tuning)}
        return self._by_given_labels(
            TUNED_CORE[loss],
            settings,
            partial(tuned_by_core, config=config),
            config.ablation.curvature,
        )

    def _by_given_labels(
        self,
        name: str,
        settings: dict[str, Any],
        train: Callable[..., tuple[Backbone, nn.Module]],
        curvature: float | None = None,
    ) -> Method:
        def tuned() -> tuple[Backbone, nn.Module]:
            each, files = self.each, [self.files[row] for row in self._some]
            labels, classes = each.labelled.given, each.labelled.classes
            job = (load_backbone(), files, self.preparation, labels, classes)
            return train(*job, tuning=self.tuning)

        def run() -> dict[str, Any]:
            features, vectors = self._kept(name, settings, tuned, CORE_CODE)
            assert vectors is not None
            alone = self.each.measure(self._centred(features))
            return {**self.each.measure(vectors, curvature), **_prefixed("features", alone)}

        return Method(name, settings, run)

    def _tuned(self, config: TrainConfig) -> Backbone:
        task = initial_task(config, self._labelled, self.start, self.preparation)
        files, tuning = [self.files[row] for row in self._some], self.tuning
        steps = step_count(len(files), tuning)
        tuned: Backbone = finish(
            tune(
                load_backbone(),
                files,
                task,
                config,
                tuning,
                TuningRun(0, config.passes, 0, steps, CheckpointFolder(None, ""), RunContext()),
            )
        )
        return tuned

    def _measured(self, features: npt.NDArray[np.float16]) -> dict[str, Any]:
        """Of the product's embedding, of its learned part, and of the tuned features."""
        each = self.each
        plain = np.ascontiguousarray(features[each.training])
        data = replace(self._labelled, features=plain[None])
        vectors = learned_vectors(data, self.start.corrected, features)
        centred = each.measure(self._centred(features))
        alone = each.measure(vectors[:, COMPONENTS:])
        return {
            **each.measure(vectors),
            **_prefixed("features", centred),
            **_prefixed("alone", alone),
        }

    def _centred(self, features: npt.NDArray[np.float16]) -> Vectors:
        """Features less the mean of the images that train."""
        centred: Vectors = features - features[self.each.training].mean(0, dtype=np.float32)
        return centred

    def _kept(
        self,
        name: str,
        settings: dict[str, Any],
        tuned: Callable[[], tuple[Backbone, nn.Module | None]],
        code: str = NETWORK_CODE,
    ) -> Tuned:
        """The features of the network, or what an earlier call left of them in the cache."""
        each = self.each
        digest = row_digest(each.labelled, name, each.training_features, settings)

        def made() -> dict[str, Any]:
            backbone, head = tuned()
            features = features_of(self._data, each.labelled.folder, each.paths, 0, backbone)[0]
            if head is None:
                return {"features": features}
            return {"features": features, "vectors": embedded(head, self.preparation(features))}

        kept = kept_arrays(digest + code, made)
        return kept["features"], kept.get("vectors")


def _named(tuning: FinetuneConfig) -> dict[str, Any]:
    return {f"tuning_{name}": value for name, value in tuning.settings().items()}


def _prefixed(name: str, measures: dict[str, Any]) -> dict[str, Any]:
    return {f"{name}_{key}": value for key, value in measures.items()}
