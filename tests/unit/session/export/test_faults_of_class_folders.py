"""A fault while class folders are written leaves no folder behind, and is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sample_projects import make_images, make_project

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.errors import OutputError
from ahsml_app.session.export import write_class_folders
from ahsml_app.session.export.project_results import export_project, export_request
from ahsml_app.session.export.results import OutputChoice
from ahsml_app.session.project.project import Project
from ahsml_app.store.class_folders import WrittenEntry


@pytest.fixture
def project(tmp_path: Path, cache: Path) -> Project:
    """With one image dropped, so that 15 of 16 are exported."""
    project = make_project(make_images(tmp_path / "pictures", per_class=4))
    project.decide([1], DecisionKind.DROP)
    return project


def export_folders(project: Project, out: Path) -> None:
    list(export_project(export_request(project, out, OutputChoice(frozenset({"tree"})))))


def test_an_image_that_cannot_be_copied_stops_the_tree_and_is_named(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that had gone before is listed and left out; this one goes while the tree is written."""
    write = write_class_folders.write_tree

    def losing(*arguments: object) -> Iterator[WrittenEntry]:
        project.path(5).unlink()
        yield from write(*arguments)

    monkeypatch.setattr(write_class_folders, "write_tree", losing)
    with pytest.raises(OutputError, match="cross-01"):
        export_folders(project, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_file_that_is_lost_while_class_folders_are_written_is_told(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = write_class_folders.write_tree

    def losing(*arguments: object) -> Iterator[WrittenEntry]:
        for number, written in enumerate(write(*arguments)):
            if number == 1:
                (arguments[0] / written.target).unlink()
            yield written

    monkeypatch.setattr(write_class_folders, "write_tree", losing)
    with pytest.raises(
        OutputError, match="do not hold all files after they were written: 14 of 15"
    ):
        export_folders(project, tmp_path / "out")
    assert not (tmp_path / "out").exists()
