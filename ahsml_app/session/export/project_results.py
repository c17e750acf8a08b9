"""The export of a project: its results, and a preview of what would be written."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ahsml_app.base.context import RunContext
from ahsml_app.base.decisions import CHECKED_BY_MODEL, DecisionKind, Mark
from ahsml_app.base.events import CancelToken, Event, Notice
from ahsml_app.base.message import Message
from ahsml_app.base.options.own_files import features_of_run
from ahsml_app.base.options.run_options import RunOptions
from ahsml_app.base.reading.planes import Planes
from ahsml_app.base.types import UNLABELLED, AnyArray, IndexArray, Quarantined
from ahsml_app.session.export.changed_files import check_files
from ahsml_app.session.export.first_check import without_unreadable
from ahsml_app.session.export.replacement import check_replacement, files_read
from ahsml_app.session.export.result_counts import ExportSummary, ResultCounts
from ahsml_app.session.export.results import (
    NEEDS_SCORES,
    USUAL_PARTS,
    OutputChoice,
    Provenance,
    Results,
    TrainedModel,
    TrainingResults,
)
from ahsml_app.session.export.write_results import publish_results
from ahsml_app.session.pipeline import run_arrays
from ahsml_app.session.pipeline.stages import now
from ahsml_app.session.project.project import Project
from ahsml_app.session.review.queue import review_states
from ahsml_app.session.review.review_progress import ReviewTimeline
from ahsml_app.store.class_folders import TreeEntry
from ahsml_app.store.decision_log import seal_of
from ahsml_app.store.output.probability_file import ClassProbabilities
from ahsml_app.store.output.run_folder import claim, replaced_files
from ahsml_app.store.result_files import UNDECIDED, Decisions

if TYPE_CHECKING:
    from ahsml_app.core.backbones.backbone import Backbone

USUAL_CHOICE = OutputChoice(USUAL_PARTS)

EXACT_BYTES_UP_TO = 20_000
"""Largest number of files whose sizes are all read; if there are more, every k-th is."""


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """A snapshot of a project for the thread that exports it.

    Attributes:
        results: The results of the project.
        given: Given label of each sample by the present names of the classes.
        timings: Seconds per stage of the newest training.
        choice: The parts to write.
        out: Folder of the results.
        force: Replaces the results of an earlier export in `out`.
        reads: The folders and files that the export reads, besides the images.
    """

    results: Results
    given: tuple[str, ...]
    timings: Mapping[str, float]
    choice: OutputChoice
    out: Path
    force: bool
    reads: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class ExportPlan:
    """A preview of an export.

    Attributes:
        counts: Counts of the results.
        classes: Images of each class after the decisions, largest first.
        errors_left: Estimated wrong labels among the undecided: low end, best guess, high end.
        tree_files: Number of files in the class folders.
        tree_bytes: Their size in bytes; estimated for many files.
        missing: Requested parts that need a training.
        replaced: Number of files of an earlier export that are replaced or removed, without
            those in its class folders.
        replaced_images: Number of files in its class folders that are.
    """

    counts: ResultCounts
    classes: tuple[tuple[str, int], ...]
    errors_left: tuple[float, float, float]
    tree_files: int
    tree_bytes: int
    missing: tuple[str, ...]
    replaced: int
    replaced_images: int


def export_request(
    project: Project,
    out: Path,
    choice: OutputChoice = USUAL_CHOICE,
    *,
    force: bool = False,
    review: ReviewTimeline | None = None,
) -> ExportRequest:
    """Makes a snapshot of the project for its export.

    Args:
        project: The project.
        out: The folder to write.
        choice: The parts to write.
        force: Whether to replace an earlier export.
        review: Timeline of the project if available; computed from the journal by default.
    """
    review = review or ReviewTimeline(project)
    results = _project_results(
        project, review.progress().errors_left, with_journal="journal" in choice.parts
    )
    timings = (project.run or {}).get("timings", {})
    options = RunOptions(source=project.source, features=features_of_run(project.run))
    reads = (project.folder, project.original.root, *files_read(options))
    results = _without_labels(results, choice)
    names = np.array([*project.class_names, ""], dtype=object)
    given = tuple(names[project.classes.given[_readable(project)]].tolist())
    if UNDECIDED in results.left_out:  # what has changed has no decision any more
        given = ("",) * len(given)
    return ExportRequest(results, given, timings, choice, out, force, reads)


def _without_labels(results: Results, choice: OutputChoice) -> Results:
    """The results without the labels of the images that the choice leaves out."""
    decisions, left_out = results.decisions, choice.left_out
    pairs = zip(decisions.labels, decisions.kinds, strict=True)
    labels = tuple("" if kind in left_out else label for label, kind in pairs)
    return replace(
        results,
        decisions=replace(decisions, labels=labels),
        left_out=left_out,
        unsure_folder=choice.unsure == "folder",
    )


def plan_export(request: ExportRequest) -> ExportPlan:
    """Previews the export; writes nothing."""
    results, parts = request.results, request.choice.parts
    labels = Counter(label for label in results.decisions.labels if label)
    entries = results.class_tree() if "tree" in parts else []
    replaced, replaced_images = replaced_files(request.out)
    return ExportPlan(
        counts=results.counts(),
        classes=tuple(labels.most_common()),
        errors_left=results.expected_errors,
        tree_files=len(entries),
        tree_bytes=_bytes(entries),
        missing=_missing(request),
        replaced=replaced,
        replaced_images=replaced_images if "tree" in parts else 0,
    )


def export_project(
    request: ExportRequest, cancel: CancelToken | None = None
) -> Generator[Event, None, ExportSummary]:
    """Writes the requested parts atomically.

    Yields:
        Progress and notices.

    Raises:
        OutputError: If the folder cannot be used or written.
        Cancelled: If a stop was requested; nothing is published then.
    """
    results, given = request.results, request.given
    context = RunContext(cancel=cancel or CancelToken(), timings=dict(request.timings))
    missing = _missing(request)
    if missing:
        yield Notice(
            Message("Written after the first training only: {names}.", names=", ".join(missing))
        )
    with claim(request.out, reads=request.reads, force=request.force) as run:
        if results.training is None:
            results, rows = yield from without_unreadable(results, context.cancel)
            given = tuple(given[row] for row in rows)
        checking = check_files(results.table, results.decisions, given, context.cancel)
        checked = yield from checking
        results = replace(results, decisions=checked.decisions, changed_files=checked.files)
        problems = Counter(file.problem for file in checked.files)
        table = replace(results.table, hashes=checked.hashes)  # those that it knows may be older
        yield from check_replacement(run, table, request.choice.parts, context.cancel)
        yield from publish_results(run, results, request.choice, context)
    counts, seal = results.counts(), seal_of(results.log)
    return ExportSummary(
        request.out,
        counts,
        results.expected_errors,
        log=seal,
        replay=results.replay,
        changed=problems["changed"],
        missing=problems["missing"] + problems["unreadable"],
    )


def _missing(request: ExportRequest) -> tuple[str, ...]:
    """Requested parts that need a training, if there is none."""
    if request.results.training is not None:
        return ()
    return tuple(sorted(request.choice.parts & NEEDS_SCORES))


def _project_results(
    project: Project, errors_left: tuple[float, float, float], *, with_journal: bool
) -> Results:
    """Collects the results of a project."""
    facts, rows = project.run or {}, _readable(project)
    names = np.array([*project.class_names, ""], dtype=object)
    labels, kinds = names[project.labels[rows]], project.kinds[rows]
    labels[kinds == DecisionKind.DROP] = ""
    settings = dict(facts.get("settings", {}))
    return Results(
        source=project.source,
        table=project.original.select(rows),
        class_names=project.class_names,
        decisions=Decisions(
            tuple(labels.tolist()),
            tuple(DecisionKind(int(kind)).word for kind in kinds),
            _marks_by_path(project),
        ),
        quarantined=project.quarantined if project.run is None else set_aside(project),
        expected_errors=errors_left,
        provenance=Provenance(
            started=str(facts.get("started", now())),
            seed=int(facts.get("seed", 0)),
            settings=settings
            | {
                "project": project.name,
                "source": str(project.original.root),
                "planes": project.original.planes,
            },
        ),
        training=_training_results(project, rows),
        journal=tuple(project.journal()) if with_journal else (),
        log=tuple(project.log()) if with_journal else (),
        self_test=project.self_test(),
        notes=(*_reading_notes(project), *facts.get("notes", ())),
        whole=project.original,
    )


def _marks_by_path(project: Project) -> dict[Mark, dict[str, str]]:
    """The marks of the images by their paths; the model's word only where it still holds."""
    paths, checked = project.table.paths, review_states(project) == CHECKED_BY_MODEL
    return {
        mark: {
            paths[row]: text for row, text in texts.items() if checked[row] or mark != Mark.CHECKED
        }
        for mark, texts in project.marks.items()
    }


