"""Trains a project in the thread of a job, which never touches the database.

The thread gets a frozen request, writes the arrays and returns an outcome. The thread that owns
the project then records the outcome (`Project.accept`).
"""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.disk_space import is_disk_full
from ahsml_app.base.events import CancelToken, Event, Progress, Stage
from ahsml_app.base.message import Message
from ahsml_app.base.options.option_table import OPTIONS
from ahsml_app.base.options.run_options import RunOptions
from ahsml_app.base.types import (
    UNLABELLED,
    AnyArray,
    BoolArray,
    IndexArray,
    IntArray,
    Quarantined,
    SampleTable,
)
from ahsml_app.session.pipeline.first_look import augment
from ahsml_app.session.pipeline.run_arrays import expanded, run_arrays, standard_arrays
from ahsml_app.session.pipeline.stages import (
    FINETUNE,
    compute_features,
    find_groups,
    finetune,
    identify,
    now,
    score,
    start_job,
    train,
    training_data,
)
from ahsml_app.session.pipeline.training_monitor import aligned
from ahsml_app.store.files.training_arrays import not_written, write_run
from ahsml_app.store.files.training_folder import training_folder

if TYPE_CHECKING:
    from ahsml_app.core.backbones.backbone import Backbone

CONFIRMED = (int(DecisionKind.KEEP), int(DecisionKind.RELABEL))

KINDS = "kinds"
"""Name of the array with the kinds of the decisions that a training knew."""


@dataclass(frozen=True, slots=True)
class TrainRequest:
    """A snapshot of a project for the thread that trains it.

    Attributes:
        project: Folder of the project.
        number: Number of the training.
        table: The samples with their labels after the decisions, and all class names.
        kinds: (N,) kinds of the decisions.
        given: (N,) index of the label that each sample came with.
        present: (N,) which samples have a file.
        options: Options of the training, with the project's source.
        class_ids: ID of each class of the table (see `ClassRegistry`).
        unreadable: Why contents cannot be decoded, by their hash; they are not tried again.
    """

    project: Path
    number: int
    table: SampleTable
    kinds: IntArray
    given: IntArray
    present: BoolArray
    options: RunOptions
    class_ids: tuple[str, ...]
    unreadable: Mapping[str, Message | str] | None = None


@dataclass(frozen=True, slots=True)
class TrainOutcome:
    """A training whose arrays are on disk.

    Attributes:
        number: Number of the training.
        facts: Its properties, for the project and the exports.
        quarantined: Files that could not be read.
        hashes: Content hash of each sample at this training; empty if it could not be read.
    """

    number: int
    facts: Mapping[str, Any]
    quarantined: tuple[Quarantined, ...]
    hashes: tuple[str, ...] = ()


