"""The stages that every job is made of: scan, embed, train, fine-tune, score."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import numpy.typing as npt

from ahsml_app.base.errors import OptionError
from ahsml_app.base.events import CancelToken, DeviceChosen, Event, Notice, Progress
from ahsml_app.base.paths import cache_folder
from ahsml_app.base.types import Quarantined, SampleTable, Scores
from ahsml_app.session.pipeline.preload_torch import preload_torch
from ahsml_app.session.pipeline.run_options import JobOptions

if TYPE_CHECKING:  # torch loads when the job runs, not when the command starts
    from ahsml_app.core.backbones.backbone import Backbone
    from ahsml_app.core.config import TrainConfig
    from ahsml_app.core.features.extract import FeatureResult
    from ahsml_app.core.training_data import TrainData, TrainResult

Result = TypeVar("Result")
TRAINING_OPTIONS = ("loss", "epochs", "folds", "passes", "dimension")
"""Options of a job that the training takes by the same name."""

FINETUNE = "finetune"
"""Folder for the checkpoints of the fine-tuning."""

Mask = npt.NDArray[np.bool_]


@dataclass
class Findings:
    """What the stages of one job have found so far."""

    options: JobOptions
    started: str
    cancel: CancelToken
    quarantined: list[Quarantined] = field(default_factory=list)
    timings: dict[str, float] = field(default_factory=dict)
    messages: list[str] = field(default_factory=list)
    settings: dict[str, object] = field(default_factory=dict)

    def notify(self, message: str) -> None:
        """Take a message of the layers below, to be passed on as a notice."""
        self.messages.append(message)

    def drain(self) -> Iterator[Notice]:
        """The messages that have come since the last call."""
        while self.messages:
            yield Notice(self.messages.pop(0))

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Add the seconds that the block takes to the stage."""
        start = time.perf_counter()
        try:
            yield
        finally:
            taken = time.perf_counter() - start
            self.timings[stage] = round(self.timings.get(stage, 0.0) + taken, 3)


def check_loss(name: str | None) -> None:
    """Refuse an unknown loss before hours of work.

    Raises:
        OptionError: There is no such loss.
    """
    if name is None:
        return
    preload_torch()
    from ahsml_app.core.losses import LOSSES

    if name not in LOSSES:
        raise OptionError(
            f"There is no loss {name!r}.", hint=f"Choose one of: {', '.join(sorted(LOSSES))}."
        )


def find_samples(found: Findings) -> Generator[Event, None, SampleTable]:
    """Scan the source and fingerprint what was found."""
    from ahsml_app.core.data.scan import scan

    options = found.options
    with found.timed("scan"):
        listed = yield from scan(
            options.source,
            labels=options.labels,
            label_column=options.label_column,
            class_from=options.class_from,
            cancel=found.cancel,
        )
    found.quarantined += listed.quarantined
    return (yield from identify(found, listed.table))


def identify(found: Findings, table: SampleTable) -> Generator[Event, None, SampleTable]:
    """Fingerprint the samples; those that cannot be read leave the table."""
    from ahsml_app.core.data.content_hash import fingerprint
    from ahsml_app.core.data.scan import check_labels

    with found.timed("fingerprint"):
        table, unreadable = yield from fingerprint(
            table, index_path=cache_folder() / "fingerprints.sqlite", cancel=found.cancel
        )
    found.quarantined += unreadable
    if unreadable:
        check_labels(table)
    return table


def embed(
    found: Findings, table: SampleTable
) -> Generator[Event, None, tuple[Backbone, SampleTable, FeatureResult]]:
    """Features of all samples; those that cannot be decoded leave the table."""
    yield Progress("load backbone", 0, 0)
    preload_torch()
    from ahsml_app.core.backbones.backbone import load_backbone
    from ahsml_app.core.config import DEFAULT_VIEWS
    from ahsml_app.core.data.scan import check_labels
    from ahsml_app.core.device import choose_device, limit_threads
    from ahsml_app.core.features.extract import extract_features

    options = found.options
    limit_threads()
    yield DeviceChosen(choose_device(options.device).type)
    views = DEFAULT_VIEWS if options.views is None else options.views
    with found.timed("load backbone"):
        backbone = load_backbone(options.backbone, notify=found.notify)
    yield from found.drain()
    with found.timed("embed"):
        features = yield from relay(
            extract_features(
                table,
                backbone,
                views=views,
                cache_folder=cache_folder(),
                device=options.device,
                notify=found.notify,
                cancel=found.cancel,
            ),
            found.drain,
        )
    found.quarantined += features.quarantined
    if features.quarantined:
        yield Notice(f"{len(features.quarantined)} files could not be read; see quarantine.csv.")
        table = table.select(features.rows)
        check_labels(table)
    found.settings |= {"backbone": backbone.name, "input_size": backbone.size, "views": views}
    found.settings |= {"engine": features.engine}
    return backbone, table, features


