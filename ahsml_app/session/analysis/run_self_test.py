"""The self-test: plants wrong labels in a copy of the labels, and runs the same training on it.

Images, labels and scores of the run stay as they are. A job in the window gets a frozen request
and writes its result beside the arrays of the training, but never touches the database.
"""

from __future__ import annotations

import math
import shutil
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ahsml_app.base.errors import ProjectError
from ahsml_app.base.events import CancelToken, Event, Notice, Progress, Stage, relay
from ahsml_app.base.message import Message
from ahsml_app.base.options.option_table import OPTIONS, with_values
from ahsml_app.base.options.run_options import RunOptions
from ahsml_app.base.self_test import SelfTest
from ahsml_app.base.types import BoolArray, FloatArray, IndexArray, IntArray, SampleTable
from ahsml_app.session.pipeline.first_look import augment
from ahsml_app.session.pipeline.run_arrays import judged_of, scores_of
from ahsml_app.session.pipeline.stages import (
    PipelineState,
    SampleGroups,
    compute_features,
    find_groups,
    identify,
    now,
    score,
    start_job,
    train,
    training_data,
)
from ahsml_app.session.pipeline.train_project import KINDS, rows_of, trained_labels
from ahsml_app.session.project.project import Project
from ahsml_app.session.project.stored_runs import unreadable_contents
from ahsml_app.store.files.training_arrays import run_folder
from ahsml_app.store.files.training_folder import training_folder
from ahsml_app.store.self_test_file import CHECKPOINTS, SELF_TEST_FILE, write_self_test

if TYPE_CHECKING:
    from ahsml_app.core.training_data import TrainData

MOST_TRAININGS = 3
"""Trainings of a self-test: one for each kind of error."""

STEPS = 100
"""Steps of its progress."""


@dataclass(frozen=True, slots=True)
class FeatureTraining:
    """A training on features that is tested.

    Attributes:
        table: The N samples with the labels that it judged.
        data: Its features and labels.
        groups: Groups among the samples.
        confirmed: (N,) which labels a person had confirmed.
        error_probability: (N,) its error probabilities; None if the scores come from a tuned
            network, which the self-test does not train.
        class_distances: (K, K) distances between the classes.
    """

    table: SampleTable
    data: TrainData
    groups: SampleGroups
    confirmed: BoolArray
    error_probability: FloatArray | None
    class_distances: FloatArray


@dataclass(frozen=True, slots=True)
class SelfTestRequest:
    """A snapshot of a project's newest training for the thread that tests it.

    Attributes:
        project: Folder of the project.
        number: Number of the training.
        table: The samples with the labels that the training judged.
        kinds: (N,) kinds of the decisions that the training knew.
        options: Options of the training.
        error_probability: (N,) as in `FeatureTraining`.
        class_distances: (K, K) distances between the classes.
        unreadable: Why contents cannot be decoded, by their hash; they are not tried again.
    """

    project: Path
    number: int
    table: SampleTable
    kinds: IntArray
    options: RunOptions
    error_probability: FloatArray | None
    class_distances: FloatArray
    unreadable: Mapping[str, Message | str] | None = None


def self_test(
    job: PipelineState, training: FeatureTraining, checkpoints: Path
) -> Generator[Event, None, SelfTest]:
    """Plants errors of each kind, trains on them, and judges the scores.

    Args:
        job: The job; its settings stay as they are.
        training: The training that is tested.
        checkpoints: Folder for checkpoints.

    Yields:
        Progress of all trainings together, and notices.

    Raises:
        LabelsError: If too few labels are probably right, or there is only one class.
        Cancelled: If a stop was requested.
    """
    from ahsml_app.core.analysis.planted_errors import (
        LabelState,
        judge_planted,
        plant_errors,
        planted_kinds,
    )

    start, seed, training_before = time.perf_counter(), job.options.training.seed, 0
    # Timings and settings of the run are those of its own training.
    own = replace(job, context=replace(job.context, timings={}), settings={}, quarantined=[])
    yield Progress(Stage.SELF_TEST)
    with job.context.timed(Stage.SELF_TEST):
        labels, before = training.table.labels, training.error_probability
        if before is None:
            training_before = 1
            none = np.empty(0, dtype=np.intp)
            events = _error_probability(own, training, labels, none, checkpoints / "given")
            before = yield from relay(events, _shares(job, 0, MOST_TRAININGS + 1))
        state = LabelState(labels, training.data.trainable, before, training.class_distances)
        planted = [(kind, *plant_errors(state, kind, seed)) for kind in planted_kinds(state)]
        results = []
        for number, (kind, changed, rows) in enumerate(planted, training_before):
            shares = _shares(job, number, len(planted) + training_before)
            events = _error_probability(own, training, changed, rows, checkpoints / kind)
            judged = yield from relay(events, shares)
            results.append(judge_planted(state, kind, rows, judged))
    return SelfTest(
        finished=now(),
        seed=seed,
        images=int((~np.isnan(before)).sum()),
        errors_before=float(np.nansum(before, dtype=np.float64)),
        seconds=round(time.perf_counter() - start, 1),
        results=tuple(results),
    )


