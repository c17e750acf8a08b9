"""The map of the opened project: read if it was drawn before, drawn in the job thread otherwise."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from ahsml_app.base.errors import AppError
from ahsml_app.base.events import Event, Progress
from ahsml_app.gui.jobs.runner import Job, JobRunner
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.session.analysis.disc_map import DiscMap, draw_map, map_request, stored_map

JOB_NAME = "map"


class MapController(QObject):
    """Holds the map that all views of it share.

    Attributes:
        map: Of the newest training; None until it is there.
        share: How much of a map under way is drawn, 0 to 1.
        error: Why there is none, in words; empty for no error.
    """

    changed = Signal()
    progressed = Signal()

    def __init__(self, model: ProjectModel, runner: JobRunner, parent: QObject) -> None:
        super().__init__(parent)
        self.map: DiscMap | None = None
        self.share = 0.0
        self.error = ""
        self._model, self._runner = model, runner
        self._job: Job | None = None
        self._begun = False
        self._number: int | None = None
        model.project_changed.connect(self._on_other_run)
        model.scores_changed.connect(self._on_scores_changed)
        runner.started.connect(self._on_started)
        runner.event.connect(self._on_event)
        runner.finished.connect(self._on_finished)
        runner.failed.connect(self._on_failed)
        runner.cancelled.connect(self._on_cancelled)

    @property
    def waiting(self) -> bool:
        """Whether other work has to end before the map is drawn."""
        return self._job is not None and not self._begun

    def want(self) -> None:
        """See to it that there is a map, if there can be one."""
        project = self._model.project
        if project is None or self.map is not None or self._job is not None or self.error:
            return
        try:
            self.map = stored_map(project)
            request = map_request(project)
        except AppError as error:
            self.error = str(error)
            self.changed.emit()
            return
        if request is None:
            return
        self._number = request.number
        if self.map is None:
            self.share, self._begun = 0.0, False
            self._job = self._runner.submit(JOB_NAME, partial(draw_map, request))
        self.changed.emit()

    def try_again(self) -> None:
        """Draw the map in spite of an error before."""
        self.error = ""
        self.want()

    def _on_scores_changed(self) -> None:
        """A training has a map of its own; classes that were merged or renamed keep theirs."""
        project = self._model.project
        number = None if project is None or project.run is None else project.run["number"]
        if number is None or number != self._number:
            self._on_other_run()

    def _on_other_run(self) -> None:
        job, self._job = self._job, None
        if job is not None:
            self._runner.cancel_job(job)
        self.map, self.error, self._number = None, "", None
        self.changed.emit()

    def _on_started(self, job: Job) -> None:
        if job.name == JOB_NAME:
            self._begun = True
            if self._job is not None:  # one that begins at once does so before `submit` returns
                self.progressed.emit()

    def _on_event(self, job: Job, event: Event) -> None:
        if job is self._job and isinstance(event, Progress) and event.total:
            self.share = event.done / event.total
            self.progressed.emit()

    def _on_finished(self, job: Job, made: DiscMap) -> None:
        if job is self._job:
            self._job, self.map = None, made
            self.changed.emit()

    def _on_failed(self, job: Job, error: BaseException) -> None:
        if job is self._job:
            self._job, self.error = None, str(error)
            self.changed.emit()

    def _on_cancelled(self, job: Job) -> None:
        if job is self._job:
            self._job = None
            self.error = self.tr("The drawing was stopped.")
            self.changed.emit()
