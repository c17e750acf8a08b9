"""Computes the timeline of the open project in a thread and keeps it up to date."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from ahsml_app.gui.jobs.latest_only import Background
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.session.review.timeline import Timeline


class TimelineReader(QObject):
    """Computes the timeline of `ProjectModel.review` whenever the scores change.

    Signals:
        changed: The timeline was computed or follows a new decision.
        failed: The timeline could not be computed; carries the error.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(self, model: ProjectModel, parent: QObject) -> None:
        super().__init__(parent)
        self._model, self._background = model, Background(self)
        # In its own turn of the event loop: fifty thousand decisions take 50 ms.
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._read)
        self._background.done.connect(self._on_read)
        self._background.failed.connect(self.failed)
        model.project_changed.connect(self._on_scores_changed)
        model.scores_changed.connect(self._on_scores_changed)
        model.decisions_changed.connect(self._on_decisions_changed)
        if model.project is not None:
            self._timer.start()

    @property
    def timeline(self) -> Timeline | None:
        """Timeline for the current scores, or None if not computed yet or never trained."""
        return None if self._model.review is None else self._model.review.current

    @property
    def busy(self) -> bool:
        """Whether the timeline is being computed."""
        return self._timer.isActive() or self._background.busy

    def stop(self) -> None:
        """End the thread."""
        self._timer.stop()
        self._background.stop()

    def _on_scores_changed(self) -> None:
        self._background.forget()
        self._timer.start()

    def _on_decisions_changed(self, _: object) -> None:
        if self._model.review is not None and self.timeline is not None:
            self._model.review.follow()
            self.changed.emit()

    def _read(self) -> None:
        review = self._model.review
        source = None if review is None or review.current is not None else review.source()
        if source is None:
            self.changed.emit()
            return
        self._background.start(partial(Timeline, source))

    def _on_read(self, timeline: Timeline) -> None:
        if self._model.review is not None:
            self._model.review.keep(timeline)
        self.changed.emit()
