"""A project from a script is the project of the window."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from sample_projects import make_images, make_project

import ahsml_app
from ahsml_app.base.errors import ProjectError
from ahsml_app.session.project import library


@pytest.fixture
def folder(tmp_path: Path, cache: Path) -> Path:
    """A trained project of 16 images of circles and crosses."""
    project = make_project(make_images(tmp_path / "pictures", per_class=4))
    project.close()
    return project.folder


def test_decisions_are_those_of_the_window(folder: Path) -> None:
    with ahsml_app.open_project(folder) as project:
        one, two = project.paths[:2]
        assert project.decide(one, "relabel", "cross") == [one]
        assert project.decide([one, two], "drop") == [one, two]
        assert project.undo()
        assert project.decisions[:2] == ("relabel", "undecided")
        assert project.labels[0] == "cross"
    window = library.open_project(folder)
    assert window.label_name(int(window.labels[0])) == "cross"
    assert window.can_redo
    window.close()


def test_scores_and_export(folder: Path, tmp_path: Path) -> None:
    with ahsml_app.open_project(folder) as project:
        assert project.scores is not None
        assert tuple(project.scores["path"].to_pylist()) == project.paths
        project.decide(project.paths[0], "drop")
        project.export(tmp_path / "out", ["labels"])
        with (tmp_path / "out" / "labels.csv").open(newline="") as stream:
            assert next(csv.DictReader(stream))["decision"] == "drop"


def test_a_project_is_made_trained_and_opened_again(tmp_path: Path, cache: Path) -> None:
    make_images(tmp_path / "pictures", per_class=6)
    with ahsml_app.open_project(tmp_path / "new", tmp_path / "pictures") as project:
        assert project.scores is None
        project.train(views=1, folds=2, epochs=2, passes=1)
        assert project.scores is not None
        assert project.scores["error_probability"].null_count == 0
    with ahsml_app.open_project(tmp_path / "new", tmp_path / "pictures") as project:
        assert project.scores is not None


def test_what_cannot_be_decided_is_said(folder: Path, tmp_path: Path) -> None:
    with ahsml_app.open_project(folder) as project:
        with pytest.raises(KeyError, match=r"nowhere\.png"):
            project.decide([project.paths[0], "nowhere.png"], "keep")
        with pytest.raises(ValueError, match="unknown decision 'remove'"):
            project.decide(project.paths[0], "remove")
        assert set(project.decisions) == {"undecided"}
    with pytest.raises(ProjectError):
        ahsml_app.open_project(tmp_path / "none")
