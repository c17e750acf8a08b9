"""The gallery as a person uses it: moving, selecting, sorting, its states, its words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QMenu, QPushButton
from pytestqt.qtbot import QtBot
from sample_projects import make_project

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.gui.gallery.gallery_model import ROW_ROLE
from ahsml_app.gui.gallery.gallery_panel import GalleryPanel
from ahsml_app.gui.gallery.rubber_band import ranges_in
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.session.review.queue import QueueFilter

SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def thumbnails(model: ProjectModel) -> Iterator[Thumbnails]:
    thumbnails = Thumbnails(model)
    yield thumbnails
    thumbnails.stop()


@pytest.fixture
def panel(qtbot: QtBot, model: ProjectModel, thumbnails: Thumbnails) -> GalleryPanel:
    panel = GalleryPanel(model, thumbnails, Theme("light"))
    qtbot.addWidget(panel)
    panel.resize(800, 700)
    panel.show()
    return panel


def middle(panel: GalleryPanel, place: int) -> QPoint:
    return panel.view.cell_rect(place).center()


def click(
    panel: GalleryPanel,
    qtbot: QtBot,
    place: int,
    keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    qtbot.mouseClick(panel.view.viewport(), LEFT, keys, middle(panel, place))


def places(model: ProjectModel) -> list[int]:
    return [model.position(int(row)) for row in model.selection]


def test_the_gallery_shows_the_queue_in_its_order(
    panel: GalleryPanel, model: ProjectModel, qtbot: QtBot
) -> None:
    items = panel.items
    assert [items.index(n).data(ROW_ROLE) for n in range(60)] == model.queue.tolist()
    text = items.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "error probability" in text
    assert text.endswith("undecided")
    model.decide(DecisionKind.KEEP, rows=[int(model.queue[0])])
    assert items.index(0).data(Qt.ItemDataRole.AccessibleTextRole).endswith("kept")
    assert "keep" in items.badges(int(model.queue[0]))


def test_every_sign_stands_for_what_it_says(panel: GalleryPanel, model: ProjectModel) -> None:
    project, items = model.project, panel.items
    assert project is not None
    assert project.scores is not None
    row = int(np.flatnonzero(project.scores.flagged)[0])
    assert "suspect" in items.badges(row)
    model.decide(DecisionKind.RELABEL, rows=[row])
    assert items.badges(row)[0] == "relabel"
    assert "suspect" not in items.badges(row)
    assert "duplicate" in items.badges(0)
    facts = items.facts(np.arange(60))
    assert [cell.row for cell in facts] == list(range(60))
    assert [cell.given for cell in facts] == [project.table.label_name(r) for r in range(60)]
    assert [cell.label for cell in facts] == [project.label_name(k) for k in project.labels]
    suggested = [project.label_name(k) for k in project.scores.suggested]
    assert [cell.suggested for cell in facts] == suggested
    assert facts[row].label == suggested[row] != facts[row].given


def test_current_image_and_view_follow_each_other(
    panel: GalleryPanel, model: ProjectModel, qtbot: QtBot
) -> None:
    view = panel.view
    model.set_current(int(model.queue[40]))
    assert view.currentIndex().row() == 40
    assert view.viewport().rect().contains(view.cell_rect(40))
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert model.current == model.queue[41]
    click(panel, qtbot, 42)
    assert model.current == model.queue[42]
    changes: list[int] = []
    model.current_changed.connect(changes.append)
    model.set_current(int(model.queue[3]))
    assert changes == [model.queue[3]]


def test_keys_move_in_the_grid(panel: GalleryPanel, model: ProjectModel, qtbot: QtBot) -> None:
    view = panel.view
    columns = view.indexAt(QPoint(20, view.cell_rect(0).height() + 20)).row()
    assert columns > 2
    click(panel, qtbot, 1)
    for key, place in (
        (Qt.Key.Key_Down, 1 + columns),
        (Qt.Key.Key_Left, columns),
        (Qt.Key.Key_Left, columns - 1),
        (Qt.Key.Key_Up, columns - 1),  # nothing is above
        (Qt.Key.Key_End, 59),
        (Qt.Key.Key_Right, 59),
        (Qt.Key.Key_Home, 0),
        (Qt.Key.Key_PageUp, 0),
    ):
        qtbot.keyClick(view, key)
        assert model.position(model.current) == place, key
    qtbot.keyClick(view, Qt.Key.Key_PageDown)
    page = model.position(model.current)
    assert page % columns == 0
    assert page // columns == view.viewport().height() // view.cell_rect(0).height()
    model.set_current(int(model.queue[(59 // columns) * columns - 1]))
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert model.position(model.current) == 59  # the last line is shorter


def test_ranges_are_selected_with_keys_and_mouse(
    panel: GalleryPanel, model: ProjectModel, qtbot: QtBot
) -> None:
    click(panel, qtbot, 2)
    assert places(model) == [2]
    qtbot.keyClick(panel.view, Qt.Key.Key_Right, SHIFT)
    assert places(model) == [2, 3]
    click(panel, qtbot, 6, SHIFT)
    assert places(model) == [2, 3, 4, 5, 6]
    click(panel, qtbot, 4, CONTROL)
    assert places(model) == [2, 3, 5, 6]
    click(panel, qtbot, 0)
    click(panel, qtbot, 7, SHIFT)
    click(panel, qtbot, 5)
    click(panel, qtbot, 3, SHIFT)  # backwards
    assert places(model) == [3, 4, 5]
    panel.select_all()
    assert places(model) == list(range(60))
    assert "60 selected" in panel.count_label.text()
    click(panel, qtbot, 1)
    assert "selected" not in panel.count_label.text()


@pytest.mark.parametrize("down", [True, False])
@pytest.mark.parametrize("right", [True, False])
def test_dragging_selects_a_rectangle(
    panel: GalleryPanel, model: ProjectModel, qtbot: QtBot, down: bool, right: bool
) -> None:
    columns = panel.view._columns
    assert columns >= 3
    wanted = [columns * line + column for line in (0, 1, 2) for column in (1, 2)]
    start = columns * (0 if down else 2) + (1 if right else 2)
    end = columns * (2 if down else 0) + (2 if right else 1)
    view = panel.view.viewport()
    panel.view.setDragEnabled(False)
    qtbot.mousePress(view, LEFT, pos=middle(panel, start))
    for share in (0.5, 1.0):
        here = middle(panel, start) + (middle(panel, end) - middle(panel, start)) * share
        qtbot.mouseMove(view, here)
    assert not panel.view._band.isNull()
    qtbot.mouseRelease(view, LEFT, pos=middle(panel, end))
    assert sorted(places(model)) == wanted
    assert panel.view._band.isNull()


def test_a_rectangle_ends_with_a_shorter_last_line_and_many_lines_are_whole() -> None:
    assert ranges_in(1, 11, 4, 11) == [(1, 3), (5, 7), (9, 10)]
    assert ranges_in(2, 7, 4, 5) == [(2, 3)]
    assert ranges_in(1, 4 * 600 + 2, 4, 10_000) == [(0, 2403)]


def test_the_wheel_scrolls_by_a_line_and_thumbnails_come(
    panel: GalleryPanel, model: ProjectModel, thumbnails: Thumbnails, qtbot: QtBot
) -> None:
    view = panel.view
    last = int(model.queue[59])
    height = view.cell_rect(0).height()
    port = view.viewport()
    for _ in range(3):
        event = QWheelEvent(
            QPointF(50, 50),
            port.mapToGlobal(QPointF(50, 50)),
            QPoint(),
            QPoint(0, -120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(port, event)
    assert abs(view.verticalOffset() - 3 * height) < 12
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum())
    qtbot.waitUntil(lambda: thumbnails.shown(last)[1])
    assert port.rect().contains(view.cell_rect(59))


def test_the_size_of_thumbnails_changes_the_grid(
    panel: GalleryPanel, model: ProjectModel, thumbnails: Thumbnails, qtbot: QtBot
) -> None:
    view = panel.view
    wide = view.cell_rect(0).width()
    model.set_current(int(model.queue[50]))
    panel.set_side(300)
    assert panel.side == 300
    assert view.cell_rect(0).width() > wide
    assert view.viewport().rect().intersects(view.cell_rect(50))
    qtbot.waitUntil(lambda: thumbnails.side == panel.delegate.picture_side())
    panel.resize(500, 700)
    assert view.cell_rect(1).y() > view.cell_rect(0).y()  # one column


def test_cells_are_painted_where_the_clicks_go(
    panel: GalleryPanel, model: ProjectModel, thumbnails: Thumbnails, qtbot: QtBot
) -> None:
    thumbnails.want(model.queue.tolist())
    qtbot.waitUntil(lambda: not thumbnails.busy)
    image = panel.view.viewport().grab().toImage()
    for place in (0, 3, 7):
        cell = panel.view.cell_rect(place)
        pixmap, _ = thumbnails.shown(int(model.queue[place]))
        assert pixmap is not None
        corner = pixmap.toImage().pixelColor(20, pixmap.height() // 2)
        x = cell.x() + (cell.width() - pixmap.width()) // 2 + 20
        found = image.pixelColor(x, cell.y() + 10 + pixmap.height() // 2)
        if "suspect" not in panel.items.badges(int(model.queue[place])):
            continue
        assert abs(found.red() - corner.red()) < 8


def test_decided_cells_are_dimmed_and_the_current_one_is_framed(
    panel: GalleryPanel, model: ProjectModel, qtbot: QtBot
) -> None:
    def cell(place: int) -> object:
        return panel.view.viewport().grab(panel.view.cell_rect(place)).toImage()

    before = cell(5)
    model.decide(DecisionKind.DROP, rows=[int(model.queue[5])])
    decided = cell(5)
    model.set_current(int(model.queue[5]))
    assert before != decided != cell(5)


def test_sorting_filtering_and_the_empty_state(
    panel: GalleryPanel, model: ProjectModel, qtbot: QtBot
) -> None:
    panel._sort.setCurrentIndex(panel._sort.findData("path"))
    panel._sort.activated.emit(panel._sort.currentIndex())
    assert model.queue_filter.sort == "path"
    assert not model.queue_filter.descending
    assert model.project is not None
    names = [model.project.table.paths[row] for row in model.queue]
    assert names == sorted(names)
    panel.select_all()
    model.set_queue_filter(replace(model.queue_filter, text="nothing is called like this"))
    assert not len(model.selection)
    button = next(b for b in panel._empty.findChildren(QPushButton) if b.isVisible() and b.text())
    assert button.text() == "Clear filters"
    qtbot.mouseClick(button, LEFT)
    assert len(model.queue) == 60


def test_the_order_stays_until_it_is_asked_for(
    panel: GalleryPanel, model: ProjectModel, qtbot: QtBot
) -> None:
    model.set_queue_filter(QueueFilter(kinds=frozenset({0})))
    before = model.queue.copy()
    assert not panel._refresh.isVisible()
    model.decide(DecisionKind.KEEP)
    assert (model.queue == before).all()
    assert panel._refresh.isVisible()
    qtbot.mouseClick(panel._refresh, LEFT)
    assert len(model.queue) == len(before) - 1
    assert not panel._refresh.isVisible()


def test_a_finished_queue_tells_what_it_has_brought(
    panel: GalleryPanel, model: ProjectModel, qtbot: QtBot
) -> None:
    model.set_queue_filter(QueueFilter(kinds=frozenset({0}), text="circle"))
    model.decide(DecisionKind.DROP, rows=model.queue[:3])
    assert not panel._finished_row.isVisible()
    model.decide(DecisionKind.KEEP, rows=model.queue[3:])
    assert "15 images" in panel._finished_text.text()
    assert "3 wrong labels" in panel._finished_text.text()
    with qtbot.waitSignal(panel.export_requested):
        qtbot.mouseClick(panel._finished_row.findChild(QPushButton), LEFT)
    model.undo()
    assert not panel._finished_row.isVisible()
    model.redo()
    model.refresh_queue()
    button = next(b for b in panel._empty.findChildren(QPushButton) if b.isVisible())
    with qtbot.waitSignal(panel.export_requested):
        qtbot.mouseClick(button, LEFT)


def test_without_a_training_there_is_a_way_to_it(
    panel: GalleryPanel, model: ProjectModel, image_folder: Path, qtbot: QtBot
) -> None:
    assert not panel.filters.findChild(QPushButton, "train").isVisible()
    model.open(make_project(image_folder, trained=False, name="Fresh"))
    assert len(model.queue) == 60
    assert not panel.filters.histogram.isVisible()
    assert panel._sort.currentText() == ""
    with qtbot.waitSignal(panel.train_requested):
        qtbot.mouseClick(panel.filters.findChild(QPushButton, "train"), LEFT)
    model.close()
    assert panel._empty.isVisible()
    assert not panel.filters.isVisible()


def test_a_picture_that_cannot_be_read_says_why(
    panel: GalleryPanel, model: ProjectModel, thumbnails: Thumbnails, tmp_path: Path, qtbot: QtBot
) -> None:
    project = model.project
    assert project is not None
    project.relocate(tmp_path)
    thumbnails._on_project_changed()
    row = int(model.queue[0])
    thumbnails.want([row])
    qtbot.waitUntil(lambda: bool(thumbnails.reason(row)))
    tip = panel.items.index(0).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == f"{project.table.paths[row]}\n{thumbnails.reason(row)}"
    panel.view.viewport().grab()


def test_the_menu_opens_at_the_mouse_and_by_key(panel: GalleryPanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.view.menu_requested):
        qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.RightButton, pos=middle(panel, 4))
        panel.view.menu_requested.emit(QPoint())
    menu = panel.findChild(QMenu)
    if menu is not None:
        menu.close()


def test_every_part_has_a_name_for_screen_readers(panel: GalleryPanel) -> None:
    parts = [panel.view, panel._sort, panel.side_slider, panel._refresh, panel.filters.histogram]
    parts += panel.findChildren(QPushButton)
    visible = [part for part in parts if not part.isHidden()]
    assert all(part.accessibleName() for part in visible)
