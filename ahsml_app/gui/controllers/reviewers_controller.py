"""Who decides in the window, and the queue in which a third person settles disagreements."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QInputDialog, QWidget

from ahsml_app.base.decisions import reviewer_name, system_reviewer
from ahsml_app.base.message import Message
from ahsml_app.gui.dialogs.compare_dialog import CompareDialog
from ahsml_app.gui.gallery.agreement_card import AgreementCard
from ahsml_app.gui.jobs.background_job import BackgroundJob
from ahsml_app.gui.jobs.runner import JobRunner
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.shell.actions import ActionSet
from ahsml_app.gui.shell.settings import Settings
from ahsml_app.session.headless.audit import MergeSummary, compare_logs
from ahsml_app.session.project.agreement import (
    Agreement,
    Verdicts,
    place_verdicts,
    take_over,
)
from ahsml_app.session.review.queue import ChosenRows, QueueFilter

COMPARE = "compare"


class ReviewersController(QObject):
    """Records who decides, and compares the decisions of others.

    Signals:
        failed: The comparison ended with this error.
        card_made: A card to be shown above the gallery.
        review_requested: The gallery should be shown.
    """

    failed = Signal(object)
    card_made = Signal(object)
    review_requested = Signal()

    def __init__(
        self,
        model: ProjectModel,
        runner: JobRunner,
        actions: ActionSet,
        settings: Settings,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._model, self._runner = model, runner
        self._settings, self._window = settings, window
        self._name = reviewer_name(settings.reviewer())
        self._job: BackgroundJob | None = None
        self._placed: list[tuple[int, Verdicts]] = []
        self.dialog: CompareDialog | None = None
        self.name_dialog: QInputDialog | None = None
        self.card: AgreementCard | None = None
        actions.action("reviewer").triggered.connect(self.ask_name)
        actions.action("compare-decisions").triggered.connect(self.ask_logs)
        model.project_changed.connect(self._on_project_changed)

    @property
    def name(self) -> str:
        """Who decides."""
        return self._name or system_reviewer()

    def use_name(self, name: str) -> None:
        """Sets who decides in this window, without saving it."""
        self._name = reviewer_name(name)
        self._apply_name()

    def ask_name(self) -> None:
        """Asks who decides."""
        if self.name_dialog is None:
            self.name_dialog = QInputDialog(self._window)
            self.name_dialog.setWindowTitle(self.tr("Who decides"))
            self.name_dialog.setLabelText(
                self.tr("Your name, which the journal records with each decision:")
            )
            self.name_dialog.textValueSelected.connect(self._on_name_chosen)
        self.name_dialog.setTextValue(self.name)
        self.name_dialog.open()

    def ask_logs(self) -> None:
        """Asks for the decisions of two people."""
        if self.dialog is None:
            self.dialog = CompareDialog(self._window)
            self.dialog.chosen.connect(self.compare)
        self.dialog.show()
        self.dialog.raise_()

    def compare(self, first: Path, second: Path) -> None:
        """Compares two decision logs, projects or exports."""
        if self._model.project is None or self._job is not None:
            return
        job = self._runner.submit(COMPARE, partial(compare_logs, first, second))
        job.finished.connect(self._on_compared)
        job.failed.connect(self._on_failed)
        job.cancelled.connect(self._on_ended)
        self._job = job

    def show_queue(self) -> None:
        """Shows the images on which the two disagree."""
        rows = np.array([row for row, _ in self._placed], dtype=np.int64)
        if len(rows):
            self._model.set_queue_filter(QueueFilter(rows=ChosenRows(rows)))
            self.review_requested.emit()

    def _apply_name(self) -> None:
        project = self._model.project
        if project is not None:
            project.reviewer = self.name

    def _on_name_chosen(self, name: str) -> None:
        self.use_name(name)
        self._settings.set_reviewer(self._name)

    def _on_compared(self, summary: MergeSummary) -> None:
        self._job = None
        project, agreement = self._model.project, summary.agreement
        if project is None:
            return
        self._close_card()
        self._placed = place_verdicts(project, agreement.disagreements)
        card = self.card = AgreementCard(self._model, agreement, self._placed)
        card.queue_requested.connect(self.show_queue)
        card.agreed_requested.connect(partial(self._take_agreed, agreement))
        card.single_requested.connect(partial(self._take_single, agreement))
        card.closed.connect(self._close_card)
        self.card_made.emit(card)
        self.review_requested.emit()
        self.show_queue()

    def _take_agreed(self, agreement: Agreement) -> None:
        agreed = tuple(item for item in agreement.verdicts if item.agreed)
        self._take(agreement, agreed, Message("Take over what two people decided alike"))

    def _take_single(self, agreement: Agreement) -> None:
        self._take(agreement, agreement.single, Message("Take over what one of two people decided"))

    def _take(self, agreement: Agreement, verdicts: tuple[Verdicts, ...], name: Message) -> None:
        project = self._model.project
        if project is not None:
            placed = place_verdicts(project, verdicts)
            self._model.apply(partial(take_over, agreement, placed, name))

    def _close_card(self) -> None:
        if self.card is not None:
            self.card.hide()
            self.card.deleteLater()
            self.card = None

    def _on_project_changed(self) -> None:
        self._apply_name()
        self._close_card()
        self._placed = []
        if self._job is not None:
            self._job.cancel()

    def _on_ended(self, _: object = None) -> None:
        self._job = None

    def _on_failed(self, error: BaseException) -> None:
        self._job = None
        self.failed.emit(error)
