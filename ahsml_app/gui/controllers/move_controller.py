"""Moves the opened project to another folder, and opens it there."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from ahsml_app.base.errors import AppError, ProjectError
from ahsml_app.base.events import Event, Notice
from ahsml_app.gui.controllers.folder_controller import CHECK
from ahsml_app.gui.controllers.project_controller import ProjectController
from ahsml_app.gui.jobs.runner import JobRunner
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.session.desk.move_project import move_project, move_request
from ahsml_app.session.project.library import open_project
from ahsml_app.session.project.recent import forget_project

MOVE = "move project"


class MoveController(QObject):
    """Moves a project, which is closed meanwhile.

    Signals:
        failed: Why it is where it was, an `AppError`.
        moved: The new folder.
        noticed: A notice of the move.
    """

    failed = Signal(object)
    moved = Signal(object)
    noticed = Signal(object)

    def __init__(
        self, model: ProjectModel, runner: JobRunner, projects: ProjectController, window: QWidget
    ) -> None:
        super().__init__(window)
        self._model, self._runner, self._projects, self._window = model, runner, projects, window
        self._old = Path()

    def ask(self) -> None:
        """Asks where the project should lie, and moves it there."""
        if self._model.project is None:
            return
        chosen = QFileDialog.getExistingDirectory(
            self._window, self.tr("Into which folder should the project move?")
        )
        if chosen:
            self.move(Path(chosen))

    def move(self, parent: Path) -> None:
        """Moves the opened project into a folder."""
        project = self._model.project
        if project is None:
            return
        try:
            if any(job.name != CHECK for job in self._runner.unfinished):
                raise ProjectError(
                    "A job is running.", hint="Move the project when the job has ended."
                )
            move = move_request(project, parent)
        except AppError as error:
            self.failed.emit(error)
            return
        self._old = move.folder
        self._projects.close_project()
        job = self._runner.submit(MOVE, partial(move_project, move))
        job.event.connect(self._on_event)
        job.finished.connect(self._on_finished)
        job.failed.connect(self._on_failed)
        job.cancelled.connect(self._open_old)

    def _on_event(self, event: Event) -> None:
        if isinstance(event, Notice):
            self.noticed.emit(event)

    def _on_finished(self, folder: Path) -> None:
        if self._may_open:
            self._projects.open_again(folder)
            project = self._model.project
            if project is None or project.folder != folder:
                return  # it said why
        else:
            try:
                open_project(folder).close()  # which puts it on the list of recent projects
            except AppError as error:
                self.failed.emit(error)
                return
        forget_project(self._old)
        self.moved.emit(folder)

    def _on_failed(self, error: BaseException) -> None:
        self._open_old()
        self.failed.emit(error)

    def _open_old(self) -> None:
        if self._may_open:
            self._projects.open_again(self._old)

    @property
    def _may_open(self) -> bool:
        """Whether the window stays, and the person has opened no other project meanwhile."""
        return not self._runner.closed and self._model.project is None
