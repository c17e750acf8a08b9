"""The real window as a fixture, and helpers of its tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot
from sample_projects import make_project

from ahsml_app.gui.app.main_window import MainWindow
from ahsml_app.gui.shell.settings import Settings
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.session.project.project import Project

PATIENCE = 60_000


@pytest.fixture
def window(qtbot: QtBot, cache: Path) -> Iterator[MainWindow]:
    """The window without a project."""
    theme = Theme("light")
    window = MainWindow(Settings(), theme)
    window.show()
    qtbot.waitExposed(window)
    yield window
    window.runner.cancel()
    window.closing_without_question = True
    window.close()
    window.deleteLater()


@pytest.fixture
def reviewing(window: MainWindow, image_folder: Path, qtbot: QtBot) -> MainWindow:
    """The window with a trained project, in review."""
    project = make_project(image_folder)
    folder = project.folder
    project.close()
    window.projects.open_project(folder)
    assert window.shown_view == "review"
    window.gallery.view.setFocus()
    return window


def kinds(window: MainWindow) -> list[int]:
    assert window.model.project is not None
    return sorted(int(k) for k in window.model.project.kinds if k)


def project_of(window: MainWindow) -> Project:
    assert window.model.project is not None
    return window.model.project


def answer(text: str, asked: list[str]) -> None:
    """Presses a button of the next question, once it is open."""

    def press() -> None:
        box = QApplication.activeModalWidget()
        if not isinstance(box, QMessageBox):
            QTimer.singleShot(10, press)
            return
        asked.append(box.text())
        button = next(b for b in box.buttons() if b.text() == text)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    QTimer.singleShot(0, press)
