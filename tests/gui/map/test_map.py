"""The map under mouse and keys, and what it does to the gallery and the review."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from job_generators import endless, make
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QPushButton, QToolButton
from pytestqt.qtbot import QtBot
from sample_projects import add_run, make_project

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.gui.app.main_window import MainWindow
from ahsml_app.gui.map.map_panel import MapPanel
from ahsml_app.gui.map.map_view import MapView
from ahsml_app.session.analysis.disc_map import stored_map

LEFT = Qt.MouseButton.LeftButton
SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
PATIENCE = 30_000


@pytest.fixture
def panel(reviewing: MainWindow, qtbot: QtBot) -> MapPanel:
    """The map of the project, drawn."""
    window = reviewing
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window.gallery.view, Qt.Key.Key_M)
    assert window.shown_view == "map"
    qtbot.waitUntil(lambda: window.maps.map is not None, timeout=PATIENCE)
    settle(qtbot, window.map.view)
    window.map.view.setFocus()
    return window.map


def settle(qtbot: QtBot, view: MapView) -> None:
    qtbot.wait(20)  # the looks come with the next turn of the event loop
    qtbot.waitUntil(lambda: view.is_settled, timeout=PATIENCE)


def place(view: MapView, row: int) -> QPoint:
    at = view.position_of(row)
    assert at is not None
    return at.toPoint()


def alone(view: MapView, panel: MapPanel) -> int:
    """A row whose dot no other one covers."""
    rows = panel._model.queue
    return next(int(row) for row in rows if view.row_near(QPointF(place(view, int(row))), 2) == row)


def drag(qtbot: QtBot, view: MapView, points: list[QPoint], keys: Qt.KeyboardModifier) -> None:
    qtbot.mousePress(view, LEFT, keys, points[0])
    for point in points[1:]:
        qtbot.mouseMove(view, point)
    qtbot.mouseRelease(view, LEFT, keys, points[-1])


def around(view: MapView) -> list[QPoint]:
    box = view.rect().adjusted(1, 1, -2, -2)
    return [box.topLeft(), box.topRight(), box.bottomRight(), box.bottomLeft()]


def test_the_map_is_drawn_once_and_kept(window: MainWindow, panel: MapPanel) -> None:
    project = window.model.project
    assert project is not None
    kept = stored_map(project)
    assert kept is not None
    assert (np.abs(kept.points) < 1).all()
    assert sorted(kept.order) == list(range(len(kept.prototypes)))
    assert sorted(panel.view.named) == [0, 1, 2, 3]


def test_a_drag_takes_the_image_along_and_a_double_click_resets(
    panel: MapPanel, qtbot: QtBot
) -> None:
    view = panel.view
    row = alone(view, panel)
    start, end = place(view, row), view.viewport.middle.toPoint()
    drag(qtbot, view, [start, (start + end) / 2, end], Qt.KeyboardModifier.NoModifier)
    assert (place(view, row) - end).manhattanLength() < 8
    qtbot.mouseDClick(view, LEFT, pos=QPoint(5, 5))
    assert (place(view, row) - start).manhattanLength() <= 1


def test_the_wheel_zooms_where_the_pointer_is(panel: MapPanel, qtbot: QtBot) -> None:
    view = panel.view
    row = alone(view, panel)
    at = place(view, row)
    event = QWheelEvent(
        QPointF(at), QPointF(view.mapToGlobal(at)), QPoint(), QPoint(0, 240),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view, event)
    assert view.zoom == pytest.approx(1.25**2)
    assert (place(view, row) - at).manhattanLength() <= 2


def test_keys_move_zoom_and_reset(panel: MapPanel, qtbot: QtBot) -> None:
    view = panel.view
    row = alone(view, panel)
    start = place(view, row)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert place(view, row).x() < start.x()
    qtbot.keyClick(view, Qt.Key.Key_Up)
    assert place(view, row).y() > start.y()
    qtbot.keyClick(view, Qt.Key.Key_Plus)
    assert view.zoom == pytest.approx(1.25)
    qtbot.keyClick(view, Qt.Key.Key_Minus)
    assert view.zoom == pytest.approx(1)
    qtbot.keyClick(view, Qt.Key.Key_Home)
    assert place(view, row) == start


def test_keys_alone_find_an_image_and_open_it(
    window: MainWindow, panel: MapPanel, qtbot: QtBot
) -> None:
    view = panel.view
    qtbot.keyClick(view, Qt.Key.Key_Left)
    settle(qtbot, view)
    row = view.pointed_row
    assert row >= 0
    assert panel.card.isVisible()
    assert view.accessibleDescription()
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert window.shown_view == "review"
    assert window.model.current == row


def test_pointing_shows_the_picture_and_its_facts(
    window: MainWindow, panel: MapPanel, qtbot: QtBot
) -> None:
    view = panel.view
    row = alone(view, panel)
    qtbot.mouseMove(view, place(view, row))
    assert panel.card.row == row
    assert panel.card.isVisible()
    assert window.model.project is not None
    assert Path(window.model.project.table.paths[row]).name in panel.card.text()
    qtbot.mouseMove(view, QPoint(1, 1))
    assert not panel.card.isVisible()


def test_a_click_takes_the_image_under_review(
    window: MainWindow, panel: MapPanel, qtbot: QtBot
) -> None:
    row = alone(panel.view, panel)
    qtbot.mouseClick(panel.view, LEFT, pos=place(panel.view, row))
    assert window.model.current == row
    assert window.gallery.view.selected_rows().tolist() == [row]
    qtbot.keyClick(panel.view, Qt.Key.Key_E)
    assert window.model.project is not None
    assert window.model.project.decision(row).kind == DecisionKind.DROP


def test_a_lasso_selects_in_the_gallery_what_the_filters_show(
    window: MainWindow, panel: MapPanel, qtbot: QtBot
) -> None:
    view, model = panel.view, window.model
    drag(qtbot, view, around(view), SHIFT)
    assert sorted(model.selection) == list(range(60))
    assert sorted(window.gallery.view.selected_rows()) == list(range(60))
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert not len(model.selection)
    model.set_queue_filter(replace(model.queue_filter, given=frozenset({1, 2})))
    settle(qtbot, view)
    drag(qtbot, view, around(view), SHIFT)
    assert sorted(model.selection) == sorted(model.queue)
    assert len(model.selection) == 30


def test_the_lasso_tool_needs_no_second_key(
    window: MainWindow, panel: MapPanel, qtbot: QtBot
) -> None:
    view = panel.view
    first, second = place(view, 0), place(view, 59)
    qtbot.mouseClick(panel.tools.lasso, LEFT)
    box = [first + QPoint(x, y) for x, y in ((-9, -9), (9, -9), (9, 9), (-9, 9))]
    drag(qtbot, view, box, Qt.KeyboardModifier.NoModifier)
    assert 0 in window.model.selection
    assert not panel.tools.lasso.isChecked()
    settle(qtbot, view)
    qtbot.mouseClick(view, LEFT, CONTROL, pos=second)
    assert len(window.model.selection) > 1
    review = panel.findChild(QPushButton, "review-chosen")
    chosen = sorted(window.model.selection)
    qtbot.mouseClick(review, LEFT)
    assert window.shown_view == "review"
    assert sorted(window.model.queue) == chosen


def test_what_the_gallery_selects_is_marked(
    window: MainWindow, panel: MapPanel, qtbot: QtBot
) -> None:
    before = panel.view.grab().toImage()
    window.gallery.view.selectAll()
    settle(qtbot, panel.view)
    assert panel.view.grab().toImage() != before


def test_every_colouring_can_be_chosen(panel: MapPanel, qtbot: QtBot) -> None:
    colours = panel.findChild(QComboBox, "map-colours")
    seen = set()
    for _ in range(colours.count()):
        settle(qtbot, panel.view)
        image = panel.view.grab().toImage()
        seen.add(bytes(image.constBits()))
        qtbot.keyClick(colours, Qt.Key.Key_Down)
        colours.activated.emit(colours.currentIndex())
    assert len(seen) >= 5


def test_arcs_can_be_left_out(panel: MapPanel, qtbot: QtBot) -> None:
    before = panel.view.grab().toImage()
    qtbot.mouseClick(panel.tools.arcs, LEFT)
    assert panel.view.grab().toImage() != before


def test_the_map_stays_where_it_was_after_another_training(
    window: MainWindow, panel: MapPanel, qtbot: QtBot
) -> None:
    model, first = window.model, window.maps.map
    assert model.project is not None
    assert first is not None
    jobs: list[str] = []
    window.runner.started.connect(lambda job: jobs.append(job.name))
    add_run(model.project, seed=1)
    model.scores_changed.emit()
    qtbot.waitUntil(lambda: window.maps.map not in (None, first), timeout=PATIENCE)
    second = window.maps.map
    assert second is not None
    assert second.number == 2
    qtbot.waitUntil(lambda: not window.runner.busy, timeout=PATIENCE)
    assert jobs == ["map"]


def test_a_window_of_its_own_shows_the_same(
    window: MainWindow, panel: MapPanel, qtbot: QtBot
) -> None:
    qtbot.mouseClick(panel.tools.own_window, LEFT)
    other = window.window_actions.map_window
    assert other is not None
    settle(qtbot, other.view)
    row = alone(other.view, other)
    qtbot.mouseClick(other.view, LEFT, pos=place(other.view, row))
    assert window.model.current == row
    assert other.isWindow()
    other.close()


def test_the_map_is_saved_as_png_and_svg(panel: MapPanel, tmp_path: Path) -> None:
    panel.save_picture(tmp_path / "map.png")
    assert QImage(str(tmp_path / "map.png")).width() == 2 * panel.view.width()
    panel.save_picture(tmp_path / "map.svg")
    tree = ET.parse(tmp_path / "map.svg")
    kinds = [element.tag.rpartition("}")[2] for element in tree.iter()]
    assert kinds.count("text") >= 4
    assert kinds.count("circle") + kinds.count("ellipse") + kinds.count("path") > 60
    said = []
    panel._model.failed.connect(said.append)
    panel.save_picture(tmp_path / "missing" / "map.png")
    assert len(said) == 1


def test_before_the_first_training_the_map_says_what_will_be_here(
    qtbot: QtBot, window: MainWindow, image_folder: Path
) -> None:
    project = make_project(image_folder, trained=False, name="New")
    folder = project.folder
    project.close()
    window.projects.open_project(folder)
    window.show_view("map")
    button = next(b for b in window.map.findChildren(QPushButton) if b.text() == "Train")
    assert button.isVisible()
    assert not window.map.view.isVisible()
    qtbot.mouseClick(button, LEFT)
    assert window.shown_view == "train"


def test_the_map_waits_for_other_work_and_can_be_asked_for_again(
    reviewing: MainWindow, qtbot: QtBot
) -> None:
    window = reviewing
    qtbot.waitUntil(lambda: not window.runner.busy, timeout=PATIENCE)  # the folder is checked
    window.runner.submit("other", make(endless))
    window.show_view("map")
    texts = window.map.findChildren(QLabel)
    assert any("has finished" in label.text() for label in texts if label.isVisible())
    job = window.maps._job
    assert job is not None
    job.cancel()
    button = next(b for b in window.map.findChildren(QPushButton) if b.text() == "Try again")
    window.runner.cancel()
    qtbot.waitUntil(lambda: not window.runner.busy, timeout=PATIENCE)
    qtbot.mouseClick(button, LEFT)
    qtbot.waitUntil(lambda: window.maps.map is not None, timeout=PATIENCE)
    settle(qtbot, window.map.view)
    assert window.map.view.isVisible()


def test_tools_have_names(panel: MapPanel) -> None:
    buttons = panel.findChildren(QToolButton)
    assert len(buttons) == 7
    assert all(button.accessibleName() for button in buttons)


def test_the_card_makes_way_after_a_click(
    window: MainWindow, panel: MapPanel, qtbot: QtBot
) -> None:
    view = panel.view
    row = alone(view, panel)
    qtbot.mouseMove(view, QPoint(1, 1))
    qtbot.mouseMove(view, place(view, row))
    assert panel.card.isVisible()
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=place(view, row))
    assert window.model.current == row
    assert not panel.card.isVisible()
    settle(qtbot, view)
    qtbot.mouseMove(view, QPoint(1, 1))
    qtbot.mouseMove(view, place(view, row))
    assert panel.card.isVisible()
    qtbot.mouseMove(view, QPoint(1, 1))
