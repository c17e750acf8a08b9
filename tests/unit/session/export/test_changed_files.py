"""Exports list what is not as it was judged, and never export it under the old verdict."""

from __future__ import annotations

import csv
import errno
import json
from pathlib import Path

import pytest
from changed_folder import write_image

from ahsml_app import cli
from ahsml_app.base.events import drive
from ahsml_app.session.export.project_results import export_project, export_request
from ahsml_app.session.export.results import PARTS, OutputChoice
from ahsml_app.session.project.class_edits import rename_class
from ahsml_app.session.project.project import Project
from ahsml_app.store.output.partial_folder import RESULT_NAMES


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_a_file_that_changed_is_not_exported_under_its_old_verdict(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    rename_class(project, "circle", "disc")
    request = export_request(project, out, OutputChoice(frozenset(PARTS) - {"model"}))
    write_image(project.path(0), 1)  # relabelled
    write_image(project.path(1), 2)  # dropped
    project.path(2).unlink()  # kept
    summary = drive(export_project(request), lambda _: None)
    assert (summary.changed, summary.missing) == (2, 1)
    assert rows(out / "changed-files.csv") == [
        {"path": f"circle/circle-0{n}.png", "problem": problem, "decision": word, "label": label}
        for n, problem, word, label in [
            (0, "changed", "relabel", "cross"),
            (1, "changed", "drop", ""),
            (2, "missing", "keep", "disc"),
        ]
    ]
    lines = rows(out / "labels.csv")
    assert [(line["label"], line["decision"]) for line in lines[:3]] == [
        ("disc", "undecided"),
        ("disc", "undecided"),
        ("disc", "keep"),
    ]
    folders = [p.relative_to(out / "images").as_posix() for p in (out / "images").rglob("*.png")]
    assert len(folders) == 15  # all but the missing one
    project.close()
    command = ["--headless", str(project.folder), "--out", str(tmp_path / "again")]
    assert cli.main(command) == 0
    assert "without a decision: 2; missing or unreadable: 1" in capsys.readouterr().out
    names = json.loads((out / "run.json").read_text("utf-8"))["files"]
    assert "changed-files.csv" in names
    assert "changed-files.csv" in RESULT_NAMES


def test_a_file_that_is_there_but_cannot_be_read_is_not_called_missing(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = export_request(project, tmp_path / "out", OutputChoice(frozenset({"labels", "tree"})))
    write_image(project.path(2), 3)
    unreadable = Path.open

    def fail(path: Path, *arguments: object, **options: object) -> object:
        if path == project.path(2):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return unreadable(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", fail)
    summary = drive(export_project(request), lambda _: None)
    assert (summary.changed, summary.missing) == (0, 1)
    (line,) = rows(tmp_path / "out" / "changed-files.csv")
    assert (line["path"], line["problem"]) == ("circle/circle-02.png", "unreadable")
    assert not list((tmp_path / "out" / "images").rglob("circle-02.png"))


def test_an_export_without_the_image_folder_keeps_every_verdict(
    project: Project, tmp_path: Path
) -> None:
    project.table.root.rename(tmp_path / "elsewhere")
    request = export_request(project, tmp_path / "out", OutputChoice(frozenset({"labels"})))
    drive(export_project(request), lambda _: None)
    words = [line["decision"] for line in rows(tmp_path / "out" / "labels.csv")[:4]]
    assert words == ["relabel", "drop", "keep", "ambiguous"]
    assert not (tmp_path / "out" / "changed-files.csv").exists()
