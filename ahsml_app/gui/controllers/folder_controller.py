"""Checks the image folder of the opened project for changes, and takes them in."""

from __future__ import annotations

from collections.abc import Generator
from functools import partial

from PySide6.QtCore import QObject, Signal

from ahsml_app.base.errors import AppError
from ahsml_app.base.events import CancelToken, Event, Notice
from ahsml_app.base.folder_changes import FolderChanges
from ahsml_app.gui.jobs.background_job import BackgroundJob
from ahsml_app.gui.jobs.runner import JobRunner
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.session.pipeline.check_folder import check_folder
from ahsml_app.session.pipeline.update_project import (
    UpdateOutcome,
    UpdateRequest,
    update_project,
)
from ahsml_app.session.project.library import update_request
from ahsml_app.session.project.project import Project

CHECK, UPDATE = "check folder", "update"


class FolderController(QObject):
    """Runs one check or update at a time, after the jobs that run already.

    A check gives way to every other job, and begins again after it.

    Signals:
        found: What changed in the image folder, a `FolderChanges`.
        unchanged: A check that the user asked for found nothing.
        updated: The project has taken in the changes, a `FolderChanges`.
        ended: An update has ended, whatever its end.
        noticed: A notice of the update.
        failed: An error; of a check only if the user asked for it.
    """

    found = Signal(object)
    unchanged = Signal()
    updated = Signal(object)
    ended = Signal()
    noticed = Signal(object)
    failed = Signal(object)

    def __init__(self, model: ProjectModel, runner: JobRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._model, self._runner = model, runner
        self._job: BackgroundJob | None = None
        self._project: Project | None = None  # the one that the job is about
        self._asked = False
        self._waiting = ""  # the job that starts when the others have ended
        model.project_changed.connect(self._on_project_changed)
        runner.idle.connect(self._on_idle)
        runner.submitted.connect(self._on_submitted)

    def check(self) -> None:
        """Checks the image folder, and says so if nothing has changed."""
        self._asked = True
        self._begin(CHECK)

    def check_quietly(self) -> None:
        """Checks the image folder; only changes are reported."""
        project = self._model.project
        if project is not None and not project.read_only and project.table.root.is_dir():
            self._asked = False
            self._begin(CHECK)

    def update(self) -> None:
        """Takes in what changed in the image folder."""
        self._begin(UPDATE)

    @property
    def is_updating(self) -> bool:
        """Whether an update runs or waits."""
        return self._waiting == UPDATE or (self._job is not None and self._job.name == UPDATE)

    def _begin(self, name: str) -> None:
        """Starts a job once no other one runs, because it reads what that one would change."""
        project = self._model.project
        if project is None or project.read_only:
            return
        if self._waiting == UPDATE:
            name = UPDATE  # which checks as well
        if name == UPDATE:
            self._stop_checking()
        if self._job is not None:
            return
        self._project = project
        if self._runner.busy:
            self._waiting = name
            return
        self._waiting = ""
        work = _check if name == CHECK else update_project
        job = self._runner.submit(name, partial(work, update_request(project)))
        job.event.connect(self._on_event)
        job.finished.connect(self._on_finished)
        job.failed.connect(self._on_failed)
        job.cancelled.connect(self._on_cancelled)
        self._job = job

    def _stop_checking(self) -> bool:
        """Stops a check that runs; returns whether one did."""
        if self._job is None or self._job.name != CHECK:
            return False
        self._job.discard()
        self._job = None
        return True

    def _on_idle(self) -> None:
        if self._waiting:
            self._begin(self._waiting)

    def _on_submitted(self) -> None:
        """Lets another job go first: nobody waits for a check, and the files it read are known."""
        if self._stop_checking():
            self._waiting = CHECK

    def _on_project_changed(self) -> None:
        """Stops the job of a project that was closed; an update only makes it another object."""
        project, own = self._model.project, self._project
        if project is not None and own is not None and project.folder == own.folder:
            self._project = project
            return
        self._waiting, self._project = "", None
        if self._job is not None:
            self._job.discard()
            self._job = None

    def _on_event(self, event: Event) -> None:
        if isinstance(event, Notice):
            self.noticed.emit(event)

    def _on_finished(self, result: FolderChanges | UpdateOutcome) -> None:
        self._job = None
        project = self._model.project
        if project is None or project is not self._project:
            return
        try:
            if isinstance(result, UpdateOutcome):
                self._model.accept_update(result)
                self.updated.emit(result.changes)
            elif result.counts:
                self.found.emit(result)
            else:
                table = project.table
                project.accept_hashes(result)
                if project.table is not table:  # what was computed of the old one is dropped
                    self._model.scores_changed.emit()
                if self._asked:
                    self.unchanged.emit()
        except AppError as error:
            self.failed.emit(error)
        if isinstance(result, UpdateOutcome):
            self.ended.emit()

    def _on_failed(self, error: BaseException) -> None:
        job, self._job = self._job, None
        if self._asked or job is None or job.name == UPDATE:
            self.failed.emit(error)
        if job is not None and job.name == UPDATE:
            self.ended.emit()

    def _on_cancelled(self) -> None:
        job, self._job = self._job, None
        if job is not None and job.name == UPDATE:
            self.ended.emit()


def _check(request: UpdateRequest, cancel: CancelToken) -> Generator[Event, None, FolderChanges]:
    return check_folder(request.table, request.states, request.source, cancel)
