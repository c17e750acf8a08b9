"""The window and projects that are damaged, come from elsewhere, or cannot be written."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox
from pytestqt.qtbot import QtBot
from sample_projects import add_run, make_images, make_project, scanned

from ahsml_app.base.options.run_options import Source
from ahsml_app.gui.app.main_window import MainWindow
from ahsml_app.session.project.library import create_project, open_project
from ahsml_app.store.files.training_arrays import run_folder
from ahsml_app.store.new_project import LOCK


@pytest.fixture
def folder(cache: Path, tmp_path: Path) -> Path:
    project = make_project(make_images(tmp_path / "images", per_class=5, side=16))
    add_run(project, seed=1)
    project.close()
    return project.folder


def answer(qtbot: QtBot, button: str, texts: list[str]) -> None:
    """Clicks a button of the question as soon as it is shown."""

    def click() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        texts.append(box.informativeText())
        if button == "escape":
            qtbot.keyClick(box, Qt.Key.Key_Escape)
            return
        (wanted,) = [each for each in box.buttons() if each.text().replace("&", "") == button]
        qtbot.mouseClick(wanted, Qt.MouseButton.LeftButton)

    QTimer.singleShot(200, click)


def notices(window: MainWindow) -> str:
    return "\n".join(label.text() for label in window.notices.findChildren(QLabel))


def test_a_project_from_elsewhere_is_opened_after_a_question(
    window: MainWindow, folder: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    sent, texts = shutil.copytree(folder, tmp_path / "sent"), list[str]()
    answer(qtbot, "escape", texts)
    window.projects.open_project(sent)
    assert window.model.project is None
    answer(qtbot, "Open", texts)
    window.projects.open_project(sent)
    assert window.model.project is not None
    assert all(str(tmp_path / "images") in text for text in texts)
    window.projects.close_project()
    window.projects.open_project(sent)  # is known now
    assert window.model.project is not None


def test_the_question_names_the_manifest_too(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    images, texts = make_images(tmp_path / "images", per_class=2, side=16), list[str]()
    manifest = tmp_path / "private" / "labels.csv"
    manifest.parent.mkdir()
    paths = sorted(p.relative_to(images).as_posix() for p in images.rglob("*.png"))
    manifest.write_text("\n".join(["path,label", *(f"{path},{path[:2]}" for path in paths)]))
    source = Source(images, labels=manifest)
    create_project(tmp_path / "own", "own", source, scanned(source)).close()
    sent = shutil.copytree(tmp_path / "own", tmp_path / "sent")
    answer(qtbot, "Open", texts)
    window.projects.open_project(sent)
    assert str(images) in texts[0]
    assert str(manifest) in texts[0]
    window.projects.close_project()
    changed = open_project(sent)
    changed.set_fact("source", {"folder": str(images), "labels": "/etc/other.csv"})
    changed.close()
    answer(qtbot, "escape", texts)
    window.projects.open_project(sent)  # knows the images, but not this manifest
    assert str(Path("/etc/other.csv")) in texts[1]
    assert window.model.project is None


def test_a_damaged_training_is_named_and_the_one_before_shown(
    window: MainWindow, folder: Path
) -> None:
    (run_folder(folder, 2) / "points.npy").write_bytes(b"")
    window.projects.open_project(folder)
    assert "Training 2: " in notices(window)
    assert "you see the scores of training 1" in notices(window)
    assert window.shown_view == "review"


def test_a_project_that_cannot_be_written_says_why(window: MainWindow, folder: Path) -> None:
    (folder / LOCK).mkdir()
    window.projects.open_project(folder)
    assert "It is open for reading, and can be exported" in notices(window)
    assert window.model.project is not None
    assert window.model.project.read_only
    assert "cannot be written" in window.evidence.decisions.status.text()
