"""Runs trainings: starts them from the panel and saves their results in the project."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal

from ahsml_app.base.errors import AppError
from ahsml_app.base.events import Event, Notice
from ahsml_app.base.options.run_options import RunOptions
from ahsml_app.gui.jobs.background_job import BackgroundJob
from ahsml_app.gui.jobs.runner import JobRunner
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.session.analysis.run_diff import RunDiff, diff_runs
from ahsml_app.session.pipeline.train_project import TrainOutcome, train_project
from ahsml_app.session.project.project import Project

JOB_NAME = "train"


class TrainingController(QObject):
    """Runs one training at a time for the opened project."""

    started = Signal(object)  # RunOptions
    event_arrived = Signal(object)  # an Event of the running training
    paused = Signal(bool)  # False when the training goes on
    ended = Signal(str)  # "done", "cancelled" or "failed"
    done = Signal(object)  # RunDiff, None after the first training
    failed = Signal(object)  # exception
    noticed = Signal(object)  # Notice

    def __init__(self, model: ProjectModel, runner: JobRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._model, self._runner = model, runner
        self._job: BackgroundJob | None = None
        self._project: Project | None = None  # the one that is or was trained last
        self._retried: Project | None = None  # the one whose unreadable files are tried again
        model.project_changed.connect(self._on_project_changed)

    @property
    def running(self) -> bool:
        """Whether a training runs or is paused."""
        return self._job is not None

    @property
    def is_paused(self) -> bool:
        """Whether the training is paused."""
        return self._job is not None and self._job.is_paused

    def start(self, options: RunOptions) -> None:
        """Trains the opened project with the decisions made so far."""
        project = self._model.project
        if project is None or self.running:
            return
        try:
            request = project.train_request(options)
        except AppError as error:
            self.failed.emit(error)
            return
        if self._retried is project:
            request, self._retried = replace(request, unreadable=None), None
        job = self._runner.submit(JOB_NAME, partial(train_project, request))
        job.event.connect(self._on_event)
        job.paused.connect(self._on_paused)
        job.resumed.connect(self._on_resumed)
        job.finished.connect(self._on_finished)
        job.failed.connect(self._on_failed)
        job.cancelled.connect(self._on_cancelled)
        self._job, self._project = job, project
        self.started.emit(options)

    def try_unreadable_again(self) -> None:
        """Lets the next training of this project try its unreadable files once more."""
        self._retried = self._model.project

    def cancel(self) -> None:
        """Stops the training; the next start continues from its checkpoints."""
        if self._job is not None:
            self._job.cancel()

    def pause(self) -> None:
        """Pauses the training after its next event."""
        if self._job is not None:
            self._job.pause()

    def resume(self) -> None:
        """Continues a paused training."""
        if self._job is not None:
            self._job.resume()

    def _on_project_changed(self) -> None:
        """Stops the training of a project that was closed; its next training continues it."""
        if self._model.project is not self._project:
            self.cancel()

    def _on_paused(self) -> None:
        self.paused.emit(True)

    def _on_resumed(self) -> None:
        self.paused.emit(False)

    def _on_event(self, event: Event) -> None:
        if isinstance(event, Notice):
            self.noticed.emit(event)
        self.event_arrived.emit(event)

    def _on_finished(self, outcome: TrainOutcome) -> None:
        self._job = None
        project = self._model.project
        if project is None or project is not self._project:
            self.ended.emit("cancelled")  # the project was closed just before
            return
        previous = project.scores
        try:
            self._model.accept_training(outcome)
        except AppError as error:
            self._end("failed", error)
            return
        run_diff: RunDiff | None = None
        timeline = None if self._model.review is None else self._model.review.timeline()
        if previous is not None and project.scores is not None and timeline is not None:
            run_diff = diff_runs(previous, project.scores, project.kinds, timeline.shift)
        self.ended.emit("done")
        self.done.emit(run_diff)

    def _on_failed(self, error: BaseException) -> None:
        self._job = None
        self._end("failed", error)

    def _on_cancelled(self) -> None:
        self._job = None
        self.ended.emit("cancelled")

    def _end(self, outcome: str, error: BaseException) -> None:
        self.ended.emit(outcome)
        self.failed.emit(error)
