"""Chips, class choosers and the cut."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QTextDocumentFragment
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.gui.gallery.chip import Chip
from ahsml_app.gui.gallery.filter_bar import FilterBar
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.widgets.class_picker import ClassPicker
from ahsml_app.session.review.queue import ChosenRows, QueueFilter

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def bar(qtbot: QtBot, model: ProjectModel) -> FilterBar:
    bar = FilterBar(model, Theme("light"))
    qtbot.addWidget(bar)
    bar.resize(900, 160)
    bar.show()
    return bar


def pick(bar: FilterBar, name: str, typed: str, qtbot: QtBot) -> None:
    qtbot.mouseClick(bar.chips[name], LEFT)
    popup = QApplication.activePopupWidget()
    assert isinstance(popup, ClassPicker)
    qtbot.keyClicks(popup.field, typed)
    qtbot.keyClick(popup.field, Qt.Key.Key_Return)


def press_cross(chip: Chip, qtbot: QtBot) -> None:
    qtbot.mouseClick(chip, LEFT, pos=QPoint(chip.width() - 10, chip.height() // 2))


def choose(bar: FilterBar, name: str, text: str, qtbot: QtBot) -> None:
    qtbot.mouseClick(bar.chips[name], LEFT)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    action = next(action for action in menu.actions() if action.text() == text)
    qtbot.mouseClick(menu, LEFT, pos=menu.actionGeometry(action).center())


def test_switches_filter_and_say_so(bar: FilterBar, model: ProjectModel, qtbot: QtBot) -> None:
    project = model.project
    assert project is not None
    assert project.scores is not None
    chip = bar.chips["flagged"]
    qtbot.mouseClick(chip, LEFT)
    assert model.queue_filter.flagged
    assert chip.isChecked()
    assert chip.text() == "Probably wrong  ×"
    assert len(model.queue) == int(project.scores.flagged.sum())
    qtbot.keyClick(chip, Qt.Key.Key_Space)
    assert not model.queue_filter.flagged
    assert not chip.isChecked()
    qtbot.mouseClick(bar.chips["duplicates"], LEFT)
    assert len(model.queue) == 4
    qtbot.mouseClick(bar._clear, LEFT)
    assert not model.queue_filter.filtered
    assert not bar._clear.isVisible()


def test_what_does_not_belong_is_listed_the_surest_first(
    bar: FilterBar, model: ProjectModel, qtbot: QtBot
) -> None:
    project = model.project
    assert project is not None
    assert project.scores is not None
    outlier = project.scores.outlier_probability.copy()
    outlier[[3, 8, 5]] = 0.6, 0.7, 0.9
    project.scores = replace(project.scores, outlier_probability=outlier)
    model.set_queue_filter(QueueFilter(sort="path"))
    qtbot.mouseClick(bar.chips["outlier"], LEFT)
    assert model.queue.tolist() == [5, 8, 3]
    assert bar.chips["outlier"].text() == "Does not belong  ×"
    qtbot.mouseClick(bar.chips["outlier"], LEFT)
    assert model.queue_filter == QueueFilter()


def test_classes_are_chosen_by_letters_added_and_taken_away(
    bar: FilterBar, model: ProjectModel, qtbot: QtBot
) -> None:
    chip = bar.chips["given"]
    pick(bar, "given", "squ", qtbot)
    assert chip.text() == "Class: square  ×"
    assert chip.accessibleName() == "Filter: Class square"
    assert len(model.queue) == 15
    pick(bar, "given", "circ", qtbot)
    assert chip.text() == "Class: circle, square  ×"
    assert len(model.queue) == 30
    pick(bar, "given", "squ", qtbot)
    assert len(model.queue) == 15
    press_cross(chip, qtbot)
    assert not model.queue_filter.given
    assert chip.text() == "Class  ▾"
    pick(bar, "suggested", "tri", qtbot)
    assert model.queue_filter.suggested == {3}
    qtbot.keyClick(bar.chips["suggested"], Qt.Key.Key_Delete)
    assert not model.queue_filter.filtered


def test_the_chooser_shows_how_many_images_each_class_has(
    bar: FilterBar, model: ProjectModel, qtbot: QtBot
) -> None:
    model.set_queue_filter(replace(model.queue_filter, given=frozenset({1})))
    qtbot.mouseClick(bar.chips["given"], LEFT)
    popup = QApplication.activePopupWidget()
    assert isinstance(popup, ClassPicker)
    role = Qt.ItemDataRole.AccessibleTextRole
    shown = [popup.list.model().index(n, 0).data(role) for n in range(4)]
    assert [" ".join(text.split()) for text in shown] == [
        "circle 15",
        "cross 15 ✓",
        "square 15",
        "triangle 15",
    ]
    popup.close()


def test_menus_offer_quadrants_and_decisions(
    bar: FilterBar, model: ProjectModel, qtbot: QtBot
) -> None:
    choose(bar, "quadrants", "probably wrong", qtbot)
    assert model.queue_filter.quadrants == {1}
    assert bar.chips["quadrants"].text() == "Kind: probably wrong  ×"
    press_cross(bar.chips["quadrants"], qtbot)
    model.decide(DecisionKind.DROP, rows=[4, 5])
    model.decide(DecisionKind.KEEP, rows=[6])
    choose(bar, "kinds", "any decision", qtbot)
    assert sorted(model.queue) == [4, 5, 6]
    press_cross(bar.chips["kinds"], qtbot)
    choose(bar, "kinds", "dropped", qtbot)
    assert sorted(model.queue) == [4, 5]
    qtbot.mouseClick(bar.chips["undecided"], LEFT)
    assert len(model.queue) == 57
    assert not bar.chips["kinds"].isChecked()
    assert not bar.chips["split"].isVisible()


def test_filters_of_other_places_can_be_seen_and_taken_away_here(
    bar: FilterBar, model: ProjectModel, qtbot: QtBot
) -> None:
    assert not bar.chips["text"].isVisible()
    model.set_queue_filter(
        replace(model.queue_filter, text="circle-0", rows=ChosenRows(np.array([1, 2, 30])))
    )
    assert bar.chips["text"].text() == "Search: “circle-0”  ×"
    assert bar.chips["rows"].text() == "Chosen images: 3  ×"
    assert len(model.queue) == 2
    qtbot.mouseClick(bar.chips["text"], LEFT)
    assert len(model.queue) == 3
    qtbot.mouseClick(bar.chips["rows"], LEFT)
    assert not model.queue_filter.filtered


def test_the_line_below_counts_while_the_cut_is_dragged(
    bar: FilterBar, model: ProjectModel, qtbot: QtBot
) -> None:
    project = model.project
    assert project is not None
    low, high = bar.histogram, bar._counts
    qtbot.mousePress(low, LEFT, pos=QPoint(8, 20))
    for share in (0.8, 0.2):  # down again as well
        qtbot.mouseMove(low, QPoint(8 + round((low.width() - 16) * share), 20))
        wrong = project.scores.error_probability
        images, errors = int((wrong >= low.low).sum()), float(wrong[wrong >= low.low].sum())
        assert high.text().startswith(f"{images} undecided images above {low.low:.0%}")
        assert f"about {errors:,.0f} wrong labels" in high.text()
        assert len(model.queue) == 60
    qtbot.mouseRelease(low, LEFT, pos=QPoint(8 + round((low.width() - 16) * 0.2), 20))
    assert model.queue_filter.low == low.low
    assert len(model.queue) == images


def test_decisions_count_at_once(bar: FilterBar, model: ProjectModel) -> None:
    assert bar._counts.text().startswith("60 undecided")
    model.decide(DecisionKind.KEEP, rows=np.arange(10))
    assert bar._counts.text().startswith("50 undecided")
    model.decide(DecisionKind.KEEP, rows=np.arange(60))
    assert not bar._bulk.isEnabled()
    model.undo()
    assert bar._counts.text().startswith("50 undecided")


def test_the_bulk_button_names_the_only_class(
    bar: FilterBar, model: ProjectModel, qtbot: QtBot
) -> None:
    assert bar._bulk.text() == "Decide all above…"
    model.set_queue_filter(QueueFilter(given=frozenset({2})))
    assert bar._bulk.text() == "Decide all above in square…"
    with qtbot.waitSignal(bar.bulk_requested):
        qtbot.mouseClick(bar._bulk, LEFT)


def test_a_long_value_is_shortened_and_whole_in_the_tool_tip(qtbot: QtBot) -> None:
    chip = Chip("given", "Class")
    qtbot.addWidget(chip)
    value = ", ".join(f"class {n}" for n in range(20))
    chip.show_value(value)
    assert len(chip.text()) < 60
    assert chip.toolTip() == f"<p>{value}</p>"
    assert value in chip.accessibleName()


def test_a_value_is_shown_as_it_was_written(qtbot: QtBot) -> None:
    chip = Chip("described", "By description", toggles=True)
    qtbot.addWidget(chip)
    value = "salt & pepper <img src='file:///somewhere.png'> on a table"
    chip.show_value(value)
    assert chip.text().startswith("By description: salt && pepper <img")  # && is shown as &
    assert chip.shortcut().isEmpty()
    assert QTextDocumentFragment.fromHtml(chip.toolTip()).toPlainText() == value
    assert value in chip.accessibleName()
