"""The finished example: a project made of the demo's images and of what comes with the program."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
from running import result_of

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.errors import OutputError
from ahsml_app.base.paths import projects_folder
from ahsml_app.core.data.demo_images import make_demo, planted_errors, true_labels
from ahsml_app.session.project.library import make_example, open_project, refuse_images


@pytest.fixture
def example():
    project = open_project(result_of(make_example("Example")))
    yield project
    project.close()


def test_its_scores_are_those_of_the_images_that_are_made_here(example):
    flagged = {example.table.paths[row] for row in np.flatnonzero(example.scores.flagged)}
    wrong = planted_errors(example.table.root.parent)
    assert len(flagged & wrong) >= 50
    assert len(flagged - wrong) <= 10
    assert example.run["settings"]["source"] == str(example.table.root)


def test_its_decisions_are_those_of_somebody_who_knows_the_truth(example):
    truth = true_labels(example.table.root.parent)
    wrong = planted_errors(example.table.root.parent)
    paths = np.array(example.table.paths)
    kept = paths[example.kinds == DecisionKind.KEEP]
    relabelled = np.flatnonzero(example.kinds == DecisionKind.RELABEL)
    assert min(len(kept), len(relabelled), int((example.kinds == DecisionKind.DROP).sum())) > 0
    assert (example.kinds != DecisionKind.UNDECIDED).sum() == 40
    assert wrong.isdisjoint(kept)
    assert wrong >= set(paths[relabelled])
    for row in relabelled:
        assert example.label_name(example.labels[row]) == truth[paths[row]]
    assert len(example.steps()) == 40
    assert example.can_undo


def test_it_is_made_once_and_anew_after_it_was_deleted(example):
    example.decide([0], DecisionKind.DROP)
    example.close()
    assert result_of(make_example("Example")) == example.folder
    assert [path.name for path in projects_folder().glob("*/")] == ["Example"]
    shutil.rmtree(example.folder)
    again = open_project(result_of(make_example("Beispiel")))
    again.close()
    assert again.folder == projects_folder() / "Beispiel"
    assert (again.kinds != DecisionKind.UNDECIDED).sum() == 40


def test_it_opens_without_a_question_once_it_was_opened(example):
    example.close()
    open_project(example.folder, refuse_images).close()


def test_an_example_that_cannot_be_written_leaves_nothing(monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    make_demo(projects_folder().parent / "example-photographs")
    monkeypatch.setattr(shutil, "move", full)
    with pytest.raises(OutputError, match="No space left"):
        result_of(make_example("Example"))
    left = [path.name for path in projects_folder().parent.iterdir() if path.is_dir()]
    assert sorted(left) == ["example-photographs", projects_folder().name]
    assert list(projects_folder().glob("*/")) == []
