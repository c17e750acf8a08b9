"""Fine-tunes on halves of the data, so that a sample's label never influences its own features.

A network that was trained on a sample has learned its label, right or wrong, and would confirm it.
Therefore the labelled samples are divided into two halves, one network is tuned on each half, and
the features of a sample come from the network tuned on the other half. That network starts from
soft targets and a head that were computed from the cached features of its own half alone. The
features of two networks are not comparable, so each half is scored separately, with the usual
cross-fitting (adaptive extension, ours). A third network, tuned on all samples, gives the exported
embeddings and the exported model. It judges no label. On cached activations, where time is short,
it starts from the mean of the other two, which have seen all samples between them (ours).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from ahsml_app.base.context import RunContext
from ahsml_app.base.events import Event, Notice, Progress, Stage
from ahsml_app.base.message import Message
from ahsml_app.base.types import BoolArray, SampleTable
from ahsml_app.core.backbones.backbone import Backbone, mean_backbone
from ahsml_app.core.checkpoint import CheckpointFolder
from ahsml_app.core.config import TrainConfig
from ahsml_app.core.device import HEADS, limit_threads, set_training_threads
from ahsml_app.core.embedding.learn import learn_embedding
from ahsml_app.core.ensemble.soft_targets import soften, trusted_labels
from ahsml_app.core.features.preprocess import fit_preparation, prepare_features
from ahsml_app.core.finetune.activations.border import find_border
from ahsml_app.core.finetune.activations.cached import CachedActivations
from ahsml_app.core.finetune.activations.compute import (
    ActivationPlan,
    compute_activations,
    why_not_cached,
)
from ahsml_app.core.finetune.finetune_config import FinetuneConfig
from ahsml_app.core.finetune.half_scores import (
    HalfScores,
    combine_scores,
    is_better,
    mean_half_scores,
)
from ahsml_app.core.finetune.initial_task import initial_task
from ahsml_app.core.finetune.memory import trained_size
from ahsml_app.core.finetune.peer_processes import Peers
from ahsml_app.core.finetune.training_loop import TuningRun, step_count, tune
from ahsml_app.core.finetune.tuned_features import TunedExtractor, relay_as_finetuning
from ahsml_app.core.folds import assign_folds
from ahsml_app.core.head.epoch import FoldData
from ahsml_app.core.head.fit import FittedHead, HeadTask, fit_head
from ahsml_app.core.training.assemble import embedding_parts
from ahsml_app.core.training.cross_fit import train, training_digest
from ahsml_app.core.training_data import TrainData, TrainResult

Result = TypeVar("Result")

HALVES = 2

EPOCHS_FROM_MEAN = 3
"""Epochs of a third network that starts from the mean of the other two. Eight epochs from the
beginning would take half the time of all three networks (decision 30)."""

LEAST_SAMPLES = 20
"""With fewer labelled samples, nothing is tuned: half of them would be too few to learn from."""


@dataclass(frozen=True, slots=True)
class FinetuneInputs:
    """The state that fine-tuning starts from.

    Attributes:
        table: The N samples.
        backbone: The backbone that gave the features.
        data: Features and labels.
        result: Result of the training on these features.
    """

    table: SampleTable
    backbone: Backbone
    data: TrainData
    result: TrainResult

    @property
    def augmentations(self) -> int:
        """Number of augmentations of each image."""
        return len(self.data.features) - 1


@dataclass(frozen=True, slots=True)
class Tuned:
    """Result of fine-tuning.

    Attributes:
        backbone: The network that extracts the features of all samples.
        result: Scores and embeddings.
        kept: Whether the tuned network was better; otherwise backbone and result are unchanged.
    """

    backbone: Backbone
    result: TrainResult
    kept: bool


def finetune(
    config: TrainConfig,
    tuning: FinetuneConfig,
    inputs: FinetuneInputs,
    context: RunContext,
    peers: Peers | None = None,
) -> Generator[Event, None, Tuned]:
    """Tunes networks, scores each sample by one that has not seen its label, and keeps the better.

    Args:
        config: Loss and method, the same as for the earlier training.
        tuning: Options of the networks' training.
        inputs: Samples, features, and the result of the training on them.
        context: A torch device, the cancel token, and the folder for checkpoints and features,
            which may be deleted afterwards.
        peers: The other processes of the run, or None.

    Yields:
        Progress, an `EpochEnd` after each epoch of a network, and notices.

    Returns:
        The new result. If the tuned features explain the given labels worse, either alone or
        together with the earlier result, the earlier result.

    Raises:
        Cancelled: When asked to stop; a later call with the same arguments continues.
        InputError: If most images can no longer be read; a later call continues as well.
    """
    data, before = inputs.data, inputs.result
    samples = int(data.trainable.sum())
    if samples < LEAST_SAMPLES:
        yield Notice(
            Message.plural(
                "{count} labelled image is too little to fine-tune the network on.",
                "{count} labelled images are too few to fine-tune the network on.",
                count=samples,
            )
        )
        return Tuned(inputs.backbone, before, kept=False)
    fitting = _CrossFitting(config, tuning, inputs, context, peers)
    first = yield from fitting.half(0)
    second = yield from fitting.half(1)
    alone = mean_half_scores((first, second), before, data.trainable)
    scored = combine_scores(config, data, before, alone)
    if not is_better(data, before, alone, scored):
        yield Notice(
            "Fine-tuning explains the given labels no better than the training before it, "
            "whose result stands."
        )
        return Tuned(inputs.backbone, before, kept=False)
    backbone, result = yield from fitting.whole(scored)
    return Tuned(backbone, result, kept=True)


class _CrossFitting:
    """Trains the three networks and computes their scores.

    Each step has its own checkpoint in the folder: "half0-start" is the training that the first
    network starts from, "tune0" the network, "half0-scores" the training on its features, "mean"
    the third network if it starts from the mean, "anew" the networks if there is no room for
    activations, and "whole" everything trained on the features of the third network.
    """

    def __init__(
        self,
        config: TrainConfig,
        tuning: FinetuneConfig,
        inputs: FinetuneInputs,
        context: RunContext,
        peers: Peers | None,
    ) -> None:
        if context.checkpoints is None:
            raise ValueError("the fine-tuning keeps its features in the folder for checkpoints")
        self._config, self._tuning, self._inputs, self._context = config, tuning, inputs, context
        self._folder, data = context.checkpoints, inputs.data
        self._peers = peers
        self._folds = assign_folds(data.labels, data.trainable, HALVES, config.seed, data.groups)
        digest = training_digest(config, data, context.device)
        self._digest = f"{digest} {tuning} {inputs.backbone.identity}"
        self._checkpoint = CheckpointFolder(self._folder, self._digest, context.notify)
        limit_threads()
        self._preparation = fit_preparation(
            data.features[0], config.ablation.components, context.cancel
        )
        self._extractor = TunedExtractor(
            inputs.table, inputs.augmentations, self._folder, context, peers
        )
        self._activations: CachedActivations | None = None
        self._halves: list[Backbone] = []
        self._read_anew = tuning.thorough or context.device != "cpu" or peers is not None

    def half(self, half: int) -> Generator[Event, None, HalfScores]:
        """Tunes on one half and scores the samples outside it."""
        data = self._inputs.data
        own = self._folds == half
        name = f"half{half}"
        before = yield from self._train(replace(data, trainable=own), f"{name}-start")
        backbone = yield from self._tune(half, replace(data, trainable=own), before)
        self._halves.append(backbone)
        rows = np.flatnonzero(~own)
        features, readable = yield from self._extractor.features(backbone, rows)
        others = TrainData(
            features=features,
            labels=data.labels[rows],
            trainable=data.trainable[rows] & readable,
            class_count=data.class_count,
            trusted=trusted_labels(data)[rows],
            groups=None if data.groups is None else data.groups[rows],
            opinion=None if data.opinion is None else data.opinion[rows],
        )
        result = yield from self._train(others, f"{name}-scores")
        return HalfScores(rows[readable], result.posterior[readable], result.consistency[readable])

    def whole(self, scored: TrainResult) -> Generator[Event, None, tuple[Backbone, TrainResult]]:
        """Tunes on all samples with the scores as targets, for the embeddings and the model."""
        config, data, cancel = self._config, self._inputs.data, self._context.cancel
        backbone = yield from self._tune(HALVES, data, scored)
        rows = np.arange(len(data))
        features, readable = yield from self._extractor.features(backbone, rows)
        data = replace(data, features=features, trainable=data.trainable & readable)
        preparation = fit_preparation(features[0], config.ablation.components, cancel)
        prepared = prepare_features(features, preparation, cancel)
        checkpoint = self._whole_checkpoint(data, scored, readable)
        final = yield from self._final_head(data, scored, prepared, checkpoint)
        yield Progress(Stage.FINETUNE, part=Stage.EMBEDDINGS)
        learned = learn_embedding(data, scored.corrected, cancel)
        weight = scored.adaptive_weight
        outputs = embedding_parts(config, data, weight, final, preparation, learned)
        return backbone, replace(scored, **outputs)

    def _whole_checkpoint(
        self, data: TrainData, scored: TrainResult, readable: BoolArray
    ) -> CheckpointFolder:
        """Returns checkpoints for the third network's features of the same readable images."""
        content = hashlib.blake2b(digest_size=16)
        content.update(training_digest(self._config, data, self._context.device).encode())
        for array in (readable, scored.posterior, scored.corrected):
            content.update(np.ascontiguousarray(array).tobytes())
        return CheckpointFolder(self._folder / "whole", content.hexdigest(), self._context.notify)

    def _final_head(
        self,
        data: TrainData,
        scored: TrainResult,
        prepared: npt.NDArray[np.float16],
        checkpoint: CheckpointFolder,
    ) -> Generator[Event, None, FittedHead]:
        config = self._config
        targets, weights = soften(config, data, scored.posterior, scored.corrected)
        fold = FoldData(
            features=prepared,
            rows=np.flatnonzero(data.trainable),
            labels=data.labels,
            targets=targets,
            weights=weights,
            trusted=trusted_labels(data),
        )
        task = HeadTask("final-head", fold, np.arange(len(data)), config.passes, 0, 1)

        def fit(context: RunContext) -> Generator[Event, None, FittedHead]:
            return relay_as_finetuning(fit_head(config, task, checkpoint, context))

        return (yield from self._with_few_threads(data, fit))

    def _train(self, data: TrainData, name: str) -> Generator[Event, None, TrainResult]:
        """Trains on cached features of some of the samples."""

        def training(context: RunContext) -> Generator[Event, None, TrainResult]:
            folder = self._folder / name
            return relay_as_finetuning(
                train(self._config, data, replace(context, checkpoints=folder))
            )

        return (yield from self._with_few_threads(data, training))

    def _tune(
        self, number: int, data: TrainData, before: TrainResult
    ) -> Generator[Event, None, Backbone]:
        """Returns the network tuned on the trainable samples of `data`."""
        activations = yield from self._cached_activations()
        tunings = [self._tuning] * HALVES + [self._last_tuning()]
        sizes = self._sizes()
        steps = [step_count(size, tuning) for size, tuning in zip(sizes, tunings, strict=True)]
        done, total = sum(steps[:number]), sum(steps)
        config, checkpoint, start = self._config, self._checkpoint, self._inputs.backbone
        if number == HALVES and not self._read_anew:
            start = mean_backbone(self._halves)
            digest = f"{self._digest} {tunings[number].epochs} {start.identity}"
            checkpoint = CheckpointFolder(self._folder / "mean", digest, self._context.notify)
        table, place = self._inputs.table, (number, config.passes, done, total)
        run = TuningRun(*place, checkpoint, self._context, self._peers, table.planes)
        paths = [table.root / path for path in table.paths]
        task = initial_task(config, data, before, self._preparation, activations)
        return (yield from tune(start, paths, task, config, tunings[number], run))

    def _last_tuning(self) -> FinetuneConfig:
        """Returns the options of the third network, which may start from the mean of the halves."""
        few = min(EPOCHS_FROM_MEAN, self._tuning.epochs)
        return self._tuning if self._read_anew else replace(self._tuning, epochs=few)

    def _cached_activations(self) -> Generator[Event, None, CachedActivations | None]:
        """Returns the activations to train on, or None if every picture is read in each epoch."""
        if self._read_anew or self._activations is not None:
            return self._activations
        inputs, tuning = self._inputs, self._tuning
        size = tuning.ablation.size or trained_size(inputs.backbone, self._context.device)
        border = find_border(inputs.backbone, tuning.ablation.cached_frozen, size)
        if border is None:
            self._read_anew = True
            yield Notice(
                "This network does not tell its stages apart, so each image is read anew in "
                "every epoch, which takes longer."
            )
            return None
        plan = ActivationPlan(
            backbone=inputs.backbone,
            border=border,
            paths=[inputs.table.root / path for path in inputs.table.paths],
            rows=np.flatnonzero(inputs.data.trainable),
            size=size,
            views=tuning.ablation.cached_views,
            seed=tuning.seed,
            folder=self._folder,
            planes=inputs.table.planes,
        )
        path = plan.file(inputs.table.hashes)
        reason = None if path.is_file() else why_not_cached(plan)
        if reason:
            self._read_anew = True
            # Next time there may be room, and what is begun here could not go on.
            self._checkpoint = CheckpointFolder(
                self._folder / "anew", self._digest, self._context.notify
            )
            yield Notice(reason, "warning")
            return None
        self._activations = yield from compute_activations(plan, path, self._context)
        return self._activations

    def _with_few_threads(
        self, data: TrainData, training: Callable[[RunContext], Generator[Event, None, Result]]
    ) -> Generator[Event, None, Result]:
        numbers = len(data) * (self._config.ablation.components + data.class_count)
        fits = set_training_threads(numbers, alone=self._context.exclusive)
        try:
            context = replace(self._context, device=HEADS, parallel_fits=fits)
            return (yield from training(context))
        finally:
            limit_threads()

    def _sizes(self) -> list[int]:
        """Number of samples that each network is tuned on."""
        halves = [int((self._folds == half).sum()) for half in range(HALVES)]
        return [*halves, sum(halves)]
