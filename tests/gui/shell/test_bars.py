"""The bars of the window: the line of the totals, recent projects, and names in the rail."""

from __future__ import annotations

from pathlib import Path

import pytest
from job_generators import endless
from main_windows import project_of
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel, QLineEdit, QMenu, QToolButton, QToolTip
from pytestqt.qtbot import QtBot
from sample_projects import make_images, make_project

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.gui.app.main_window import MainWindow
from ahsml_app.session.project.recent import recent_projects, remember_project

LEFT = Qt.MouseButton.LeftButton
LINE = "60 files = 57 labelled + 1 unsure + 2 dropped"


@pytest.fixture
def decided(reviewing: MainWindow) -> MainWindow:
    reviewing.model.decide(DecisionKind.DROP, rows=[0, 1])
    reviewing.model.decide(DecisionKind.AMBIGUOUS, rows=[2])
    return reviewing


def test_a_click_on_a_total_shows_the_line(decided: MainWindow, qtbot: QtBot) -> None:
    gallery = decided.gallery
    status = decided.findChild(QLabel, "decided-count")
    for total in (gallery.count_label, status):
        QToolTip.hideText()
        qtbot.waitUntil(lambda: not QToolTip.isVisible())
        qtbot.mouseClick(total, LEFT)
        qtbot.waitUntil(QToolTip.isVisible)
        assert QToolTip.text() == LINE
    decided.model.undo()
    qtbot.mouseClick(gallery.count_label, LEFT)
    assert QToolTip.text() == "60 files = 58 labelled + 2 dropped"
    QToolTip.hideText()


def test_every_view_with_a_total_shows_the_line(decided: MainWindow, qtbot: QtBot) -> None:
    confusion, classes, panel = decided.confusion, decided.classes, decided.train_view.panel
    totals = {
        "map": decided.map.count_label,
        "confusion": confusion.map.summary,
        "classes": classes.findChild(QLabel, "class-count"),
        "train": panel.findChild(QLabel, "train-message"),
    }
    assert decided.model.project is not None
    for view, total in totals.items():
        decided.show_view(view)
        qtbot.waitUntil(lambda total=total: total.isVisible() and bool(total.text()))
        QToolTip.hideText()
        qtbot.waitUntil(lambda: not QToolTip.isVisible())
        qtbot.mouseClick(total, LEFT)
        qtbot.waitUntil(QToolTip.isVisible)
        assert QToolTip.text() == LINE, view
    assert "3 decisions" in totals["train"].text()
    assert totals["map"].text() == "60 images"
    QToolTip.hideText()


def test_the_menu_of_the_project_begins_with_the_line(decided: MainWindow, qtbot: QtBot) -> None:
    button = decided.findChild(QToolButton, "project-button")
    menu = button.menu()
    assert isinstance(menu, QMenu)
    menu.aboutToShow.emit()
    assert menu.actions()[0].text() == LINE
    assert not menu.actions()[0].isEnabled()


@pytest.mark.usefixtures("german")
def test_the_line_is_german(decided: MainWindow) -> None:
    menu = decided.findChild(QToolButton, "project-button").menu()
    menu.aboutToShow.emit()
    assert menu.actions()[0].text() == "60 Dateien = 57 mit Label + 1 unsicher + 2 aussortiert"


def test_recent_projects_are_in_the_menu(
    reviewing: MainWindow, image_folder: Path, qtbot: QtBot
) -> None:
    other = make_project(image_folder, name="Other & one")
    remember_project(other)
    other.close()
    menu = reviewing.top_bar.recent_menu
    menu.aboutToShow.emit()
    texts = {action.text(): action for action in menu.actions()}
    assert "Other && one" in texts
    assert reviewing.model.project is not None
    assert not texts[reviewing.model.project.name].isEnabled()
    texts["Other && one"].trigger()
    assert reviewing.model.project.name == "Other & one"


def test_the_rail_has_names_where_there_is_room(window: MainWindow) -> None:
    window.resize(1440, 900)
    assert window.rail.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly
    window.resize(1920, 1080)
    assert window.rail.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonTextUnderIcon


def test_a_project_gets_another_name(reviewing: MainWindow, qtbot: QtBot) -> None:
    reviewing.model.decide(DecisionKind.DROP, rows=[0])
    row = reviewing.model.current
    reviewing.actions_.action("rename-project").trigger()
    dialog = reviewing.desk.name_dialog
    assert dialog is not None
    field = dialog.findChild(QLineEdit)
    field.selectAll()
    qtbot.keyClicks(field, "  Figures  ")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    project = reviewing.model.project
    assert project is not None
    assert reviewing.windowTitle().startswith("Figures")
    assert reviewing.findChild(QToolButton, "project-button").text().strip() == "Figures"
    assert reviewing.model.current == row
    assert recent_projects()[0].name == "Figures"
    folder = project.folder
    reviewing.projects.close_project()
    reviewing.projects.open_project(folder)
    assert reviewing.model.project is not None
    assert reviewing.model.project.name == "Figures"


def test_a_project_moves_from_its_menu(
    reviewing: MainWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, parent = reviewing.model, tmp_path / "elsewhere"
    parent.mkdir()
    model.decide(DecisionKind.DROP, rows=[0])
    model.set_current(7)
    assert model.project is not None
    old = model.project.folder
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(parent))
    with qtbot.waitSignal(reviewing.mover.moved):
        reviewing.actions_.action("move-project").trigger()
    assert model.project is not None
    assert model.project.folder == parent / old.name
    assert not old.exists()
    assert model.project.kinds[0] == DecisionKind.DROP
    assert model.current == 7
    assert [each.folder for each in recent_projects()] == [parent / old.name]
    texts = [label.text() for label in reviewing.notices.findChildren(QLabel)]
    assert any(str(parent) in text for text in texts)


def test_a_project_does_not_move_under_a_job_or_onto_another_folder(
    reviewing: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    model = reviewing.model
    assert model.project is not None
    folder = model.project.folder
    (tmp_path / folder.name).mkdir()
    with qtbot.waitSignal(reviewing.mover.failed) as failed:
        reviewing.mover.move(tmp_path)
    assert "something of this name" in str(failed.args[0])
    reviewing.runner.submit("train", endless)
    with qtbot.waitSignal(reviewing.mover.failed) as failed:
        reviewing.mover.move(tmp_path)
    assert "A job is running" in str(failed.args[0])
    assert model.project.folder == folder


def test_a_move_that_ends_leaves_the_project_that_was_opened_meanwhile(
    reviewing: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    old, parent = project_of(reviewing).folder, tmp_path / "there"
    other = make_project(make_images(tmp_path / "other", per_class=2))
    folder = other.folder
    other.close()
    parent.mkdir()
    with qtbot.waitSignal(reviewing.mover.moved):
        reviewing.mover.move(parent)
        reviewing.projects.open_project(folder)
    assert project_of(reviewing).folder == folder
    assert (parent / old.name).is_dir()
    assert {each.folder for each in recent_projects()} == {folder, parent / old.name}
    texts = [label.text() for label in reviewing.notices.findChildren(QLabel)]
    assert any(str(parent / old.name) in text for text in texts)


def test_the_window_closes_during_a_move(
    reviewing: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: not reviewing.runner.busy)
    old, parent = project_of(reviewing).folder, tmp_path / "there"
    parent.mkdir()
    reviewing.mover.move(parent)
    reviewing.closing_without_question = True
    reviewing.close()  # an error of a slot fails the test
    assert reviewing.model.project is None
    assert [each.folder.is_dir() for each in recent_projects()] == [True]
    assert [old.is_dir(), (parent / old.name).is_dir()].count(True) == 1
