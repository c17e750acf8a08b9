"""Makes the timeline of the opened project in a thread; the project then keeps it up to date."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from ahsml_app.gui.jobs.latest_only import Background
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.session.review.timeline import Timeline, read_timeline


class TimelineReader(QObject):
    """Sees to it that `Project.timeline` is there soon, whatever view is shown.

    Signals:
        changed: It is there, or has followed a decision.
        failed: Why there is none.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(self, model: ProjectModel, parent: QObject) -> None:
        super().__init__(parent)
        self._model, self._background = model, Background(self)
        # In a turn of its own: fifty thousand decisions take half a tenth of a second.
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._read)
        self._background.done.connect(self._on_read)
        self._background.failed.connect(self.failed)
        model.project_changed.connect(self._on_scores_changed)
        model.scores_changed.connect(self._on_scores_changed)
        model.decisions_changed.connect(self._on_decisions_changed)
        if model.project is not None:
            self._soon.start()

    @property
    def timeline(self) -> Timeline | None:
        """The review so far; None while it is still to come, and before the first training."""
        return None if self._model.project is None else self._model.project.timeline

    @property
    def busy(self) -> bool:
        """Whether it is still to come."""
        return self._soon.isActive() or self._background.busy

    def stop(self) -> None:
        """End the thread."""
        self._soon.stop()
        self._background.stop()

    def _on_scores_changed(self) -> None:
        self._background.forget()
        self._soon.start()

    def _on_decisions_changed(self, _: object) -> None:
        if self._model.project is not None and self.timeline is not None:
            self.timeline.follow(self._model.project)
            self.changed.emit()

    def _read(self) -> None:
        project = self._model.project
        source = None if project is None else read_timeline(project)
        if project is None or source is None or project.timeline is not None:
            self.changed.emit()
            return
        self._background.start(partial(Timeline, source))

    def _on_read(self, timeline: Timeline) -> None:
        project = self._model.project
        if project is not None:
            project.timeline = timeline
            timeline.follow(project)  # what was decided meanwhile
        self.changed.emit()