def train(
    found: Findings,
    table: SampleTable,
    features: FeatureResult,
    checkpoint: Path,
    *,
    trainable: Mask | None = None,
    trusted: Mask | None = None,
    alone: bool = False,
) -> Generator[Event, None, TrainResult]:
    """Train on the features.

    Args:
        found: The job.
        table: The N samples.
        features: Of the samples.
        checkpoint: Folder for checkpoints.
        trainable: (N,) which samples may be trained on; all that the table allows by default.
        trusted: (N,) which labels a person has confirmed.
        alone: Whether nothing else, such as a window, needs the machine: a small set then trains
            on all cores.
    """
    from ahsml_app.core.device import HEADS, choose_device, limit_threads, set_training_threads
    from ahsml_app.core.training.cross_fit import train as train_on

    config, data = _config(found.options), _train_data(table, features, trainable, trusted)
    found.settings |= {"device": str(choose_device(found.options.device)), **config.settings()}
    numbers = len(table) * (config.ablation.components + len(table.class_names))
    at_once = set_training_threads(numbers, alone=alone)
    try:
        with found.timed("train"):
            return (
                yield from train_on(
                    config,
                    data,
                    device=HEADS,
                    checkpoint=checkpoint,
                    cancel=found.cancel,
                    at_once=at_once,
                )
            )
    finally:
        limit_threads()


def finetune(
    found: Findings,
    table: SampleTable,
    embedded: tuple[Backbone, FeatureResult],
    result: TrainResult,
    checkpoint: Path,
    *,
    trainable: Mask | None = None,
    trusted: Mask | None = None,
    alone: bool = False,
) -> Generator[Event, None, tuple[Backbone, TrainResult]]:
    """Train the backbone too, if that was asked for.

    Args:
        found: The job.
        table: The N samples.
        embedded: The backbone, and its features of the samples.
        result: Of the training on these features.
        checkpoint: Folder for checkpoints and features; may be removed afterwards.
        trainable: As for `train`.
        trusted: As for `train`.
        alone: As for `train`.

    Returns:
        Backbone and result as they are now: those given where the training is no gain.
    """
    backbone, features = embedded
    if not found.options.finetune:
        return backbone, result
    from ahsml_app.core.device import choose_device
    from ahsml_app.core.finetune.cross_fit_halves import Start, Surroundings
    from ahsml_app.core.finetune.cross_fit_halves import finetune as tune
    from ahsml_app.core.finetune.finetune_config import FinetuneConfig

    options = found.options
    tuning = FinetuneConfig(seed=options.seed, memory=options.finetune_memory or 0)
    if options.finetune_epochs is not None:
        tuning = replace(tuning, epochs=options.finetune_epochs)
    data = _train_data(table, features, trainable, trusted)
    start = Start(table, backbone, data, result, features.features.shape[0] - 1)
    device = str(choose_device(options.device))
    around = Surroundings(device, checkpoint, found.cancel, found.notify, alone)
    with found.timed("fine-tune"):
        tuned = yield from relay(tune(_config(options), tuning, start, around), found.drain)
    found.settings |= {f"finetune_{name}": value for name, value in tuning.settings().items()}
    found.settings |= {"finetune": True, "finetune_kept": tuned.kept}
    return tuned.backbone, tuned.result


def _config(options: JobOptions) -> TrainConfig:
    from ahsml_app.core.config import TrainConfig

    asked = {name: getattr(options, name) for name in TRAINING_OPTIONS}
    return TrainConfig(seed=options.seed, **{k: v for k, v in asked.items() if v is not None})


def _train_data(
    table: SampleTable, features: FeatureResult, trainable: Mask | None, trusted: Mask | None
) -> TrainData:
    from ahsml_app.core.training_data import TrainData

    mask = table.trainable if trainable is None else trainable
    return TrainData(features.features, table.labels, mask, len(table.class_names), trusted)


def score(
    found: Findings,
    table: SampleTable,
    features: FeatureResult,
    result: TrainResult,
    *,
    trusted: Mask | None = None,
) -> Generator[Event, None, Scores]:
    """All scores of all samples; a label that a person has confirmed is right."""
    from ahsml_app.core.analysis.scores import compute_scores
    from ahsml_app.core.features.duplicates import duplicate_groups

    yield Progress("score", 0, 0)
    with found.timed("score"):
        group, conflict = duplicate_groups(
            table.hashes,
            features.features[0],
            table.labels,
            thumbnails=features.thumbnails,
            cancel=found.cancel,
        )
        return compute_scores(
            table, result, duplicate_group=group, duplicate_conflict=conflict, trusted=trusted
        )


def relay(
    events: Generator[Event, None, Result], drain: Callable[[], Iterator[Notice]]
) -> Generator[Event, None, Result]:
    """Pass events on, with the messages that came meanwhile in between."""
    while True:
        try:
            event = next(events)
        except StopIteration as end:
            yield from drain()
            result: Result = end.value
            return result
        yield from drain()
        yield event


def now() -> str:
    """The time in ISO 8601 with the offset from UTC."""
    return dt.datetime.now().astimezone().isoformat(timespec="seconds")
