"""The stages of every job: scan, extract features, group, train, fine-tune, score."""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from ahsml_app.base.context import RunContext
from ahsml_app.base.events import CancelToken, DeviceChosen, Event, Notice, Progress, Stage, relay
from ahsml_app.base.message import Message
from ahsml_app.base.options.option_table import record_of
from ahsml_app.base.options.own_files import check_own_files, with_whole_paths
from ahsml_app.base.options.run_options import RunOptions, Source
from ahsml_app.base.paths import cache_folder
from ahsml_app.base.types import BoolArray, IntArray, Quarantined, SampleTable, Scores
from ahsml_app.session.pipeline.preload_torch import preload_torch

if TYPE_CHECKING:  # torch loads when the job runs, not when the command starts
    from ahsml_app.core.backbones.backbone import Backbone
    from ahsml_app.core.config import TrainConfig
    from ahsml_app.core.features.extract import ExtractJobs, FeatureResult
    from ahsml_app.core.finetune.cross_fit_halves import FinetuneInputs
    from ahsml_app.core.training_data import TrainData, TrainResult

Result = TypeVar("Result")

_FINGERPRINTS = "fingerprints.sqlite"
"""File in the cache that remembers content hashes."""

FINETUNE = "finetune"
"""Folder for the checkpoints of the fine-tuning."""


@dataclass(frozen=True, slots=True)
class PipelineState:
    """The state that the stages of one job share.

    Attributes:
        options: Options of the job.
        context: Run context of the job.
        started: Start time in ISO 8601.
        extract: Computes features with one engine in all stages.
        quarantined: Files set aside so far.
        notes: How the images and labels were read, for the results.
        settings: Every option by its name, with the values that the stages have resolved.
    """

    options: RunOptions
    context: RunContext
    started: str
    extract: ExtractJobs
    quarantined: list[Quarantined] = field(default_factory=list)
    notes: list[Message] = field(default_factory=list)
    settings: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SampleGroups:
    """Groups among N samples.

    Attributes:
        duplicates: (N,) number of the group of exact and near duplicates, -1 for none.
        conflict: (N,) whether a duplicate carries another label.
        folds: (N,) group of samples that share a fold; None if every sample is alone.
        findings: (N,) findings about the pictures themselves, see `Scores.image_findings`.
    """

    duplicates: IntArray
    conflict: BoolArray
    folds: IntArray | None
    findings: IntArray


def start_job(
    options: RunOptions, cancel: CancelToken | None = None, *, exclusive: bool = False
) -> PipelineState:
    """Makes the state of a new job.

    Args:
        options: Options of the job.
        cancel: Requests that the job stop.
        exclusive: Whether the job has the machine to itself, without a window.
    """
    from ahsml_app.core.workers.worker_peers import extract_jobs

    check_own_files(options)
    options = with_whole_paths(options)
    device = options.features.device
    context = RunContext(device, cancel=cancel or CancelToken(), exclusive=exclusive)
    return PipelineState(options, context, now(), extract_jobs(), settings=dict(record_of(options)))


def find_samples(job: PipelineState, source: Source) -> Generator[Event, None, SampleTable]:
    """Scans the source and computes content hashes; unreadable samples leave the table."""
    from ahsml_app.core.data.scan import scan

    with job.context.timed(Stage.SCAN):
        scanned = yield from scan(source, job.context.cancel)
    job.quarantined.extend(scanned.quarantined)
    job.notes.extend(scanned.notices)
    return (yield from identify(job, scanned.table))


def identify(job: PipelineState, table: SampleTable) -> Generator[Event, None, SampleTable]:
    """Computes content hashes; unreadable samples leave the table."""
    from ahsml_app.core.data.scan import check_labels

    with job.context.timed(Stage.FINGERPRINT):
        readable, unreadable = yield from content_hashed(table, job.context.cancel)
    job.quarantined.extend(unreadable)
    if unreadable:
        yield from _lost_classes(job, table, readable)
        check_labels(readable)
    return readable


def _lost_classes(
    job: PipelineState, before: SampleTable, after: SampleTable
) -> Generator[Event, None, None]:
    """Warns of classes that have lost all their images."""
    from ahsml_app.core.data.scan_notices import lost_classes, lost_classes_notice

    lost = lost_classes(before, after)
    if lost:
        job.notes.append(lost_classes_notice(lost))
        yield Notice(job.notes[-1], "warning")


def content_hashed(
    table: SampleTable, cancel: CancelToken | None
) -> Generator[Event, None, tuple[SampleTable, list[Quarantined]]]:
    """The samples that can be read, with content hashes, and the files that cannot be read.

    Files whose size and time have not changed are not read again.
    """
    from ahsml_app.core.data.content_hash import fingerprint

    return (yield from fingerprint(table, index_path=cache_folder() / _FINGERPRINTS, cancel=cancel))


