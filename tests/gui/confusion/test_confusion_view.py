"""The confusion view by mouse and keys: from a cell to its images, and what decisions change."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from confusion_shown import LEFT, make_empty, make_view  # noqa: F401 - fixtures too
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QMenu, QWidget
from pytestqt.qtbot import QtBot
from sample_projects import CLASSES, add_run, make_project

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.gui.confusion.confusion_view import ConfusionView
from ahsml_app.gui.confusion.marks import NOWHERE
from ahsml_app.session.review.queue import QueueFilter


def a_pair(view: ConfusionView, line: int = 0) -> tuple[int, int]:
    """Places of a confused pair."""
    return view.side.table.pairs.pair(line)


def cell_rows(view: ConfusionView, row: int, column: int) -> list[int]:
    """Images of a cell, counted from the scores."""
    project, confusion = view._model.project, view._confusion
    assert project is not None
    assert project.scores is not None
    assert confusion is not None
    inside = (project.labels == confusion.order[row]) & (
        project.scores.suggested == confusion.order[column]
    )
    return np.flatnonzero(inside).tolist()


def wheel(widget: QWidget, at: QPoint, notch: int) -> None:
    place = QPointF(at)
    none, phase = Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(
        place, widget.mapToGlobal(place), QPoint(), QPoint(0, notch),
        Qt.MouseButton.NoButton, none, phase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)


def test_without_a_training_there_is_a_way_to_one(
    empty: ConfusionView, image_folder: Path, qtbot: QtBot
) -> None:
    project = make_project(image_folder, trained=False)
    empty._model.open(project)
    assert not empty.is_ready()
    button = next(b for b in empty.findChildren(QAbstractButton) if b.text() == "Train")
    with qtbot.waitSignal(empty.train_requested):
        qtbot.mouseClick(button, LEFT)
    add_run(project)
    empty._model.scores_changed.emit()
    qtbot.waitUntil(empty.is_ready, timeout=10_000)


@pytest.mark.usefixtures("expects_warning")
def test_what_cannot_be_counted_is_told(
    empty: ConfusionView, image_folder: Path, qtbot: QtBot
) -> None:
    project = make_project(image_folder)
    assert project.scores is not None
    right = project.scores
    damaged = np.full(len(project.table), 99)
    project.scores = replace(right, suggested=damaged)
    empty._model.open(project)
    shown = lambda text: any(w.text() == text for w in empty.findChildren(QAbstractButton))  # noqa: E731
    qtbot.waitUntil(lambda: shown("Try again"), timeout=10_000)
    project.scores = right
    button = next(b for b in empty.findChildren(QAbstractButton) if b.text() == "Try again")
    qtbot.mouseClick(button, LEFT)
    qtbot.waitUntil(empty.is_ready, timeout=10_000)


def test_the_worst_pair_is_shown_first(view: ConfusionView) -> None:
    row, column = a_pair(view)
    assert view.map.heat.cursor_cell == (row, column)
    table = view.side.table
    assert table.currentIndex().row() == 0
    errors = [float(table.pairs.index(n, 2).data()) for n in range(table.pairs.rowCount())]
    assert errors == sorted(errors, reverse=True)
    shown = [r for line in view.side.examples for r in line.rows]
    assert sorted(shown) == cell_rows(view, row, column)


def test_a_click_filters_the_gallery(view: ConfusionView, qtbot: QtBot) -> None:
    model, heat = view._model, view.map.heat
    model.set_queue_filter(QueueFilter(sort="path", descending=False, flagged=True))
    row, column = a_pair(view, 1)
    qtbot.mouseClick(heat, LEFT, pos=heat.cell_point(row, column))
    assert sorted(model.queue) == cell_rows(view, row, column)
    assert model.queue_filter.sort == "path"
    assert not model.queue_filter.flagged


def test_a_drawn_rectangle_filters_by_several_classes(view: ConfusionView, qtbot: QtBot) -> None:
    heat, model = view.map.heat, view._model
    qtbot.mousePress(heat, LEFT, pos=heat.cell_point(2, 2))
    qtbot.mouseMove(heat, heat.cell_point(1, 1))
    qtbot.mouseMove(heat, heat.cell_point(1, 0))
    qtbot.mouseRelease(heat, LEFT, pos=heat.cell_point(1, 0))
    assert view.block() == (1, 3, 0, 3)
    order = view._confusion.order.tolist()
    assert model.queue_filter.given == set(order[1:3])
    assert model.queue_filter.suggested == set(order[:3])
    assert not view.side.merge_button.isEnabled()
    qtbot.mousePress(heat, LEFT, pos=heat.cell_point(0, 0))
    qtbot.mouseMove(heat, heat.cell_point(2, 3))
    qtbot.mouseMove(heat, heat.cell_point(3, 3))
    qtbot.mouseRelease(heat, LEFT, pos=heat.cell_point(3, 3))
    assert not model.queue_filter.filtered  # everything


def test_keys_move_and_enter_reviews(view: ConfusionView, qtbot: QtBot) -> None:
    heat = view.map.heat
    heat.set_cursor(1, 1)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right):
        qtbot.keyClick(heat, key)
    assert heat.cursor_cell == (2, 3)
    assert not view._model.queue_filter.filtered
    assert heat.accessibleDescription().startswith(" → ".join(view._names[p] for p in (2, 3)))
    qtbot.keyClick(heat, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert view.block() == (1, 3, 3, 4)
    with qtbot.waitSignal(view.review_requested):
        qtbot.keyClick(heat, Qt.Key.Key_Return)
    assert view._model.queue_filter.given == set(view._confusion.order[1:3].tolist())


def test_the_diagonal_and_the_zoom_have_keys_and_buttons(view: ConfusionView, qtbot: QtBot) -> None:
    heat = view.map.heat
    qtbot.keyClick(heat, Qt.Key.Key_D)
    assert not view.map.diagonal.isChecked()
    assert not heat.picture.diagonal
    heat.resize(340, 340)
    whole = heat.grid
    qtbot.keyClick(heat, Qt.Key.Key_Plus)
    assert heat.grid.cell == pytest.approx(whole.cell * 1.3)
    qtbot.keyClick(heat, Qt.Key.Key_Minus)
    assert heat.grid.cell == pytest.approx(whole.cell)
    wheel(heat, heat.cell_point(0, 0), 240)
    assert heat.grid.cell > whole.cell
    assert view.map.tools["fit"].isEnabled()
    qtbot.keyClick(heat, Qt.Key.Key_Home)
    assert heat.grid == whole
    assert not view.map.tools["fit"].isEnabled()
    qtbot.mouseClick(view.map.tools["zoom-in"], LEFT)
    assert heat.grid.cell > whole.cell


def test_a_zoomed_map_can_be_drawn_along(view: ConfusionView, qtbot: QtBot) -> None:
    heat = view.map.heat
    heat.resize(340, 340)
    heat.zoom(2)
    before, middle = heat.grid, Qt.MouseButton.MiddleButton
    start = heat.cell_point(2, 2)
    qtbot.mousePress(heat, middle, pos=start)
    qtbot.mouseMove(heat, start + QPoint(9, 5))
    qtbot.mouseRelease(heat, middle, pos=start + QPoint(9, 5))
    assert heat.grid.left == pytest.approx(before.left - 9 / before.cell)
    assert heat.grid.top == pytest.approx(before.top - 5 / before.cell)
    assert heat.cursor_cell == a_pair(view)


def test_the_mouse_is_told_what_lies_under_it(view: ConfusionView, qtbot: QtBot) -> None:
    heat = view.map.heat
    row, column = a_pair(view)
    qtbot.mouseMove(heat, heat.cell_point(row, column))
    text = view.map._facts.text()
    assert view._names[row] in text
    assert f"{len(cell_rows(view, row, column))} image" in text
    qtbot.mouseMove(heat, QPoint(2, 2))
    assert "Enter" in view.map._facts.text()


def test_measures_change_what_cells_show(view: ConfusionView, qtbot: QtBot) -> None:
    most = {}
    for name, button in view.map.measures.items():
        qtbot.mouseClick(button, LEFT)
        assert view.map.measure == name
        most[name] = view.map.heat.picture.raster.most
    assert most["images"] == int(most["images"])
    assert 0 < most["share"] <= 1
    assert most["errors"] < most["images"]


def test_the_list_leads_the_map_and_is_led_by_it(view: ConfusionView, qtbot: QtBot) -> None:
    table, heat = view.side.table, view.map.heat
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_Down)
    assert heat.cursor_cell == a_pair(view, 1)
    heat.set_cursor(*a_pair(view, 2))
    assert table.currentIndex().row() == 2
    place = table.visualRect(table.pairs.index(0, 0)).center()
    qtbot.mouseClick(table.viewport(), LEFT, pos=place)
    assert sorted(view._model.queue) == cell_rows(view, *a_pair(view))
    with qtbot.waitSignal(view.review_requested):
        table.activated.emit(table.currentIndex())


def test_the_list_is_sorted_by_any_column(view: ConfusionView, qtbot: QtBot) -> None:
    table = view.side.table
    header = table.horizontalHeader()

    def column(number: int) -> list[str]:
        return [table.pairs.index(n, number).data() for n in range(table.pairs.rowCount())]

    for section, value in ((1, int), (0, str)):
        at = QPoint(header.sectionViewportPosition(section) + 12, header.height() // 2)
        qtbot.mouseClick(header.viewport(), LEFT, pos=at)
        once = [value(text) for text in column(section)]
        qtbot.mouseClick(header.viewport(), LEFT, pos=at)
        again = [value(text) for text in column(section)]
        assert sorted(once) in (once, once[::-1])
        assert sorted(again) in (again, again[::-1])
        assert once[0] != again[0]


def test_the_menu_of_a_cell_reviews_and_asks_about_the_merge(
    view: ConfusionView, qtbot: QtBot
) -> None:
    heat = view.map.heat
    qtbot.keyClick(heat, Qt.Key.Key_Menu)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    texts = [action.text() for action in menu.actions()]
    assert texts == ["Review these", "Merge these two classes…"]
    with qtbot.waitSignal(view.review_requested):
        qtbot.keyClick(menu, Qt.Key.Key_Down)
        qtbot.keyClick(menu, Qt.Key.Key_Return)
    heat.set_cursor(0, 0)
    qtbot.keyClick(heat, Qt.Key.Key_Menu)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert not menu.actions()[1].isEnabled()  # one class
    menu.close()


def test_two_classes_become_one_in_one_step(view: ConfusionView, qtbot: QtBot) -> None:
    model, project = view._model, view._model.project
    assert project is not None
    row, column = a_pair(view)
    names = {view._names[row], view._names[column]}
    qtbot.mouseClick(view.side.merge_button, LEFT)
    stays, *_, leave = view.side.merge_card.buttons()
    assert "changes 15 labels" in stays.text()
    qtbot.mouseClick(leave, LEFT)
    assert not view.side.merge_card.isVisible()
    assert not project.can_undo
    qtbot.keyClick(view.side.merge_button, Qt.Key.Key_Return)
    with qtbot.waitSignal(view.notified) as told:
        qtbot.keyClick(view.side.merge_card.buttons()[0], Qt.Key.Key_Return)
    assert told.args[0].startswith("15 labels changed from")
    assert len(project.steps()) == 1
    assert len(names & set(project.class_names)) == 1
    qtbot.waitUntil(lambda: len(view._names) == 3, timeout=10_000)
    assert sorted(view._confusion.totals().tolist()) == [15, 15, 30]
    model.undo()
    qtbot.waitUntil(lambda: len(view._names) == 4, timeout=10_000)
    assert (view._confusion.totals() == 15).all()


def test_decisions_are_followed(view: ConfusionView, qtbot: QtBot) -> None:
    model, heat = view._model, view.map.heat
    row, column = a_pair(view)
    rows = cell_rows(view, row, column)
    before = view._confusion.facts((row, row + 1, column, column + 1))
    order = view._confusion.order.copy()
    model.decide(DecisionKind.DROP, rows=rows[:1])
    after = view._confusion.facts((row, row + 1, column, column + 1))
    assert after.images == before.images - 1
    assert after.errors < before.errors
    view.hide()
    model.decide(DecisionKind.RELABEL, "a new class", rows=rows[1:2])
    assert len(view._confusion) == len(CLASSES)  # nobody looks
    view.show()
    assert view._confusion.order.tolist() == [*order.tolist(), len(CLASSES)]
    assert heat.picture.names[-1] == "a new class"
    assert view._confusion.facts((row, row + 1, column, column + 1)).images == before.images - 2


def test_what_was_found_stays_beside_what_is_expected(view: ConfusionView, qtbot: QtBot) -> None:
    model, table = view._model, view.side.table
    row, column = a_pair(view)
    rows, right = cell_rows(view, row, column), view._names[column]
    model.decide(DecisionKind.RELABEL, right, rows=rows)
    facts = view._confusion.facts((row, row + 1, column, column + 1))
    assert (facts.images, facts.errors, facts.found) == (0, 0, len(rows))
    line = table.pairs.line_of(row, column)
    assert table.pairs.index(line, 3).data() == str(len(rows))
    view.map.heat.set_cursor(row, column)
    shown = [label.text() for label in view.side.findChildren(QLabel)]
    assert f"{len(rows)} found" in shown
    qtbot.mouseClick(view.map.measures["found"], LEFT)
    assert view.map.heat.picture.raster.most == len(rows)


def test_matrix_and_picture_are_saved(view: ConfusionView, qtbot: QtBot, tmp_path: Path) -> None:
    project, confusion = view._model.project, view._confusion
    assert project is not None
    for suffix in ("csv", "png", "svg"):
        path = tmp_path / f"confusion.{suffix}"
        with qtbot.waitSignal(view.notified) as told:
            view.saver.save(path, project.name, confusion, view._names)
        assert told.args[0] == f"Saved as confusion.{suffix}."
    with (tmp_path / "confusion.csv").open(encoding="utf-8", newline="") as stream:
        assert len(list(csv.reader(stream))) == 1 + len(CLASSES)
    image = QImage(str(tmp_path / "confusion.png"))
    assert image.width() > 900
    text = (tmp_path / "confusion.svg").read_text("utf-8")
    assert all(name in text for name in CLASSES)
    with qtbot.waitSignal(view.failed):
        missing = tmp_path / "confusion.csv" / "picture.png"
        view.saver.save(missing, project.name, confusion, view._names)


def test_everything_has_a_name_and_is_reached_by_keys(view: ConfusionView) -> None:
    for button in view.findChildren(QAbstractButton):
        if button.isVisible() and button.focusPolicy() != Qt.FocusPolicy.NoFocus:
            assert button.accessibleName() or button.text()
    for widget in (view.map.heat, view.side.table, *view.side.examples):
        assert widget.accessibleName()
        assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_another_project_takes_its_place(
    view: ConfusionView, image_folder: Path, qtbot: QtBot
) -> None:
    other = make_project(image_folder, name="Other")
    other.decide([0], DecisionKind.DROP)
    view._model.open(other)
    assert not view.is_ready()
    qtbot.waitUntil(view.is_ready, timeout=10_000)
    assert view._confusion.totals().sum() == 59
    view._model.close()
    assert not view.is_ready()
    assert view.map.heat.cursor_cell != NOWHERE
