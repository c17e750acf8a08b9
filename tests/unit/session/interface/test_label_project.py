"""A project from a script is the project of the window."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
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


def test_a_label_that_no_class_can_have_changes_nothing(folder: Path, tmp_path: Path) -> None:
    with ahsml_app.open_project(folder) as project:
        path, classes = project.paths[0], project.classes
        for label in (" ", "a\nb", "a/b", "a\\b", "..", "a\x00"):
            with pytest.raises(ValueError, match="a new class cannot be called"):
                project.decide(path, "relabel", label)
        for label in (None, 1.5, ["x"], True, b"x"):
            with pytest.raises(TypeError, match="a label is the name of a class"):
                project.decide(path, "relabel", label)
        assert set(project.decisions) == {"undecided"}
        assert project.classes == classes
        assert project.decide(path, "relabel", np.int64(3)) == [path]
        assert project.labels[0] == "3"
        assert project.decide(path, "relabel", "  new   one ") == [path]
        assert project.labels[0] == "new one"
        project.export(tmp_path / "out", "labels")


def test_paths_parts_and_forms_come_alone_or_as_paths(folder: Path, tmp_path: Path) -> None:
    with ahsml_app.open_project(folder) as project:
        one, two = project.paths[:2]
        assert project.decide(Path(one), "keep") == [one]
        assert project.decide(np.array([one, two]), "drop") == [one, two]
        project.export(tmp_path / "out", "labels", formats="fiftyone,imagefolder")
        assert (tmp_path / "out" / "labels.csv").exists()
        forms = {path.name for path in (tmp_path / "out" / "formats").iterdir()}
        assert forms == {"fiftyone", "imagefolder"}
        with pytest.raises(ValueError, match="unknown part 'lables'; choose among labels"):
            project.export(tmp_path / "other", ["lables"])
    with pytest.raises(ValueError, match="the project is closed"):
        project.decide(one, "keep")
    project.close()