def compute_features(
    job: PipelineState, table: SampleTable, unreadable: Mapping[str, Message | str] | None = None
) -> Generator[Event, None, tuple[Backbone, SampleTable, FeatureResult]]:
    """Extracts features of the plain images; samples that cannot be decoded leave the table.

    Args:
        job: The job.
        table: The samples with their content hashes.
        unreadable: Why contents cannot be decoded, by their hash; they are not tried again.
    """
    yield Progress(Stage.LOAD_BACKBONE)
    preload_torch()
    from ahsml_app.core.data.formats.plane_notices import plane_notices
    from ahsml_app.core.data.scan import check_labels
    from ahsml_app.core.device import choose_device, limit_threads

    whole, unreadable = table, unreadable or {}
    limit_threads()
    known = np.array([digest in unreadable for digest in table.hashes], dtype=bool)
    if known.any():
        rows = np.flatnonzero(known).tolist()
        files = (Quarantined(table.paths[row], unreadable[table.hashes[row]]) for row in rows)
        job.quarantined.extend(files)
        table = table.select(np.flatnonzero(~known))
    yield DeviceChosen(choose_device(job.context.device).type)
    backbone, features = yield from _plain_features(job, table)
    notices = [*features.notices, *plane_notices(table.root, table.paths, table.planes)]
    job.notes.extend(notices)
    yield from map(Notice, notices)
    job.quarantined.extend(features.quarantined)
    if count := len(features.quarantined) - features.without:
        yield Notice(
            Message.plural(
                "{count} file could not be read; see quarantine.csv.",
                "{count} files could not be read; see quarantine.csv.",
                count=count,
            )
        )
    if features.quarantined:
        table = table.select(features.rows)
    if len(table) < len(whole):
        yield from _lost_classes(job, whole, table)
        check_labels(table)
    job.settings.update(backbone=backbone.name, input_size=backbone.size)
    if not backbone.is_here:
        job.settings.update(backbone=None, input_size=None, views=0)
    job.settings.update(engine=features.engine)
    return backbone, table, features


def _plain_features(
    job: PipelineState, table: SampleTable
) -> Generator[Event, None, tuple[Backbone, FeatureResult]]:
    """Features of the plain images, by the backbone or from a file."""
    from ahsml_app.core.backbones.backbone import load_backbone
    from ahsml_app.core.features.extract import extract_features
    from ahsml_app.core.features.file_features import FeatureFile, file_features

    options, context = job.options.features, job.context
    if options.file is not None:
        file = FeatureFile(options.file, job.options.source)
        with context.timed(Stage.EXTRACT_FEATURES):
            work = file_features(table, file, context, cache_folder())
            return (yield from with_notices(work, context))
    with context.timed(Stage.LOAD_BACKBONE):
        backbone = load_backbone(options.backbone, notify=context.notify)
    yield from context.notices()
    with context.timed(Stage.EXTRACT_FEATURES):
        extraction = extract_features(
            table,
            backbone,
            context,
            augmentations=0,
            cache_folder=cache_folder(),
            extract=job.extract,
        )
        return backbone, (yield from with_notices(extraction, context))


def find_groups(
    job: PipelineState, table: SampleTable, features: FeatureResult
) -> Generator[Event, None, SampleGroups]:
    """Finds duplicates, groups of samples that would vouch for each other's labels, bad pictures.

    Those are exact and near duplicates, look-alikes, and the groups of the manifest.
    """
    from ahsml_app.core.features.duplicates import duplicate_groups
    from ahsml_app.core.features.image_findings import image_findings
    from ahsml_app.core.features.look_alikes import look_alikes, refuse_equal_features
    from ahsml_app.core.folds import judgeable_groups, sample_groups

    yield Progress(Stage.GROUP)
    with job.context.timed(Stage.GROUP):
        # What makes two images look alike is measured on the last layer.
        plain, cancel = features.last_layer, job.context.cancel
        refuse_equal_features(plain)
        duplicates, conflict = duplicate_groups(
            table.hashes, plain, table.labels, thumbnails=features.thumbnails, cancel=cancel
        )
        named = table.columns.get("group", ("",) * len(table))
        alike = duplicates
        if job.options.features.file is None:  # else features may be alike because classes are
            alike = look_alikes(table.hashes, plain, features.thumbnails, cancel)
        grouped = sample_groups(table.hashes, duplicates, alike, named)
        folds = judgeable_groups(grouped, table.labels)
        findings = image_findings(features.measures)
        return SampleGroups(duplicates, conflict, folds, findings)


