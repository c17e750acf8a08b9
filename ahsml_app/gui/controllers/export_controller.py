"""Runs exports: takes the choice from the dialog and returns the result to it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from ahsml_app.gui.dialogs.export_dialog import ExportDialog
from ahsml_app.gui.dialogs.export_plan import ExportChoice
from ahsml_app.gui.jobs.background_job import BackgroundJob
from ahsml_app.gui.jobs.runner import JobRunner
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.session.export.project_results import (
    ExportRequest,
    export_project,
    export_request,
    plan_export,
)
from ahsml_app.session.export.result_counts import ExportSummary
from ahsml_app.session.export.results import OutputChoice

EXPORT = "export"


class ExportController(QObject):
    """Shows the export dialog and exports what the person chooses there."""

    failed = Signal(object)
    written = Signal(object)  # the ExportSummary

    def __init__(self, model: ProjectModel, runner: JobRunner, window: QWidget) -> None:
        super().__init__(window)
        self._model, self._runner, self._window = model, runner, window
        self._job: BackgroundJob | None = None
        self.dialog: ExportDialog | None = None

    def open_dialog(self) -> None:
        """Shows the dialog for the opened project."""
        if self._model.project is None:
            return
        if self.dialog is None:
            self.dialog = ExportDialog(self._model, self._window)
            self.dialog.plan_requested.connect(self._on_plan_requested)
            self.dialog.export_requested.connect(self._on_export_requested)
            self.dialog.cancelled.connect(self._on_dialog_cancelled)
        self.dialog.show()
        self.dialog.begin()
        self.dialog.raise_()

    def _request(self, choice: ExportChoice) -> ExportRequest:
        project = self._model.project
        assert project is not None  # noqa: S101 - the dialog closes with its project
        rules, formats = (choice.undecided, choice.unsure), choice.formats
        output = OutputChoice(choice.parts, choice.tree_mode, choice.csv_safe, formats, *rules)
        return export_request(
            project, choice.out, output, force=choice.force, review=self._model.review
        )

    def _on_plan_requested(self, choice: ExportChoice) -> None:
        if self._model.project is not None and self.dialog is not None:
            self.dialog.show_plan(plan_export(self._request(choice)))

    def _on_export_requested(self, choice: ExportChoice) -> None:
        if self._model.project is not None and self._job is None:
            job = self._runner.submit(EXPORT, partial(export_project, self._request(choice)))
            if self.dialog is not None:
                job.event.connect(self.dialog.show_event)
            job.finished.connect(self._on_finished)
            job.failed.connect(self._on_failed)
            job.cancelled.connect(self._on_cancelled)
            self._job = job

    def _on_dialog_cancelled(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def _on_finished(self, summary: ExportSummary) -> None:
        self._job = None
        if self.dialog is not None:
            self.dialog.show_done(summary)
        self.written.emit(summary)

    def _on_failed(self, error: BaseException) -> None:
        self._job = None
        if self.dialog is not None:
            self.dialog.show_error(error)
        else:
            self.failed.emit(error)

    def _on_cancelled(self) -> None:
        self._job = None
        if self.dialog is not None:
            self.dialog.show_cancelled()
