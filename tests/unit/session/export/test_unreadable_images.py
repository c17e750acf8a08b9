"""Images that a training could not read: in no result but the quarantine."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from sample_projects import add_run, make_images, make_project

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.events import drive
from ahsml_app.base.message import Message
from ahsml_app.base.types import Quarantined
from ahsml_app.session.export.project_results import export_project, export_request, plan_export
from ahsml_app.session.export.results import PARTS, OutputChoice


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_unreadable_images_are_in_no_export_but_the_quarantine(tmp_path: Path, cache: Path) -> None:
    project = make_project(make_images(tmp_path / "pictures", per_class=4), trained=False)
    broken = project.path(2)
    broken.write_bytes(b"no picture")
    reason = Message("it is cut off")
    add_run(project, unreadable=(Quarantined(project.table.paths[2], reason),))
    project.decide([2], DecisionKind.RELABEL, "square")
    assert project.unreadable == {2: reason}
    plan = plan_export(export_request(project, tmp_path / "out", OutputChoice(frozenset(PARTS))))
    assert (plan.counts.images, plan.counts.labelled, plan.counts.quarantined) == (15, 15, 1)
    parts = frozenset(PARTS) - {"model", "report"}
    list(export_project(export_request(project, tmp_path / "out", OutputChoice(parts))))
    name = project.table.paths[2]
    for table in ("labels.csv", "manifest.csv", "scores.csv"):
        lines = rows(tmp_path / "out" / table)
        assert len(lines) == 15, table
        assert name not in {line["path"] for line in lines}
    assert [line["path"] for line in rows(tmp_path / "out" / "quarantine.csv")] == [name]
    assert [line["path"] for line in rows(tmp_path / "out" / "journal.csv")] == [name]
    assert len(np.load(tmp_path / "out" / "embeddings.npz")["points"]) == 15
    folders = [path.name for path in (tmp_path / "out" / "images").rglob("*.png")]
    assert len(folders) == 15
    project.close()


def test_an_export_before_any_training_holds_no_broken_image(tmp_path: Path, cache: Path) -> None:
    project = make_project(make_images(tmp_path / "pictures", per_class=4), trained=False)
    whole = project.path(5).read_bytes()
    project.path(2).write_bytes(b"no picture")
    project.path(5).write_bytes(whole[: len(whole) // 2])
    project.decide([2], DecisionKind.RELABEL, "square")
    broken = [project.table.paths[row] for row in (2, 5)]
    parts = frozenset({"labels", "tree", "manifest"})
    request = export_request(project, tmp_path / "out", OutputChoice(parts))
    summary = drive(export_project(request), lambda _: None)
    assert str(summary.counts.balance) == "16 files = 14 labelled + 2 set aside"
    for table in ("labels.csv", "manifest.csv"):
        paths = {line["path"] for line in rows(tmp_path / "out" / table)}
        assert len(paths) == 14
        assert not paths & set(broken), table
    assert [line["path"] for line in rows(tmp_path / "out" / "quarantine.csv")] == broken
    assert len(list((tmp_path / "out" / "images").rglob("*.png"))) == 14
    project.close()
