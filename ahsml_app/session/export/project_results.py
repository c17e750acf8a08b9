"""Export a project: the outputs of a headless run, the decisions, and a folder for each class."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ahsml_app import __version__
from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.errors import Cancelled
from ahsml_app.base.events import CancelToken, Event, Notice, Progress, Stage
from ahsml_app.base.types import UNLABELLED, IntArray, Quarantined, SampleTable, Scores
from ahsml_app.session.export.write_class_folders import CLASS_FOLDERS, write_class_folders
from ahsml_app.session.pipeline import run_arrays
from ahsml_app.session.pipeline.scan_source import Source
from ahsml_app.session.pipeline.stages import now
from ahsml_app.store import result_files as export
from ahsml_app.store.class_folders import TREE_MODES, TreeEntry, TreeMode, plan_tree
from ahsml_app.store.journal import JournalEntry
from ahsml_app.store.run_folder import claim

if TYPE_CHECKING:
    from ahsml_app.session.project.project import Project

__all__ = [
    "NEEDS_SCORES",
    "PARTS",
    "USUAL_PARTS",
    "ExportOutcome",
    "ExportPlan",
    "ExportRequest",
    "TreeMode",
    "export_project",
    "export_request",
    "plan_export",
]

PARTS: Mapping[str, str] = {
    "labels": "labels.csv: every image with its label before and after, and the decision",
    "manifest": "the manifest in its own format with the new labels; dropped images left out",
    "tree": "a folder for each class with the images in it; dropped images left out",
    "scores": "scores.csv and scores.parquet: probability, weight, consistency and more",
    "embeddings": "embeddings.npz and embeddings.parquet: vectors for search and training",
    "model": "the trained head, and one ONNX file from pixels to embedding",
    "report": "report.html: counts, confusion and the most suspect images on one page",
    "journal": "journal.csv: every decision ever made, undone ones included",
}
"""What can be written, and what each part is."""

NEEDS_SCORES = frozenset({"scores", "embeddings", "model", "report"})
USUAL_PARTS = frozenset(PARTS) - {"tree", "manifest"}
EXACT_BYTES_UP_TO = 20_000
"""Files whose sizes are added up; of more, every k-th stands for the rest."""


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """A snapshot of a project for the thread that exports it."""

    name: str
    source: Source
    table: SampleTable
    labels: tuple[str, ...]
    kinds: IntArray
    class_names: tuple[str, ...]
    scores: Scores | None
    arrays: Mapping[str, npt.NDArray[Any]]
    run: Mapping[str, Any] | None
    quarantined: tuple[Quarantined, ...]
    journal: tuple[JournalEntry, ...]
    errors_left: tuple[float, float, float]
    out: Path
    parts: frozenset[str]
    tree_mode: TreeMode
    force: bool


@dataclass(frozen=True, slots=True)
class ExportPlan:
    """What an export would write.

    Attributes:
        classes: Images of each class after the decisions, largest first.
        images: Images that keep a label.
        dropped: Images that are left out.
        relabelled: Images with another label than before.
        suspects_left: Flagged images without a decision.
        errors_left: Estimated wrong labels among the undecided: low end, best guess, high end.
        tree_files: Files of the class folders.
        tree_bytes: Their size; estimated for many files.
        missing: Parts that cannot be written before a training.
    """

    classes: tuple[tuple[str, int], ...]
    images: int
    dropped: int
    relabelled: int
    suspects_left: int
    errors_left: tuple[float, float, float]
    tree_files: int
    tree_bytes: int
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExportOutcome:
    """What was written, and where."""

    out: Path
    images: int
    dropped: int
    relabelled: int


def export_request(
    project: Project,
    out: Path,
    parts: frozenset[str] = USUAL_PARTS,
    *,
    tree_mode: TreeMode = "copy",
    force: bool = False,
) -> ExportRequest:
    """A snapshot of what the project holds now.

    Raises:
        ValueError: There is no such part or mode.
    """
    unknown = parts - set(PARTS)
    if unknown or tree_mode not in TREE_MODES:
        raise ValueError(f"unknown: {sorted(unknown) or tree_mode}")
    names = np.array([*project.class_names, ""], dtype=object)
    labels = names[project.labels]
    labels[project.kinds == DecisionKind.DROP] = ""
    return ExportRequest(
        name=project.name,
        source=project.source,
        table=project.original,
        labels=tuple(labels.tolist()),
        kinds=project.kinds.copy(),
        class_names=project.class_names,
        scores=project.scores,
        arrays=_arrays(project),
        run=project.run,
        quarantined=project.quarantined,
        journal=tuple(project.journal()) if "journal" in parts else (),
        errors_left=project.progress().errors_left,
        out=out,
        parts=parts,
        tree_mode=tree_mode,
        force=force,
    )


def plan_export(request: ExportRequest) -> ExportPlan:
    """What the export would write; nothing is written."""
    counts = Counter(label for label in request.labels if label)
    table, kinds = request.table, request.kinds
    undecided = kinds == DecisionKind.UNDECIDED
    flagged = request.scores.flagged if request.scores is not None else np.zeros_like(undecided)
    entries = _tree(request) if "tree" in request.parts else []
    return ExportPlan(
        classes=tuple(counts.most_common()),
        images=sum(counts.values()),
        dropped=int((kinds == DecisionKind.DROP).sum()),
        relabelled=sum(
            bool(label) and label != table.label_name(row)
            for row, label in enumerate(request.labels)
        ),
        suspects_left=int((flagged & undecided).sum()),
        errors_left=request.errors_left,
        tree_files=len(entries),
        tree_bytes=_bytes(entries),
        missing=tuple(sorted(request.parts & NEEDS_SCORES)) if request.scores is None else (),
    )


def export_project(
    request: ExportRequest, cancel: CancelToken | None = None
) -> Generator[Event, None, ExportOutcome]:
    """Write what was asked for, whole or not at all.

    Yields:
        Progress and notices.

    Raises:
        OutputError: If the folder cannot be used or written.
        Cancelled: When asked to stop; then nothing appears.
    """
    cancel = cancel or CancelToken()
    plan = plan_export(replace(request, parts=request.parts - {"tree"}))
    if plan.missing:
        yield Notice(f"Written after the first training only: {', '.join(plan.missing)}.")
    with claim(request.out, source=request.table.root, force=request.force) as run:
        yield Progress(Stage.WRITE)
        yield from _write_tables(request, run.staging)
        cancel.check()
        if request.scores is not None:
            yield from _write_scored(request, request.scores, run.staging, cancel)
        if "tree" in request.parts:
            place = run.staging / CLASS_FOLDERS
            yield from write_class_folders(place, _tree(request), request.tree_mode, cancel)
        export.write_run_file(run.staging / "run.json", _record(request, plan))
        if cancel.cancelled:
            raise Cancelled
        run.publish()
    return ExportOutcome(request.out, plan.images, plan.dropped, plan.relabelled)


def _write_tables(request: ExportRequest, folder: Path) -> Generator[Event, None, None]:
    """What needs no training."""
    table, parts = request.table, request.parts
    kinds = [DecisionKind(int(kind)).word for kind in request.kinds]
    decisions = export.Decisions(request.labels, kinds)
    if "labels" in parts:
        export.write_labels(folder / "labels.csv", table, decisions)
    if "manifest" in parts:
        from ahsml_app.core.data.manifest import delimiter_of

        source = request.source.labels
        name, delimiter = "manifest.csv", ","
        if source is not None:
            name, delimiter = source.name, delimiter_of(source)
            if name in ("labels.csv", "scores.csv", "journal.csv", "quarantine.csv"):
                name = f"manifest-{name}"
        export.write_manifest(folder / name, table, decisions, delimiter=delimiter)
    if "journal" in parts:
        export.write_journal(folder / "journal.csv", table, request.journal)
    aside = [Quarantined(**item) for item in (request.run or {}).get("quarantined", ())]
    export.write_quarantine(folder / "quarantine.csv", [*request.quarantined, *aside])
    yield Progress(Stage.WRITE)


def _write_scored(
    request: ExportRequest, scores: Scores, folder: Path, cancel: CancelToken
) -> Generator[Event, None, None]:
    """What a training has found. The scores judge the labels that it was given."""
    judged = replace(
        request.table,
        labels=run_arrays.judged_of(request.arrays),
        class_names=request.class_names,
    )
    parts = request.parts
    if "scores" in parts:
        export.write_scores_csv(folder / "scores.csv", judged, scores)
        export.write_scores_parquet(folder / "scores.parquet", judged, scores)
    cancel.check()
    if "embeddings" in parts:
        embeddings = run_arrays.embeddings_of(request.arrays)
        export.write_embeddings_npz(folder / "embeddings.npz", judged, embeddings)
        export.write_embeddings_parquet(folder / "embeddings.parquet", judged, embeddings)
    cancel.check()
    if "model" in parts:
        yield from _write_model(request, folder / "model")
    if "report" in parts:
        from ahsml_app.session.export.run_results import thumbnails_for
        from ahsml_app.store.report import write_report

        plan = plan_export(replace(request, parts=request.parts - {"tree"}))
        write_report(
            folder / "report.html",
            judged,
            scores,
            list(request.quarantined),
            _record(request, plan),
            thumbnails_for(request.table, cancel),
        )


def _write_model(request: ExportRequest, folder: Path) -> Generator[Event, None, None]:
    head = run_arrays.head_of(request.arrays)
    if not head or request.scores is None or request.run is None:
        return
    yield Progress(Stage.LOAD_BACKBONE)
    from ahsml_app.core.backbones.backbone import load_backbone, unpack_weights
    from ahsml_app.session.export.run_results import Model, write_model

    messages: list[str] = []
    asked = request.run.get("backbone_asked")
    backbone = load_backbone(asked, notify=messages.append)
    for message in messages:
        yield Notice(message)
    weights = run_arrays.backbone_of(request.arrays)
    if weights is not None:
        backbone = unpack_weights(backbone, weights)
    yield Progress(Stage.WRITE)
    embeddings = run_arrays.embeddings_of(request.arrays)
    model = Model(
        {name: np.array(value) for name, value in head.items()},
        np.array(request.arrays["prototypes"]),
        np.array(run_arrays.scores_of(request.arrays).noise_matrix),
        embeddings.curvature,
        request.run["class_names"],
    )
    yield from write_model(folder, model, backbone)


def _arrays(project: Project) -> dict[str, npt.NDArray[Any]]:
    """Arrays of the newest training, with the judged labels by the classes as they are now."""
    arrays = project.arrays()
    if arrays:
        places = np.append(project.classes.run_places, UNLABELLED)
        arrays["judged"] = places[run_arrays.judged_of(arrays)]
    return arrays


def _tree(request: ExportRequest) -> list[TreeEntry]:
    source = request.source
    by_folder = source.labels is None and source.class_from is None
    return plan_tree(request.table.root, request.table.paths, request.labels, by_folder=by_folder)


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


def _record(request: ExportRequest, plan: ExportPlan) -> export.RunRecord:
    from ahsml_app.session.export.run_results import versions

    run = request.run or {}
    kinds = Counter(DecisionKind(int(kind)).word for kind in request.kinds)
    settings = dict(run.get("settings", {}))
    settings |= {"project": request.name, "source": str(request.table.root)}
    return export.RunRecord(
        version=__version__,
        started=str(run.get("started", now())),
        finished=now(),
        seed=int(run.get("seed", 0)),
        options=settings,
        versions=versions(),
        timings=dict(run.get("timings", {})),
        counts={
            "images": len(request.table),
            "classes": len(request.class_names),
            "quarantined": len(request.quarantined),
            "flagged": 0 if request.scores is None else int(request.scores.flagged.sum()),
            "relabelled": plan.relabelled,
            **{f"decided_{word}": count for word, count in sorted(kinds.items())},
        },
        expected_errors=request.errors_left,
    )
