"""The results of a project: what its export writes, told beforehand in numbers."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import numpy as np

from ahsml_app.base.context import RunContext
from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.events import CancelToken, Event, Notice
from ahsml_app.base.message import Message
from ahsml_app.base.options.run_options import TreeMode
from ahsml_app.base.types import UNLABELLED, AnyArray, Quarantined
from ahsml_app.session.export.result_counts import ExportSummary, ResultCounts
from ahsml_app.session.export.results import (
    NEEDS_SCORES,
    PARTS,
    USUAL_PARTS,
    OutputChoice,
    Provenance,
    Results,
    TrainedModel,
    TrainingResults,
)
from ahsml_app.session.export.write_results import write_results
from ahsml_app.session.pipeline import run_arrays
from ahsml_app.session.pipeline.stages import now
from ahsml_app.session.project.project import Project
from ahsml_app.session.review.review_progress import ReviewTimeline
from ahsml_app.store.class_folders import TreeEntry
from ahsml_app.store.result_files import Decisions
from ahsml_app.store.run_folder import claim

if TYPE_CHECKING:
    from ahsml_app.core.backbones.backbone import Backbone

EXACT_BYTES_UP_TO = 20_000
"""Files whose sizes are added up; of more, every k-th stands for the rest."""


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """A snapshot of a project for the thread that exports it.

    Attributes:
        results: What the project holds.
        timings: Seconds that each stage of the newest training took.
        choice: What to write of it.
        out: Folder that receives the results, whole or not at all.
        force: Replace the results of an earlier export in `out`.
    """

    results: Results
    timings: Mapping[str, float]
    choice: OutputChoice
    out: Path
    force: bool


@dataclass(frozen=True, slots=True)
class ExportPlan:
    """What an export would write.

    Attributes:
        counts: Of the results.
        classes: Images of each class after the decisions, largest first.
        errors_left: Estimated wrong labels among the undecided: low end, best guess, high end.
        tree_files: Files of the class folders.
        tree_bytes: Their size; estimated for many files.
        missing: Parts that cannot be written before a training.
    """

    counts: ResultCounts
    classes: tuple[tuple[str, int], ...]
    errors_left: tuple[float, float, float]
    tree_files: int
    tree_bytes: int
    missing: tuple[str, ...]


def export_request(
    project: Project,
    out: Path,
    parts: frozenset[str] = USUAL_PARTS,
    *,
    tree_mode: TreeMode = "copy",
    force: bool = False,
    review: ReviewTimeline | None = None,
) -> ExportRequest:
    """A snapshot of what the project holds now.

    Args:
        project: The project.
        out: The folder to write.
        parts: What to write, of `PARTS`.
        tree_mode: How images get into the class folders.
        force: Whether an earlier export may be replaced.
        review: Of the project, where one is at hand; computed from the journal by default.

    Raises:
        ValueError: There is no such part or mode.
    """
    unknown = parts - set(PARTS)
    if unknown or tree_mode not in get_args(TreeMode):
        raise ValueError(f"unknown: {sorted(unknown) or tree_mode}")
    review = review or ReviewTimeline(project)
    results = _project_results(
        project, review.progress().errors_left, with_journal="journal" in parts
    )
    timings = (project.run or {}).get("timings", {})
    return ExportRequest(results, timings, OutputChoice(parts, tree_mode), out, force)


def plan_export(request: ExportRequest) -> ExportPlan:
    """What the export would write; nothing is written."""
    results, parts = request.results, request.choice.parts
    labels = Counter(label for label in results.decisions.labels if label)
    entries = results.class_tree() if "tree" in parts else []
    return ExportPlan(
        counts=results.counts(),
        classes=tuple(labels.most_common()),
        errors_left=results.expected_errors,
        tree_files=len(entries),
        tree_bytes=_bytes(entries),
        missing=_missing(request),
    )


def export_project(
    request: ExportRequest, cancel: CancelToken | None = None
) -> Generator[Event, None, ExportSummary]:
    """Write what was asked for, whole or not at all.

    Yields:
        Progress and notices.

    Raises:
        OutputError: If the folder cannot be used or written.
        Cancelled: When asked to stop; then nothing appears.
    """
    results = request.results
    context = RunContext(cancel=cancel or CancelToken(), timings=dict(request.timings))
    missing = _missing(request)
    if missing:
        yield Notice(
            Message("Written after the first training only: {names}.", names=", ".join(missing))
        )
    with claim(request.out, source=results.table.root, force=request.force) as run:
        yield from write_results(run.staging, results, request.choice, context)
        context.cancel.check()
        run.publish()
    return ExportSummary(request.out, results.counts(), results.expected_errors)


def _missing(request: ExportRequest) -> tuple[str, ...]:
    """Parts that were asked for and need a training that has not been made."""
    if request.results.training is not None:
        return ()
    return tuple(sorted(request.choice.parts & NEEDS_SCORES))


def _project_results(
    project: Project, errors_left: tuple[float, float, float], *, with_journal: bool
) -> Results:
    """What a project has to write."""
    facts = project.run or {}
    names = np.array([*project.class_names, ""], dtype=object)
    labels = names[project.labels]
    labels[project.kinds == DecisionKind.DROP] = ""
    unreadable = (Quarantined(**item) for item in facts.get("quarantined", ()))
    settings = dict(facts.get("settings", {}))
    return Results(
        source=project.source,
        table=project.original,
        class_names=project.class_names,
        decisions=Decisions(
            tuple(labels.tolist()), tuple(DecisionKind(int(kind)).word for kind in project.kinds)
        ),
        quarantined=(*project.quarantined, *unreadable),
        expected_errors=errors_left,
        provenance=Provenance(
            started=str(facts.get("started", now())),
            seed=int(facts.get("seed", 0)),
            settings=settings | {"project": project.name, "source": str(project.original.root)},
        ),
        training=_training_results(project),
        journal=tuple(project.journal()) if with_journal else (),
    )


def _training_results(project: Project) -> TrainingResults | None:
    """Results of the newest training, with the judged labels by the classes as they are now."""
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
    model = _trained_model(project.run, arrays)
    return TrainingResults(judged, project.scores, embeddings, model)


def _trained_model(facts: Mapping[str, Any], arrays: Mapping[str, AnyArray]) -> TrainedModel | None:
    head = run_arrays.head_of(arrays)
    if not head:
        return None
    weights = run_arrays.backbone_of(arrays)
    return TrainedModel(
        head,
        arrays["prototypes"],
        np.asarray(run_arrays.scores_of(arrays).noise_matrix),
        run_arrays.embeddings_of(arrays).curvature,
        facts["class_names"],
        _backbone_loader(facts.get("backbone_asked"), weights),
    )


def _backbone_loader(
    name: str | None, weights: AnyArray | None
) -> Callable[[RunContext], Backbone]:
    def load(context: RunContext) -> Backbone:
        from ahsml_app.core.backbones.backbone import load_backbone, unpack_weights

        backbone = load_backbone(name, notify=context.notify)
        return backbone if weights is None else unpack_weights(backbone, weights)

    return load


def _bytes(entries: list[TreeEntry]) -> int:
    """Size of the files; estimated from every k-th of very many."""
    step = max(1, len(entries) // EXACT_BYTES_UP_TO)
    total = 0
    for entry in entries[::step]:
        try:
            total += os.stat(entry.source).st_size  # noqa: PTH116 - quick
        except OSError:
            continue
    return total * step
