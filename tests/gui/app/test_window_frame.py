"""Theme, icons, settings, actions and their keys, notices, crash reports, the display check."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QColor, QEnterEvent, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QApplication, QKeySequenceEdit, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from ahsml_app.base.errors import ExitCode, InputError
from ahsml_app.gui.app.crash import CrashReports
from ahsml_app.gui.app.display import PACKAGES, display_error
from ahsml_app.gui.dialogs.shortcuts import ShortcutsDialog
from ahsml_app.gui.shell.action_table import ACTIONS
from ahsml_app.gui.shell.actions import ActionSet
from ahsml_app.gui.shell.notices import NoticeStack
from ahsml_app.gui.shell.settings import Settings
from ahsml_app.gui.theme.class_colours import class_colour, class_palette
from ahsml_app.gui.theme.icons import icon
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.theme.tokens import DARK, LIGHT, Tokens, contrast


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_texts_can_be_read_on_their_grounds(tokens: Tokens) -> None:
    for ground in (tokens.window, tokens.surface):
        for text in (
            tokens.text,
            tokens.muted,
            tokens.accent,
            tokens.warning,
            tokens.danger,
            tokens.good,
        ):
            assert contrast(text, ground) >= 4.5, (text, ground)
    assert contrast(tokens.on_accent, tokens.accent) >= 4.5
    assert contrast(tokens.text, tokens.selected) >= 4.5


def test_classes_are_told_apart() -> None:
    assert len({class_colour(i, 12).name() for i in range(12)}) == 12
    assert len({class_colour(i, 100).name() for i in range(100)}) == 100


def test_relatives_in_the_class_tree_have_colours_that_look_related() -> None:
    order = [4, 30, *(i for i in range(40) if i not in (4, 30))]
    hues = [QColor(*map(int, rgb)).hue() for rgb in class_palette(40, order)]
    assert abs(hues[4] - hues[30]) < 15
    assert len(class_palette(3, [1])) == 3


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_class_colours_stand_out_from_their_ground(tokens: Tokens) -> None:
    for index in range(12):
        colour = class_colour(index, 12, dark=tokens.dark).name()
        assert contrast(colour, tokens.surface) >= (2.5 if tokens.dark else 1.3)


def test_the_theme_switches(qtbot: QtBot) -> None:
    theme = Theme("light")
    with qtbot.waitSignal(theme.changed):
        theme.set_mode("dark")
    assert theme.tokens is DARK
    with qtbot.assertNotEmitted(theme.changed):
        theme.set_mode("dark")


def test_every_action_has_its_icon_in_both_themes(qtbot: QtBot) -> None:
    for fact in ACTIONS:
        for tokens in (LIGHT, DARK):
            if fact.icon:
                assert not icon(fact.icon, tokens.text).isNull()
    with pytest.raises(FileNotFoundError):
        icon("no-such-icon", "#000000")


def test_icons_take_the_colour_they_are_asked_for(qtbot: QtBot) -> None:
    image = icon("stop", "#ff0000").pixmap(20, 20).toImage()
    solid = [
        QColor(image.pixelColor(x, y)).name()
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() > 120
    ]
    assert solid
    assert {colour[3:] for colour in solid} == {"0000"}


def test_settings_are_kept(tmp_path: Path) -> None:
    first = Settings(tmp_path / "s.ini")
    first.set_theme_mode("dark")
    first.set_geometry(b"\x00\x01geometry")
    first.set_thumbnail_side(200)
    first.set_keys("keep", ["K"])
    first.sync()
    second = Settings(tmp_path / "s.ini")
    assert second.theme_mode() == "dark"
    assert second.geometry() == b"\x00\x01geometry"
    assert second.thumbnail_side(100) == 200
    assert second.keys("keep") == ["K"]


def test_damaged_settings_stop_nothing(tmp_path: Path) -> None:
    (tmp_path / "s.ini").write_bytes(b"\xff\xfe[broken\ntheme=purple\n[gallery]\nside=wide")
    settings = Settings(tmp_path / "s.ini")
    assert settings.theme_mode() == "system"
    assert settings.thumbnail_side(136) == 136
    assert settings.geometry() == b""


@pytest.fixture
def actions(qtbot: QtBot, tmp_path: Path) -> ActionSet:
    return ActionSet(Settings(tmp_path / "s.ini"), Theme("light"))


def test_no_two_actions_share_a_key() -> None:
    keys = [QKeySequence(key).toString() for fact in ACTIONS for key in fact.keys]
    assert len(keys) == len(set(keys))
    assert all(keys)


def test_actions_are_enabled_by_states(actions: ActionSet) -> None:
    actions.set_states(frozenset({"always"}))
    assert actions.action("open-folder").isEnabled()
    assert not actions.action("keep").isEnabled()
    actions.set_states(frozenset({"always", "project", "decidable"}))
    assert actions.action("keep").isEnabled()
    assert not actions.action("take-suggestion").isEnabled()


def test_a_key_that_is_taken_is_refused(actions: ActionSet) -> None:
    with pytest.raises(ValueError, match="drop"):
        actions.remap("keep", ["E"])
    actions.remap("keep", ["F6"])
    assert actions.key_text("keep") == "F6"
    assert "F6" in actions.action("keep").toolTip()
    actions.remap("keep", None)
    assert actions.key_text("keep") == "Q"


def test_keys_are_changed_on_the_sheet(actions: ActionSet, qtbot: QtBot) -> None:
    sheet = ShortcutsDialog(actions)
    qtbot.addWidget(sheet)
    sheet.show()
    edit = sheet.findChild(QKeySequenceEdit, "keep")
    edit.setFocus()
    qtbot.keyClick(edit, Qt.Key.Key_F6)
    edit.editingFinished.emit()
    assert actions.key_text("keep") == "F6"
    edit.setKeySequence(QKeySequence("E"))
    edit.editingFinished.emit()
    assert actions.key_text("keep") == "F6"
    assert edit.keySequence() == QKeySequence("F6")


def test_a_notice_says_what_happened_and_what_to_do(qtbot: QtBot) -> None:
    stack = NoticeStack(Theme("light"))
    qtbot.addWidget(stack)
    stack.show()
    notice = stack.show_error(InputError("It broke.", hint="Mend it.", details="line 7"))
    assert notice.accessibleName() == "It broke. Mend it."
    buttons = {b.text(): b for b in notice.findChildren(QPushButton)}
    details = notice.findChild(QPlainTextEdit)
    assert not details.isVisible()
    qtbot.mouseClick(buttons["Details"], Qt.MouseButton.LeftButton)
    assert details.isVisible()
    qtbot.mouseClick(buttons["Copy details"], Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "line 7"
    assert stack.show_error(InputError("It broke.", hint="Mend it.")) is notice
    notice.dismiss()
    assert stack.notices() == []


def test_only_the_newest_notices_stay(qtbot: QtBot) -> None:
    stack = NoticeStack(Theme("dark"))
    qtbot.addWidget(stack)
    stack.show()
    for number in range(5):
        stack.show_notice(f"notice {number}", level="warning")
    shown = [notice.accessibleName() for notice in stack.notices()]
    assert shown == ["notice 4", "notice 3", "notice 2"]
    stack.clear()
    qtbot.waitUntil(lambda: not stack.notices())


def test_the_same_notice_is_not_shown_twice(qtbot: QtBot) -> None:
    stack = NoticeStack(Theme("light"))
    qtbot.addWidget(stack)
    stack.show()
    first = stack.show_notice("no room", hint="Make some.", level="warning")
    assert stack.show_notice("no room", hint="Make some.", level="warning") is first
    assert len(stack.notices()) == 1
    stack.show_notice("no room", hint="Choose another disk.", level="warning")
    assert len(stack.notices()) == 2
    stack.clear()


def test_an_information_waits_under_the_mouse(qtbot: QtBot) -> None:
    stack = NoticeStack(Theme("light"))
    qtbot.addWidget(stack)
    stack.show()
    notice = stack.show_notice("done")
    assert notice._timer.isActive()
    place = QPointF(5, 5)
    QApplication.sendEvent(notice, QEnterEvent(place, place, place))
    assert not notice._timer.isActive()
    QApplication.sendEvent(notice, QEvent(QEvent.Type.Leave))
    assert notice._timer.isActive()
    notice.dismiss()


def test_what_nobody_caught_is_told_now_and_at_the_next_start(
    qtbot: QtBot, tmp_path: Path, expects_warning: None
) -> None:
    reports = CrashReports(tmp_path)
    reports.install()
    try:
        with qtbot.waitSignal(reports.crashed) as told:
            thread = threading.Thread(target=lambda: 1 / 0)
            thread.start()
            thread.join()
    finally:
        reports.uninstall()
    assert "ZeroDivisionError" in told.args[0]
    again = CrashReports(tmp_path)
    assert "ZeroDivisionError" in again.previous_crash()
    assert again.previous_crash() == ""
    assert CrashReports(tmp_path).previous_crash() == ""


def test_a_missing_display_is_told_before_qt_would_abort() -> None:
    error = display_error({}, "linux")
    assert error is not None
    assert error.exit_code == ExitCode.NO_DISPLAY
    assert "--headless" in str(error.hint)
    assert display_error({"QT_QPA_PLATFORM": "offscreen"}, "linux") is None
    assert display_error({"WAYLAND_DISPLAY": "wayland-0"}, "linux") is None
    assert display_error({"QT_QPA_PLATFORM": "xcb"}, "linux") is not None
    assert display_error({}, "darwin") is None


@pytest.mark.parametrize("library", sorted(PACKAGES))
def test_each_missing_library_is_named_with_the_command_that_installs_it(library: str) -> None:
    def load(name: str) -> None:
        if name == library:
            raise OSError(name)

    error = display_error({"DISPLAY": ":0"}, "linux", load)
    assert error is not None
    assert library in str(error.message)
    debian, fedora, arch = PACKAGES[library]
    for command in (f"apt install {debian}", f"dnf install {fedora}", f"pacman -S {arch}"):
        assert command in str(error.hint)
    offscreen = display_error({"QT_QPA_PLATFORM": "offscreen"}, "linux", load)
    assert (offscreen is None) == ("xcb" in library or "-x11" in library)
    asked = {"DISPLAY": ":0", "QT_QPA_PLATFORM": "xcb", "WAYLAND_DISPLAY": "wayland-0"}
    assert display_error(asked, "linux", load) is not None
