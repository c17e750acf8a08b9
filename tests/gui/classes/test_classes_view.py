"""The view of the classes: table, tree, details and class changes, by mouse and keys."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from classes_shown import (  # noqa: F401 - fixtures too
    LEFT,
    chosen,
    click_class,
    make_shown_project,
    make_thumbnails,
    make_view,
    names,
    press,
    settled,
    shown,
)
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot
from sample_projects import CLASSES, make_project

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.gui.classes.classes_model import Column
from ahsml_app.gui.classes.classes_view import ClassesView
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.shell.history_panel import HistoryPanel
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.gui.widgets.class_picker import ClassPicker
from ahsml_app.session.project.library import open_project
from ahsml_app.session.project.project import Project
from ahsml_app.session.review.queue import QueueFilter

UNDECIDED = frozenset({int(DecisionKind.UNDECIDED)})


def test_the_table_tells_counts_errors_and_neighbours(view: ClassesView, project: Project) -> None:
    assert sorted(names(view)) == list(CLASSES)
    assert names(view, Column.COUNT) == ["15"] * 4
    scores = project.scores
    assert scores is not None
    for row, name in enumerate(names(view)):
        wrong = scores.error_probability[project.labels == CLASSES.index(name)].mean()
        text = view.items.index(row, Column.WRONG).data()
        assert text.startswith(f"about {100 * wrong:.0f}%")
    near = dict(zip(names(view), names(view, Column.NEAREST), strict=True))
    assert near["circle"] == "square .17, triangle .50, cross 1.0"


def test_headings_and_the_list_sort(view: ClassesView, qtbot: QtBot) -> None:
    click_class(qtbot, view, "cross")
    header = view.table.horizontalHeader()
    spot = QPoint(header.sectionViewportPosition(Column.NAME) + 20, header.height() // 2)
    qtbot.mouseClick(header.viewport(), LEFT, pos=spot)
    assert names(view) == list(CLASSES)
    assert header.model().headerData(Column.NAME, Qt.Orientation.Horizontal) == "Class  ↑"
    assert view.sort.currentText() == "Class"
    qtbot.mouseClick(header.viewport(), LEFT, pos=spot)
    assert names(view) == list(CLASSES[::-1])
    assert chosen(view) == ["cross"]
    view.sort.setFocus()
    qtbot.keyClicks(view.sort, "Probably")
    qtbot.keyClick(view.sort, Qt.Key.Key_Return)
    shares = [float(text.split()[1].rstrip("%,")) for text in names(view, Column.WRONG)]
    assert shares == sorted(shares, reverse=True)


def test_a_class_is_found_by_typing(view: ClassesView, qtbot: QtBot) -> None:
    qtbot.keyClicks(view.search, "squ")
    assert names(view) == ["square"]
    assert "1 of 4 classes" in view._count.text()
    view.search.clear()
    assert len(names(view)) == 4


def test_the_chosen_class_shows_its_images_and_neighbours(
    view: ClassesView, project: Project, model: ProjectModel, qtbot: QtBot
) -> None:
    click_class(qtbot, view, "square")
    details = view.details
    assert details._title.text() == "square"
    assert "15 images, 15 undecided" in details._facts.text()
    rows = details.doubtful.pictures.rows
    assert {project.label_name(int(project.labels[row])) for row in rows} == {"square"}
    assert project.scores is not None
    wrong = project.scores.error_probability[list(rows)]
    assert (np.diff(wrong) <= 0).all()
    with qtbot.waitSignal(view.review_requested):
        place = details.typical.pictures.position_of(1)
        qtbot.mouseClick(details.typical.pictures, LEFT, pos=place)
    assert model.current == details.typical.pictures.rows[1]
    near = details._neighbours.findChildren(QPushButton)
    assert [button.text().split()[0] for button in near] == ["circle", "triangle", "cross"]
    qtbot.waitUntil(near[0].isVisible)
    press(qtbot, near[0])
    assert chosen(view) == ["circle"]


def test_enter_reviews_the_chosen_classes(
    view: ClassesView, project: Project, model: ProjectModel, qtbot: QtBot
) -> None:
    view.table.setFocus()
    qtbot.keyClick(view.table, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(view.table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    wanted = names(view)[:2]
    assert chosen(view) == sorted(wanted)
    settled(qtbot, view)
    assert view.details._title.text() == "2 classes"
    with qtbot.waitSignal(view.review_requested):
        qtbot.keyClick(view.table, Qt.Key.Key_Return)
    assert {project.class_names[place] for place in model.queue_filter.given} == set(wanted)
    assert model.queue_filter.kinds == UNDECIDED
    assert len(model.queue) == 30


def test_a_class_is_renamed_in_place(
    view: ClassesView, project: Project, model: ProjectModel, qtbot: QtBot
) -> None:
    click_class(qtbot, view, "square")
    card = view.details.card
    press(qtbot, view.details.rename)
    assert card.isVisible()
    assert "15 labels change" in card.text
    qtbot.keyClicks(card.field, "Cross")
    qtbot.keyClick(card.field, Qt.Key.Key_Return)
    assert "already" in card.problem
    card.field.selectAll()
    qtbot.keyClicks(card.field, "box")
    qtbot.keyClick(card.field, Qt.Key.Key_Return)
    assert not card.isVisible()
    assert project.class_names == ("circle", "cross", "box", "triangle")
    settled(qtbot, view)
    assert chosen(view) == ["box"]
    assert view.details._title.text() == "box"
    assert not project.kinds.any()
    model.undo()
    settled(qtbot, view)
    assert chosen(view) == ["square"]


def test_escape_takes_the_question_away(view: ClassesView, project: Project, qtbot: QtBot) -> None:
    click_class(qtbot, view, "square")
    view.details.rename.setFocus()
    qtbot.keyClick(view.details.rename, Qt.Key.Key_Space)
    qtbot.keyClicks(view.details.card.field, "box")
    qtbot.keyClick(view.details.card.field, Qt.Key.Key_Escape)
    assert not view.details.card.isVisible()
    assert view.details.rename.hasFocus()
    assert project.steps() == []


def merge_into(qtbot: QtBot, view: ClassesView, text: str) -> None:
    press(qtbot, view.details.merge)
    popup = QApplication.activePopupWidget()
    assert isinstance(popup, ClassPicker)
    qtbot.keyClicks(popup.field, text)
    qtbot.keyClick(popup.field, Qt.Key.Key_Return)


def test_classes_are_merged_after_saying_how_many_labels_change(
    view: ClassesView, project: Project, model: ProjectModel, qtbot: QtBot
) -> None:
    history = HistoryPanel(model, Theme("light"))
    qtbot.addWidget(history)
    history.show()
    click_class(qtbot, view, "circle")
    click_class(qtbot, view, "square", Qt.KeyboardModifier.ControlModifier)
    assert not view.details.rename.isVisible()
    model.set_queue_filter(QueueFilter(given=frozenset({3})))
    merge_into(qtbot, view, "tri")
    assert "30 labels become triangle" in view.details.card.text
    assert project.steps() == []
    qtbot.keyClick(view.details.card.go, Qt.Key.Key_Return)
    assert project.class_names == ("triangle", "cross")
    assert model.queue_filter.given == {0}  # the gallery keeps to the class, whatever its place
    assert model.stale
    settled(qtbot, view)
    assert sorted(zip(names(view), names(view, Column.COUNT), strict=True)) == [
        ("cross", "15"),
        ("triangle", "45"),
    ]
    assert chosen(view) == ["triangle"]
    steps = history.list.model()
    assert steps.index(0, 0).data() == "Merge 2 classes into triangle (30 images)"
    assert not history.grab().isNull()
    model.undo()
    settled(qtbot, view)
    assert sorted(names(view)) == list(CLASSES)
    assert model.queue_filter.given == {3}
    model.redo()
    settled(qtbot, view)
    assert sorted(names(view)) == ["cross", "triangle"]


def test_selected_images_are_split_off(
    view: ClassesView, project: Project, model: ProjectModel, qtbot: QtBot
) -> None:
    click_class(qtbot, view, "circle")
    assert not view.details.split.isEnabled()
    model.set_selection([2, 3, 20])  # the last one is no circle
    press(qtbot, view.details.split)
    assert view.details.card.text.startswith("The 2 images")
    qtbot.keyClicks(view.details.card.field, "oval")
    press(qtbot, view.details.card.go)
    settled(qtbot, view)
    assert np.flatnonzero(project.kinds).tolist() == [2, 3]
    counts = dict(zip(names(view), names(view, Column.COUNT), strict=True))
    assert (counts["circle"], counts["oval"]) == ("13", "2")
    assert model.stale


def test_decisions_are_counted_again(view: ClassesView, model: ProjectModel, qtbot: QtBot) -> None:
    click_class(qtbot, view, "circle")
    model.decide(DecisionKind.DROP, rows=[0, 1])
    settled(qtbot, view)
    assert "13 images, 13 undecided" in view.details._facts.text()
    assert chosen(view) == ["circle"]
    view.hide()
    model.decide(DecisionKind.KEEP, rows=[2])
    view.show()
    settled(qtbot, view)
    assert "13 images, 12 undecided" in view.details._facts.text()


def test_before_a_training_there_are_counts_and_a_way_to_train(
    qtbot: QtBot, image_folder: Path, cache: Path
) -> None:
    model = ProjectModel()
    model.open(make_project(image_folder, trained=False))
    thumbnails = Thumbnails(model)
    view = shown(qtbot, model, thumbnails)
    assert names(view, Column.COUNT) == ["15"] * 4
    assert set(names(view, Column.WRONG)) == {"–"}
    click_class(qtbot, view, "circle")
    assert view.details.typical.isVisible()
    assert not view.details.doubtful.isVisible()
    qtbot.mouseClick(view.tabs, LEFT, pos=view.tabs.tabRect(1).center())
    button = next(b for b in view._no_tree.findChildren(QPushButton) if b.isVisible())
    with qtbot.waitSignal(view.train_requested):
        press(qtbot, button)
    thumbnails.stop()
    model.close()
    assert view.items.overview is None


@pytest.mark.usefixtures("expects_warning")
def test_what_cannot_be_computed_says_why_and_can_be_tried_again(
    view: ClassesView, project: Project, model: ProjectModel, qtbot: QtBot
) -> None:
    assert project.scores is not None
    damaged = np.zeros((3, 2), dtype=np.float32)
    whole = project.scores
    project.scores = replace(whole, class_distances=damaged)
    model.scores_changed.emit()
    qtbot.waitUntil(lambda: view.items.overview is None)
    texts = [label.text() for label in view._message.findChildren(type(view._count))]
    assert any("cannot be shown" in text for text in texts)
    project.scores = whole
    button = next(b for b in view._message.findChildren(QPushButton) if b.isVisible())
    press(qtbot, button)
    qtbot.waitUntil(lambda: view.items.overview is not None)


def test_a_read_only_project_changes_no_class(
    qtbot: QtBot, model: ProjectModel, project: Project
) -> None:
    other = ProjectModel()
    other.open(open_project(project.folder))
    thumbnails = Thumbnails(other)
    view = shown(qtbot, other, thumbnails)
    click_class(qtbot, view, "circle")
    for button in (view.details.rename, view.details.merge, view.details.split):
        assert not button.isEnabled()
    assert view.details.review.isEnabled()
    thumbnails.stop()
    other.close()
