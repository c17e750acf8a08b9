"""Updates a project from its image folder, in the thread of a job.

The thread gets a frozen request and returns an outcome, which the thread that owns the project
records (`Project.accept_update`). Features are extracted from new content alone. Until the next
training, the stored models of the newest one judge the new samples.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ahsml_app.base.errors import AppError
from ahsml_app.base.events import CancelToken, Event, Notice, Progress, Stage
from ahsml_app.base.folder_changes import FolderChanges
from ahsml_app.base.message import Message
from ahsml_app.base.options.own_files import features_of_run
from ahsml_app.base.options.run_options import RunOptions, Source
from ahsml_app.base.paths import cache_folder
from ahsml_app.base.types import (
    UNLABELLED,
    AnyArray,
    Embeddings,
    Int8Array,
    IntArray,
    SampleTable,
    Scores,
)
from ahsml_app.session.pipeline import run_arrays
from ahsml_app.session.pipeline.array_checks import sound_added
from ahsml_app.session.pipeline.check_folder import check_folder
from ahsml_app.session.pipeline.stages import PipelineState, start_job, with_notices
from ahsml_app.store.files.training_arrays import (
    load_added_scores,
    load_arrays,
    write_added_scores,
)

if TYPE_CHECKING:
    from ahsml_app.core.backbones.backbone import Backbone
    from ahsml_app.core.features.extract import FeatureResult


@dataclass(frozen=True, slots=True)
class UpdateRequest:
    """A snapshot of a project for the thread that updates it.

    Attributes:
        project: Folder of the project.
        table: The samples with their given labels and the content hashes that are known.
        states: (N,) `SampleState` of each sample.
        source: Where images and labels are now.
        run: Properties of the newest training; None before the first.
        run_labels: Index of each class among those of the newest training, by its ID.
    """

    project: Path
    table: SampleTable
    states: Int8Array
    source: Source
    run: Mapping[str, Any] | None
    run_labels: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class UpdateOutcome:
    """What an update has found, and what it did.

    Attributes:
        changes: What became of the samples.
        embedded: Number of images that features were extracted from.
        judged: Number of samples with scores by the stored models.
    """

    changes: FolderChanges
    embedded: int = 0
    judged: int = 0


def update_project(
    request: UpdateRequest, cancel: CancelToken | None = None
) -> Generator[Event, None, UpdateOutcome]:
    """Finds what changed in the image folder, and judges what is new.

    Yields:
        Progress and notices.

    Raises:
        AppError: With a message and a hint.
        Cancelled: If a stop was requested; the project is as before.
    """
    options = RunOptions(features=features_of_run(request.run), source=request.source)
    job = start_job(options, cancel)
    checking = check_folder(request.table, request.states, request.source, job.context.cancel)
    changes = yield from checking
    if request.run is None:
        return UpdateOutcome(changes)
    number = request.run["number"]
    arrays = load_arrays(request.project, number)
    earlier = sound_added(load_added_scores(request.project, number), arrays)
    known = run_arrays.RunArrays(arrays, len(request.table), earlier)
    rows, table = _samples_to_judge(request.table, changes, known)
    if not len(rows):
        return UpdateOutcome(changes)
    labels = [table.label_name(row) for row in range(len(table))]
    judged = np.array([request.run_labels.get(n, UNLABELLED) for n in labels], dtype=np.int64)
    extracted = 0
    try:
        added, extracted = yield from _judge(job, arrays, table, judged)
    except AppError as error:
        yield Notice(
            Message(
                "New images have no scores before the next training: {reason}", reason=error.message
            ),
            "warning",
        )
        added = _unjudged(arrays, len(rows))
    added |= {"judged": judged, run_arrays.ROWS: rows}
    # Before the samples are recorded: rows that the project does not have are ignored.
    write_added_scores(request.project, number, run_arrays.merged_added(earlier, added))
    scored = int((~np.isnan(added["score-error_probability"])).sum())
    return UpdateOutcome(changes, extracted, scored)


def _samples_to_judge(
    table: SampleTable, changes: FolderChanges, known: Mapping[str, AnyArray]
) -> tuple[IntArray, SampleTable]:
    """Rows of the samples whose scores no longer hold or do not exist, and those samples.

    Args:
        table: The samples before.
        changes: What became of them.
        known: The arrays of the newest training, with a row for each of them.
    """
    suggested = known[run_arrays.SCORE + "suggested"]
    returned = (row for row in changes.returned if suggested[row] < 0)  # missing at the training
    before = sorted({*changes.changed, *changes.relabelled, *returned})
    new, hashes = changes.new, table.hashes or ("",) * len(table)
    index = {name: number for number, name in enumerate(new.class_names)} | {"": UNLABELLED}
    labels = [index[changes.relabelled.get(row, table.label_name(row))] for row in before]
    samples = SampleTable(
        root=new.root,
        paths=(*(changes.renamed.get(row, table.paths[row]) for row in before), *new.paths),
        labels=np.array([*labels, *new.labels.tolist()], dtype=np.int64),
        class_names=new.class_names,
        hashes=(
            *(changes.changed.get(r, changes.hashes.get(r, hashes[r])) for r in before),
            *new.hashes,
        ),
        planes=table.planes,
    )
    rows = np.array([*before, *range(len(table), len(table) + len(new))], dtype=np.int64)
    return rows, samples


def _judge(
    job: PipelineState, arrays: Mapping[str, AnyArray], table: SampleTable, labels: IntArray
) -> Generator[Event, None, tuple[dict[str, AnyArray], int]]:
    """Judges samples by stored models.

    Returns:
        The arrays of `added_arrays`, and the number of images that features were extracted from.
    """
    from ahsml_app.core.analysis.scores import compute_scores
    from ahsml_app.core.embedding.judge import StoredModels, judge

    head = run_arrays.head_of(arrays)
    if not head:
        return _unjudged(arrays, len(table)), 0
    features = yield from _features_by_run(job, arrays, table)
    yield Progress(Stage.SCORE)
    stored = run_arrays.scores_of(arrays)
    models = StoredModels(
        head,
        np.asarray(arrays["prototypes"]),
        np.asarray(stored.noise_matrix),
        np.asarray(stored.class_distances),
        run_arrays.embeddings_of(arrays).curvature,
    )
    own = labels[features.rows]
    result = judge(models, features.features[0], own, job.context.cancel)
    alone = np.full(len(own), -1, dtype=np.int64)
    scores = compute_scores(
        SampleTable(table.root, tuple(table.paths[r] for r in features.rows), own, ()),
        result,
        duplicate_group=alone,
        duplicate_conflict=alone > 0,
        fold_group=alone,
    )
    count = len(table)
    points, vectors = (
        run_arrays.expanded_rows(array, features.rows, count)
        for array in (result.points, result.embedding)
    )
    embeddings = Embeddings(points, result.curvature, vectors if "vectors" in arrays else None)
    whole = run_arrays.expanded(scores, features.rows, count)
    return run_arrays.added_arrays(whole, embeddings), features.extracted


def _features_by_run(
    job: PipelineState, arrays: Mapping[str, AnyArray], table: SampleTable
) -> Generator[Event, None, FeatureResult]:
    """Features of samples by what a training had its own from: the backbone, or a file."""
    from ahsml_app.core.features.extract import extract_features
    from ahsml_app.core.features.file_features import FeatureFile, file_features

    path, standard = job.options.features.file, run_arrays.standard_of(arrays)
    if path is not None and standard is not None:
        file = FeatureFile(path, job.options.source, standard)
        work = file_features(table, file, job.context, cache_folder())
        _, found = yield from with_notices(work, job.context)
        yield from map(Notice, found.notices)
        return found
    width = run_arrays.head_of(arrays)["weight"].shape[1]
    backbone = yield from _backbone_of_run(job, arrays, width)
    extraction = extract_features(
        table,
        backbone,
        job.context,
        augmentations=0,
        cache_folder=cache_folder(),
        extract=job.extract,
    )
    return (yield from with_notices(extraction, job.context))


def _backbone_of_run(
    job: PipelineState, arrays: Mapping[str, AnyArray], width: int
) -> Generator[Event, None, Backbone]:
    """Loads the backbone of a training, tuned if the training has tuned it."""
    from ahsml_app.core.backbones.backbone import load_backbone_of_run, unpack_weights
    from ahsml_app.core.device import limit_threads

    yield Progress(Stage.LOAD_BACKBONE)
    limit_threads()
    backbone = load_backbone_of_run(job.options.features.backbone, width, job.context.notify)
    yield from job.context.notices()
    weights = run_arrays.backbone_of(arrays)
    return backbone if weights is None else unpack_weights(backbone, np.asarray(weights))


def _unjudged(arrays: Mapping[str, AnyArray], count: int) -> dict[str, AnyArray]:
    """The arrays of samples that the models of a training cannot judge."""
    stored, nothing = run_arrays.scores_of(arrays), np.empty(0, dtype=np.intp)
    shortened: dict[str, Any] = {
        field.name: getattr(stored, field.name)
        if field.name in run_arrays.OF_TRAINING
        else np.asarray(getattr(stored, field.name))[:0]
        for field in fields(Scores)
    }
    scores = run_arrays.expanded(Scores(**shortened), nothing, count)
    embeddings = run_arrays.embeddings_of(arrays)
    points = np.zeros((count, embeddings.points.shape[1]), dtype=np.float32)
    vectors = embeddings.vectors
    vectors = None if vectors is None else np.zeros((count, vectors.shape[1]), dtype=np.float32)
    return run_arrays.added_arrays(scores, Embeddings(points, embeddings.curvature, vectors))
