"""Two to four images that zoom and move together, by keys and mouse."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.gui.app.main_window import MainWindow
from ahsml_app.gui.covers.compare_view import CompareView
from ahsml_app.session.review.evidence import evidence_for

LEFT = Qt.MouseButton.LeftButton


def press(key: Qt.Key) -> None:
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, key)


def select(window: MainWindow, count: int, qtbot: QtBot) -> None:
    """Selects the first images with Shift and the arrow key."""
    window.activateWindow()
    window.gallery.view.setFocus()
    qtbot.waitUntil(window.gallery.view.hasFocus)
    window.model.set_current(int(window.model.queue[0]))
    for _ in range(count - 1):
        QTest.keyClick(window.gallery.view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert len(window.model.selection) == count


def compared(window: MainWindow, count: int, qtbot: QtBot) -> CompareView:
    select(window, count, qtbot)
    press(Qt.Key.Key_C)
    view = window.window_actions.covers.compare
    assert view is not None
    qtbot.waitUntil(view.hasFocus)
    shown = view.panes[:count]
    qtbot.waitUntil(lambda: all(pane.image.has_picture for pane in shown))
    return view


@pytest.mark.parametrize("count", [2, 3, 4])
def test_the_selected_images_have_boxes_of_one_size(
    reviewing: MainWindow, qtbot: QtBot, count: int
) -> None:
    rows = tuple(int(row) for row in reviewing.model.queue[:count])
    view = compared(reviewing, count, qtbot)
    assert set(view.rows) == set(rows)
    shown = [pane for pane in view.panes if pane.isVisible()]
    assert len(shown) == count
    assert len({pane.image.size().toTuple() for pane in shown}) == 1
    assert shown[0].caption.text().endswith("96 × 96")
    assert view.geometry() == reviewing.rect()


def test_zoom_and_pan_go_together(reviewing: MainWindow, qtbot: QtBot) -> None:
    view = compared(reviewing, 3, qtbot)
    images = [pane.image for pane in view.panes[:3]]
    press(Qt.Key.Key_Plus)
    press(Qt.Key.Key_Plus)
    places = [image.place for image in images]
    assert places[0][0] == pytest.approx(1.25**2)
    assert places[1] == pytest.approx(places[0])
    assert places[2] == pytest.approx(places[0])
    before = images[2].place
    middle = images[1].rect().center()
    QTest.mousePress(images[1], LEFT, pos=middle)
    QTest.mouseMove(images[1], middle - QPoint(40, 25))
    QTest.mouseRelease(images[1], LEFT, pos=middle - QPoint(40, 25))
    assert images[1].place[1] > before[1]
    assert images[1].place[2] > before[2]
    for image in (images[0], images[2]):
        assert image.place == pytest.approx(images[1].place)
    press(Qt.Key.Key_0)
    assert all(image.is_fitted for image in images)


def test_the_keys_act_on_the_framed_image_and_stay_among_these(
    reviewing: MainWindow, qtbot: QtBot
) -> None:
    project = reviewing.model.project
    assert project is not None
    view = compared(reviewing, 3, qtbot)
    first, second, third = view.rows
    reviewing.model.set_current(first)
    press(Qt.Key.Key_Q)
    assert project.kinds[first] == DecisionKind.KEEP
    assert reviewing.model.current == second
    assert "kept" in view.panes[0].caption.text()
    press(Qt.Key.Key_Right)
    assert reviewing.model.current == third
    qtbot.mouseClick(view.panes[1].image, LEFT, pos=QPoint(10, 10))
    assert reviewing.model.current == second
    press(Qt.Key.Key_E)
    press(Qt.Key.Key_E)
    press(Qt.Key.Key_E)
    assert reviewing.model.current == third, "it ends at the last of them"
    assert int(np.count_nonzero(project.kinds)) == 3
    press(Qt.Key.Key_Escape)
    assert not view.isVisible()
    reviewing.model.set_current(third)
    press(Qt.Key.Key_J)
    assert reviewing.model.current not in view.rows, "and then through the queue again"


def test_holding_a_key_shows_them_in_turn_at_one_spot(reviewing: MainWindow, qtbot: QtBot) -> None:
    project = reviewing.model.project
    assert project is not None
    view = compared(reviewing, 2, qtbot)
    reviewing.model.set_current(view.rows[0])
    press(Qt.Key.Key_Plus)
    QTest.keyPress(view, Qt.Key.Key_B)
    first, second = view.panes[:2]
    assert (first.isVisible(), second.isVisible()) == (False, True)
    qtbot.waitUntil(lambda: second.geometry() == view.area.rect())
    place = second.image.place
    qtbot.waitUntil(lambda: first.isVisible() and not second.isVisible())
    assert first.geometry() == view.area.rect()
    assert first.image.place == pytest.approx(place)
    QTest.keyClick(view, Qt.Key.Key_E)
    assert not project.kinds.any(), "nothing is decided about an image that is not seen"
    QTest.keyRelease(view, Qt.Key.Key_B)
    assert first.isVisible()
    assert second.isVisible()


def test_a_single_image_is_compared_with_its_duplicate(reviewing: MainWindow, qtbot: QtBot) -> None:
    reviewing.activateWindow()
    reviewing.gallery.view.setFocus()
    qtbot.waitUntil(reviewing.gallery.view.hasFocus)
    reviewing.model.set_current(0)  # the first two images form a group
    press(Qt.Key.Key_C)
    view = reviewing.window_actions.covers.compare
    assert view is not None
    assert view.rows == (0, 1)
    press(Qt.Key.Key_Right)
    assert reviewing.model.current == 0, "the keys are about this one alone"
    press(Qt.Key.Key_C)
    assert not view.isVisible()


def test_a_single_image_is_compared_with_the_nearest_of_both_classes(
    reviewing: MainWindow, qtbot: QtBot
) -> None:
    project, row = reviewing.model.project, int(reviewing.model.queue[0])
    assert project is not None
    found = evidence_for(project, row)
    assert found is not None
    assert not found.duplicates
    reviewing.activateWindow()
    reviewing.gallery.view.setFocus()
    qtbot.waitUntil(reviewing.gallery.view.hasFocus)
    press(Qt.Key.Key_C)
    view = reviewing.window_actions.covers.compare
    assert view is not None
    assert view.rows == (row, found.given[0].row, found.suggested[0].row)


def test_more_than_four_are_not_compared(reviewing: MainWindow, qtbot: QtBot) -> None:
    select(reviewing, 4, qtbot)
    button = reviewing.evidence.selection.compare
    assert button.isVisible()
    select(reviewing, 5, qtbot)
    assert not reviewing.actions_.action("compare-images").isEnabled()
    assert not button.isVisible()
    select(reviewing, 2, qtbot)
    qtbot.mouseClick(button, LEFT)
    view = reviewing.window_actions.covers.compare
    assert view is not None
    assert view.isVisible()


def test_undoing_what_is_elsewhere_ends_the_comparison(reviewing: MainWindow, qtbot: QtBot) -> None:
    elsewhere = int(reviewing.model.queue[30])
    reviewing.model.decide(DecisionKind.DROP, rows=[elsewhere])
    view = compared(reviewing, 2, qtbot)
    QTest.keyClick(view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not view.isVisible()
    assert reviewing.model.current == elsewhere
    assert reviewing.model.walk is None
