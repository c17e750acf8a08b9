"""Images are dragged from the gallery onto a class."""

from __future__ import annotations

import pytest
from main_windows import answer, project_of
from PySide6.QtCore import QEvent, QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDrag, QDragEnterEvent, QDropEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.gui.app.main_window import MainWindow

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
COPY = Qt.DropAction.CopyAction


def drop(target: QWidget, images: QMimeData) -> bool:
    """Drops what is dragged on a widget; whether it was taken."""
    at = target.rect().center()
    enter = QDragEnterEvent(at, COPY, images, LEFT, NONE)
    QApplication.sendEvent(target, enter)
    event = QDropEvent(at.toPointF(), COPY, images, LEFT, NONE)
    if enter.isAccepted():
        QApplication.sendEvent(target, event)
    return enter.isAccepted()


def middle(window: MainWindow, position: int) -> QPoint:
    view = window.gallery.view
    return view.visualRect(view.model().index(position, 0)).center()


def pull(window: MainWindow, qtbot: QtBot, position: int) -> None:
    viewport, start = window.gallery.view.viewport(), middle(window, position)
    qtbot.mousePress(viewport, LEFT, pos=start)
    for share in (10, 40):
        qtbot.mouseMove(viewport, start + QPoint(share, 4))


@pytest.fixture
def dropped_on(monkeypatch: pytest.MonkeyPatch) -> list[QWidget]:
    """Where the next drag ends: a drag has a loop of its own, which no test can move in."""
    targets: list[QWidget] = []

    def run(drag: QDrag, _: object) -> Qt.DropAction:
        drop(targets[0], drag.mimeData())
        return COPY

    monkeypatch.setattr(QDrag, "exec", run)
    return targets


def test_the_image_under_review_gets_the_class_it_is_dropped_on(
    reviewing: MainWindow, qtbot: QtBot, dropped_on: list[QWidget]
) -> None:
    model, project = reviewing.model, project_of(reviewing)
    row = int(model.queue[2])
    qtbot.mouseClick(reviewing.gallery.view.viewport(), LEFT, pos=middle(reviewing, 2))
    assert model.current == row
    qtbot.waitUntil(lambda: reviewing.evidence.decisions.digits[1].isVisible())
    label = model.choices(row)[1][0]
    dropped_on.append(reviewing.evidence.decisions.digits[1])
    pull(reviewing, qtbot, 2)
    qtbot.waitUntil(lambda: project.kinds[row] != DecisionKind.UNDECIDED)
    assert project.labels[row] == label
    assert reviewing.gallery.view._band.isNull(), "no rectangle is drawn"
    undo = next(b for b in reviewing.notices.findChildren(QPushButton) if b.text() == "Undo")
    qtbot.mouseClick(undo, LEFT)
    assert project.kinds[row] == DecisionKind.UNDECIDED


def test_a_selection_is_one_step_and_a_large_one_asks(
    reviewing: MainWindow, qtbot: QtBot, dropped_on: list[QWidget]
) -> None:
    model, project = reviewing.model, project_of(reviewing)
    model.set_current(int(model.queue[0]))
    model.set_selection(model.queue[:3])
    qtbot.waitUntil(lambda: reviewing.evidence.decisions.digits[0].isEnabled())
    dropped_on.append(reviewing.evidence.decisions.digits[0])
    label = model.choices(model.current)[0][0]
    pull(reviewing, qtbot, 1)
    qtbot.waitUntil(lambda: len(project.steps()) == 1)
    assert set(project.labels[model.queue[:3]]) == {label}
    model.undo()
    model.set_selection(model.queue[:30])
    asked: list[str] = []
    answer("Cancel", asked)
    pull(reviewing, qtbot, 1)
    qtbot.waitUntil(lambda: bool(asked))
    assert not project.kinds.any()


def test_a_press_without_a_pull_is_a_click(reviewing: MainWindow, qtbot: QtBot) -> None:
    model = reviewing.model
    model.set_current(int(model.queue[0]))
    model.set_selection(model.queue[:3])
    qtbot.mouseClick(reviewing.gallery.view.viewport(), LEFT, pos=middle(reviewing, 1))
    assert model.current == model.queue[1]
    assert model.selection.tolist() == [int(model.queue[1])]


def test_the_first_pull_after_a_drag_draws_a_rectangle(
    reviewing: MainWindow, qtbot: QtBot, dropped_on: list[QWidget]
) -> None:
    model, viewport = reviewing.model, reviewing.gallery.view.viewport()
    model.set_current(int(model.queue[0]))
    dropped_on.append(viewport)
    pull(reviewing, qtbot, 0)  # the release of the button goes to the target of the drag
    start, end = middle(reviewing, 1), middle(reviewing, 3)
    for kind, at, button, held in (
        (QEvent.Type.MouseButtonPress, start, LEFT, LEFT),
        (QEvent.Type.MouseMove, (start + end) / 2, Qt.MouseButton.NoButton, LEFT),
        (QEvent.Type.MouseMove, end, Qt.MouseButton.NoButton, LEFT),
        (QEvent.Type.MouseButtonRelease, end, LEFT, Qt.MouseButton.NoButton),
    ):
        place = viewport.mapToGlobal(at).toPointF()
        QApplication.sendEvent(
            viewport, QMouseEvent(kind, at.toPointF(), place, button, held, NONE)
        )
    assert set(model.queue[[1, 3]].tolist()) <= set(model.selection.tolist())


def test_a_file_is_no_image_of_the_gallery(reviewing: MainWindow) -> None:
    files = QMimeData()
    files.setUrls([QUrl.fromLocalFile("/pictures")])
    assert not drop(reviewing.evidence.decisions.digits[0], files)