def train_project(
    request: TrainRequest, cancel: CancelToken | None = None
) -> Generator[Event, None, TrainOutcome]:
    """Extracts features, trains and scores with the decisions made so far.

    Dropped images are scored but not trained on. Kept and relabelled ones have weight 1, and their
    labels count as right, unless another content has come to their files since.

    Yields:
        Progress, notices and epochs.

    Raises:
        AppError: With a message and a hint.
        Cancelled: If a stop was requested; a later call with the same request continues.
    """
    job = start_job(request.options, cancel)
    table = yield from identify(job, request.table.select(np.flatnonzero(request.present)))
    hashes = np.full(len(request.table), "", dtype="U32")
    hashes[rows_of(request.table, table)] = table.hashes
    request, table = _without_old_decisions(request, table)
    backbone, table, features = yield from compute_features(job, table, request.unreadable)
    rows = rows_of(request.table, table)
    kinds = request.kinds[rows]
    trainable, confirmed = trained_labels(table, kinds)
    trusted = confirmed if request.options.training.trust_checked else None
    groups = yield from find_groups(job, table, features)
    data = training_data(table, features, groups, trainable=trainable, trusted=trusted)
    augmenting = augment(job, table, backbone, data)
    data = yield from aligned(augmenting, rows, len(request.table))
    count, folder = len(request.table), training_folder(request.project)
    with _room_in(folder):
        result = yield from aligned(train(job, table, data, folder), rows, count)
        if request.options.tuning.enabled:
            from ahsml_app.core.finetune.cross_fit_halves import FinetuneInputs

            inputs = FinetuneInputs(table, backbone, data, result)
            tuning = finetune(job, inputs, folder / FINETUNE)
            backbone, result = yield from aligned(tuning, rows, count)
    scores = yield from score(job, table, result, groups, trusted=confirmed)
    yield Progress(Stage.WRITE)
    weights = _tuned_weights(backbone)
    arrays = run_arrays(expanded(scores, rows, count), result, rows, request.table, weights)
    arrays |= standard_arrays(backbone.standard) | {KINDS: request.kinds}
    write_run(request.project, request.number, arrays)
    facts = {
        "number": request.number,
        "started": job.started,
        "finished": now(),
        "timings": job.context.timings,
        "settings": _without_output(job.settings),
        "seed": request.options.training.seed,
        "backbone_asked": request.options.features.backbone,
        "embedded": features.extracted,
        "class_names": list(request.table.class_names),
        "class_keys": list(request.class_ids),
        "notes": [str(note) for note in job.notes],
        "decided": int((request.kinds != DecisionKind.UNDECIDED).sum()),
    }
    read = tuple(hashes.tolist())
    return TrainOutcome(request.number, facts, tuple(job.quarantined), read)


@contextlib.contextmanager
def _room_in(folder: Path) -> Iterator[None]:
    """Says so if the checkpoints of a training fill the disk.

    Raises:
        ProjectError: If the disk is full.
    """
    try:
        yield
    except OSError as error:
        if is_disk_full(error):
            raise not_written(folder, None, error) from error
        raise


def _without_old_decisions(
    request: TrainRequest, table: SampleTable
) -> tuple[TrainRequest, SampleTable]:
    """Reopens the samples whose content is not the one that was judged.

    Args:
        request: The request, with the hashes that the project knows.
        table: Its readable samples, with the hashes of now.

    Returns:
        Both with the given label of these samples, and no decision about them.
    """
    known = request.table.hashes
    rows = rows_of(request.table, table)
    pairs = zip(rows.tolist(), table.hashes, strict=True)
    changed = [row for row, now in pairs if known and known[row] not in ("", now)]
    if not changed:
        return request, table
    kinds, labels = request.kinds.copy(), request.table.labels.copy()
    kinds[changed], labels[changed] = DecisionKind.UNDECIDED, request.given[changed]
    whole = replace(request.table, labels=labels)
    return replace(request, kinds=kinds, table=whole), replace(table, labels=labels[rows])


def trained_labels(table: SampleTable, kinds: IntArray) -> tuple[BoolArray, BoolArray]:
    """(N,) which samples are trained on, and (N,) which labels a person has confirmed.

    Args:
        table: The N samples with their labels after the decisions.
        kinds: (N,) kinds of the decisions.
    """
    confirmed = np.isin(kinds, CONFIRMED) & (table.labels != UNLABELLED)
    return table.trainable & (kinds != DecisionKind.DROP), confirmed


def _without_output(settings: Mapping[str, object]) -> dict[str, object]:
    """Settings of a training without the output options, which are chosen at export."""
    output = {name for name, option in OPTIONS.items() if option.section == "output"}
    return {name: value for name, value in settings.items() if name not in output}


def _tuned_weights(backbone: Backbone) -> AnyArray | None:
    if not backbone.tuned:
        return None
    from ahsml_app.core.backbones.backbone import pack_weights

    return pack_weights(backbone)


def rows_of(whole: SampleTable, subset: SampleTable) -> IndexArray:
    """Rows in `whole` of the samples of `subset`, in the order of `subset`."""
    if len(whole) == len(subset):
        return np.arange(len(whole), dtype=np.intp)
    rows = {path: row for row, path in enumerate(whole.paths)}
    return np.array([rows[path] for path in subset.paths], dtype=np.intp)
