from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from ahsml_app.gui.controllers.export_controller import ExportController
from ahsml_app.gui.jobs.runner import JobRunner
from ahsml_app.gui.project_model import ProjectModel


@pytest.fixture
def controller(qtbot: QtBot, model: ProjectModel) -> Iterator[ExportController]:
    """The dialog with the job thread behind it."""
    window = QLabel()
    qtbot.addWidget(window)
    runner = JobRunner()
    controller = ExportController(model, runner, window)
    controller.open_dialog()
    yield controller
    assert controller.dialog is not None
    controller.dialog.hide()
    runner.shutdown()
