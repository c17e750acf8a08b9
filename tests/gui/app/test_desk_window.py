"""What the window itself does on an afternoon at the desk: title, closing, drops, sight."""

from __future__ import annotations

from pathlib import Path

from job_generators import endless, make
from main_windows import answer, project_of
from PySide6.QtCore import QMimeData, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot
from sample_projects import make_images, make_project

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.gui.app.main_window import MainWindow
from ahsml_app.gui.start.cards import RecentCard
from ahsml_app.store.files.training_folder import training_folder


def test_the_question_at_closing_goes_when_the_job_has_ended(
    reviewing: MainWindow, qtbot: QtBot
) -> None:
    window = reviewing
    job = window.runner.submit("other", make(endless))
    # The check of the folder may run before it, and gives way.
    qtbot.waitUntil(lambda: window.runner.current is job)

    def end() -> None:
        if QApplication.activeModalWidget() is None:
            QTimer.singleShot(10, end)
        else:
            job.cancel()

    QTimer.singleShot(0, end)
    assert window.close()
    assert not window.isVisible()


def test_the_image_under_review_stays_in_sight(reviewing: MainWindow, qtbot: QtBot) -> None:
    window, model, view = reviewing, reviewing.model, reviewing.gallery.view
    model.set_current(int(model.queue[45]))
    qtbot.wait(10)
    for width, height in ((1000, 640), (1500, 900), (820, 600)):
        window.resize(width, height)
        qtbot.wait(20)
        assert 45 in view.visible_positions(), (width, height)
    window.theme.set_mode("dark")
    qtbot.wait(20)
    assert 45 in view.visible_positions()
    folder = project_of(window).folder
    window.projects.close_project()
    window.projects.open_project(folder)
    qtbot.wait(20)
    assert model.position(model.current) == 45
    assert 45 in view.visible_positions()


def test_the_title_names_the_project(reviewing: MainWindow, qtbot: QtBot) -> None:
    window = reviewing
    assert window.windowTitle() == "Shapes – ahsml-app"
    qtbot.keyClick(window.gallery.view, Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
    assert window.windowTitle() == "ahsml-app"


def test_the_evidence_comes_back_by_key_and_menu(reviewing: MainWindow, qtbot: QtBot) -> None:
    window, dock, ctrl = reviewing, reviewing.evidence_dock, Qt.KeyboardModifier.ControlModifier
    dock.close()
    assert not dock.isVisible()
    qtbot.keyClick(window.gallery.view, Qt.Key.Key_I, ctrl)
    assert dock.isVisible()
    button = window.top_bar.findChild(QToolButton, "project-button")
    assert window.actions_.action("evidence") in button.menu().actions()
    window.show_view("train")
    qtbot.keyClick(window, Qt.Key.Key_I, ctrl)
    assert window.shown_view == "review"
    assert dock.isVisible()


def drop(widget: QWidget, path: Path) -> Qt.DropAction:
    """Drops a folder as a file manager does that proposes to move it."""
    data, actions = QMimeData(), Qt.DropAction.MoveAction | Qt.DropAction.CopyAction
    data.setUrls([QUrl.fromLocalFile(str(path))])
    keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    point = widget.rect().center()
    entering = QDragEnterEvent(point, actions, data, *keys)
    entering.setDropAction(Qt.DropAction.MoveAction)
    QApplication.sendEvent(widget, entering)
    assert entering.isAccepted()
    assert entering.dropAction() == Qt.DropAction.CopyAction
    dropped = QDropEvent(QPointF(point), actions, data, *keys)
    dropped.setDropAction(Qt.DropAction.MoveAction)
    QApplication.sendEvent(widget, dropped)
    return dropped.dropAction()


def test_a_dropped_folder_is_never_moved(window: MainWindow, tmp_path: Path) -> None:
    folder = make_images(tmp_path / "mine", per_class=2, side=8)
    opened: list[Path] = []
    window.start_page.folder_chosen.disconnect()
    window.start_page.folder_chosen.connect(opened.append)
    assert drop(window.start_page, folder) == Qt.DropAction.CopyAction
    assert opened == [folder]


def test_a_drop_on_an_open_project_asks(
    reviewing: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    window, asked = reviewing, list[str]()
    other = make_project(make_images(tmp_path / "other", per_class=2, side=8), name="Other")
    folder = other.folder
    other.close()
    answer("Cancel", asked)
    drop(window, folder)
    assert project_of(window).name == "Shapes"
    answer("Open", asked)
    assert drop(window, folder) == Qt.DropAction.CopyAction
    assert project_of(window).name == "Other"
    assert asked == [f"Open {folder.name} instead of Shapes?"] * 2


def test_an_interrupted_training_says_that_it_can_go_on(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    project = make_project(make_images(tmp_path, per_class=2, side=8), trained=False)
    (training_folder(project.folder) / "fold-1.safetensors").write_bytes(b"half")
    folder = project.folder
    project.close()
    window.start_page.refresh()
    (card,) = window.start_page.findChildren(RecentCard)
    assert any("can go on" in label.toolTip() for label in card.findChildren(QLabel))
    window.projects.open_project(folder)
    texts = [label.text() for label in window.train_view.panel.findChildren(QLabel)]
    assert "Go on training" in texts


def test_classes_follow_decisions_before_the_first_training(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    project = make_project(make_images(tmp_path, per_class=4, side=8), trained=False)
    folder = project.folder
    project.close()
    window.projects.open_project(folder)
    view = window.classes
    qtbot.keyClick(window, Qt.Key.Key_5, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: view.items.overview is not None and not view.busy)
    window.model.decide(DecisionKind.RELABEL, "square", rows=[0, 1])
    window.model.decide(DecisionKind.DROP, rows=[2])
    qtbot.waitUntil(lambda: not view.busy)
    overview = view.items.overview
    assert overview is not None
    counts = dict(zip(overview.names, overview.facts.count.tolist(), strict=True))
    assert counts == {"circle": 1, "cross": 4, "square": 6, "triangle": 4}
    assert overview.facts.undecided.tolist() == [1, 4, 4, 4]
