"""The preferences: each is in effect at once, and kept."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from ahsml_app.base.paths import cache_folder, projects_folder
from ahsml_app.gui.app.main_window import MainWindow
from ahsml_app.gui.i18n import install_language
from ahsml_app.gui.shell.settings import Settings
from ahsml_app.gui.theme.theme import Theme

LEFT = Qt.MouseButton.LeftButton


def test_theme_and_keys_and_folders(window: MainWindow, qtbot: QtBot, monkeypatch: object) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    qtbot.keyClick(window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    dialog = window.preferences
    qtbot.waitUntil(dialog.isVisible)
    assert dialog.mode.currentText() == "Same as the system"
    qtbot.keyClick(dialog.mode, Qt.Key.Key_End)
    qtbot.keyClick(dialog.mode, Qt.Key.Key_Return)
    assert dialog.mode.currentData() == "dark"
    assert window.theme.dark
    window.settings.sync()
    assert Settings(window.settings.file).theme_mode() == "dark"
    texts = [label.text() for label in dialog.findChildren(QLabel)]
    assert {str(cache_folder()), str(projects_folder())} <= set(texts)
    for button in dialog.findChildren(QPushButton):
        if button.text() == "Show folder":
            qtbot.mouseClick(button, LEFT)
    assert [Path(each) for each in opened] == [projects_folder(), cache_folder()]
    qtbot.mouseClick(dialog.cache, LEFT)
    qtbot.waitUntil(window.cache_dialog.isVisible)
    window.cache_dialog.close()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    window.theme.set_mode("light")


def test_the_language_changes_from_the_preferences(
    cache: Path, qtbot: QtBot, qapp: QApplication
) -> None:
    window = MainWindow(Settings(), Theme("light"))
    window.show()
    window.actions_.action("preferences").trigger()
    box = window.preferences.language
    with qtbot.waitSignal(window.replaced) as replaced:
        qtbot.keyClick(box, Qt.Key.Key_End)
    new = replaced.args[0]
    try:
        assert new.actions_.action("undo").text() == "Rückgängig"
        new.actions_.action("preferences").trigger()
        assert new.preferences.language.currentText() == "Deutsch"
    finally:
        install_language(qapp, "en")
        new.closing_without_question = True
        new.close()
        new.deleteLater()
