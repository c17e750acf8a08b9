"""Rename, merge and split classes: the labels, the history, exports and the next training."""

from __future__ import annotations

import csv
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
from finetuning import tiny_name
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from running import result_of
from sample_projects import CLASSES, add_run, make_images, make_project

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.errors import ProjectError
from ahsml_app.base.options.option_table import with_values
from ahsml_app.base.options.run_options import RunOptions
from ahsml_app.session.export.project_results import export_project, export_request
from ahsml_app.session.export.results import PARTS, OutputChoice
from ahsml_app.session.pipeline.train_project import train_project
from ahsml_app.session.project.class_edits import (
    count_labelled,
    merge_classes,
    rename_class,
    split_class,
)
from ahsml_app.session.project.library import open_project
from ahsml_app.session.project.project import Project
from ahsml_app.session.review.review_progress import ReviewTimeline

PER_CLASS = 4
SHORT = {"views": 1, "folds": 2, "epochs": 2, "passes": 1, "device": "cpu"}


@pytest.fixture(scope="module")
def image_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_images(tmp_path_factory.mktemp("pictures"), per_class=PER_CLASS, side=32)


@pytest.fixture
def project(image_folder: Path, cache: Path) -> Project:
    return make_project(image_folder)


def named(project: Project) -> list[str]:
    return [project.label_name(int(place)) for place in project.labels]


def reopened(project: Project) -> Project:
    folder = project.folder
    project.close()
    return open_project(folder)


def test_a_renamed_class_keeps_its_images_undecided(project: Project) -> None:
    project.decide([0], DecisionKind.KEEP)
    assert rename_class(project, "circle", " disc ").tolist() == [0, 1, 2, 3]
    assert project.class_names == ("disc", *CLASSES[1:])
    assert [project.table.label_name(row) for row in range(4)] == ["disc"] * 4
    assert [project.original.label_name(row) for row in range(4)] == ["circle"] * 4
    assert project.kinds.tolist() == [1] + [0] * 15
    assert ReviewTimeline(project).progress().decided == 1
    project = reopened(project)
    assert named(project)[:5] == ["disc"] * 4 + ["cross"]
    step = project.steps()[-1]
    assert (step.name, step.samples) == ("Rename circle to disc (4 images)", 4)
    assert project.undo().tolist() == [0, 1, 2, 3]
    assert project.class_names == CLASSES
    assert project.redo().tolist() == [0, 1, 2, 3]
    assert named(project)[0] == "disc"


def test_merged_classes_are_one_and_come_apart_again(project: Project) -> None:
    before = named(project)
    scores = project.scores
    project.decide([0], DecisionKind.RELABEL, "cross")
    assert count_labelled(project, ["cross"]) == 5
    merge_classes(project, ["cross", "square"], "triangle")
    assert project.class_names == ("circle", "triangle")
    assert named(project) == ["triangle"] + ["circle"] * 3 + ["triangle"] * 12
    assert project.decision(0).label == "triangle"
    assert project.scores is not None
    assert np.asarray(project.scores.class_distances).shape == (2, 2)
    assert set(project.scores.suggested.tolist()) <= {0, 1}
    project.decide([1], DecisionKind.RELABEL, "triangle")
    project = reopened(project)
    assert project.undo().tolist() == [1]
    assert len(project.undo()) == 9
    assert named(project) == ["cross", *before[1:]]
    assert scores is not None
    assert (project.scores.suggested == scores.suggested).all()
    assert project.class_names == CLASSES


def test_the_image_that_came_with_a_part_of_the_class_is_kept_not_relabelled(
    project: Project,
) -> None:
    merge_classes(project, ["cross"], "circle")
    project.decide([4], DecisionKind.RELABEL, "circle")
    assert project.kinds[4] == DecisionKind.KEEP


