"""An archive in the window: the question, the new folder, and what happens if it is damaged."""

from __future__ import annotations

from pathlib import Path

import pytest
from main_windows import PATIENCE
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QLabel, QListWidget, QPushButton
from pytestqt.qtbot import QtBot
from sample_images import class_folders, make_images, webdataset, write_tar, write_zip

from ahsml_app.gui.app.main_window import MainWindow
from ahsml_app.gui.dialogs.import_dialog import ImportDialog
from ahsml_app.gui.start.unpack_question import UnpackQuestion

LEFT = Qt.MouseButton.LeftButton


def drop(window: MainWindow, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    action, keys = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    page = window.start_page
    page.dragEnterEvent(QDragEnterEvent(QPointF(9, 9).toPoint(), action, data, LEFT, keys))
    assert f"archive {path.name}" in page.drop_sign.text
    page.dropEvent(QDropEvent(QPointF(9, 9), action, data, LEFT, keys))


def question_of(window: MainWindow) -> UnpackQuestion:
    question = window.findChild(UnpackQuestion)
    assert question is not None
    assert question.isVisible()
    return question


def dialog_of(window: MainWindow, qtbot: QtBot) -> ImportDialog:
    qtbot.waitUntil(lambda: window.projects.import_dialog is not None, timeout=PATIENCE)
    dialog = window.projects.import_dialog
    qtbot.waitUntil(dialog.is_ready, timeout=PATIENCE)
    return dialog


def open_project(dialog: ImportDialog, qtbot: QtBot) -> None:
    button = dialog.findChild(QPushButton, "open-project")
    qtbot.waitUntil(button.isEnabled, timeout=PATIENCE)
    qtbot.mouseClick(button, LEFT)


def test_a_dropped_archive_is_unpacked_after_a_question(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    archive = write_zip(tmp_path / "photos.zip", class_folders(top="photos/"))
    drop(window, archive)
    question = question_of(window)
    assert "photos.zip is an archive" in question.text()
    place = tmp_path / "photos-unpacked"
    assert str(place) in question.informativeText()
    assert not place.exists()
    qtbot.mouseClick(question.unpack_button, LEFT)
    dialog = dialog_of(window, qtbot)
    qtbot.waitUntil(lambda: dialog.findChild(QListWidget).count() > 0, timeout=PATIENCE)
    assert "was unpacked into" in dialog.findChild(QListWidget).item(0).text()
    open_project(dialog, qtbot)
    project = window.model.project
    assert project.name == "photos"
    assert project.table.root == place / "photos"
    assert len(project.table) == 6


def test_the_project_of_an_archive_is_opened_again(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    archive = write_tar(tmp_path / "train.tar", webdataset())
    window.open_path(archive)
    qtbot.mouseClick(question_of(window).unpack_button, LEFT)
    open_project(dialog_of(window, qtbot), qtbot)
    folder = window.model.project.folder
    assert window.model.project.class_names == ("0", "1")
    window.projects.close_project()
    window.open_path(archive)
    qtbot.waitUntil(lambda: window.model.project is not None, timeout=PATIENCE)
    assert window.model.project.folder == folder
    assert window.projects.import_dialog is None


def test_an_archive_is_unpacked_into_another_folder(
    window: MainWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(other))
    window.open_path(write_zip(tmp_path / "photos.zip", class_folders()))
    qtbot.mouseClick(question_of(window).other_button, LEFT)
    open_project(dialog_of(window, qtbot), qtbot)
    assert window.model.project.table.root == other / "photos-unpacked"
    assert not (tmp_path / "photos-unpacked").exists()


def test_nothing_is_unpacked_without_consent(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    window.open_path(write_zip(tmp_path / "photos.zip", class_folders()))
    qtbot.keyClick(question_of(window), Qt.Key.Key_Escape)
    assert window.projects.import_dialog is None
    assert [path.name for path in tmp_path.glob("photos*")] == ["photos.zip"]


def test_a_damaged_archive_is_told_and_nothing_is_left(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    archive = write_zip(tmp_path / "photos.zip", class_folders())
    archive.write_bytes(archive.read_bytes()[:300])
    window.open_path(archive)
    qtbot.mouseClick(question_of(window).unpack_button, LEFT)
    dialog = dialog_of(window, qtbot)
    assert any("cannot be read" in label.text() for label in dialog.findChildren(QLabel))
    assert not dialog.findChild(QPushButton, "open-project").isEnabled()
    assert [path.name for path in tmp_path.glob("*photos*")] == ["photos.zip"]


def test_a_single_folder_around_the_class_folders_is_entered(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    folder = tmp_path / "photos" / "pets"
    make_images(folder, per_class=2, wrong=0)
    window.open_path(folder.parent)
    dialog = dialog_of(window, qtbot)
    qtbot.waitUntil(lambda: dialog.findChild(QListWidget).count() > 0, timeout=PATIENCE)
    assert "lie only in its folder pets" in dialog.findChild(QListWidget).item(0).text()
    open_project(dialog, qtbot)
    project = window.model.project
    assert project.table.root == folder
    assert project.class_names == ("checks", "discs", "stripes")
    made = project.folder
    window.projects.close_project()
    window.open_path(folder.parent)
    qtbot.waitUntil(lambda: window.model.project is not None, timeout=PATIENCE)
    assert window.model.project.folder == made
