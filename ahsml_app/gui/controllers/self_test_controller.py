"""Runs self-tests of the opened project's newest training."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from ahsml_app.base.errors import AppError
from ahsml_app.base.events import Event
from ahsml_app.gui.jobs.background_job import BackgroundJob
from ahsml_app.gui.jobs.runner import JobRunner
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.session.analysis.run_self_test import request_self_test, self_test_project
from ahsml_app.session.project.project import Project

SELF_TEST = "self-test"


class SelfTestController(QObject):
    """Runs one self-test at a time; its result is stored beside the training.

    Signals:
        started: A self-test waits or runs.
        event_arrived: An event of the running self-test.
        ended: It is over, whatever its end.
        failed: It could not start or ended with this error.
    """

    started = Signal()
    event_arrived = Signal(object)
    ended = Signal()
    failed = Signal(object)

    def __init__(self, model: ProjectModel, runner: JobRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._model, self._runner = model, runner
        self._job: BackgroundJob | None = None
        self._project: Project | None = None  # the one that is or was tested last
        model.project_changed.connect(self._on_project_changed)

    def start(self) -> None:
        """Tests the newest training of the opened project."""
        project = self._model.project
        if project is None or self._job is not None:
            return
        try:
            request = request_self_test(project)
        except AppError as error:
            self.failed.emit(error)
            return
        job = self._runner.submit(SELF_TEST, partial(self_test_project, request))
        job.event.connect(self._on_event)
        job.finished.connect(self._on_ended)
        job.failed.connect(self._on_failed)
        job.cancelled.connect(self._on_ended)
        self._job, self._project = job, project
        self.started.emit()

    def cancel(self) -> None:
        """Stops the self-test; the next one continues from its checkpoints."""
        if self._job is not None:
            self._job.cancel()

    def _on_project_changed(self) -> None:
        """Stops the self-test of a project that was closed."""
        if self._model.project is not self._project:
            self.cancel()

    def _on_event(self, event: Event) -> None:
        self.event_arrived.emit(event)

    def _on_ended(self, _: object = None) -> None:
        self._job = None
        self.ended.emit()

    def _on_failed(self, error: BaseException) -> None:
        self._on_ended()
        self.failed.emit(error)
