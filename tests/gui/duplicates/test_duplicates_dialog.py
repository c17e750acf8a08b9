"""The groups of duplicates in the window, by keys and mouse."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from main_windows import PATIENCE, answer, project_of
from PIL import Image
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from sample_projects import make_images, make_project

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.gui.app.main_window import MainWindow
from ahsml_app.gui.duplicates.duplicates_dialog import DuplicatesDialog
from ahsml_app.session.review.label_verdicts import NO_VERDICT

LEFT, CTRL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier
CONFLICT, PAIRS = (0, 15), ((1, 2), (3, 4), (20, 21))
"""Groups with two labels, and with one; one image of each is larger: the first, or the second."""


@pytest.fixture
def dialog(window: MainWindow, tmp_path: Path, cache: Path, qtbot: QtBot) -> DuplicatesDialog:
    """The window of the duplicates, whose files are read."""
    folder = make_images(tmp_path / "shapes")
    project = make_project(folder)
    for larger in (CONFLICT[0], *(pair[1] for pair in PAIRS)):
        path = project.path(larger)
        Image.open(path).resize((192, 192)).save(path)
    place = project.folder
    project.close()
    window.projects.open_project(place)
    project = project_of(window)
    assert project.scores is not None
    group = np.full(60, -1)
    for number, rows in enumerate((CONFLICT, *PAIRS)):
        group[list(rows)] = number
    wrong = project.scores.error_probability.copy()
    wrong[1] = 0.9
    project.scores = replace(project.scores, duplicate_group=group, error_probability=wrong)
    window.model.scores_changed.emit()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.gallery.view.setFocus()
    qtbot.keyClick(window.gallery.view, Qt.Key.Key_D, CTRL)
    dialog = window.desk.duplicates
    assert dialog is not None
    qtbot.waitUntil(lambda: not dialog.groups.unread(), timeout=PATIENCE)
    return dialog


def dropped(window: MainWindow) -> list[int]:
    return np.flatnonzero(project_of(window).kinds == DecisionKind.DROP).tolist()


def test_conflicts_are_first_and_the_largest_is_proposed(
    dialog: DuplicatesDialog, window: MainWindow
) -> None:
    groups = dialog.groups
    assert dialog.title.text() == "4 groups of duplicates"
    assert [group.rows for group in groups.groups] == [CONFLICT, *PAIRS]
    assert [groups.kept(n) for n in range(4)] == [0, 1, 1, 1]
    assert groups.size_text(1, 1) == "192 × 192"
    assert "most pixels" in dialog.rule.text()
    text = groups.index(0).data()
    assert text == "2 images, circle, cross, circle-00.png stays"
    assert "✓" in groups.index(1).data(Qt.ItemDataRole.ToolTipRole)


def test_enter_keeps_the_best_of_the_group_in_one_step(
    dialog: DuplicatesDialog, window: MainWindow, qtbot: QtBot
) -> None:
    qtbot.keyClick(dialog.view, Qt.Key.Key_Down)
    qtbot.keyClick(dialog.view, Qt.Key.Key_Return)
    assert dropped(window) == [1]
    project = project_of(window)
    assert project.kinds[2] == DecisionKind.UNDECIDED, "nobody has judged its label"
    assert project.steps()[-1].name == "Drop 1 image as a duplicate"
    assert window.model.review is not None
    timeline = window.model.review.timeline()
    assert timeline is not None
    assert timeline.verdicts[1] == NO_VERDICT, "although its label was suspect"
    assert [group.rows for group in dialog.groups.groups] == [CONFLICT, PAIRS[1], PAIRS[2]]
    assert dialog.groups.kept(1) == 1, "what was read is kept"
    assert dialog.view.currentIndex().row() == 1, "the next group"
    qtbot.keyClick(dialog.view, Qt.Key.Key_Z, CTRL)
    assert dropped(window) == []
    qtbot.waitUntil(lambda: not dialog.groups.unread(), timeout=PATIENCE)
    assert len(dialog.groups.groups) == 4


def test_keys_and_mouse_choose_another_one_to_stay(
    dialog: DuplicatesDialog, window: MainWindow, qtbot: QtBot
) -> None:
    qtbot.keyClick(dialog.view, Qt.Key.Key_Right)
    assert dialog.groups.kept(0) == 1
    qtbot.keyClick(dialog.view, Qt.Key.Key_Right)
    assert dialog.groups.kept(0) == 1, "there is no third one"
    spot = dialog.view.box_of(1, 0).center()
    qtbot.mouseClick(dialog.view.viewport(), LEFT, pos=spot)
    assert dialog.groups.kept(1) == 0
    assert dialog.view.currentIndex().row() == 1
    qtbot.mouseClick(dialog.keep_one, LEFT)
    assert dropped(window) == [2]
    qtbot.keyClick(dialog.view, Qt.Key.Key_Up)
    qtbot.keyClick(dialog.view, Qt.Key.Key_Return)
    assert dropped(window) == [0, 2]


def test_all_groups_whose_labels_agree_are_one_step(
    dialog: DuplicatesDialog, window: MainWindow, qtbot: QtBot
) -> None:
    assert dialog.keep_all.text() == "Do so in all 3 groups whose labels agree"
    qtbot.mouseClick(dialog.keep_all, LEFT)
    assert dropped(window) == [1, 3, 20]
    assert [group.rows for group in dialog.groups.groups] == [CONFLICT], "which needs eyes"
    assert not dialog.keep_all.isEnabled()
    qtbot.keyClick(dialog.view, Qt.Key.Key_Z, CTRL)
    assert dropped(window) == []


def test_a_large_part_of_the_data_is_asked_about(
    dialog: DuplicatesDialog, window: MainWindow, qtbot: QtBot
) -> None:
    project, asked = project_of(window), list[str]()
    assert project.scores is not None
    group = np.arange(60) // 15  # four groups, of each of which one stays
    project.scores = replace(project.scores, duplicate_group=group)
    dialog.refresh()
    qtbot.waitUntil(lambda: not dialog.groups.unread(), timeout=PATIENCE)
    answer("Cancel", asked)
    qtbot.mouseClick(dialog.keep_all, LEFT)
    assert dropped(window) == []
    answer("Decide all", asked)
    qtbot.mouseClick(dialog.keep_all, LEFT)
    assert asked == ["Decide 56 of 60 images at once?"] * 2
    assert len(dropped(window)) == 56
    assert len(project.steps()) == 1
    assert dialog.groups.groups == []
    assert dialog._pages.currentIndex() == 1, "says that there are none"


def test_a_group_is_shown_in_the_gallery(
    dialog: DuplicatesDialog, window: MainWindow, qtbot: QtBot
) -> None:
    window.show_view("train")
    qtbot.keyClick(dialog.view, Qt.Key.Key_Down)
    qtbot.mouseClick(dialog.show_images, LEFT)
    assert window.shown_view == "review"
    assert sorted(window.model.queue) == [1, 2]


def test_the_project_that_is_closed_takes_its_groups_along(
    dialog: DuplicatesDialog, window: MainWindow, qtbot: QtBot
) -> None:
    window.projects.close_project()
    assert not dialog.isVisible()
    assert dialog.groups.rowCount() == 0
