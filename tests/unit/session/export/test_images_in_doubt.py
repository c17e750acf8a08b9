"""What an export makes of undecided and unsure images."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from ahsml_app import cli
from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.events import CancelToken
from ahsml_app.session.export.project_results import (
    ExportRequest,
    export_project,
    export_request,
    plan_export,
)
from ahsml_app.session.export.results import OutputChoice
from ahsml_app.session.project.project import Project


def run(request: ExportRequest, cancel: CancelToken | None = None) -> list[object]:
    return list(export_project(request, cancel))


def rows(path: Path, delimiter: str = ",") -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=delimiter))


def test_images_in_doubt_are_left_out_or_have_a_folder(project: Project, tmp_path: Path) -> None:
    parts = frozenset({"labels", "manifest", "tree"})
    choice = OutputChoice(parts, undecided="leave-out", unsure="folder")
    request = export_request(project, tmp_path / "out", choice)
    assert plan_export(request).counts.labelled == 2
    run(request)
    lines = rows(tmp_path / "out" / "labels.csv")
    assert [line["label"] for line in lines] == ["cross", "", "circle", "", *[""] * 12]
    assert len(rows(tmp_path / "out" / "manifest.csv")) == 2
    tree = {path.parent.name: path for path in (tmp_path / "out" / "images").rglob("*.png")}
    assert sorted(tree) == ["circle", "cross", "unsure"]
    assert tree["unsure"].name == Path(project.table.paths[3]).name
    choice = OutputChoice(parts, unsure="leave-out")
    run(export_request(project, tmp_path / "second", choice))
    assert rows(tmp_path / "second" / "labels.csv")[3]["label"] == ""
    assert len(rows(tmp_path / "second" / "manifest.csv")) == 14
    assert not (tmp_path / "second" / "images" / "unsure").exists()


def test_a_class_called_unsure_keeps_its_folder(project: Project, tmp_path: Path) -> None:
    project.decide([2], DecisionKind.RELABEL, "unsure")
    choice = OutputChoice(frozenset({"tree"}), unsure="folder")
    run(export_request(project, tmp_path / "out", choice))
    folders = {path.name for path in (tmp_path / "out" / "images").iterdir()}
    assert {"unsure", "unsure_"} <= folders


def test_the_command_has_the_same_rules(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project.close()
    arguments = ["--headless", str(project.folder), "--out", str(tmp_path / "out")]
    rules = ["--undecided", "leave-out", "--unsure", "leave-out", "--trust-images"]
    assert cli.main([*arguments, *rules]) == 0
    assert "16 files = 2 labelled + 12 without a label + 1 unsure + 1 dropped" in (
        capsys.readouterr().out
    )
    images = str(project.original.root)
    assert cli.main(["--headless", images, "--out", str(tmp_path / "run"), *rules[:2]]) != 0
    assert "is no project" in capsys.readouterr().err