def set_aside(project: Project) -> tuple[Quarantined, ...]:
    """The files of a project that are in no result: those of the scan, and unreadable samples."""
    rows, paths = project.unreadable, project.table.paths
    known = {item.path for item in project.quarantined}
    unreadable = (Quarantined(paths[row], reason) for row, reason in rows.items())
    return (*project.quarantined, *(item for item in unreadable if item.path not in known))


def _readable(project: Project) -> IndexArray:
    """Rows of the samples that no training has set aside; before one, an export looks itself."""
    if project.run is None:
        return np.arange(len(project.table))
    return np.setdiff1d(np.arange(len(project.table)), list(project.unreadable))


def _reading_notes(project: Project) -> list[str]:
    """Says how the folders were read, if their first level was read as splits, and the planes."""
    from ahsml_app.core.data.formats.plane_notices import plane_notices
    from ahsml_app.core.data.split_folders import read_split_folders

    source, table = project.source, project.original
    notes: list[str] = []
    if project.run is None:  # a training has noted it
        notes += map(str, plane_notices(table.root, table.paths, table.planes))
    if source.labels is not None or source.class_from is not None or "split" not in table.columns:
        return notes
    found = read_split_folders(table.paths)
    return notes if found is None else [str(found.notice()), *notes]


def _training_results(project: Project, rows: IndexArray) -> TrainingResults | None:
    """Results of the newest training for some rows, with the judged labels as current classes."""
    if project.scores is None or project.run is None:
        return None
    arrays = project.arrays()
    positions = np.append(project.classes.run_indices, UNLABELLED)
    judged = replace(
        project.original,
        labels=positions[run_arrays.judged_of(arrays)],
        class_names=project.class_names,
    )
    embeddings = run_arrays.embeddings_of(arrays)
    model = _trained_model(project.run, arrays, judged.planes)
    scores = project.scores
    if len(rows) < len(judged):
        judged, scores = judged.select(rows), run_arrays.scores_of_rows(scores, rows)
        embeddings = run_arrays.embeddings_of_rows(embeddings, rows)
    probabilities = None
    if run_arrays.POSTERIOR in arrays:
        columns = project.classes.run_indices
        probabilities = ClassProbabilities(arrays[run_arrays.POSTERIOR], rows, columns)
    return TrainingResults(judged, scores, embeddings, model, probabilities)


