"""What the reviewer meets on an afternoon at the desk, driven by keys and mouse."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from main_windows import answer, project_of
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QKeySequenceEdit,
    QLineEdit,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot
from sample_projects import add_run, make_images, make_project

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.message import Message
from ahsml_app.base.options.run_options import RunOptions
from ahsml_app.base.types import Quarantined
from ahsml_app.gui.app.main_window import MainWindow
from ahsml_app.gui.covers.last_decision import LastDecision
from ahsml_app.gui.i18n import translated
from ahsml_app.gui.widgets.class_picker import ClassPicker
from ahsml_app.session.export.balance import project_balance
from ahsml_app.session.export.project_results import export_request
from ahsml_app.session.review.queue import ChosenRows, QueueFilter

BROKEN = 2


def click(qtbot: QtBot, within: QWidget, text: str) -> None:
    button = next(b for b in within.findChildren(QPushButton) if b.text() == text)
    assert button.isVisible()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.fixture
def with_broken(window: MainWindow, tmp_path: Path) -> MainWindow:
    """The window with a trained project of 16 images, one of which cannot be read."""
    project = make_project(make_images(tmp_path / "shapes", per_class=4), trained=False)
    project.path(BROKEN).write_bytes(b"no picture")
    name = project.table.paths[BROKEN]
    add_run(project, unreadable=(Quarantined(name, Message("it is cut off")),))
    folder = project.folder
    project.close()
    window.projects.open_project(folder)
    window.gallery.view.setFocus()
    return window


def test_an_unreadable_image_is_in_a_list_of_its_own(with_broken: MainWindow, qtbot: QtBot) -> None:
    window = with_broken
    assert len(window.model.queue) == 15
    assert BROKEN not in window.model.queue
    chip = window.gallery.filters.chips["unreadable"]
    assert "1" in chip.text()
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert window.model.queue.tolist() == [BROKEN]
    qtbot.keyClick(chip, Qt.Key.Key_Delete)
    assert len(window.model.queue) == 15


def test_before_a_training_the_first_look_sets_an_unreadable_image_aside(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    project = make_project(make_images(tmp_path / "shapes", per_class=4), trained=False)
    project.path(BROKEN).write_bytes(b"no picture")
    project.path(5).unlink()
    folder = project.folder
    project.close()
    window.projects.open_project(folder)
    window.show_view("review")
    window.model.set_current(BROKEN)
    model, chip = window.model, window.gallery.filters.chips["unreadable"]
    qtbot.waitUntil(lambda: len(model.queue) == 15)
    assert BROKEN not in model.queue, "and what is missing stays"
    assert model.current == BROKEN + 1
    assert window.gallery.count_label.text() == "15 of 16 images"
    line = translated(project_balance(project_of(window)))
    assert line == "16 files = 15 labelled + 1 set aside"
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert model.queue.tolist() == [BROKEN]
    window.actions_.action("set-aside").trigger()
    assert window.desk.set_aside is not None
    cells = window.desk.set_aside.table.model()
    assert cells.index(0, 0).data() == project_of(window).table.paths[BROKEN]
    window.desk.set_aside.close()
    request = project_of(window).train_request(RunOptions())
    assert not request.unreadable, "the first training tries it"
    exported = export_request(project_of(window), tmp_path / "out").results
    assert len(exported.table) == 16, "the export looks itself"


def test_an_unreadable_image_is_no_decision(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    project = make_project(make_images(tmp_path / "shapes", per_class=4), trained=False)
    project.path(BROKEN).write_bytes(b"no picture")
    folder = project.folder
    project.close()
    window.projects.open_project(folder)
    last, model = LastDecision(window.model), window.model
    model.decide(DecisionKind.KEEP, rows=[5])
    said = last.text()
    window.desk._on_decided_many(1)
    heard: list[object] = []
    model.decisions_changed.connect(heard.append)
    window.show_view("review")
    qtbot.waitUntil(lambda: len(model.queue) == 15)
    assert not heard
    assert last.text() == said
    click(qtbot, window.notices, "Undo")
    assert not project_of(window).kinds.any()


def test_what_is_unreadable_leaves_the_counts_of_the_classes(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    project = make_project(make_images(tmp_path / "shapes", per_class=60), trained=False)
    last = len(project.table) - 1
    project.path(last).write_bytes(b"no picture")
    folder = project.folder
    project.close()
    window.projects.open_project(folder)

    def images() -> int:
        overview = window.classes.items.overview
        return 0 if overview is None else int(overview.facts.count.sum())

    qtbot.waitUntil(lambda: not window.runner.busy)
    window.show_view("classes")
    qtbot.waitUntil(lambda: images() == last + 1)
    window.show_view("review")
    window.model.set_current(last)
    qtbot.waitUntil(lambda: len(window.model.queue) == last)
    window.show_view("classes")
    qtbot.waitUntil(lambda: images() == last)


def test_what_was_set_aside_is_listed_with_the_reason_and_tried_again(
    with_broken: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = with_broken
    window.actions_.action("set-aside").trigger()
    dialog = window.desk.set_aside
    assert dialog is not None
    model = dialog.table.model()
    cells = [model.index(0, column).data() for column in (0, 1)]
    assert cells == [project_of(window).table.paths[BROKEN], "it is cut off"]
    opened = []
    monkeypatch.setattr(
        "PySide6.QtGui.QDesktopServices.openUrl", lambda url: opened.append(url.toLocalFile())
    )
    dialog.table.selectRow(0)
    click(qtbot, dialog, "Show in folder")
    assert [Path(path) for path in opened] == [project_of(window).path(BROKEN).parent]
    click(qtbot, dialog, "Try again")
    assert "next training" in dialog.state.text()
    dialog.close()


def test_looking_at_a_neighbour_moves_no_decision(reviewing: MainWindow, qtbot: QtBot) -> None:
    window, model = reviewing, reviewing.model
    current, panel = model.current, window.evidence
    qtbot.waitUntil(lambda: bool(panel.strips.given.pictures.rows))
    strip = panel.strips.given.pictures
    neighbour = strip.rows[0]
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=strip.position_of(0))
    assert panel.peek.isVisible()
    assert project_of(window).table.paths[neighbour] in panel.peek.path.text()
    assert model.current == current
    qtbot.keyClick(window.gallery.view, Qt.Key.Key_Escape)
    assert not panel.peek.isVisible()
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=strip.position_of(0))
    qtbot.keyClick(window.gallery.view, Qt.Key.Key_E)
    assert np.flatnonzero(project_of(window).kinds).tolist() == [current]
    assert not panel.peek.isVisible()


def test_a_neighbour_becomes_the_image_under_review_on_request(
    reviewing: MainWindow, qtbot: QtBot
) -> None:
    window, model, panel = reviewing, reviewing.model, reviewing.evidence
    qtbot.waitUntil(lambda: bool(panel.strips.given.pictures.rows))
    strip = panel.strips.given.pictures
    neighbour = strip.rows[0]
    # A filter that hides the neighbour: then no tile of the gallery looks like the one to decide.
    model.set_queue_filter(QueueFilter(rows=ChosenRows(np.array([model.current]))))
    qtbot.waitUntil(lambda: strip.rows[:1] == (neighbour,))
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=strip.position_of(0))
    qtbot.mouseClick(panel.peek.review, Qt.MouseButton.LeftButton)
    assert model.current == neighbour
    assert not window.gallery.view.selectedIndexes()
    name = project_of(window).table.paths[neighbour]
    qtbot.waitUntil(lambda: name in panel.decisions.status.text())
    qtbot.keyClick(window.gallery.view, Qt.Key.Key_E)
    assert np.flatnonzero(project_of(window).kinds).tolist() == [neighbour]


def test_esc_in_the_sheet_of_keys_binds_nothing(reviewing: MainWindow, qtbot: QtBot) -> None:
    window = reviewing
    window.actions_.remap("back", ["F9"])  # or Esc is refused as the key of another action
    qtbot.keyClick(window.gallery.view, Qt.Key.Key_Question)
    sheet = window.window_actions.shortcuts
    assert sheet is not None
    edit = sheet.findChild(QKeySequenceEdit, "drop")
    qtbot.mouseClick(edit, Qt.MouseButton.LeftButton)
    edit.setFocus()
    qtbot.keyClick(edit, Qt.Key.Key_Escape)
    assert edit.keySequence() == QKeySequence("E")
    assert window.actions_.key_text("drop") == "E"
    assert sheet.isVisible()
    edit.setFocus()
    qtbot.keyClick(edit, Qt.Key.Key_F6)
    qtbot.waitUntil(lambda: window.actions_.key_text("drop") == "F6")
    click(qtbot, sheet, "Reset all")
    assert window.actions_.key_text("drop") == "E"
    click(qtbot, sheet, "Close")
    assert not sheet.isVisible()


def test_the_search_gives_the_keyboard_back(reviewing: MainWindow, qtbot: QtBot) -> None:
    window, model = reviewing, reviewing.model
    view, field = window.gallery.view, window.top_bar.findChild(QLineEdit, "search")
    ctrl = Qt.KeyboardModifier.ControlModifier
    qtbot.keyClick(view, Qt.Key.Key_E)
    qtbot.keyClick(view, Qt.Key.Key_F, ctrl)
    qtbot.waitUntil(field.hasFocus)
    qtbot.keyClick(field, Qt.Key.Key_Z, ctrl)  # there is no text to undo
    assert not project_of(window).kinds.any()
    qtbot.keyClicks(field, "crosss")
    qtbot.keyClick(field, Qt.Key.Key_Z, ctrl)
    assert field.text() != "crosss"
    field.setText("")
    qtbot.keyClicks(field, "square-03")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert project_of(window).table.paths[model.current] == "square/square-03.png"
    assert len(model.queue) == 1
    qtbot.waitUntil(view.hasFocus)
    qtbot.keyClick(view, Qt.Key.Key_F, ctrl)
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    qtbot.waitUntil(view.hasFocus)
    assert (field.text(), model.queue_filter.text, len(model.queue)) == ("", "", 60)


def test_a_key_on_a_large_part_of_the_data_asks(reviewing: MainWindow, qtbot: QtBot) -> None:
    window, view = reviewing, reviewing.gallery.view
    asked: list[str] = []
    qtbot.keyClick(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    answer("Cancel", asked)
    qtbot.keyClick(view, Qt.Key.Key_E)
    assert not project_of(window).kinds.any()
    answer("Decide all", asked)
    window.activateWindow()
    qtbot.waitUntil(view.hasFocus)
    qtbot.keyClick(view, Qt.Key.Key_E)
    assert (project_of(window).kinds == DecisionKind.DROP).all()
    assert asked == ["Decide 60 of 60 images at once?"] * 2


def test_a_decision_about_many_offers_to_be_undone(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    project = make_project(make_images(tmp_path, per_class=60, side=16))
    folder = project.folder
    project.close()
    window.projects.open_project(folder)
    model, view = window.model, window.gallery.view
    model.set_queue_filter(QueueFilter(rows=ChosenRows(np.arange(21))))
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(view, Qt.Key.Key_E)
    assert np.count_nonzero(project_of(window).kinds) == 21
    (notice,) = window.notices.notices()
    assert "21 images are decided" in notice.accessibleName()
    qtbot.waitUntil(notice.isVisible)
    qtbot.wait(10)
    click(qtbot, notice, "Undo")
    assert not project_of(window).kinds.any()
    assert not window.notices.notices()
    model.set_queue_filter(QueueFilter(rows=ChosenRows(np.arange(20))))
    qtbot.keyClick(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(view, Qt.Key.Key_E)
    assert np.count_nonzero(project_of(window).kinds) == 20
    assert not window.notices.notices()


@pytest.mark.parametrize("width", [340, 440])
def test_decisions_about_many_are_readable(
    window: MainWindow, tmp_path: Path, qtbot: QtBot, width: int
) -> None:
    project = make_project(make_images(tmp_path, per_class=150, side=8))
    folder = project.folder
    project.close()
    window.projects.open_project(folder)
    window.model.set_selection(np.arange(544))
    bar = window.evidence.decisions
    qtbot.waitUntil(lambda: "544" in bar.status.text())
    bar.setFixedWidth(width)
    bar.refresh()
    qtbot.wait(10)
    for button in bar.buttons.values():
        assert button.width() >= button.sizeHint().width(), button.label
        assert "544" in f"{button.note} {button.toolTip()}"
        assert "544" in button.accessibleName()


def new_class(qtbot: QtBot, window: MainWindow, name: str) -> QWidget:
    """Types the name of a class after /, and presses Enter once."""
    qtbot.keyClick(window.gallery.view, Qt.Key.Key_Slash)
    popup = QApplication.activePopupWidget()
    assert popup is not None
    qtbot.keyClicks(popup.focusWidget(), name)
    qtbot.keyClick(popup.focusWidget(), Qt.Key.Key_Return)
    return popup


def test_a_typo_makes_no_class_unasked(reviewing: MainWindow, qtbot: QtBot) -> None:
    window, picker = reviewing, new_class(qtbot, reviewing, "squ are")
    assert picker.isVisible()
    assert not project_of(window).kinds.any()
    assert isinstance(picker, ClassPicker)
    assert "square" in picker.message.text()
    qtbot.keyClick(picker.field, Qt.Key.Key_Return)
    assert "squ are" in project_of(window).class_names


def test_a_class_that_nothing_has_is_gone_after_undo(reviewing: MainWindow, qtbot: QtBot) -> None:
    window, ctrl = reviewing, Qt.KeyboardModifier.ControlModifier
    new_class(qtbot, window, "hexagon")
    names = project_of(window).class_names
    assert names[-1] == "hexagon"
    window.model.set_queue_filter(QueueFilter(given=frozenset({len(names) - 1})))
    qtbot.keyClick(window.gallery.view, Qt.Key.Key_Z, ctrl)
    assert project_of(window).class_names == names[:-1]
    assert not window.model.queue_filter.given
    qtbot.keyClick(window.gallery.view, Qt.Key.Key_Y, ctrl)
    assert project_of(window).class_names == names
    assert np.count_nonzero(project_of(window).labels == len(names) - 1) == 1
