"""The card after a retraining."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QToolButton
from pytestqt.qtbot import QtBot
from sample_projects import add_run

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.core.analysis.errors_remaining import Shift
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.gui.training.training_summary import RetrainSummary
from ahsml_app.gui.widgets.format import interval
from ahsml_app.session.analysis.run_diff import RunDiff, diff_runs

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def thumbnails(model: ProjectModel) -> Iterator[Thumbnails]:
    thumbnails = Thumbnails(model)
    yield thumbnails
    thumbnails.stop()


@pytest.fixture
def summary(qtbot: QtBot, model: ProjectModel, thumbnails: Thumbnails) -> RetrainSummary:
    summary = RetrainSummary(model, thumbnails, Theme("light"))
    qtbot.addWidget(summary)
    summary.resize(700, 200)
    summary.show()
    return summary


def shift_of(model: ProjectModel) -> Shift:
    assert model.review is not None
    timeline = model.review.timeline()
    assert timeline is not None
    return timeline.shift


def retrained(model: ProjectModel) -> RunDiff:
    """Other scores than before."""
    project = model.project
    assert project is not None
    before = project.scores
    add_run(project, seed=5)
    assert before is not None
    assert project.scores is not None
    return diff_runs(before, project.scores, project.kinds, shift_of(model))


def test_it_tells_what_was_found_and_what_is_left(
    summary: RetrainSummary, model: ProjectModel
) -> None:
    model.decide(DecisionKind.RELABEL, "square", rows=[0, 1])
    model.decide(DecisionKind.KEEP, rows=[2, 3])
    change = retrained(model)
    summary.show_change(change)
    assert model.project is not None
    low, _, high = model.review.progress().errors_left
    assert summary.fact("found") == "2 wrong labels found"
    assert summary.fact("rate") == "50% of the decided labels were wrong"
    assert summary.fact("left").startswith(f"about {interval(low, high)} wrong labels left")
    before, _, most = change.errors_before
    assert f"before: about {interval(before, most)}" in summary.fact("left")
    assert summary.fact("suggestions") == f"{change.suggestions} suggestions changed"
    assert summary.fact("flagged") == f"{change.newly_flagged} newly flagged"


def test_images_that_moved_up_are_taken_by_click_and_key(
    summary: RetrainSummary, model: ProjectModel, qtbot: QtBot
) -> None:
    change = retrained(model)
    summary.show_change(change)
    assert summary.pictures.rows == change.risen
    assert "% → " in summary.pictures.notes[0]
    qtbot.mouseClick(summary.pictures, LEFT, pos=summary.pictures.position_of(1))
    assert model.current == change.risen[1]
    qtbot.keyClick(summary.pictures, Qt.Key.Key_Return)
    assert model.current == change.risen[0]


def test_without_decisions_and_movement_it_says_less(
    summary: RetrainSummary, model: ProjectModel
) -> None:
    project = model.project
    assert project is not None
    assert project.scores is not None
    summary.show_change(diff_runs(project.scores, project.scores, project.kinds, shift_of(model)))
    assert summary.fact("found").startswith("0 ")
    assert summary.fact("rate") == ""
    assert summary.fact("suggestions").startswith("0 ")
    assert not summary.pictures.isVisible()
    shown = [label.text() for label in summary.findChildren(QLabel) if label.isVisible()]
    assert "Moved up most" not in shown


def test_it_closes(summary: RetrainSummary, qtbot: QtBot) -> None:
    button = summary.findChild(QToolButton)
    assert button.accessibleName()
    with qtbot.waitSignal(summary.closed):
        qtbot.mouseClick(button, LEFT)