def _trained_model(
    facts: Mapping[str, Any], arrays: Mapping[str, AnyArray], planes: Planes
) -> TrainedModel | None:
    head = run_arrays.head_of(arrays)
    if not head:
        return None
    return TrainedModel(
        head,
        arrays["prototypes"],
        np.asarray(run_arrays.scores_of(arrays).noise_matrix),
        run_arrays.embeddings_of(arrays).curvature,
        facts["class_names"],
        _backbone_loader(facts, arrays, head["weight"].shape[1]),
        planes,
    )


def _backbone_loader(
    facts: Mapping[str, Any], arrays: Mapping[str, AnyArray], width: int
) -> Callable[[RunContext], Backbone]:
    features, weights = features_of_run(facts), run_arrays.backbone_of(arrays)
    standard = run_arrays.standard_of(arrays)

    def load(context: RunContext) -> Backbone:
        from ahsml_app.core.backbones.backbone import (
            load_backbone_of_run,
            no_network,
            unpack_weights,
        )

        if features.file is not None and standard is not None:
            return no_network(features.file.name, standard)
        backbone = load_backbone_of_run(features.backbone, width, context.notify)
        return backbone if weights is None else unpack_weights(backbone, weights)

    return load


def _bytes(entries: list[TreeEntry]) -> int:
    """Total size of the files in bytes; estimated from every k-th if there are many."""
    step = max(1, len(entries) // EXACT_BYTES_UP_TO)
    total = 0
    for entry in entries[::step]:
        try:
            total += os.stat(entry.source).st_size  # noqa: PTH116 - quick
        except OSError:
            continue
    return total * step
