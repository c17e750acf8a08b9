"""The classes view of the sample project, for its tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from ahsml_app.gui.classes.classes_model import Column
from ahsml_app.gui.classes.classes_view import ClassesView
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.session.project.project import Project

LEFT, NO = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture(name="thumbnails")
def make_thumbnails(model: ProjectModel) -> Iterator[Thumbnails]:
    thumbnails = Thumbnails(model)
    yield thumbnails
    thumbnails.stop()


def shown(qtbot: QtBot, model: ProjectModel, thumbnails: Thumbnails) -> ClassesView:
    view = ClassesView(model, thumbnails, Theme("light"))
    qtbot.addWidget(view, before_close_func=ClassesView.stop)
    view.resize(1200, 800)
    view.show()
    qtbot.waitUntil(lambda: view.items.overview is not None)
    return view


@pytest.fixture(name="project")
def make_shown_project(model: ProjectModel) -> Project:
    """The sample project, in which circle and square are close, and cross is far from all."""
    project = model.project
    assert project is not None
    assert project.scores is not None
    distances = [[0, 8, 1, 3], [8, 0, 8, 8], [1, 8, 0, 3], [3, 8, 3, 0]]
    project.scores = replace(project.scores, class_distances=np.array(distances, np.float32))
    return project


@pytest.fixture(name="view")
def make_view(
    qtbot: QtBot, project: Project, model: ProjectModel, thumbnails: Thumbnails
) -> ClassesView:
    return shown(qtbot, model, thumbnails)


def names(view: ClassesView, column: Column = Column.NAME) -> list[str]:
    items = view.items
    return [items.index(row, column).data() for row in range(items.rowCount())]


def settled(qtbot: QtBot, view: ClassesView) -> None:
    qtbot.waitUntil(lambda: not view.busy)


def click_class(qtbot: QtBot, view: ClassesView, name: str, modifier: object = NO) -> None:
    index = view.items.index(names(view).index(name), 0)
    center = view.table.visualRect(index).center()
    qtbot.mouseClick(view.table.viewport(), LEFT, modifier, pos=center)
    settled(qtbot, view)


def chosen(view: ClassesView) -> list[str]:
    overview = view.items.overview
    assert overview is not None
    return sorted(overview.names[index] for index in view.table.selected_indices())


def press(qtbot: QtBot, button: QAbstractButton) -> None:
    assert button.isVisible()
    qtbot.mouseClick(button, LEFT)
