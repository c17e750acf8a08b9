"""One decision for all images above a cut."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QRadioButton
from pytestqt.qtbot import QtBot

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.gui.dialogs.bulk_dialog import BulkDialog
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.gui.widgets.class_picker import ClassPicker
from ahsml_app.session.project.class_edits import merge_classes
from ahsml_app.session.project.project import Project
from ahsml_app.session.review.queue import QueueFilter

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def thumbnails(model: ProjectModel) -> Iterator[Thumbnails]:
    thumbnails = Thumbnails(model)
    yield thumbnails
    thumbnails.stop()


@pytest.fixture
def dialog(qtbot: QtBot, model: ProjectModel, thumbnails: Thumbnails) -> BulkDialog:
    dialog = BulkDialog(model, thumbnails, Theme("light"), None)
    qtbot.addWidget(dialog)
    dialog.begin(QueueFilter())
    dialog.show()
    return dialog


@pytest.fixture
def project(model: ProjectModel) -> Project:
    assert model.project is not None
    return model.project


def wrong(project: Project) -> np.ndarray:
    assert project.scores is not None
    return project.scores.error_probability


def apply(dialog: BulkDialog) -> QPushButton:
    return dialog.findChild(QPushButton, "bulk-apply")


def choose(dialog: BulkDialog, qtbot: QtBot, kind: str) -> None:
    button = dialog.findChild(QRadioButton, f"bulk-{kind}")
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Space)


def shown(dialog: BulkDialog) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(QLabel))


def test_it_says_beforehand_what_it_changes(dialog: BulkDialog, project: Project) -> None:
    assert dialog._threshold.value() == 90
    dialog._threshold.setValue(50)
    above = np.flatnonzero(wrong(project) >= 0.5)
    errors = float(wrong(project)[above].sum())
    assert sorted(dialog.rows) == above.tolist()
    told = shown(dialog)
    assert f"{len(above)} undecided images, about {errors:,.0f} wrong labels" in told
    assert apply(dialog).text() == f"Decide {len(above)} images"
    assert f"{len(above)} images get their suggested labels." in told
    assert "one undo reverts it" in told


def test_images_whose_suggestion_is_their_label_keep_it(
    dialog: BulkDialog, project: Project, qtbot: QtBot
) -> None:
    dialog._threshold.setValue(0.0)
    assert project.scores is not None
    moved = int((project.scores.suggested != project.table.labels).sum())
    assert f"{moved} images get their suggested labels." in shown(dialog)
    assert f"{60 - moved} images keep their labels" in shown(dialog)
    qtbot.mouseClick(apply(dialog), LEFT)
    kinds = project.kinds.tolist()
    assert kinds.count(DecisionKind.RELABEL) == moved
    assert kinds.count(DecisionKind.KEEP) == 60 - moved


def test_what_does_not_belong_is_decided_apart(dialog: BulkDialog, project: Project) -> None:
    scores = project.scores
    assert scores is not None
    above = np.flatnonzero(wrong(project) >= 0.5)
    outlier = scores.outlier_probability.copy()
    outlier[above[0]] = 0.9
    project.scores = replace(scores, outlier_probability=outlier)
    dialog.begin(QueueFilter(low=0.5))
    assert sorted(dialog.rows) == above[1:].tolist()
    dialog.begin(QueueFilter(low=0.5, outlier=True))
    assert dialog.rows.tolist() == [above[0]]
    assert dialog.findChild(QRadioButton, "bulk-drop").isChecked()
    assert not dialog.findChild(QRadioButton, "bulk-relabel").isEnabled()


def test_examples_come_from_both_ends_and_only_once(
    dialog: BulkDialog, project: Project, model: ProjectModel, qtbot: QtBot
) -> None:
    dialog._threshold.setValue(0.0)
    order = np.argsort(-wrong(project), kind="stable")
    assert list(dialog.surest.rows) == order[:6].tolist()
    assert list(dialog.nearest.rows) == order[::-1][:6].tolist()
    assert dialog.surest.notes[0].startswith("→ ")
    choose(dialog, qtbot, "drop")
    assert dialog.surest.notes[0] == project.label_name(int(project.labels[order[0]]))
    dialog._threshold.setValue(100 * float(wrong(project)[order[7]]) - 0.1)
    assert len(dialog.rows) in (8, 9)
    assert not set(dialog.surest.rows) & set(dialog.nearest.rows)
    with qtbot.waitSignal(dialog.surest.chosen):
        qtbot.mouseClick(dialog.surest, LEFT, pos=dialog.surest.position_of(2))
    assert model.current == order[2]


@pytest.mark.parametrize("kind", ["keep", "drop", "ambiguous"])
def test_one_step_that_one_undo_takes_back(
    dialog: BulkDialog, project: Project, model: ProjectModel, qtbot: QtBot, kind: str
) -> None:
    dialog._threshold.setValue(50)
    rows = sorted(dialog.rows)
    choose(dialog, qtbot, kind)
    qtbot.mouseClick(apply(dialog), LEFT)
    assert not dialog.isVisible()
    assert set(project.kinds[rows]) == {DecisionKind[kind.upper()]}
    assert len(project.steps()) == 1
    assert project.steps()[0].samples == len(rows)
    model.undo()
    assert not project.kinds.any()


def test_dropping_is_never_the_default(dialog: BulkDialog, project: Project, qtbot: QtBot) -> None:
    dialog._threshold.setValue(50)
    assert apply(dialog).isDefault()
    choose(dialog, qtbot, "drop")
    assert not apply(dialog).isDefault()
    assert dialog.findChild(QPushButton, "bulk-cancel").isDefault()
    assert "No file is deleted" in shown(dialog)
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert not dialog.isVisible()
    assert not project.kinds.any()


def test_enter_after_a_number_decides_nothing(
    dialog: BulkDialog, project: Project, qtbot: QtBot
) -> None:
    dialog.activateWindow()
    dialog._threshold.setFocus()
    qtbot.waitUntil(dialog._threshold.hasFocus)
    dialog._threshold.selectAll()
    qtbot.keyClicks(dialog._threshold, "50")
    qtbot.keyClick(dialog._threshold, Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert not project.kinds.any()
    assert dialog._threshold.value() == 50
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_one_class_is_chosen_and_left_again(
    dialog: BulkDialog, project: Project, qtbot: QtBot
) -> None:
    dialog._threshold.setValue(0.0)
    chip = dialog.findChild(QPushButton, "bulk-class")
    qtbot.mouseClick(chip, LEFT)
    popup = QApplication.activePopupWidget()
    assert isinstance(popup, ClassPicker)
    qtbot.keyClicks(popup.field, "tri")
    qtbot.keyClick(popup.field, Qt.Key.Key_Return)
    triangle = project.class_names.index("triangle")
    assert sorted(dialog.rows) == np.flatnonzero(project.table.labels == triangle).tolist()
    assert chip.text() == "Class: triangle  ×"
    qtbot.mouseClick(chip, LEFT)
    assert len(dialog.rows) == 60


def test_it_begins_with_the_gallerys_filters(dialog: BulkDialog, project: Project) -> None:
    view = QueueFilter(
        given=frozenset({1}), low=0.2, high=0.3, kinds=frozenset({1}), text="cross", sort="path"
    )
    dialog.begin(view)
    assert dialog._threshold.value() == pytest.approx(20)
    assert dialog.findChild(QPushButton, "bulk-class").text() == "Class: cross  ×"
    assert "and the gallery's other filters" in shown(dialog)
    mask = (project.table.labels == 1) & (wrong(project) >= 0.2) & (wrong(project) <= 0.3)
    assert sorted(dialog.rows) == np.flatnonzero(mask).tolist()


def test_it_follows_decisions_made_meanwhile(
    dialog: BulkDialog, model: ProjectModel, project: Project, qtbot: QtBot
) -> None:
    dialog._threshold.setValue(0.0)
    model.decide(DecisionKind.KEEP, rows=[4, 5])
    assert len(dialog.rows) == 58
    assert apply(dialog).text() == "Decide 58 images"
    choose(dialog, qtbot, "drop")
    qtbot.mouseClick(apply(dialog), LEFT)
    assert set(project.kinds[[4, 5]]) == {DecisionKind.KEEP}


def test_unlabelled_images_are_left_out(
    dialog: BulkDialog, model: ProjectModel, project: Project
) -> None:
    assert project.scores is not None
    unknown = wrong(project).copy()
    unknown[:3] = np.nan
    project.scores = replace(project.scores, error_probability=unknown)
    dialog._threshold.setValue(10)
    dialog._threshold.setValue(0.0)
    assert len(dialog.rows) == 57


def test_nothing_above_the_cut(dialog: BulkDialog) -> None:
    dialog._threshold.setValue(100)
    assert "No undecided image is above this threshold" in shown(dialog)
    assert not apply(dialog).isEnabled()


def test_it_closes_with_its_project(dialog: BulkDialog, model: ProjectModel) -> None:
    model.close()
    assert not dialog.isVisible()
    assert not len(dialog.rows)


def test_it_closes_when_classes_change(
    dialog: BulkDialog, model: ProjectModel, project: Project
) -> None:
    names = project.class_names
    model.set_queue_filter(QueueFilter(given=frozenset({1})))
    dialog.begin(model.queue_filter)
    model.decide(DecisionKind.RELABEL, "a new class", rows=model.queue[:1])
    assert dialog.isVisible(), "one more class moves no other"
    model.apply(partial(merge_classes, names=[names[0]], into=names[3]))
    assert not dialog.isVisible()
