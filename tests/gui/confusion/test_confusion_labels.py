"""Whole rows and columns of the confusion, by their labels and by keys."""

from __future__ import annotations

from confusion_shown import LEFT, make_empty, make_view  # noqa: F401 - fixtures too
from PySide6.QtCore import QPoint, QPointF, Qt
from pytestqt.qtbot import QtBot

from ahsml_app.gui.confusion.confusion_view import ConfusionView
from ahsml_app.gui.confusion.grid import Grid


def test_a_label_stands_for_its_row_or_column(view: ConfusionView, qtbot: QtBot) -> None:
    heat, model = view.map.heat, view._model
    order, classes = view._confusion.order.tolist(), len(view._names)
    beside = [QPoint(40, heat.cell_point(place, 0).y()) for place in range(classes)]
    above = [QPoint(heat.cell_point(0, place).x(), 8) for place in range(classes)]
    qtbot.mouseClick(heat, LEFT, pos=beside[1])
    assert view.block() == (1, 2, 0, classes)
    assert model.queue_filter.given == {order[1]}
    assert not model.queue_filter.suggested
    qtbot.mouseClick(heat, LEFT, Qt.KeyboardModifier.ShiftModifier, pos=beside[2])
    assert model.queue_filter.given == set(order[1:3])
    assert heat.accessibleDescription().startswith(f"2 classes → {classes} classes: ")
    qtbot.mouseClick(heat, LEFT, pos=above[3])
    assert view.block() == (0, classes, 3, 4)
    assert not model.queue_filter.given
    assert model.queue_filter.suggested == {order[3]}
    qtbot.mousePress(heat, LEFT, pos=above[0])
    qtbot.mouseMove(heat, above[1])
    qtbot.mouseMove(heat, above[1] + QPoint(0, 1))
    qtbot.mouseRelease(heat, LEFT, pos=above[1])
    assert model.queue_filter.suggested == set(order[:2])
    before = view.block()
    qtbot.mouseClick(heat, LEFT, pos=QPoint(4, 4))  # the corner belongs to no class
    assert view.block() == before
    with qtbot.waitSignal(view.review_requested):
        qtbot.mouseDClick(heat, LEFT, pos=above[0])


def test_of_many_classes_a_click_takes_the_one_whose_label_is_there(
    view: ConfusionView, qtbot: QtBot
) -> None:
    heat = view.map.heat
    names = tuple(f"class {place}" for place in range(1000))
    picture = heat.picture
    picture.set_names(names)
    area = picture.area(heat.width(), heat.height())
    grid = Grid(len(names), area.width(), area.height()).fitted()
    assert grid.cell < 1
    at = area.topLeft() + QPointF(-20, 100)
    place, row = picture.label_at(grid, area, at)
    assert row
    assert abs(place - 100 / grid.cell) * grid.cell < 20
    spot = QPointF(at.x(), area.y() + (place + 0.5) * grid.cell)
    for down in (-4, 4):  # next to it no other class is named
        assert picture.label_at(grid, area, spot + QPointF(0, down)) == (place, True)


def test_keys_select_the_row_and_the_column_of_the_cursor(
    view: ConfusionView, qtbot: QtBot
) -> None:
    heat, classes = view.map.heat, len(view._names)
    heat.set_cursor(1, 2)
    qtbot.keyClick(heat, Qt.Key.Key_Space, Qt.KeyboardModifier.ShiftModifier)
    assert view.block() == (1, 2, 0, classes)
    assert heat.cursor_cell == (1, 2)
    qtbot.keyClick(heat, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    assert view.block() == (0, classes, 2, 3)
    with qtbot.waitSignal(view.review_requested):
        qtbot.keyClick(heat, Qt.Key.Key_Return)
    assert view._model.queue_filter.suggested == {int(view._confusion.order[2])}
    assert not view._model.queue_filter.given