def test_a_split_is_a_decision_about_the_chosen_images(project: Project) -> None:
    assert split_class(project, [1, 2], "ellipse").tolist() == [1, 2]
    assert named(project)[:4] == ["circle", "ellipse", "ellipse", "circle"]
    assert project.kinds[:4].tolist() == [0, 2, 2, 0]
    assert project.steps()[-1].name == "Split ellipse off (2 images)"
    rename_class(project, "ellipse", "oval")
    merge_classes(project, ["square"], "oval")
    assert named(project)[8:12] == ["oval"] * 4
    project = reopened(project)
    assert count_labelled(project, ["oval"]) == 6
    for _ in range(3):
        project.undo()
    assert named(project) == [name for name in CLASSES for _ in range(PER_CLASS)]


def test_a_name_that_became_free_can_be_given_to_another_class(project: Project) -> None:
    rename_class(project, "circle", "disc")
    split_class(project, [0], "circle")
    assert named(project)[:2] == ["circle", "disc"]
    rename_class(project, "circle", "ring")
    rename_class(project, "disc", "circle")
    project = reopened(project)
    assert named(project)[:2] == ["ring", "circle"]
    assert project.decision(0).label == "ring"
    labels = [(e.before.label, e.after.label) for e in project.journal()]
    assert labels == [("circle", "disc"), ("", "circle"), ("circle", "ring"), ("disc", "circle")]


@pytest.mark.parametrize("name", ["", "  ", "a/b", "a\\b", "a\nb", "CROSS", "cross"])
def test_names_that_cannot_be_had_change_nothing(project: Project, name: str) -> None:
    with pytest.raises(ProjectError):
        rename_class(project, "circle", name)
    with pytest.raises(ProjectError):
        split_class(project, [0], name)
    assert project.steps() == []
    rename_class(project, "circle", "Circle")
    assert project.class_names[0] == "Circle"


def test_merging_into_nothing_or_itself(project: Project) -> None:
    with pytest.raises(ProjectError, match="no class hexagon"):
        merge_classes(project, ["circle"], "hexagon")
    assert merge_classes(project, ["circle"], "circle").tolist() == []
    assert project.steps() == []


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_exports_take_the_new_names_and_tell_the_old_ones(project: Project, tmp_path: Path) -> None:
    project.decide([0], DecisionKind.DROP)
    merge_classes(project, ["circle"], "cross")
    rename_class(project, "square", "box")
    out = tmp_path / "out"
    for _ in export_project(
        export_request(project, out, OutputChoice(frozenset(PARTS) - {"model"}))
    ):
        pass
    labels = rows(out / "labels.csv")
    found = [(r["label"], r["given_label"], r["decision"]) for r in labels[:2]]
    assert found == [("", "circle", "drop"), ("cross", "circle", "undecided")]
    assert [r["label"] for r in rows(out / "manifest.csv")] == (
        ["cross"] * 7 + ["box"] * 4 + ["triangle"] * 4
    )
    assert sorted(p.name for p in (out / "images").iterdir()) == ["box", "cross", "triangle"]
    scores = rows(out / "scores.csv")
    assert {r["given_label"] for r in scores} == {"cross", "box", "triangle"}
    assert not [r for r in scores if r["suggested_label"] in ("circle", "square")]
    journal = rows(out / "journal.csv")
    classes = [(r["label_before"], r["label"], r["decision"]) for r in journal if not r["path"]]
    assert classes == [("circle", "cross", "class"), ("square", "box", "class")]


def test_a_training_learns_the_merged_class_as_one(image_folder: Path, cache: Path) -> None:
    project = make_project(image_folder, trained=False)
    rename_class(project, "square", "box")
    merge_classes(project, ["circle"], "box")
    short = with_values(RunOptions(), SHORT | {"backbone": tiny_name(project.folder.parent)})
    project.accept(result_of(train_project(project.train_request(short))))
    assert project.class_names == ("box", "cross", "triangle")
    assert project.scores is not None
    assert project.scores.class_distances.shape == (3, 3)
    rename_class(project, "box", "blob")
    project = reopened(project)
    assert project.class_names == ("blob", "cross", "triangle")
    project.undo()
    project.undo()  # the merge, which the training knows as one class
    assert sorted(project.class_names) == ["box", "circle", "cross", "triangle"]
    assert named(project) == [n for n in ("circle", "cross", "box", "triangle") for _ in range(4)]
    project.close()


