"""A star and a note on images, by keys and mouse."""

from __future__ import annotations

from main_windows import project_of
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QToolButton
from pytestqt.qtbot import QtBot

from ahsml_app.base.decisions import DecisionKind, Mark
from ahsml_app.gui.app.main_window import MainWindow
from ahsml_app.store.journal_state import Marks
from ahsml_app.store.project_folder import ProjectFolder

KEY, LEFT = Qt.Key, Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier


def on_disk(window: MainWindow) -> Marks:
    """The marks as another process reads them now."""
    files = ProjectFolder.inspect(project_of(window).folder)
    try:
        return files.journal.marks
    finally:
        files.close()


def write(window: MainWindow, qtbot: QtBot, text: str, end: Qt.Key) -> QLineEdit:
    """Opens the field by its key, types into it, and ends with a key."""
    qtbot.keyClick(window.gallery.view, KEY.Key_T)
    dialog = window.marks.dialog
    assert dialog is not None
    assert dialog.isVisible()
    field = dialog.findChild(QLineEdit)
    assert field is not None
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, end)
    assert not dialog.isVisible()
    return field


def test_a_star_is_on_disk_and_decides_nothing(reviewing: MainWindow, qtbot: QtBot) -> None:
    window, row, project = reviewing, reviewing.model.current, project_of(reviewing)
    before = project.kinds.copy()
    qtbot.keyClick(window.gallery.view, KEY.Key_X)
    assert on_disk(window)[Mark.STAR] == {row: "yes"}
    assert "star" in window.gallery.items.badges(row)
    assert "starred" in window.gallery.items.description(row)
    assert window.model.current == row
    assert (project.kinds == before).all()
    assert not window.model.stale
    qtbot.keyClick(window.gallery.view, KEY.Key_Z, CTRL)
    assert on_disk(window)[Mark.STAR] == {}
    assert "star" not in window.gallery.items.badges(row)
    qtbot.keyClick(window.gallery.view, KEY.Key_Y, CTRL)
    assert on_disk(window)[Mark.STAR] == {row: "yes"}
    star = window.evidence.image_panel.findChild(QToolButton, "star")
    qtbot.mouseClick(star, LEFT)
    assert on_disk(window)[Mark.STAR] == {}
    assert [str(step.name).split()[0] for step in project.steps()] == ["Star", "Remove"]


def test_undo_goes_to_the_image_that_lost_its_star(reviewing: MainWindow, qtbot: QtBot) -> None:
    window, row = reviewing, reviewing.model.current
    qtbot.keyClick(window.gallery.view, KEY.Key_X)
    qtbot.keyClick(window.gallery.view, KEY.Key_J)
    qtbot.keyClick(window.gallery.view, KEY.Key_J)
    assert window.model.current != row
    qtbot.keyClick(window.gallery.view, KEY.Key_Z, CTRL)
    assert window.model.current == row


def test_enter_saves_a_note_and_esc_does_not(reviewing: MainWindow, qtbot: QtBot) -> None:
    window, row = reviewing, reviewing.model.current
    write(window, qtbot, "blurred, ask Bob", KEY.Key_Return)
    assert on_disk(window)[Mark.NOTE] == {row: "blurred, ask Bob"}
    shown = [label.text() for label in window.evidence.image_panel.findChildren(QLabel)]
    assert "✎ blurred, ask Bob" in shown
    assert "note" in window.gallery.items.badges(row)
    write(window, qtbot, " again", KEY.Key_Escape)
    assert on_disk(window)[Mark.NOTE] == {row: "blurred, ask Bob"}
    field = write(window, qtbot, "better", KEY.Key_Return)
    assert field.text() == "better", "what was there is selected, so typing replaces it"
    assert on_disk(window)[Mark.NOTE] == {row: "better"}
    qtbot.keyClick(window.gallery.view, KEY.Key_T)
    qtbot.keyClick(field, KEY.Key_Delete)
    qtbot.keyClick(field, KEY.Key_Return)
    assert on_disk(window)[Mark.NOTE] == {}
    assert window.evidence.image_panel.note.isHidden()


def test_several_images_get_the_same_star_and_note(reviewing: MainWindow, qtbot: QtBot) -> None:
    window = reviewing
    rows = window.model.queue[:3]
    window.model.set_selection(rows)
    qtbot.keyClick(window.gallery.view, KEY.Key_X)
    write(window, qtbot, "twins", KEY.Key_Return)
    marks = on_disk(window)
    assert marks[Mark.STAR].keys() == marks[Mark.NOTE].keys() == set(rows.tolist())
    assert len(project_of(window).steps()) == 2


def test_the_gallery_filters_what_is_marked(reviewing: MainWindow, qtbot: QtBot) -> None:
    window = reviewing
    chips = window.gallery.filters.chips
    assert chips["starred"].isHidden()
    assert chips["noted"].isHidden()
    starred, noted = (int(row) for row in window.model.queue[[2, 5]])
    window.model.set_current(starred)
    qtbot.keyClick(window.gallery.view, KEY.Key_X)
    window.model.set_current(noted)
    write(window, qtbot, "odd", KEY.Key_Return)
    for name, row in (("starred", starred), ("noted", noted)):
        assert not chips[name].isHidden()
        chips[name].opened.emit()
        assert window.model.queue.tolist() == [row]
        chips[name].cleared.emit()
    assert len(window.model.queue) == len(project_of(window).table)


def test_full_screen_says_what_the_key_did(reviewing: MainWindow, qtbot: QtBot) -> None:
    window = reviewing
    qtbot.keyClick(window.gallery.view, KEY.Key_F)
    review = window.window_actions.covers.review
    assert review is not None
    qtbot.keyClick(review, KEY.Key_X)
    assert "starred" in review.last.text()
    qtbot.keyClick(review, KEY.Key_X)
    assert "starred" not in review.last.text()
    qtbot.keyClick(review, KEY.Key_Q)
    assert project_of(window).kinds.tolist().count(int(DecisionKind.KEEP)) == 1
    review.close()


def test_enter_leaves_notes_that_differ_as_they_are(reviewing: MainWindow, qtbot: QtBot) -> None:
    window = reviewing
    first, second, third = (int(row) for row in window.model.queue[:3])
    for row, text in ((first, "blurred"), (second, "ask Ann")):
        window.model.set_current(row)
        write(window, qtbot, text, KEY.Key_Return)
    before, steps = on_disk(window)[Mark.NOTE], len(project_of(window).steps())
    assert before == {first: "blurred", second: "ask Ann"}
    window.model.set_selection([first, second, third])
    field = write(window, qtbot, "", KEY.Key_Return)
    assert field.placeholderText() == "Different notes; what you type replaces them"
    assert on_disk(window)[Mark.NOTE] == before
    assert len(project_of(window).steps()) == steps
    write(window, qtbot, "both", KEY.Key_Return)
    assert on_disk(window)[Mark.NOTE] == dict.fromkeys((first, second, third), "both")
    field = write(window, qtbot, "", KEY.Key_Return)
    assert (field.text(), field.placeholderText()) == ("both", "")
    assert len(project_of(window).steps()) == steps + 1
