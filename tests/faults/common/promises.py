"""What must hold after any fault: the project opens, decisions are there, results are whole."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow.parquet as pq

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.paths import RUN_FILE
from ahsml_app.session.project.library import open_project
from ahsml_app.session.project.project import Project
from ahsml_app.store.decision_log import broken_lines
from ahsml_app.store.output.partial_folder import partial_folder
from faults.common.review_model import Decided, decided_in

LOSS = "loss: "
"""Begins a broken promise that costs somebody work: decisions, images or results."""


def project_problems(
    folder: Path, allowed: Sequence[Decided], samples: int, run: int | None = None
) -> Iterator[str]:
    """Opens a project and decides in it.

    Args:
        folder: The project.
        allowed: The decisions that it may hold.
        samples: Number of its images.
        run: Number of the training that it must have; None if any will do.

    Yields:
        The broken promises.
    """
    project = open_project(folder)
    try:
        yield from _content_problems(project, allowed, samples)
        number = (project.run or {}).get("number", 0)
        if run is not None and number < run:
            yield f"{LOSS}the scores are of training {number}, not of {run}"
        if number and (project.scores is None or len(project.scores.error_probability) != samples):
            yield f"{LOSS}the scores of training {number} are not whole"
        before = decided_in(project)
        kind = DecisionKind.DROP if project.kinds[0] != DecisionKind.DROP else DecisionKind.KEEP
        if not len(project.decide([0], kind)):
            yield "a decision cannot be taken"
        project.undo()
        if decided_in(project) != before:
            yield "undo does not restore the decision before"
    finally:
        project.close()


def _content_problems(project: Project, allowed: Sequence[Decided], samples: int) -> Iterator[str]:
    if project.read_only:
        yield "the project opens read-only"
    decided = decided_in(project)
    if decided not in allowed:
        yield f"{LOSS}decisions: {_difference(decided, allowed[0])}"
    if broken := next(iter(broken_lines(project.log())), None):
        yield f"{LOSS}the decision log is broken: {broken}"
    if len(project.table) != samples:
        yield f"{LOSS}{len(project.table)} images instead of {samples}"


def _difference(decided: Decided, expected: Decided) -> str:
    paths = sorted(decided.keys() | expected.keys())
    parts = [
        f"{path} is {decided.get(path)}, not {expected.get(path)}"
        for path in paths
        if decided.get(path) != expected.get(path)
    ]
    return f"{len(parts)} differ; {'; '.join(parts[:3])}"


def results_problems(out: Path, samples: int) -> Iterator[str]:
    """Reads a folder of results.

    Results that replace earlier ones are moved file by file; a cut there leaves a mark in the
    partial folder, and the next export completes it.

    Args:
        out: The folder.
        samples: Number of images that the tables list.

    Yields:
        The broken promises.
    """
    if not out.is_dir() or not any(out.iterdir()):
        return
    moving = {}
    if (marker := partial_folder(out) / "publishing").is_file():
        moving = json.loads(marker.read_text("utf-8") or "{}")
    record = out / RUN_FILE
    if not record.is_file():
        if not moving:
            yield f"{LOSS}results without {RUN_FILE}"
        return
    listed = json.loads(record.read_text("utf-8"))["files"]
    yield from _file_problems(out, listed, moving)
    if moving:
        return
    for name in ("labels.csv", "scores.csv"):
        if name in listed:
            with (out / name).open(encoding="utf-8", newline="") as stream:
                if (count := sum(1 for _ in csv.reader(stream)) - 1) != samples:
                    yield f"{LOSS}{name} has {count} rows instead of {samples}"
    if "scores.parquet" in listed and pq.read_table(out / "scores.parquet").num_rows != samples:
        yield f"{LOSS}scores.parquet has not {samples} rows"


def _file_problems(out: Path, listed: dict[str, str], moving: dict) -> Iterator[str]:
    from ahsml_app.store.output.published_results import file_record

    for name, expected in listed.items():
        if name == RUN_FILE:
            continue
        if not os.path.lexists(out / name):
            if not moving:
                yield f"{LOSS}{name} is listed but missing"
        elif file_record(out / name) not in {expected, *moving.get(name, ())}:
            yield f"{LOSS}{name} is not as it was written"
