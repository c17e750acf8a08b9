"""The way back through the images that were looked at, by keys."""

from __future__ import annotations

import numpy as np
from main_windows import project_of
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.gui.app.main_window import MainWindow
from ahsml_app.session.review.queue import QueueFilter

ALT, LEFT, RIGHT = Qt.KeyboardModifier.AltModifier, Qt.Key.Key_Left, Qt.Key.Key_Right


def test_alt_left_goes_back_over_jumps_and_decisions(reviewing: MainWindow, qtbot: QtBot) -> None:
    window, model = reviewing, reviewing.model
    first, second, jumped = (int(model.queue[n]) for n in (0, 1, 40))
    qtbot.keyClick(window.gallery.view, Qt.Key.Key_Q)
    assert model.current == second
    model.set_current(jumped)
    qtbot.keyClick(window.gallery.view, LEFT, ALT)
    assert model.current == second
    qtbot.keyClick(window.gallery.view, LEFT, ALT)
    assert model.current == first
    assert project_of(window).kinds[first] == DecisionKind.KEEP, "nothing is undone"
    qtbot.keyClick(window.gallery.view, LEFT, ALT)
    assert model.current == first, "the first one"
    for expected in (second, jumped, jumped):
        qtbot.keyClick(window.gallery.view, RIGHT, ALT)
        assert model.current == expected


def test_whoever_goes_on_from_an_earlier_image_has_a_new_way(
    reviewing: MainWindow, qtbot: QtBot
) -> None:
    window, model = reviewing, reviewing.model
    rows = [int(row) for row in model.queue[:5]]
    for _ in range(3):
        qtbot.keyClick(window.gallery.view, Qt.Key.Key_J)
    qtbot.keyClick(window.gallery.view, LEFT, ALT)
    qtbot.keyClick(window.gallery.view, LEFT, ALT)
    model.set_current(rows[4])
    qtbot.keyClick(window.gallery.view, RIGHT, ALT)
    assert model.current == rows[4], "nothing is ahead any more"
    qtbot.keyClick(window.gallery.view, LEFT, ALT)
    assert model.current == rows[1]


def test_an_image_that_the_filters_hide_is_shown_again(reviewing: MainWindow, qtbot: QtBot) -> None:
    window, model = reviewing, reviewing.model
    before = model.current
    labels = project_of(window).labels
    other = int((labels[before] + 1) % 4)
    model.set_queue_filter(QueueFilter(given=frozenset({other})))
    assert labels[model.current] == other
    qtbot.keyClick(window.gallery.view, LEFT, ALT)
    assert model.current == before
    assert model.position(before) == -1
    assert not len(np.flatnonzero(window.gallery.view.selected_rows() == before))


def test_another_project_begins_anew(reviewing: MainWindow, qtbot: QtBot) -> None:
    window, model = reviewing, reviewing.model
    model.set_current(int(model.queue[7]))
    folder = project_of(window).folder
    window.projects.close_project()
    window.projects.open_project(folder)
    current = model.current
    qtbot.keyClick(window.gallery.view, LEFT, ALT)
    assert model.current == current
