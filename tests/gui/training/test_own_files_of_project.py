"""The files of a person's own model belong to the project for which they were chosen."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from main_windows import project_of
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot
from sample_projects import make_images, make_project

from ahsml_app.base.options.run_options import Source
from ahsml_app.gui.app.main_window import MainWindow
from ahsml_app.gui.dialogs.project_question import ProjectQuestion
from ahsml_app.session.project.library import open_project

LEFT = Qt.MouseButton.LeftButton
MINE = Path("/data/mine.npz")


@pytest.fixture(autouse=True)
def _chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(MINE), ""))


def shown(window: MainWindow) -> Path | None:
    """The features that the next training would read."""
    return window.train_view.panel.options().features.file


def import_with_file(window: MainWindow, qtbot: QtBot) -> None:
    dialog = window.projects.import_dialog
    assert dialog is not None
    qtbot.waitUntil(dialog.is_ready)
    qtbot.mouseClick(dialog.findChild(QPushButton, "own-features"), LEFT)
    qtbot.mouseClick(dialog.findChild(QPushButton, "open-project"), LEFT)


def test_another_project_has_none_and_the_own_one_keeps_them(
    window: MainWindow, image_folder: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    other = make_project(make_images(tmp_path / "other", per_class=2))
    other.close()
    window.projects.open_path(image_folder)
    import_with_file(window, qtbot)
    first = project_of(window).folder
    assert shown(window) == MINE
    window.projects.open_project(other.folder)
    assert shown(window) is None
    window.projects.open_demo()
    qtbot.waitUntil(lambda: project_of(window).name == "Demo")
    assert shown(window) is None
    window.projects.open_project(first)
    assert shown(window) == MINE


def test_they_are_there_in_a_window_with_another_size_of_text(
    window: MainWindow, image_folder: Path, qtbot: QtBot
) -> None:
    window.projects.open_path(image_folder)
    import_with_file(window, qtbot)
    qtbot.waitUntil(lambda: not window.runner.unfinished)
    window.closing_without_question = True
    window.close()
    again = MainWindow(window.settings, window.theme)
    again.show()
    again.open_path(image_folder)
    try:
        assert shown(again) == MINE
    finally:
        again.runner.cancel()
        again.closing_without_question = True
        again.close()
        again.deleteLater()


@pytest.mark.parametrize("how", ["chosen", "typed"])
def test_what_is_chosen_where_one_trains_is_kept_too(
    reviewing: MainWindow, qtbot: QtBot, how: str
) -> None:
    window, folder = reviewing, project_of(reviewing).folder
    window.show_view("train")
    advanced = window.train_view.panel.advanced
    if how == "chosen":
        advanced.findChild(QPushButton, "choose-features").click()
    else:
        field = advanced.findChild(QLineEdit, "option-features")
        qtbot.keyClicks(field, str(MINE))
        qtbot.keyClick(field, Qt.Key.Key_Return)
    for kept in (MINE, None):
        window.projects.close_project()
        assert shown(window) is None
        window.projects.open_project(folder)
        assert shown(window) == kept
        advanced.clear()


def test_the_existing_project_takes_those_of_the_dialog(
    window: MainWindow, image_folder: Path, qtbot: QtBot
) -> None:
    make_project(image_folder).close()
    window.projects.import_source(Source(image_folder))
    import_with_file(window, qtbot)
    (asked,) = (q for q in window.findChildren(ProjectQuestion) if q.isVisible())
    asked.existing_chosen.emit()
    asked.close()
    assert project_of(window).scores is not None
    assert shown(window) == MINE


def test_the_project_of_somebody_else_names_them_in_its_question(
    window: MainWindow, image_folder: Path, tmp_path: Path
) -> None:
    project = make_project(image_folder)
    project.set_state("own-files", {"features": str(MINE), "probabilities": 3, "odd": "x"})
    project.close()
    sent = shutil.copytree(project.folder, tmp_path / "sent")
    places: list[tuple[Path, ...]] = []
    open_project(sent, lambda found: bool(places.append(found)) or True).close()
    assert MINE in places[0]
    window.projects.open_project(sent)
    assert shown(window) == MINE


def test_odd_values_are_none(window: MainWindow, image_folder: Path) -> None:
    project = make_project(image_folder)
    for odd in (3, ["x"], {"features": None}, {"features": "a\0b"}, {"features": ""}):
        project.set_state("own-files", odd)
        project.close()
        window.projects.open_project(project.folder)
        assert shown(window) is None, odd
        window.projects.close_project()
        project = open_project(project.folder)
    project.close()