def _error_probability(
    job: PipelineState,
    training: FeatureTraining,
    labels: IntArray,
    planted: IndexArray,
    checkpoints: Path,
) -> Generator[Event, None, FloatArray]:
    """Trains as before on other labels; returns the (N,) error probabilities of these labels.

    Nobody has confirmed a planted label. A model from elsewhere, which has learnt none of them,
    would find them too easily, so that its opinion does not count.
    """
    from ahsml_app.core.folds import judgeable_groups

    data, confirmed = training.data, training.confirmed.copy()
    confirmed[planted] = False
    trusted = None if data.trusted is None else data.trusted & confirmed
    groups = judgeable_groups(data.groups, labels)
    changed = replace(data, labels=labels, trusted=trusted, groups=groups, opinion=None)
    table = replace(training.table, labels=labels)
    result = yield from train(job, table, changed, checkpoints)
    scores = yield from score(job, table, result, training.groups, trusted=confirmed)
    return scores.error_probability


def _shares(job: PipelineState, number: int, trainings: int) -> Callable[[Event], Iterator[Event]]:
    """Makes the progress of one of several trainings a part of the progress of the self-test."""
    passes = job.options.training.passes

    def share(event: Event) -> Iterator[Event]:
        if isinstance(event, Notice):
            yield event
        if isinstance(event, Progress) and event.stage is Stage.TRAIN and event.total:
            part = ((event.pass_index or 0) + event.done / event.total) / passes
            done = round(STEPS * (number + part) / trainings)
            yield Progress(Stage.SELF_TEST, done, STEPS)

    return share


def request_self_test(project: Project) -> SelfTestRequest:
    """Makes the snapshot of the newest training that the thread of the self-test works on.

    Raises:
        ProjectError: If there is no training to test, or its result cannot be written.
    """
    project.check_writable()
    if project.run is None:
        raise ProjectError("The self-test needs a training.", hint="Train first.")
    arrays, facts = project.arrays(), project.run
    if KINDS not in arrays:
        raise ProjectError(
            "The newest training was made by an earlier version, which cannot be tested.",
            hint="Train again, then start the self-test.",
        )
    names, settings = tuple(facts["class_names"]), facts["settings"]
    scores = scores_of(arrays)
    table = replace(project.original, labels=np.array(judged_of(arrays)), class_names=names)
    return SelfTestRequest(
        project=project.folder,
        number=facts["number"],
        table=table,
        kinds=np.array(arrays[KINDS]),
        options=replace(
            _options_of(settings, facts.get("backbone_asked")),
            source=replace(project.source, folder=project.table.root),
        ),
        error_probability=(
            None if settings.get("finetune_kept") else np.array(scores.error_probability)
        ),
        class_distances=np.array(scores.class_distances),
        unreadable=unreadable_contents(project.unreadable, project.original.hashes),
    )


def self_test_project(
    request: SelfTestRequest, cancel: CancelToken | None = None
) -> Generator[Event, None, SelfTest]:
    """Tests the newest training of a project and stores the result beside its arrays.

    Yields:
        Progress and notices.

    Raises:
        AppError: With a message and a hint.
        Cancelled: If a stop was requested; a later call with the same request continues.
    """
    job = start_job(request.options, cancel)
    table = yield from identify(job, request.table)
    backbone, table, features = yield from compute_features(job, table, request.unreadable)
    rows = rows_of(request.table, table)
    trainable, confirmed = trained_labels(table, request.kinds[rows])
    groups = yield from find_groups(job, table, features)
    trusted = confirmed if request.options.training.trust_checked else None
    data = training_data(table, features, groups, trainable=trainable, trusted=trusted)
    data = yield from augment(job, table, backbone, data)
    before = request.error_probability
    training = FeatureTraining(
        table=table,
        data=data,
        groups=groups,
        confirmed=confirmed,
        error_probability=None if before is None else before[rows],
        class_distances=request.class_distances,
    )
    checkpoints = training_folder(request.project) / CHECKPOINTS
    result = yield from self_test(job, training, checkpoints)
    write_self_test(run_folder(request.project, request.number) / SELF_TEST_FILE, result)
    shutil.rmtree(checkpoints, ignore_errors=True)
    return result


def seconds_of_self_test(project: Project) -> float:
    """Rough duration of a self-test of the newest training; NaN before the first training."""
    timings = {} if project.run is None else project.run.get("timings", {})
    return MOST_TRAININGS * float(timings.get(Stage.TRAIN.value, math.nan))


def _options_of(settings: Mapping[str, Any], backbone: str | None) -> RunOptions:
    """Options of a training by the settings that it recorded."""
    sections = ("features", "training")
    names = [name for name, option in OPTIONS.items() if option.section in sections]
    values = {name: settings[name] for name in names if name in settings}
    return with_values(RunOptions(), values | {"backbone": backbone})
