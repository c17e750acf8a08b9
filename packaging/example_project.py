"""Makes the finished example that the start page opens: the folder `resources/example`.

    python packaging/example_project.py

It trains the demo's images once with the usual options, and then decides like a patient person who
knows the truth: it goes through the most suspect images, keeps every right label, corrects every
wrong one, and drops what shows next to nothing. What a project stores of that training, and the log
of these decisions, are the example; `session.project.library` makes a project of them. The images
are those of the demo and made on the spot, so they are not stored twice.

Run it again when the arrays of a training get another form: a test opens the example.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.events import drive
from ahsml_app.base.options.run_options import RunOptions, Source
from ahsml_app.core.data.demo_images import make_demo, true_labels
from ahsml_app.session.pipeline.scan_source import scan_source
from ahsml_app.session.pipeline.train_project import train_project
from ahsml_app.session.project.library import source_facts
from ahsml_app.session.project.project import Project
from ahsml_app.session.review.queue import QueueFilter, queue_rows
from ahsml_app.store.decision_log import (
    first_line,
    hash_of_line,
    step_line,
    steps_of,
    write_log,
)
from ahsml_app.store.project_folder import ProjectFolder

EXAMPLE = Path(__file__).resolve().parent.parent / "resources" / "example"

SUSPECT = 80
"""Every other one of so many most suspect images is decided, so that some are left to decide."""

BEGIN, PACE = dt.datetime(2026, 11, 30, 9, tzinfo=dt.UTC), dt.timedelta(seconds=5)
"""When the training has ended, and how long each decision takes: the progress shows both."""

FAINT = 8.0
"""An image whose grey values spread less than this shows next to nothing."""

LARGE = 100_000
"""Bytes from which an array of single precision is rounded, so that it can be packed."""


def main() -> None:
    """Writes the folder anew."""
    with tempfile.TemporaryDirectory() as name:
        os.environ["AHSML_APP_CACHE"] = str(Path(name) / "cache")
        demo = Path(name) / "demo"
        source = Source(make_demo(demo))
        scan = drive(scan_source(source), _quiet)
        files = ProjectFolder.create(
            Path(name) / "project", source_facts("Example", source), scan.table, scan.quarantined
        )
        project = Project(files)
        try:
            outcome = drive(train_project(project.train_request(RunOptions())), _quiet)
            project.accept(outcome)
            _decide(project, true_labels(demo))
            _write(project)
        finally:
            project.close()


def _decide(project: Project, truth: dict[str, str]) -> None:
    for row in queue_rows(project, QueueFilter())[:SUSPECT:2].tolist():
        path, given = project.table.paths[row], project.table.label_name(row)
        with Image.open(project.path(row)) as image:
            faint = np.asarray(image.convert("L")).std() < FAINT
        if faint:
            project.decide([row], DecisionKind.DROP)
        elif truth[path] == given:
            project.decide([row], DecisionKind.KEEP)
        else:
            project.decide([row], DecisionKind.RELABEL, truth[path])
    print(np.bincount(project.kinds))


def _write(project: Project) -> None:
    """Writes arrays, properties and log, without anything of this machine."""
    EXAMPLE.mkdir(exist_ok=True)
    arrays = {name: _rounded(np.asarray(array)) for name, array in project.arrays().items()}
    np.savez_compressed(EXAMPLE / "arrays.npz", allow_pickle=False, **arrays)
    facts = dict(project.run or {})
    del facts["settings"]["source"]
    took = dt.timedelta(seconds=round(sum(facts["timings"].values())))
    facts |= {"started": _text(BEGIN - took), "finished": _text(BEGIN)}
    (EXAMPLE / "run.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    lines = [first_line()]
    for number, step in enumerate(steps_of(project.log(), project.folder), 1):
        # Another version of the libraries may make other bytes of the same image.
        changes = tuple(change._replace(content_hash="") for change in step.changes)
        step = replace(step, time=_text(BEGIN + number * PACE), reviewer="", changes=changes)
        lines.append(step_line(step, hash_of_line(lines[-1])))
    write_log(EXAMPLE / "decisions.txt", lines)


def _text(time: dt.datetime) -> str:
    return time.isoformat(timespec="seconds")


def _rounded(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """A large array with eleven bits of each number, as many as half precision has."""
    if array.dtype != np.float32 or array.nbytes < LARGE:
        return array
    bits = np.ascontiguousarray(array).view(np.uint32)
    return ((bits + 0x1000) & np.uint32(0xFFFFE000)).view(np.float32)


def _quiet(_: object) -> None:
    pass


if __name__ == "__main__":
    main()