def training_data(
    table: SampleTable,
    features: FeatureResult,
    groups: SampleGroups,
    *,
    trainable: BoolArray | None = None,
    trusted: BoolArray | None = None,
) -> TrainData:
    """Features and labels to train on.

    Args:
        table: The N samples with their content hashes.
        features: Of the samples.
        groups: The groups that share a fold.
        trainable: (N,) mask of the samples to train on; by default all that the table allows.
        trusted: (N,) mask of the labels that a person has confirmed.
    """
    from ahsml_app.core.training_data import TrainData

    return TrainData(
        features=features.features,
        labels=table.labels,
        trainable=table.trainable if trainable is None else trainable,
        class_count=len(table.class_names),
        trusted=trusted,
        groups=groups.folds,
    )


def train(
    job: PipelineState, table: SampleTable, data: TrainData, checkpoints: Path
) -> Generator[Event, None, TrainResult]:
    """Trains on the features by cross-fitting; copies of one file count once.

    Args:
        job: The job.
        table: The samples with their content hashes.
        data: Features and labels.
        checkpoints: Folder for checkpoints.
    """
    from ahsml_app.core.device import HEADS, choose_device, limit_threads, set_training_threads
    from ahsml_app.core.training.distinct import train_distinct

    config, context = train_config(job.options), job.context
    job.settings.update(device=str(choose_device(context.device)), **config.settings())
    size = len(data) * (config.ablation.components + data.class_count)
    fits = set_training_threads(size, alone=context.exclusive)
    own = replace(context, device=HEADS, checkpoints=checkpoints, parallel_fits=fits)
    try:
        with context.timed(Stage.TRAIN):
            work = train_distinct(config, data, table.hashes, own)
            return (yield from with_notices(work, context))
    finally:
        limit_threads()


def finetune(
    job: PipelineState, inputs: FinetuneInputs, checkpoints: Path
) -> Generator[Event, None, tuple[Backbone, TrainResult]]:
    """Fine-tunes the backbone.

    Args:
        job: The job.
        inputs: Samples, features, and the result of the training on them.
        checkpoints: Folder for checkpoints and features; may be removed afterwards.

    Returns:
        The tuned backbone and the new result, or the given ones if fine-tuning brings no gain.
    """
    from ahsml_app.core.device import choose_device
    from ahsml_app.core.finetune.cross_fit_halves import finetune as tune
    from ahsml_app.core.finetune.finetune_config import FinetuneConfig
    from ahsml_app.core.workers.worker_peers import worker_peers

    options, context = job.options, job.context
    tuning = FinetuneConfig(
        epochs=options.tuning.epochs,
        memory=options.tuning.memory,
        thorough=options.tuning.thorough,
        seed=options.training.seed,
    )
    own = replace(context, device=str(choose_device(context.device)), checkpoints=checkpoints)
    with context.timed(Stage.FINETUNE):
        work = tune(train_config(options), tuning, inputs, own, worker_peers())
        tuned = yield from with_notices(work, context)
    job.settings.update({f"finetune_{name}": value for name, value in tuning.settings().items()})
    job.settings.update(finetune=True, finetune_kept=tuned.kept)
    return tuned.backbone, tuned.result


def train_config(options: RunOptions) -> TrainConfig:
    """The options of the training as the engine takes them."""
    from ahsml_app.core.config import TrainConfig

    training = options.training
    return TrainConfig(
        loss=training.loss,
        epochs=training.epochs,
        folds=training.folds,
        passes=training.passes,
        dimension=training.dimension,
        seed=training.seed,
    )


def score(
    job: PipelineState,
    table: SampleTable,
    result: TrainResult,
    groups: SampleGroups,
    *,
    trusted: BoolArray | None = None,
) -> Generator[Event, None, Scores]:
    """Computes all scores; labels that a person has confirmed count as right."""
    from ahsml_app.core.analysis.scores import compute_scores
    from ahsml_app.core.folds import numbered_groups

    yield Progress(Stage.SCORE)
    with job.context.timed(Stage.SCORE):
        scores = compute_scores(
            table,
            result,
            duplicate_group=groups.duplicates,
            duplicate_conflict=groups.conflict,
            fold_group=numbered_groups(groups.folds, len(table)),
            trusted=trusted,
        )
        return replace(scores, image_findings=groups.findings)


def with_notices(
    events: Generator[Event, None, Result], context: RunContext
) -> Generator[Event, None, Result]:
    """Passes events on, each after the queued messages of the context."""
    result = yield from relay(events, lambda event: (*context.notices(), event))
    yield from context.notices()
    return result


def now() -> str:
    """The current time in ISO 8601 with the offset from UTC."""
    return dt.datetime.now().astimezone().isoformat(timespec="seconds")
