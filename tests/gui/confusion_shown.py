"""The confusion view of the sample project, for its tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from sample_projects import make_project

from ahsml_app.gui.confusion.confusion_view import ConfusionView
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(name="empty")
def make_empty(qtbot: QtBot, cache: Path) -> Iterator[ConfusionView]:
    """The view before a project is open."""
    model = ProjectModel()
    thumbnails = Thumbnails(model)
    view = ConfusionView(model, thumbnails, Theme("light"))
    qtbot.addWidget(view)
    view.resize(1100, 700)
    view.show()
    qtbot.waitExposed(view)
    yield view
    view.stop()
    thumbnails.stop()
    model.close()


@pytest.fixture(name="view")
def make_view(empty: ConfusionView, image_folder: Path, qtbot: QtBot) -> ConfusionView:
    """The view of a trained project."""
    empty._model.open(make_project(image_folder))
    qtbot.waitUntil(empty.is_ready, timeout=10_000)
    empty.activateWindow()
    empty.map.heat.setFocus()
    return empty
