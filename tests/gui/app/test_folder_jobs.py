"""Checks and updates of the image folder beside other jobs, and beside other projects."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from pathlib import Path

import pytest
from changed_folder import write_image
from job_generators import eigenvalues, endless
from main_windows import PATIENCE, project_of
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from sample_projects import make_images, make_project

from ahsml_app.base.options.option_table import with_values
from ahsml_app.base.options.run_options import RunOptions
from ahsml_app.gui.app.main_window import MainWindow

SHORT = with_values(
    RunOptions(), {"views": 1, "folds": 2, "epochs": 2, "passes": 1, "device": "cpu"}
)


def idle(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.runner.busy, timeout=PATIENCE)


def noticed(window: MainWindow, text: str) -> bool:
    return any(text in notice.accessibleName() for notice in window.notices.notices())


def untrained(pictures: Path, name: str) -> Path:
    project = make_project(pictures, trained=False, name=name)
    project.close()
    return project.folder


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    return make_images(tmp_path / "pictures", per_class=3)


@pytest.fixture
def opened(window: MainWindow, pictures: Path, qtbot: QtBot) -> MainWindow:
    """The window with a project without scores, and nothing to do."""
    window.projects.open_project(untrained(pictures, "first"))
    idle(window, qtbot)
    return window


def test_another_job_does_not_wait_for_the_check(
    window: MainWindow, pictures: Path, qtbot: QtBot
) -> None:
    folder = untrained(pictures, "first")
    write_image(pictures / "circle" / "new.png", 3)
    started: list[str] = []
    window.runner.started.connect(lambda job: started.append(job.name))
    window.projects.open_project(folder)
    assert started == ["check folder"]
    window.runner.submit("export", eigenvalues)
    qtbot.waitUntil(lambda: noticed(window, "1 new"), timeout=PATIENCE)
    assert started == ["check folder", "export", "check folder"]
    idle(window, qtbot)


def test_a_key_for_a_check_does_not_replace_an_update_that_waits(
    opened: MainWindow, pictures: Path, qtbot: QtBot
) -> None:
    write_image(pictures / "circle" / "new.png", 3)
    other = opened.runner.submit("export", endless)
    opened.folders.update()
    opened.train_view.panel.start_requested.emit(SHORT)
    qtbot.keyClick(opened, Qt.Key.Key_F5)
    other.cancel()
    model = opened.model
    qtbot.waitUntil(lambda: model.project.scores is not None, timeout=4 * PATIENCE)
    assert len(model.project.scores.error_probability) == 13
    idle(opened, qtbot)


def test_a_training_that_waits_is_not_started_in_another_project(
    opened: MainWindow, pictures: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    other = make_images(tmp_path / "other", per_class=4)
    second = untrained(other, "second")
    write_image(pictures / "circle" / "new.png", 3)
    write_image(other / "circle" / "new.png", 4)
    opened.folders.update()
    opened.train_view.panel.start_requested.emit(SHORT)
    opened.projects.open_project(second)
    started: list[object] = []
    opened.training.started.connect(started.append)
    opened.folders.update()
    qtbot.waitUntil(lambda: noticed(opened, "up to date: 1 new"), timeout=PATIENCE)
    idle(opened, qtbot)
    assert started == []
    assert len(opened.model.project.table) == 17


def test_images_that_are_found_belong_to_the_project_that_looked_for_them(
    opened: MainWindow, pictures: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    first = opened.model.project.folder
    other = make_images(tmp_path / "other", per_class=4)
    second = untrained(other, "second")
    shutil.copytree(pictures, tmp_path / "copy")
    located: list[object] = []
    opened.projects.located.connect(located.append)
    opened.projects.relocate(tmp_path / "copy")
    opened.projects.open_project(second)
    idle(opened, qtbot)
    assert (opened.model.project.table.root, located) == (other, [])
    opened.projects.open_project(first)
    idle(opened, qtbot)
    opened.projects.relocate(tmp_path / "copy")
    idle(opened, qtbot)
    assert opened.model.project.table.root == tmp_path / "copy"
    assert len(located) == 1


def test_the_progress_outlives_a_check_that_learns_the_content_of_the_files(
    window: MainWindow, pictures: Path, qtbot: QtBot
) -> None:
    project = make_project(pictures)
    project.close()
    with contextlib.closing(sqlite3.connect(project.folder / "project.sqlite")) as database:
        database.execute("UPDATE sample SET hash = ''")
        database.commit()
    window.projects.open_project(project.folder)
    window.show_view("progress")
    qtbot.waitUntil(lambda: bool(project_of(window).original.hashes))
    qtbot.waitUntil(lambda: window.progress.review.headline != "")
    qtbot.waitUntil(lambda: window.progress.review.timeline is not None)
    assert window.progress.review.fact("left")
