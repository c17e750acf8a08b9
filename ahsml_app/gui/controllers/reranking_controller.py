"""Offers a new order after decisions, and groups of images with the same mistake."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from ahsml_app.base.types import IntArray
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.shell.actions import ActionSet
from ahsml_app.gui.shell.settings import Settings
from ahsml_app.session.desk.rerank import ReviewReranking, can_rerank, same_mistake_rows
from ahsml_app.session.review.queue import ChosenRows, QueueFilter


class RerankingController(QObject):
    """Follows the decisions, if a person wants that, and reorders the queue only when asked.

    Signals:
        moved: So many images of the queue have moved up since it was ordered.
        nothing_alike: No other image seems to have the mistake of the current one.
    """

    moved = Signal(int)
    nothing_alike = Signal()

    def __init__(
        self, model: ProjectModel, actions: ActionSet, settings: Settings, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._model, self._settings = model, settings
        self._reranking: ReviewReranking | None = None
        # After the next image is on the screen, which does not wait for it.
        self._count_timer = QTimer(self)
        self._count_timer.setSingleShot(True)
        self._count_timer.setInterval(0)
        self._count_timer.timeout.connect(self._count)
        self._changed: list[IntArray] = []
        self._switch = actions.action("rerank")
        self._switch.setCheckable(True)
        self._switch.setChecked(settings.reranks())
        self._switch.toggled.connect(self._on_switched)
        actions.action("same-mistake").triggered.connect(self.show_same_mistake)
        model.decisions_changed.connect(self._on_decisions)
        model.queue_changed.connect(self._count_timer.start)
        for signal in (model.scores_changed, model.project_changed):
            signal.connect(self._begin_anew)

    def reorder(self) -> None:
        """Moves the images of the queue to their new places."""
        if self._reranking is not None:
            self._model.set_queue(self._reranking.reordered(self._model.queue))

    def show_same_mistake(self) -> None:
        """Shows and selects the images that seem to have the mistake of the current one."""
        project, row = self._model.project, self._model.current
        rows = None if project is None else same_mistake_rows(project, row)
        if rows is None or len(rows) < 2:
            self.nothing_alike.emit()
            return
        chosen = QueueFilter(rows=ChosenRows(rows), sort="chosen", descending=False)
        self._model.set_queue_filter(chosen)
        self._model.set_current(row)
        self._model.set_selection(rows)

    def _on_switched(self, on: bool) -> None:
        self._settings.set_reranks(on)
        self._begin_anew()

    def _begin_anew(self) -> None:
        """Forgets what was decided: the scores know it, or belong to other images."""
        self._reranking, self._changed = None, []
        self._count_timer.start()

    def _on_decisions(self, rows: IntArray) -> None:
        self._changed.append(rows)
        self._count_timer.start()

    def _count(self) -> None:
        """Takes in what was decided, and tells how many images that moves up."""
        project, wanted = self._model.project, self._switch.isChecked()
        if project is None or not wanted or not can_rerank(project, self._model.queue_filter):
            self.moved.emit(0)  # what was decided in another order is taken in with this one
            return
        if self._reranking is None or not self._reranking.is_of(project):  # classes are merged
            self._reranking = ReviewReranking(project)
        changed, self._changed = self._changed, []
        for rows in changed:
            self._reranking.follow(rows)
        self.moved.emit(self._reranking.moved_up(self._model.queue))
