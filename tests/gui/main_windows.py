"""The real window as a fixture, and what tests ask of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from sample_projects import make_project

from ahsml_app.gui.app.main_window import MainWindow
from ahsml_app.gui.shell.settings import Settings
from ahsml_app.gui.theme.theme import Theme

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
def reviewing(window: MainWindow, pictures: Path, qtbot: QtBot) -> MainWindow:
    """The window with a trained project, in review."""
    project = make_project(pictures)
    folder = project.folder
    project.close()
    window.projects.open_project(folder)
    assert window.shown_view == "review"
    window.gallery.view.setFocus()
    return window


def kinds(window: MainWindow) -> list[int]:
    assert window.model.project is not None
    return sorted(int(k) for k in window.model.project.kinds if k)
