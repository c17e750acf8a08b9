"""The opened project, as one object that every view of the window listens to."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QObject, Signal

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.errors import AppError
from ahsml_app.base.message import Message
from ahsml_app.base.types import IntArray
from ahsml_app.session.pipeline.train_project import TrainOutcome
from ahsml_app.session.project.project import Project
from ahsml_app.session.review.queue import QueueFilter, queue_rows
from ahsml_app.session.review.review_progress import ReviewTimeline

MOST_CHOICES = 9
"""Digits from 1 to 9."""

_NO_ROWS: IntArray = np.empty(0, dtype=np.int64)
NO_RUNS: IntArray = np.empty((0, 2), dtype=np.int64)
_SCREEN_FILTER = "queue-view"
_SCREEN_CURRENT = "current-path"


class ProjectModel(QObject):
    """Holds the project, the queue of images, the current one and the selection.

    Attributes:
        project: The opened project, None for none.
        review: How far its review has come, None without a project.
        queue_filter: Filters and order of the queue.
        queue: Rows of the table that the gallery shows, in its order. It stays as it is while a
            person decides; only `set_queue_filter`, `refresh_queue` and a training change it.
        stale: Decisions were made since the queue was computed.
        current: Row of the image under review, -1 for none.
        selection: Rows that are selected in the gallery.
    """

    project_changed = Signal()
    scores_changed = Signal()
    decisions_changed = Signal(object)
    queue_changed = Signal()
    current_changed = Signal(int)
    selection_changed = Signal(object)
    failed = Signal(object)  # an AppError to be shown as a notice

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.project: Project | None = None
        self.review: ReviewTimeline | None = None
        self.queue_filter = QueueFilter()
        self.queue: IntArray = _NO_ROWS
        self.stale = False
        self.current = -1
        self.selection: IntArray = _NO_ROWS
        self._places: IntArray | None = None

    def open(self, project: Project) -> None:
        """Show another project, where it was left; the one before is closed."""
        self.close()
        self.project, self.review = project, ReviewTimeline(project)
        self.queue_filter = _filter_from(project.state(_SCREEN_FILTER, {}))
        self._compute_queue()
        self.project_changed.emit()
        self.queue_changed.emit()
        path = project.state(_SCREEN_CURRENT, "")
        row = project.row_of(path) if path else -1
        self.set_current(row if row >= 0 and self.place(row) >= 0 else self._row_at(0))

    def close(self) -> None:
        """Close the project; its screen state is kept in it."""
        project, self.project, self.review = self.project, None, None
        if project is None:
            return
        self.save_screen(project)
        project.close()
        self.queue, self._places, self.stale = _NO_ROWS, None, False
        self.current, self.selection = -1, _NO_ROWS
        self.project_changed.emit()
        self.queue_changed.emit()
        self.current_changed.emit(-1)

    def save_screen(self, project: Project | None = None) -> None:
        """Keep filters and the current image in the project."""
        project = project or self.project
        if project is None or project.read_only:
            return
        project.set_state(_SCREEN_FILTER, _filter_state(self.queue_filter))
        path = project.table.paths[self.current] if self.current >= 0 else ""
        project.set_state(_SCREEN_CURRENT, path)

    def set_queue_filter(self, queue_filter: QueueFilter) -> None:
        """Filter and sort; the current image stays if it is still shown, else the first one is."""
        if queue_filter == self.queue_filter and not self.stale:
            return
        self.queue_filter = queue_filter
        self.refresh_queue()

    def refresh_queue(self) -> None:
        """Compute the queue anew, with the decisions made since."""
        self._compute_queue()
        self.queue_changed.emit()
        if self.current < 0 or self.place(self.current) < 0:
            self.set_current(self._row_at(0))

    def place(self, row: int) -> int:
        """Place of a row in the queue, -1 if it is not shown."""
        if self.project is None or row < 0:
            return -1
        if self._places is None:
            self._places = np.full(len(self.project.table), -1, dtype=np.int64)
            self._places[self.queue] = np.arange(len(self.queue))
        return int(self._places[row])

    def runs(self, rows: IntArray) -> IntArray:
        """(R, 2) first and last places of the queue where these rows stand side by side."""
        chosen = np.zeros(len(self.queue) + 2, dtype=np.int8)
        if len(rows) and self.project is not None:
            self.place(int(rows[0]))  # computes the places
            places = NO_RUNS[:, 0] if self._places is None else self._places[rows]
            chosen[places[places >= 0] + 1] = 1
        edges = np.diff(chosen)
        return np.stack([np.flatnonzero(edges == 1), np.flatnonzero(edges == -1) - 1], axis=1)

    def set_current(self, row: int) -> None:
        """Take another image under review."""
        if row != self.current:
            self.current = row
            self.current_changed.emit(row)

    def set_selection(self, rows: IntArray | Sequence[int]) -> None:
        """Select images; the current one is not touched."""
        self.selection = np.asarray(rows, dtype=np.int64)
        self.selection_changed.emit(self.selection)

    def step(self, by: int) -> bool:
        """Go to the next (1) or previous (-1) image of the queue; False at its end."""
        place = self.place(self.current) + by if self.current >= 0 else 0
        if not 0 <= place < len(self.queue):
            return False
        self.set_current(int(self.queue[place]))
        return True

    def next_undecided(self) -> bool:
        """Go to the next image of the queue without a decision; False if there is none."""
        if self.project is None:
            return False
        start = self.place(self.current) + 1
        rest = self.queue[start:]
        waiting = np.flatnonzero(self.project.kinds[rest] == DecisionKind.UNDECIDED)
        if not len(waiting):
            return False
        self.set_current(int(rest[waiting[0]]))
        return True

    def targets(self) -> IntArray:
        """What a decision concerns: the selection if it holds several images, else the current."""
        if len(self.selection) > 1:
            return self.selection
        return np.array([self.current], dtype=np.int64) if self.current >= 0 else _NO_ROWS

    def decide(
        self,
        kind: DecisionKind,
        label: str = "",
        rows: IntArray | Sequence[int] | None = None,
        name: Message | None = None,
    ) -> bool:
        """Decide about images: it is on disk before any view hears of it, then on to the next.

        Args:
            kind: What is decided.
            label: New label of a relabelling; empty for the suggestion.
            rows: The images; by default `targets`.
            name: Of the step in the history.

        Returns:
            Whether it was saved; if not, `failed` has told why.
        """
        project = self.project
        chosen = self.targets() if rows is None else np.asarray(rows, dtype=np.int64)
        if project is None or not len(chosen):
            return False
        try:
            changed = project.decide(chosen, kind, label, name)
        except AppError as error:
            self.failed.emit(error)
            return False
        self._tell(changed)
        if rows is None and len(chosen) == 1 and kind != DecisionKind.UNDECIDED:
            self.next_undecided() or self.step(1)
        return True

    def change_classes(self, change: Callable[[Project], IntArray]) -> bool:
        """Rename, merge or split classes: on disk before any view hears of it.

        Args:
            change: One of `session.class_changes`, with all but the project.

        Returns:
            Whether it was saved; if not, `failed` has told why.
        """
        project = self.project
        if project is None:
            return False
        names, keys = project.class_names, project.classes.class_ids
        try:
            changed = change(project)
        except AppError as error:
            self.failed.emit(error)
            return False
        self._tell(changed, self._follow_classes(project, names, keys))
        return True

    def undo(self) -> None:
        """Take the newest step back and show an image that it concerns."""
        self._travel(-1)

    def redo(self) -> None:
        """Take the step undone last again and show an image that it concerns."""
        self._travel(1)

    def go_to(self, number: int) -> None:
        """Undo or redo all steps up to the moment after one; 0 is before the first."""
        if self.project is None:
            return
        steps = self.project.steps()
        there = sum(step.number <= number for step in steps)
        self._travel(there - sum(not step.undone for step in steps))

    def accept_training(self, outcome: TrainOutcome) -> None:
        """Take the scores of a training; the queue is ordered by them."""
        if self.project is None:
            return
        self.project.accept(outcome)
        self.scores_changed.emit()
        self.refresh_queue()
        self.set_current(self._row_at(0))

    def choices(self, row: int) -> list[tuple[int, float]]:
        """The most likely classes of an image, best first, for the digit keys.

        Returns:
            Class index and probability. Behind the top three of the scores come the classes that
            lie nearest to the best one, with NaN for the probability.
        """
        project = self.project
        if project is None or project.scores is None or row < 0:
            return []
        scores = project.scores
        pairs = zip(scores.top_labels[row], scores.top_confidences[row], strict=True)
        likely = [(int(label), float(share)) for label, share in pairs if label >= 0]
        if not likely:
            return []
        known = {label for label, _ in likely}
        near = np.argsort(scores.class_distances[likely[0][0]], kind="stable")
        rest = [(int(label), math.nan) for label in near[: MOST_CHOICES + 3] if label not in known]
        return [*likely, *rest][:MOST_CHOICES]

    def _travel(self, count: int) -> None:
        """Take so many steps again, or back where it is negative, and tell of them once."""
        if self.project is None:
            return
        parts = []
        project, names, keys = (
            self.project,
            self.project.class_names,
            self.project.classes.class_ids,
        )
        try:
            for _ in range(abs(count)):
                part = project.redo() if count > 0 else project.undo()
                if part is None:
                    break
                parts.append(part)
        except AppError as error:
            self.failed.emit(error)
        if not parts:
            return
        changed = parts[0] if len(parts) == 1 else np.unique(np.concatenate(parts))
        self._tell(changed, self._follow_classes(project, names, keys))
        shown = [int(row) for row in changed[:1000] if self.place(int(row)) >= 0]
        if shown and self.current not in shown:
            self.set_current(shown[0])

    def _follow_classes(
        self, project: Project, names: tuple[str, ...], keys: tuple[str, ...]
    ) -> bool:
        """Keep to the same classes in the filters; whether any was renamed, merged or undone."""
        if project.class_names[: len(names)] == names:
            return False
        classes, queue_filter = project.classes, self.queue_filter
        given = frozenset(classes.index(keys[place]) for place in queue_filter.given)
        suggested = frozenset(classes.index(keys[place]) for place in queue_filter.suggested)
        self.queue_filter = replace(queue_filter, given=given, suggested=suggested)
        return True

    def _tell(self, changed: IntArray, classes: bool = False) -> None:
        if len(changed) or classes:
            self.stale = True
            if classes:
                self.scores_changed.emit()  # first: they speak of other classes now
            self.decisions_changed.emit(changed)

    def _compute_queue(self) -> None:
        self._places, self.stale = None, False
        self.queue = (
            _NO_ROWS if self.project is None else queue_rows(self.project, self.queue_filter)
        )

    def _row_at(self, place: int) -> int:
        return int(self.queue[place]) if 0 <= place < len(self.queue) else -1


_SETS = ("given", "suggested", "quadrants", "kinds")


def _filter_state(queue_filter: QueueFilter) -> dict[str, object]:
    """The filter as JSON, without the rows that a page of the window selected."""
    names = (name for name in QueueFilter.__slots__ if name != "rows")
    state: dict[str, object] = {name: getattr(queue_filter, name) for name in names}
    return state | {name: sorted(getattr(queue_filter, name)) for name in _SETS}


def _filter_from(state: dict[str, object]) -> QueueFilter:
    known = {name: value for name, value in state.items() if name in QueueFilter.__slots__}
    for name in _SETS:
        if name in known:
            known[name] = frozenset(known[name])  # type: ignore[call-overload]
    return QueueFilter(**known)  # type: ignore[arg-type]
