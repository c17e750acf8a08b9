"""Loads the map of the open project, or draws it in the job thread."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from ahsml_app.base.errors import AppError
from ahsml_app.base.events import Event, Progress
from ahsml_app.gui.jobs.background_job import BackgroundJob
from ahsml_app.gui.jobs.runner import JobRunner
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.session.analysis.disc_map import (
    DiscMap,
    MapRequest,
    draw_map,
    map_request,
    stored_map,
)

JOB_NAME = "map"


class MapController(QObject):
    """Holds the map that all map views share.

    Attributes:
        map: Map of the latest training, or None if not available yet.
        share: Progress of the map being drawn, 0 to 1.
        error: Why the map could not be drawn; empty for no error.
    """

    changed = Signal()
    progressed = Signal()

    def __init__(self, model: ProjectModel, runner: JobRunner, parent: QObject) -> None:
        super().__init__(parent)
        self.map: DiscMap | None = None
        self.share = 0.0
        self.error = ""
        self._model, self._runner = model, runner
        self._job: BackgroundJob | None = None
        self._number: int | None = None
        model.project_changed.connect(self._on_other_run)
        model.scores_changed.connect(self._on_scores_changed)

    @property
    def waiting(self) -> bool:
        """Whether the map waits for another job to finish."""
        return self._job is not None and not self._job.begun

    def ensure_map(self) -> None:
        """Load the map, or start drawing it, if the project has scores and no map is loaded yet."""
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
            self._submit(request)
        self.changed.emit()

    def _submit(self, request: MapRequest) -> None:
        self.share = 0.0
        job = self._runner.submit(JOB_NAME, partial(draw_map, request))
        job.started.connect(self.progressed)
        job.event.connect(self._on_event)
        job.finished.connect(self._on_finished)
        job.failed.connect(self._on_failed)
        job.cancelled.connect(self._on_cancelled)
        self._job = job

    def try_again(self) -> None:
        """Try to draw the map again after an error."""
        self.error = ""
        self.ensure_map()

    def _on_scores_changed(self) -> None:
        """Drop the map after a new training; merged or renamed classes keep it."""
        project = self._model.project
        number = None if project is None or project.run is None else project.run["number"]
        if number is None or number != self._number:
            self._on_other_run()

    def _on_other_run(self) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.discard()
        self.map, self.error, self._number = None, "", None
        self.changed.emit()

    def _on_event(self, event: Event) -> None:
        if isinstance(event, Progress) and event.total:
            self.share = event.done / event.total
            self.progressed.emit()

    def _on_finished(self, result: DiscMap) -> None:
        self._job, self.map = None, result
        self.changed.emit()

    def _on_failed(self, error: BaseException) -> None:
        self._job, self.error = None, str(error)
        self.changed.emit()

    def _on_cancelled(self) -> None:
        self._job = None
        self.error = self.tr("The drawing was stopped.")
        self.changed.emit()
