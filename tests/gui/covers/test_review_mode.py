"""The review in full screen, and the quick look, by keys and mouse."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.gui.app.main_window import MainWindow
from ahsml_app.gui.covers.review_mode import ReviewMode
from ahsml_app.gui.shell.settings import Settings
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.widgets.class_picker import ClassPicker
from ahsml_app.session.project.project import Project

LEFT = Qt.MouseButton.LeftButton


def project_of(window: MainWindow) -> Project:
    assert window.model.project is not None
    return window.model.project


def press(key: Qt.Key) -> None:
    """Presses a key wherever the focus is, as a person does."""
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, key)


def to_gallery(window: MainWindow, qtbot: QtBot) -> None:
    window.activateWindow()
    window.gallery.view.setFocus()
    qtbot.waitUntil(window.gallery.view.hasFocus)


@pytest.fixture
def full_screen(reviewing: MainWindow, qtbot: QtBot) -> ReviewMode:
    to_gallery(reviewing, qtbot)
    press(Qt.Key.Key_F)
    mode = reviewing.window_actions.covers.review
    assert mode is not None
    qtbot.waitUntil(mode.hasFocus)
    return mode


@pytest.mark.parametrize("leaving", [Qt.Key.Key_Escape, Qt.Key.Key_F, Qt.Key.Key_F11])
def test_it_fills_the_screen_and_gives_the_window_back(
    full_screen: ReviewMode, reviewing: MainWindow, qtbot: QtBot, leaving: Qt.Key
) -> None:
    assert reviewing.isFullScreen()
    qtbot.waitUntil(lambda: full_screen.geometry() == reviewing.rect())
    qtbot.waitUntil(lambda: full_screen.image.has_picture)
    press(leaving)
    qtbot.waitUntil(lambda: not full_screen.isVisible())
    assert not reviewing.isFullScreen()
    assert reviewing.gallery.view.hasFocus()
    assert reviewing.evidence.image_panel.follower.path == project_of(reviewing).path(
        reviewing.model.current
    )


def test_one_hand_decides_from_the_first_suspect_to_the_last(
    full_screen: ReviewMode, reviewing: MainWindow, qtbot: QtBot
) -> None:
    project = project_of(reviewing)
    assert project.scores is not None
    suspects = [int(row) for row in reviewing.model.queue if project.scores.flagged[row]]
    assert full_screen.progress.text.text() == f"0 of {len(suspects)} suspects decided"
    keys = (Qt.Key.Key_Q, Qt.Key.Key_W, Qt.Key.Key_E, Qt.Key.Key_R)
    kinds = (
        DecisionKind.KEEP,
        DecisionKind.RELABEL,
        DecisionKind.DROP,
        DecisionKind.AMBIGUOUS,
    )
    words = ("kept", "is now", "dropped", "unsure")
    for number, row in enumerate(suspects):
        assert reviewing.model.current == row
        press(keys[number % 4])
        assert project.kinds[row] == kinds[number % 4]
        assert words[number % 4] in full_screen.last.text()
        assert full_screen.progress.bar.value() == number + 1
    assert full_screen.progress.text.text() == f"✓  All {len(suspects)} decided"
    press(Qt.Key.Key_A)
    assert reviewing.model.current == suspects[-1]
    press(Qt.Key.Key_D)
    assert reviewing.model.current != suspects[-1]


def test_the_button_of_a_key_is_seen_pressed(
    full_screen: ReviewMode, reviewing: MainWindow, qtbot: QtBot
) -> None:
    press(Qt.Key.Key_E)
    assert full_screen.decisions.buttons["drop"].isDown()
    assert not full_screen.decisions.buttons["keep"].isDown()
    qtbot.waitUntil(lambda: not full_screen.decisions.buttons["drop"].isDown())
    QTest.keyClick(full_screen, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert "undecided again" in full_screen.last.text()


def test_the_strip_shows_what_comes_and_what_was_decided(
    full_screen: ReviewMode, reviewing: MainWindow, qtbot: QtBot
) -> None:
    queue, strip = reviewing.model.queue, full_screen.next
    assert strip.rows[:5] == tuple(int(row) for row in queue[:5])
    press(Qt.Key.Key_Q)
    press(Qt.Key.Key_E)
    assert strip.notes[0].startswith("✓ ")
    assert strip.notes[1] == "× dropped"
    qtbot.mouseClick(strip, LEFT, pos=strip.position_of(6))
    assert reviewing.model.current == queue[6]
    assert strip.rows[3] == queue[6], "three are before the current one"


def test_the_rows_below_show_both_classes(full_screen: ReviewMode, reviewing: MainWindow) -> None:
    project, row = project_of(reviewing), reviewing.model.current
    assert project.scores is not None
    given = project.label_name(int(project.labels[row]))
    suggested = project.label_name(int(project.scores.suggested[row]))
    assert full_screen.verdict.labels.text() == f"{given}  →  {suggested}"
    assert full_screen.strips.given.title.text() == f"Trusted images of “{given}”"
    assert full_screen.strips.suggested.title.text() == f"Trusted images of “{suggested}”"
    assert len(full_screen.strips.given.pictures.rows) == 6
    for strip in (full_screen.strips.given, full_screen.strips.suggested):
        assert strip.isVisible()


def test_a_look_at_a_trusted_image_is_ended_before_the_review(
    full_screen: ReviewMode, reviewing: MainWindow, qtbot: QtBot
) -> None:
    row = reviewing.model.current
    pictures = full_screen.strips.given.pictures
    qtbot.mouseClick(pictures, LEFT, pos=pictures.position_of(1))
    assert full_screen.peek.isVisible()
    assert reviewing.model.current == row
    press(Qt.Key.Key_Escape)
    assert not full_screen.peek.isVisible()
    assert full_screen.isVisible()


def test_another_class_is_typed_without_leaving(
    full_screen: ReviewMode, reviewing: MainWindow, qtbot: QtBot
) -> None:
    row = reviewing.model.current
    press(Qt.Key.Key_Slash)
    picker = QApplication.activePopupWidget()
    assert isinstance(picker, ClassPicker)
    qtbot.keyClicks(picker.field, "tri")
    qtbot.keyClick(picker.field, Qt.Key.Key_Return)
    project = project_of(reviewing)
    assert project.label_name(int(project.labels[row])) == "triangle"
    assert full_screen.isVisible()
    assert "triangle" in full_screen.last.text()


def test_a_selection_is_no_target_there(reviewing: MainWindow, qtbot: QtBot) -> None:
    to_gallery(reviewing, qtbot)
    reviewing.gallery.select_all()
    assert len(reviewing.model.targets()) == 60
    press(Qt.Key.Key_F)
    press(Qt.Key.Key_E)
    assert int(np.count_nonzero(project_of(reviewing).kinds)) == 1


def test_a_window_that_is_closed_in_full_screen_does_not_begin_so(
    full_screen: ReviewMode, reviewing: MainWindow, qtbot: QtBot
) -> None:
    reviewing.close()
    again = MainWindow(Settings(), Theme("light"))
    qtbot.addWidget(again)
    again.show()
    assert not again.isFullScreen()
    again.closing_without_question = True
    again.close()


def test_the_quick_look_tells_what_was_decided_and_decides_by_mouse(
    reviewing: MainWindow, qtbot: QtBot
) -> None:
    to_gallery(reviewing, qtbot)
    row = reviewing.model.current
    press(Qt.Key.Key_Space)
    look = reviewing.window_actions.covers.preview
    assert look is not None
    qtbot.waitUntil(look.hasFocus)
    press(Qt.Key.Key_E)
    assert project_of(reviewing).kinds[row] == DecisionKind.DROP
    assert "dropped" in look.last.text()
    second = reviewing.model.current
    qtbot.mouseClick(look.decisions.buttons["keep"], LEFT)
    assert project_of(reviewing).kinds[second] == DecisionKind.KEEP
    assert look.isVisible()
    press(Qt.Key.Key_Space)
    assert not look.isVisible()


def test_the_quick_look_opens_over_the_review_and_leads_back(
    full_screen: ReviewMode, reviewing: MainWindow, qtbot: QtBot
) -> None:
    press(Qt.Key.Key_Space)
    look = reviewing.window_actions.covers.preview
    assert look is not None
    qtbot.waitUntil(look.hasFocus)
    assert full_screen.isVisible()
    press(Qt.Key.Key_Escape)
    assert not look.isVisible()
    assert full_screen.hasFocus()
    assert reviewing.isFullScreen()


def test_new_default_keys_leave_a_persons_own_alone(reviewing: MainWindow) -> None:
    settings = reviewing.settings
    settings.set_keys("export", ["F"])
    again = MainWindow(settings, Theme("light"))
    assert again.actions_.key_text("export") == "F"
    assert again.actions_.key_text("review-mode") == "F11"
    again.closing_without_question = True
    again.close()
