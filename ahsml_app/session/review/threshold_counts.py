"""The undecided images between two probability thresholds, and the histogram of all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.types import BoolArray, ByteArray, FloatArray, IntArray, Scores
from ahsml_app.session.project.project import Project
from ahsml_app.session.review.queue import QueueFilter, matches, review_states

BINS = 50


class ThresholdCounts:
    """Counts the images that pass the other filters, so that a threshold can be dragged quickly.

    Attributes:
        all: (`BINS`,) histogram of the images by error probability.
        decided: (`BINS`,) histogram of the decided images among them.
    """

    def __init__(self) -> None:
        self.all: IntArray = np.zeros(BINS, dtype=np.int64)
        self.decided: IntArray = self.all
        self._project: Project | None = None
        self._scores: Scores | None = None
        self._filter, self._outdated = QueueFilter(), False
        self._rows: IntArray = np.empty(0, dtype=np.int64)
        self._positions: IntArray = self._rows  # of each row of the table in these arrays
        self._wrong: FloatArray = np.empty(0, dtype=np.float32)
        self._bins: ByteArray = np.empty(0, dtype=np.uint8)
        self._open: BoolArray = np.empty(0, dtype=bool)

    def take(self, project: Project, queue_filter: QueueFilter) -> bool:
        """Selects the images that pass all filters except the probability; False if unchanged."""
        plain = QueueFilter()
        other = replace(
            queue_filter, low=0.0, high=1.0, sort=plain.sort, descending=plain.descending
        )
        same = self._project is project and self._scores is project.scores
        if same and self._filter == other and not self._outdated:
            return False
        self._outdated = False
        self._project, self._scores, self._filter = project, project.scores, other
        if project.scores is None:
            self._rows, self._wrong = self._rows[:0], self._wrong[:0]
        else:
            rows = np.flatnonzero(matches(project, other)).astype(np.int64)
            wrong = np.asarray(project.scores.error_probability[rows])
            scored = ~np.isnan(wrong)
            self._rows, self._wrong = rows[scored], wrong[scored]
        self._bins = np.clip(self._wrong * BINS, 0, BINS - 1).astype(np.uint8)
        self.all = np.bincount(self._bins, minlength=BINS)
        self._positions = np.full(len(project.table), -1, dtype=np.int64)
        self._positions[self._rows] = np.arange(len(self._rows))
        self._open = review_states(project, self._rows) == DecisionKind.UNDECIDED
        self._count_decided()
        return True

    def take_decisions(self, project: Project, rows: IntArray) -> None:
        """Updates the counts after decisions; the selection of images stays the same."""
        if self._project is project:
            shown = rows[self._positions[rows] >= 0]
            states = review_states(project, shown)
            self._open[self._positions[shown]] = states == DecisionKind.UNDECIDED
            self._count_decided()
        self._outdated = True  # decisions may change which images pass the next filter

    def _count_decided(self) -> None:
        self.decided = np.bincount(self._bins[~self._open], minlength=BINS)

    def open_probabilities(self, low: float, high: float) -> FloatArray:
        """Error probabilities of the undecided images between two thresholds.

        Args:
            low: Lower threshold, inclusive.
            high: Upper threshold, inclusive.
        """
        inside = self._open & (self._wrong >= low)
        if high < 1:
            inside &= self._wrong <= high
        return self._wrong[inside]
