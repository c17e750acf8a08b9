"""The preferences: each is in effect at once, and kept."""

from __future__ import annotations

from pathlib import Path

from job_generators import endless
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot
from sample_projects import make_project

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
    qtbot.waitUntil(lambda: "The features take" in dialog.cache.size_label.text())
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


def test_the_text_has_another_size_at_once_and_for_good(
    image_folder: Path, cache: Path, qtbot: QtBot, qapp: QApplication
) -> None:
    project = make_project(image_folder)
    folder, usual = project.folder, qapp.font().pointSizeF()
    project.close()
    theme = Theme("light")
    theme.apply(qapp)
    window = MainWindow(Settings(), theme)
    window.show()
    window.projects.open_project(folder)
    window.model.set_current(7)
    qtbot.waitUntil(lambda: not window.runner.unfinished)
    qtbot.keyClick(window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    box = window.preferences.text_size
    box.setFocus()
    with qtbot.waitSignal(window.replaced) as replaced:
        qtbot.keyClick(box, Qt.Key.Key_End)
    new = replaced.args[0]
    try:
        assert qapp.font().pointSizeF() == usual * 1.5
        assert new.preferences.isVisible()
        assert new.preferences.text_size.currentText() == "150%"
        qtbot.waitUntil(new.preferences.text_size.hasFocus)
        assert new.model.current == 7
        assert new.gallery.count_label.fontMetrics().height() > 1.3 * usual
        new.settings.sync()
        assert Settings(new.settings.file).text_size() == 1.5
    finally:
        theme.set_text_size(1.0)
        new.closing_without_question = True
        new.close()
        new.deleteLater()
    assert qapp.font().pointSizeF() == usual


def test_while_a_job_runs_the_window_stays(window: MainWindow, qtbot: QtBot) -> None:
    window.runner.submit("train", endless)
    window.actions_.action("preferences").trigger()
    qtbot.keyClick(window.preferences.text_size, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: "restart the program" in " ".join(notice_texts(window)))
    assert window.isVisible()
    assert window.runner.unfinished
    assert window.settings.text_size() == 0.9
    window.theme.set_text_size(1.0)
    window.preferences.close()


def test_the_window_stays_while_a_new_project_is_looked_at(
    window: MainWindow, image_folder: Path, qtbot: QtBot
) -> None:
    window.projects.open_path(image_folder)
    dialog = window.projects.import_dialog
    assert dialog is not None
    qtbot.waitUntil(dialog.is_ready)
    qtbot.waitUntil(lambda: not window.runner.unfinished)
    window.actions_.action("preferences").trigger()
    qtbot.keyClick(window.preferences.text_size, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: "The layout follows" in " ".join(notice_texts(window)))
    qtbot.keyClick(window.preferences.language, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: "The language changes" in " ".join(notice_texts(window)))
    assert window.isVisible()
    assert dialog.isVisible()
    assert window.projects.import_dialog is dialog
    window.theme.set_text_size(1.0)
    window.preferences.close()


def notice_texts(window: MainWindow) -> list[str]:
    return [label.text() for label in window.notices.findChildren(QLabel)]