KILLED = """
import os, signal, sys
from pathlib import Path
from ahsml_app.session.project.class_edits import merge_classes, rename_class
from ahsml_app.session.project.library import open_project
project = open_project(Path(sys.argv[1]))
rename_class(project, "circle", "disc")
merge_classes(project, ["cross"], "disc")
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL on this system")
def test_class_changes_outlive_a_killed_process(project: Project, checkout: Path) -> None:
    folder = project.folder
    project.close()
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, str(folder)],
        env=os.environ | {"PYTHONPATH": str(checkout)},
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL
    again = open_project(folder)
    assert again.class_names == ("disc", "square", "triangle")
    assert len(again.steps()) == 2
    again.close()


class Classes(RuleBasedStateMachine):
    """Whole projects: lists of names say what every image is called, whatever was done before."""

    image_folder: Path

    def __init__(self) -> None:
        super().__init__()
        self.place = Path(tempfile.mkdtemp())
        os.environ["AHSML_APP_CACHE"] = str(self.place)
        self.project = make_project(self.image_folder)
        self.labels = named(self.project)
        self.given = list(self.labels)
        self.done: list[tuple[list[str], list[str]]] = []
        self.undone: list[tuple[list[str], list[str]]] = []

    def teardown(self) -> None:
        self.project.close()
        shutil.rmtree(self.place)

    def step(self) -> None:
        self.done.append((list(self.labels), list(self.given)))
        self.undone.clear()

    def call(self, name: str, to: str) -> None:
        for names in (self.labels, self.given):
            names[:] = [to if found == name else found for found in names]

    @rule(old=st.integers(0, 9), new=st.sampled_from(["red", "blue", "circle", "cross"]))
    def rename(self, old: int, new: str) -> None:
        names = self.project.class_names
        name = names[old % len(names)]
        if new in names:
            return
        self.step()
        self.call(name, new)
        rename_class(self.project, name, new)

    @rule(one=st.integers(0, 9), other=st.integers(0, 9))
    def merge(self, one: int, other: int) -> None:
        names = self.project.class_names
        name, into = names[one % len(names)], names[other % len(names)]
        if name == into:
            return
        self.step()
        self.call(name, into)
        merge_classes(self.project, [name], into)

    @rule(row=st.integers(0, 15), new=st.sampled_from(["red", "circle", "oval"]))
    def relabel(self, row: int, new: str) -> None:
        before = self.project.decision(row), list(self.labels)
        self.labels[row] = new
        changed = self.project.decide([row], DecisionKind.RELABEL, new)
        if len(changed):
            self.done.append((before[1], list(self.given)))
            self.undone.clear()

    @rule()
    def undo(self) -> None:
        assert (self.project.undo() is not None) == bool(self.done)
        if self.done:
            self.undone.append((list(self.labels), list(self.given)))
            self.labels, self.given = map(list, self.done.pop())

    @rule()
    def redo(self) -> None:
        assert (self.project.redo() is not None) == bool(self.undone)
        if self.undone:
            self.done.append((list(self.labels), list(self.given)))
            self.labels, self.given = map(list, self.undone.pop())

    @rule()
    def reopen(self) -> None:
        self.project = reopened(self.project)

    @rule()
    def train(self) -> None:
        if len(self.project.class_names) > 1:
            add_run(self.project)

    @invariant()
    def every_image_is_called_as_it_must_be(self) -> None:
        project = self.project
        assert named(project) == self.labels
        assert [project.table.label_name(row) for row in range(16)] == self.given
        assert len(set(project.class_names)) == len(project.class_names)
        scores = project.scores
        assert scores is not None
        assert scores.suggested.max() < len(scores.class_distances) <= len(project.class_names)
        known = ~np.isnan(scores.error_probability)
        assert ((scores.flagged == (scores.error_probability > 0.5)) | ~known).all()


@pytest.fixture(scope="module", autouse=True)
def _of_the_machine(image_folder: Path) -> None:
    Classes.image_folder = image_folder


TestClasses = Classes.TestCase
TestClasses.settings = settings(max_examples=20, stateful_step_count=20, deadline=None)
