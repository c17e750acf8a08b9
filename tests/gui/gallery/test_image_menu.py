"""The menu of an image, by mouse."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.gui.app.main_window import MainWindow
from ahsml_app.session.project.project import Project

LEFT = Qt.MouseButton.LeftButton


def project_of(window: MainWindow) -> Project:
    assert window.model.project is not None
    return window.model.project


def opened(window: MainWindow) -> QMenu:
    """The menu that a right click on the current image opens."""
    view = window.gallery.view
    point = view.visualRect(view.currentIndex()).center()
    event = QContextMenuEvent(
        QContextMenuEvent.Reason.Mouse, point, view.viewport().mapToGlobal(point)
    )
    QApplication.sendEvent(view.viewport(), event)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def entry(menu: QMenu, text: str) -> QAction:
    return next(a for a in menu.actions() if a.text().split("\t")[0] == text)


def choose(menu: QMenu, text: str, qtbot: QtBot) -> None:
    qtbot.mouseClick(menu, LEFT, pos=menu.actionGeometry(entry(menu, text)).center())


def test_a_class_is_chosen_from_the_list(reviewing: MainWindow, qtbot: QtBot) -> None:
    project, row = project_of(reviewing), reviewing.model.current
    menu = opened(reviewing)
    classes = entry(menu, "Relabel to").menu()
    assert isinstance(classes, QMenu)
    names = [action.text().split("\t")[0] for action in classes.actions()]
    assert sorted(names) == sorted(project.class_names)
    assert project.scores is not None
    assert names[0] == project.label_name(int(project.scores.suggested[row])), "the likely first"
    classes.popup(menu.mapToGlobal(QPoint(10, 10)))
    choose(classes, "triangle", qtbot)
    assert project.kinds[row] == DecisionKind.RELABEL
    assert project.label_name(int(project.labels[row])) == "triangle"
    menu.close()


def test_the_path_is_copied(reviewing: MainWindow, qtbot: QtBot) -> None:
    row = reviewing.model.current
    choose(opened(reviewing), "Copy path", qtbot)
    assert QGuiApplication.clipboard().text() == str(project_of(reviewing).path(row))


def test_more_like_these_come_the_nearest_first(reviewing: MainWindow, qtbot: QtBot) -> None:
    window, project = reviewing, project_of(reviewing)
    row = window.model.current
    assert project.embeddings is not None
    choose(opened(window), "Show more like these", qtbot)
    queue = window.model.queue
    assert queue[0] == row == window.model.current
    assert window.gallery._sort.currentText() == ""
    assert window.gallery._sort.placeholderText() == "Most alike first"
    points = project.embeddings.points
    near, far = (
        np.linalg.norm(points[queue[part]] - points[row], axis=1).mean()
        for part in (slice(1, 11), slice(-10, None))
    )
    assert near < far
    chip = window.gallery.filters.chips["rows"]
    qtbot.mouseClick(chip, LEFT)
    assert window.model.queue_filter.sort == "error_probability"
    assert window.model.queue_filter.descending
    assert window.model.queue[0] == row, "the most suspect one again"
