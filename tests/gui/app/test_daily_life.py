"""A folder from day to day in the window: opened again, changed, moved."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from changed_folder import PER_CLASS, SHARES, make_folder, work_a_week, write_image
from main_windows import PATIENCE
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot
from sample_projects import add_run, made_up_head, make_images, make_project

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.folder_changes import SampleState
from ahsml_app.base.options.option_table import with_values
from ahsml_app.base.options.run_options import RunOptions
from ahsml_app.gui.app.main_window import MainWindow
from ahsml_app.gui.dialogs.project_question import ProjectQuestion
from ahsml_app.session.review.queue import QueueFilter

KEEP = DecisionKind.KEEP
LEFT = Qt.MouseButton.LeftButton


def button(parent: object, text: str) -> QPushButton:
    (found,) = (b for b in parent.findChildren(QPushButton) if b.text() == text)
    return found


def notice_with(window: MainWindow, text: str, qtbot: QtBot) -> object:
    def shown() -> list:
        return [n for n in window.notices.notices() if text in n.accessibleName()]

    qtbot.waitUntil(lambda: bool(shown()), timeout=PATIENCE)
    return shown()[0]


def idle(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.runner.busy, timeout=PATIENCE)


def import_now(window: MainWindow, qtbot: QtBot) -> None:
    dialog = window.projects.import_dialog
    qtbot.waitUntil(dialog.is_ready, timeout=PATIENCE)
    qtbot.mouseClick(button(dialog, "Open project"), LEFT)


def question(window: MainWindow) -> ProjectQuestion:
    (asked,) = (q for q in window.findChildren(ProjectQuestion) if q.isVisible())
    return asked


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    return make_images(tmp_path / "pictures", per_class=3)


def test_the_file_of_a_project_opens_it_as_from_a_file_manager(
    window: MainWindow, pictures: Path
) -> None:
    project = make_project(pictures)
    project.close()
    window.open_path(project.folder / "project.sqlite")
    assert window.model.project.folder == project.folder


def test_the_same_folder_leads_to_its_project(
    window: MainWindow, pictures: Path, qtbot: QtBot
) -> None:
    window.open_path(pictures)
    import_now(window, qtbot)
    window.model.decide(KEEP, rows=[1, 2])
    folder = window.model.project.folder
    window.projects.close_project()

    window.open_path(pictures / ".." / pictures.name)
    assert window.projects.import_dialog is None
    assert window.model.project.folder == folder
    assert (window.model.project.kinds == KEEP).sum() == 2

    notice = notice_with(window, "has a project already", qtbot)
    qtbot.mouseClick(button(notice, "Make another project"), LEFT)
    import_now(window, qtbot)
    assert window.model.project.folder != folder
    assert not window.model.project.kinds.any()
    idle(window, qtbot)


def test_other_labels_of_the_same_folder_can_be_another_project(
    window: MainWindow, pictures: Path, qtbot: QtBot
) -> None:
    window.open_path(pictures)
    import_now(window, qtbot)
    first = window.model.project.folder
    manifest = pictures / "labels.csv"
    paths = sorted(p.relative_to(pictures).as_posix() for p in pictures.rglob("*.png"))
    lines = [f"{path},{'odd' if n % 2 else 'even'}" for n, path in enumerate(paths)]
    manifest.write_text("\n".join(["path,label", *lines]))

    window.open_path(manifest)
    asked = question(window)
    assert "class folders" in asked.informativeText()
    qtbot.keyClick(asked, Qt.Key.Key_Escape)  # neither
    assert window.projects.import_dialog is None
    window.open_path(manifest)
    qtbot.mouseClick(question(window).another_button, LEFT)
    import_now(window, qtbot)
    second = window.model.project.folder
    assert second != first
    assert window.model.project.class_names == ("even", "odd")

    window.open_path(manifest)  # now it has a project of its own
    assert window.model.project.folder == second
    window.open_path(pictures)
    assert window.model.project.folder == first
    idle(window, qtbot)


def test_labels_chosen_in_the_dialog_are_compared_too(
    window: MainWindow, pictures: Path, qtbot: QtBot
) -> None:
    from ahsml_app.base.options.run_options import Source

    pattern = Source(pictures, class_from="{class}/*")
    window.projects.import_source(pattern)
    import_now(window, qtbot)
    first = window.model.project.folder
    window.projects.import_source(pattern)
    import_now(window, qtbot)
    asked = question(window)
    assert "{class}/*" in asked.informativeText()
    qtbot.mouseClick(asked.open_button, LEFT)
    assert window.model.project.folder == first
    assert [p.name for p in first.parent.iterdir() if p.is_dir()] == [first.name]
    idle(window, qtbot)


@pytest.mark.parametrize("share", SHARES)
def test_a_week_of_changes_is_found_at_the_opening_and_taken_in(
    share: int, window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    folder, count = make_folder(tmp_path / "images", PER_CLASS // share), 2000 // share
    project = make_project(folder, trained=False)
    add_run(project, head=made_up_head(project))
    project.decide(range(500 // share, 600 // share), KEEP)
    project.close()
    week = work_a_week(folder, share)

    window.projects.open_project(project.folder)
    assert window.shown_view == "review"  # nobody waits for the check
    notice = notice_with(
        window,
        f"{100 // share} new, {50 // share} renamed, {20 // share} changed, {30 // share} missing",
        qtbot,
    )
    assert len(window.model.project.table) == count  # and nothing is taken in unasked
    qtbot.mouseClick(button(notice, "Update the project"), LEFT)
    notice = notice_with(window, f"up to date: {100 // share} new", qtbot)

    updated = window.model.project
    assert len(updated.table) == len(window.model.queue) == 2100 // share
    renamed = [updated.paths.row_of(path) for path in week.renamed.values()]
    assert (updated.kinds[renamed] == KEEP).all()
    changed = [updated.paths.row_of(path) for path in week.changed]
    assert not updated.kinds[changed].any()
    missing = [updated.paths.row_of(path) for path in week.deleted]
    assert (updated.states[missing] == SampleState.MISSING).all()
    assert not np.isnan(updated.scores.error_probability[count:]).any()
    assert "missing" in window.gallery.items.description(missing[0])
    qtbot.mouseClick(button(notice, "Show new and changed images"), LEFT)
    assert sorted(window.model.queue) == sorted([*changed, *range(count, 2100 // share)])

    qtbot.keyClick(window, Qt.Key.Key_F5)
    notice_with(window, "Nothing has changed", qtbot)
    idle(window, qtbot)


def test_a_key_checks_the_folder_and_missing_images_are_passed_over(
    window: MainWindow, pictures: Path, qtbot: QtBot
) -> None:
    project = make_project(pictures)
    project.close()
    window.projects.open_project(project.folder)
    idle(window, qtbot)
    model = window.model
    assert not window.notices.notices()
    second = int(model.queue[1])
    model.project.path(second).unlink()
    qtbot.keyClick(window, Qt.Key.Key_F5)
    notice = notice_with(window, "1 missing", qtbot)
    qtbot.mouseClick(button(notice, "Update the project"), LEFT)
    notice_with(window, "up to date: 1 missing", qtbot)
    model.set_queue_filter(QueueFilter(sort="path"))  # by score missing images come last
    before, after = (int(model.queue[model.position(second) + step]) for step in (-1, 1))
    model.set_current(before)
    assert model.next_undecided()
    assert model.current == after
    idle(window, qtbot)


def test_a_training_waits_for_the_update_and_knows_the_new_images(
    window: MainWindow, pictures: Path, qtbot: QtBot
) -> None:
    project = make_project(pictures, trained=False)
    project.close()
    window.projects.open_project(project.folder)
    idle(window, qtbot)
    write_image(pictures / "circle" / "new.png", 3)
    window.folders.update()
    short = {"views": 1, "folds": 2, "epochs": 2, "passes": 1, "device": "cpu"}
    window.train_view.panel.start_requested.emit(with_values(RunOptions(), short))
    assert not window.training.running
    qtbot.waitUntil(lambda: window.model.project.scores is not None, timeout=4 * PATIENCE)
    assert len(window.model.project.scores.error_probability) == 13
    assert not np.isnan(window.model.project.scores.error_probability).any()
    idle(window, qtbot)


def test_the_window_closes_during_a_check_without_a_question(
    window: MainWindow, pictures: Path, qtbot: QtBot
) -> None:
    project = make_project(pictures)
    project.close()
    window.projects.open_project(project.folder)
    assert window.runner.busy
    window.close()  # a question would wait for an answer
    assert not window.isVisible()
    assert QApplication.activeModalWidget() is None


def test_a_folder_that_moved_and_was_tidied_is_found_by_content(
    window: MainWindow, pictures: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    project = make_project(pictures)
    project.decide([0], KEEP)
    project.close()
    (tmp_path / "disk").mkdir()
    for number, path in enumerate(sorted(pictures.rglob("*.png"))):
        target = tmp_path / "disk" / path.parent.name / f"picture {number}.png"
        target.parent.mkdir(exist_ok=True)
        shutil.move(path, target)
    shutil.rmtree(pictures)
    window.projects.open_project(project.folder)
    window.projects.relocate(tmp_path / "disk")
    notice = notice_with(window, "12 renamed", qtbot)
    qtbot.mouseClick(button(notice, "Update the project"), LEFT)
    notice_with(window, "up to date: 12 renamed", qtbot)
    assert window.model.project.path(0) == tmp_path / "disk" / "circle" / "picture 0.png"
    assert window.model.project.kinds[0] == KEEP
    idle(window, qtbot)
