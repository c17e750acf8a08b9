"""A new order after decisions, and one decision for the same mistakes, by keys and mouse."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from main_windows import project_of
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.core.geometry.knn import unit_rows
from ahsml_app.gui.app.main_window import MainWindow

LEFT = Qt.MouseButton.LeftButton
LATE = (9, 10, 11)
"""Circles that look as the most suspect image does, 0, and stand late in the queue."""


@pytest.fixture
def desk(reviewing: MainWindow) -> MainWindow:
    """The window with a project whose images have vectors; 0 to 14 are circles."""
    project = project_of(reviewing)
    assert project.scores is not None
    assert project.embeddings is not None
    vectors = unit_rows(np.random.default_rng(0).normal(size=(60, 32)).astype(np.float32))
    vectors[list(LATE)] = vectors[0]
    stated = np.linspace(0.6, 0.3, 60).astype(np.float32)
    suggested = project.table.labels.copy()
    suggested[[0, 5, *LATE]] = 2
    project.embeddings = replace(project.embeddings, vectors=vectors)
    project.scores = replace(
        project.scores,
        error_probability=stated,
        suggested=suggested,
        outlier_probability=np.zeros(60, dtype=np.float32),
    )
    reviewing.model.scores_changed.emit()
    reviewing.model.refresh_queue()
    reviewing.model.set_current(0)
    assert reviewing.model.queue.tolist() == list(range(60))
    return reviewing


def button(window: MainWindow) -> QPushButton:
    found = window.gallery.findChild(QPushButton, "moved-up")
    assert isinstance(found, QPushButton)
    return found


def decide_wrong(window: MainWindow, qtbot: QtBot) -> None:
    window.gallery.view.setFocus()
    qtbot.keyClick(window.gallery.view, Qt.Key.Key_W)
    assert project_of(window).kinds[0] == DecisionKind.RELABEL
    qtbot.wait(20)


def test_nothing_is_offered_until_it_is_switched_on(desk: MainWindow, qtbot: QtBot) -> None:
    decide_wrong(desk, qtbot)
    assert button(desk).isHidden()
    assert not desk.actions_.action("rerank").isChecked()


def test_the_queue_says_what_moved_up_and_moves_when_asked(desk: MainWindow, qtbot: QtBot) -> None:
    model = desk.model
    desk.actions_.action("rerank").trigger()
    decide_wrong(desk, qtbot)
    assert not button(desk).isHidden()
    assert button(desk).text().endswith("images moved up")
    assert model.queue.tolist() == list(range(60)), "nothing moves by itself"
    assert model.current == 1
    qtbot.mouseClick(button(desk), LEFT)
    assert model.queue[:4].tolist() == [0, *LATE]
    assert model.current == 1, "the image under review stays"
    qtbot.waitUntil(lambda: button(desk).isHidden())
    qtbot.keyClick(desk.gallery.view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.wait(20)
    assert button(desk).isHidden(), "nothing has risen any more"


def test_the_choice_is_kept_and_another_order_offers_nothing(
    desk: MainWindow, qtbot: QtBot
) -> None:
    desk.actions_.action("rerank").trigger()
    assert desk.settings.reranks()
    desk.model.set_queue_filter(replace(desk.model.queue_filter, sort="path", descending=False))
    decide_wrong(desk, qtbot)
    assert button(desk).isHidden()
    desk.actions_.action("rerank").trigger()
    assert not desk.settings.reranks()


def test_decisions_in_another_order_count_once_the_usual_one_is_back(
    desk: MainWindow, qtbot: QtBot
) -> None:
    desk.actions_.action("rerank").trigger()
    usual = desk.model.queue_filter
    desk.model.set_queue_filter(replace(usual, sort="path", descending=False))
    decide_wrong(desk, qtbot)
    assert button(desk).isHidden()
    desk.model.set_queue_filter(usual)
    qtbot.waitUntil(lambda: not button(desk).isHidden())
    qtbot.mouseClick(button(desk), LEFT)
    assert desk.model.queue[:4].tolist() == [0, *LATE]


def test_a_training_knows_what_was_decided_before(desk: MainWindow, qtbot: QtBot) -> None:
    desk.actions_.action("rerank").trigger()
    usual = desk.model.queue_filter
    desk.model.set_queue_filter(replace(usual, sort="path", descending=False))
    decide_wrong(desk, qtbot)
    desk.model.scores_changed.emit()
    desk.model.set_queue_filter(usual)
    qtbot.wait(20)
    assert button(desk).isHidden()


def test_one_decision_for_all_images_with_the_same_mistake(desk: MainWindow, qtbot: QtBot) -> None:
    model, project = desk.model, project_of(desk)
    desk.gallery.view.setFocus()
    qtbot.keyClick(desk.gallery.view, Qt.Key.Key_S)
    assert model.queue.tolist()[:4] == [0, *LATE]
    assert 5 not in model.queue, "the same labels, but it does not look alike"
    assert set(model.selection) == set(model.queue)
    assert model.current == 0
    qtbot.keyClick(desk.gallery.view, Qt.Key.Key_W)
    for row in (0, *LATE):
        assert project.kinds[row] == DecisionKind.RELABEL
        assert project.labels[row] == 2
    assert len(project.steps()) == 1
    qtbot.keyClick(desk.gallery.view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not project.kinds.any()


def test_where_nothing_is_alike_it_says_so(desk: MainWindow, qtbot: QtBot) -> None:
    model = desk.model
    model.set_current(20)
    desk.gallery.view.setFocus()
    qtbot.keyClick(desk.gallery.view, Qt.Key.Key_S)
    assert len(model.queue) == 60
    texts = [label.text() for label in desk.notices.findChildren(QLabel)]
    assert "No other undecided image seems to have the same mistake." in texts
