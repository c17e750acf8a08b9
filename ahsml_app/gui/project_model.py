"""The opened project, as the one model that every view of the window follows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from PySide6.QtCore import QObject, Signal

from ahsml_app.base.decisions import DecisionKind, Mark
from ahsml_app.base.errors import AppError
from ahsml_app.base.message import Message
from ahsml_app.base.types import IntArray
from ahsml_app.gui.stored_filter import filter_from, filter_state, with_classes_at
from ahsml_app.session.pipeline.train_project import TrainOutcome
from ahsml_app.session.pipeline.update_project import UpdateOutcome
from ahsml_app.session.project.project import Project
from ahsml_app.session.review.honest_sample import blended
from ahsml_app.session.review.queue import ChosenRows, QueueFilter, first_open, queue_rows
from ahsml_app.session.review.review_progress import ReviewTimeline
from ahsml_app.session.review.verdict import likely_classes

MOST_CHOICES = 9
"""Digits from 1 to 9."""

MANY, ASK_FROM_SHARE = 20, 0.1
"""Images from which a decision offers to be undone, and their share of all from which it asks."""

_NO_ROWS: IntArray = np.empty(0, dtype=np.int64)
NO_RANGES: IntArray = np.empty((0, 2), dtype=np.int64)
_SCREEN_FILTER = "queue-view"
_SCREEN_CURRENT = "current-path"


class ProjectModel(QObject):
    """Holds the project, the queue of images, the current one and the selection.

    Attributes:
        project: The opened project, None for none.
        review: Progress of its review, None without a project.
        queue_filter: Filters and order of the queue.
        queue: Rows of the table that the gallery shows, in its order. Decisions leave it as it is;
            only `set_queue_filter`, `refresh_queue` and a training change it.
        stale: Whether decisions were made since the queue was computed.
        current: Row of the image under review, -1 for none.
        walk: Rows that keys and decisions go through instead of the queue, None for the queue.
        selection: Rows of the images that are selected.
        may_decide: Asks the person before so many selected images are decided at once; None for
            nobody to ask.
    """

    project_changed = Signal()
    scores_changed = Signal()
    decisions_changed = Signal(object)
    marks_changed = Signal(object)  # rows whose star, note or check by the model changed
    unreadable_found = Signal()  # images that count no more, though nobody decided anything
    queue_changed = Signal()
    current_changed = Signal(int)
    selection_changed = Signal(object)
    failed = Signal(object)  # an AppError to be shown as a notice
    decided_many = Signal(int)  # so many images that the person may want to undo it

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.project: Project | None = None
        self.review: ReviewTimeline | None = None
        self.queue_filter = QueueFilter()
        self.queue: IntArray = _NO_ROWS
        self.stale = False
        self.current = -1
        self.walk: IntArray | None = None
        self.selection: IntArray = _NO_ROWS
        self.may_decide: Callable[[int], bool] | None = None
        self._positions: IntArray | None = None

    def open(self, project: Project) -> None:
        """Closes the open project and shows another one in the state in which it was left."""
        self.close()
        self._show(project)

    def _show(self, project: Project) -> None:
        self.project, self.review = project, ReviewTimeline(project)
        self.queue_filter = filter_from(project.state(_SCREEN_FILTER, {}))
        self._compute_queue()
        self.project_changed.emit()
        self.queue_changed.emit()
        path = project.state(_SCREEN_CURRENT, "")
        row = project.paths.row_of(path) if isinstance(path, str) and path else -1
        self.set_current(row if row >= 0 and self.position(row) >= 0 else self._row_at(0))

    def close(self) -> None:
        """Saves the screen state in the project and closes it."""
        project, self.project, self.review = self.project, None, None
        if project is None:
            return
        self._save_screen(project)
        project.close()
        self.queue, self._positions, self.stale = _NO_ROWS, None, False
        self.current, self.selection = -1, _NO_ROWS
        self.project_changed.emit()
        self.queue_changed.emit()
        self.current_changed.emit(-1)

    def _save_screen(self, project: Project) -> None:
        if project.read_only:
            return
        project.set_state(_SCREEN_FILTER, filter_state(self.queue_filter))
        path = project.table.paths[self.current] if self.current >= 0 else ""
        project.set_state(_SCREEN_CURRENT, path)

    def set_queue_filter(self, queue_filter: QueueFilter) -> None:
        """Filters and sorts the queue; an image that is not shown gives way to the first one."""
        if queue_filter == self.queue_filter and not self.stale:
            return
        self.queue_filter = queue_filter
        self.refresh_queue()

    def refresh_queue(self) -> None:
        """Computes the queue again with the decisions made since."""
        self._compute_queue()
        self.queue_changed.emit()
        if self.current < 0 or self.position(self.current) < 0:
            self.set_current(self._row_at(0))

    def set_queue(self, queue: IntArray) -> None:
        """Shows the images of the queue in another order, until it is computed again."""
        self.queue, self._positions = queue, None
        self.queue_changed.emit()

    def position(self, row: int) -> int:
        """Position of a row in the queue, -1 if it is not shown."""
        if self.project is None or row < 0:
            return -1
        if self._positions is None:
            self._positions = np.full(len(self.project.table), -1, dtype=np.int64)
            self._positions[self.queue] = np.arange(len(self.queue))
        return int(self._positions[row])

    def ranges(self, rows: IntArray) -> IntArray:
        """(R, 2) first and last positions of the runs that these rows form in the queue."""
        selected = np.zeros(len(self.queue) + 2, dtype=np.int8)
        if len(rows) and self.project is not None:
            self.position(int(rows[0]))  # computes the positions
            positions = NO_RANGES[:, 0] if self._positions is None else self._positions[rows]
            selected[positions[positions >= 0] + 1] = 1
        edges = np.diff(selected)
        return np.stack([np.flatnonzero(edges == 1), np.flatnonzero(edges == -1) - 1], axis=1)

    def set_current(self, row: int) -> None:
        """Makes another image the current one."""
        if row != self.current:
            self.current = row
            self.current_changed.emit(row)

    def set_selection(self, rows: IntArray | Sequence[int]) -> None:
        """Selects images; the current image stays."""
        self.selection = np.asarray(rows, dtype=np.int64)
        self.selection_changed.emit(self.selection)

    def step(self, by: int) -> bool:
        """Goes to the next (1) or previous (-1) image of the queue; False at its end."""
        rows, place = self._walked()
        place = place + by if self.current >= 0 else 0
        if not 0 <= place < len(rows):
            return False
        self.set_current(int(rows[place]))
        return True

    def _walked(self) -> tuple[IntArray, int]:
        """The rows that keys go through, and the place of the current image among them."""
        if self.walk is None:
            return self.queue, self.position(self.current)
        places = np.flatnonzero(self.walk == self.current)
        return self.walk, int(places[0]) if len(places) else -1

    def next_undecided(self) -> bool:
        """Goes to the next undecided image of the queue; False if there is none."""
        if self.project is None:
            return False
        rows, place = self._walked()
        row = first_open(self.project, rows[place + 1 :])
        if row >= 0:
            self.set_current(row)
        return row >= 0

    def targets(self) -> IntArray:
        """Rows that a decision applies to: several selected images, else the current one."""
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
        """Saves a decision about images, then notifies the views and goes to the next image.

        Args:
            kind: The decision.
            label: New label of a relabelling; empty for the suggestion.
            rows: The images; by default `targets`.
            name: Name of the step in the history.

        Returns:
            Whether it was saved; if not, `failed` was emitted with the reason.
        """
        targets = self.targets() if rows is None else np.asarray(rows, dtype=np.int64)
        # Whoever names the images has asked already.
        if not self._decide(targets, kind, label, name, ask=rows is None):
            return False
        if rows is None and len(targets) == 1 and kind != DecisionKind.UNDECIDED:
            self.next_undecided() or self.step(1)
        return True

    def decide_many(
        self, rows: IntArray, kind: DecisionKind, label: str = "", name: Message | None = None
    ) -> bool:
        """Saves a decision as `decide` does, but asks first where it is about much of the data."""
        return self._decide(rows, kind, label, name, ask=True)

    def _decide(
        self, targets: IntArray, kind: DecisionKind, label: str, name: Message | None, *, ask: bool
    ) -> bool:
        project = self.project
        scores = None if project is None else project.scores
        if scores is not None and kind == DecisionKind.RELABEL and not label:
            # No class is suggested for an outlier.
            targets = targets[~scores.outlier[targets]]
        count = len(targets)
        if project is None or not count:
            return False
        question = self.may_decide if ask and count > self._most_unasked() else None
        if question is not None and not question(count):
            return False
        if not self.apply(lambda project: project.decide(targets, kind, label, name)):
            return False
        if ask and count > MANY:
            self.decided_many.emit(count)
        return True

    def _most_unasked(self) -> float:
        """How many images are decided at once without a question."""
        count = 0 if self.project is None else len(self.project.table)
        return max(MANY, count * ASK_FROM_SHARE)

    def apply(self, change: Callable[[Project], IntArray]) -> bool:
        """Decides, marks images or edits classes on disk, then notifies the views.

        Args:
            change: A function of the session that lacks only the project.

        Returns:
            Whether it was saved; if not, `failed` was emitted with the reason.
        """
        project = self.project
        if project is None:
            return False
        names, class_ids = project.class_names, project.classes.class_ids
        try:
            changed = change(project)
        except AppError as error:
            self.failed.emit(error)
            return False
        self._emit_changes(changed, self._follow_classes(project, names, class_ids))
        self._emit_marks(_rows_of(project.newly_marked))
        return True

    def include_sample(self, included: bool) -> None:
        """Blends an honest sample into the queue, or leaves it out."""
        if self.review is None:
            return
        try:
            self.review.include_sample(included)
        except AppError as error:
            self.failed.emit(error)
        self.refresh_queue()

    def undo(self) -> None:
        """Undoes the last step and shows an image that it changed."""
        self._move_in_history(-1)

    def redo(self) -> None:
        """Redoes the step that was undone last and shows an image that it changed."""
        self._move_in_history(1)

    def go_to(self, number: int) -> None:
        """Undoes or redoes steps until one is the last; 0 returns to the state before the first."""
        if self.project is None:
            return
        steps = self.project.steps()
        target = sum(step.number <= number for step in steps)
        self._move_in_history(target - sum(not step.undone for step in steps))

    def accept_training(self, outcome: TrainOutcome) -> None:
        """Takes the scores of a training and orders the queue by them."""
        if self.project is None:
            return
        self.project.accept(outcome)
        self.scores_changed.emit()
        self.refresh_queue()
        self.set_current(self._row_at(0))

    def accept_update(self, outcome: UpdateOutcome) -> None:
        """Takes in what changed in the image folder, and shows the project as it is now.

        Raises:
            ProjectError: If it could not be written; then nothing has changed.
        """
        if self.project is None:
            return
        self._save_screen(self.project)
        updated = self.project.accept_update(outcome)
        self.selection = _NO_ROWS
        self._show(updated)

    def show_rows(self, rows: IntArray) -> None:
        """Shows these images alone, in the order of their suspicion."""
        self.set_queue_filter(QueueFilter(rows=ChosenRows(rows)))

    def choices(self, row: int) -> list[tuple[int, float]]:
        """The most likely classes of an image for the digit keys, best first.

        Returns:
            Class index and probability. The classes that are nearest to the best one follow the
            top three of the scores; their probability is NaN.
        """
        return [] if self.project is None else likely_classes(self.project, row, MOST_CHOICES)

    def _move_in_history(self, count: int) -> None:
        """Redoes so many steps, or undoes them if negative, and notifies the views once."""
        if self.project is None:
            return
        changes, project, marked = [], self.project, set[int]()
        names, class_ids = project.class_names, project.classes.class_ids
        try:
            for _ in range(abs(count)):
                rows = project.redo() if count > 0 else project.undo()
                if rows is None:
                    break
                changes.append(rows)
                marked |= _rows_of(project.newly_marked)
        except AppError as error:
            self.failed.emit(error)
        if not changes:
            return
        changed = changes[0] if len(changes) == 1 else np.unique(np.concatenate(changes))
        self._emit_changes(changed, self._follow_classes(project, names, class_ids))
        self._emit_marks(marked)
        touched = changed if len(changed) else sorted(marked)
        shown = [int(row) for row in touched[:1000] if self.position(int(row)) >= 0]
        if shown and self.current not in shown:
            self.set_current(shown[0])

    def _follow_classes(
        self, project: Project, names: tuple[str, ...], class_ids: tuple[str, ...]
    ) -> bool:
        """Keeps the classes of the filters; returns whether a class changed its name or index."""
        if project.class_names[: len(names)] == names:
            return False
        places = [project.classes.index(class_id) for class_id in class_ids]
        self.queue_filter = with_classes_at(self.queue_filter, places)
        return True

    def _emit_changes(self, changed: IntArray, classes: bool = False) -> None:
        if len(changed) or classes:
            self.stale = True
            if classes:
                self.scores_changed.emit()  # first, because the scores now refer to other classes
            self.decisions_changed.emit(changed)

    def _emit_marks(self, rows: set[int]) -> None:
        if rows:
            self.stale |= self.queue_filter.filtered
            self.marks_changed.emit(np.array(sorted(rows), dtype=np.int64))

    def _compute_queue(self) -> None:
        self._positions, self.stale = None, False
        self.queue = _NO_ROWS
        if self.project is None or self.review is None:
            return
        self.queue = queue_rows(self.project, self.queue_filter)
        sample, suspects_first = self.review.sample, self.queue_filter.descending
        suspects_first &= self.queue_filter.sort == "error_probability"
        if sample is not None and sample.included and suspects_first:
            self.queue = blended(self.queue, self.project, sample)

    def _row_at(self, position: int) -> int:
        return int(self.queue[position]) if 0 <= position < len(self.queue) else -1


def _rows_of(marks: Mapping[Mark, Mapping[int, str]]) -> set[int]:
    return set[int]().union(*marks.values())
