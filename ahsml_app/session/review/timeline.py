"""The review over time: what was decided, found and expected, and what is left.

Everything is made from the journal, so it is the same after a restart, and grows with it: a
decision costs the same whether it is the first or the hundred-thousandth.

Decisions count in two ways. All of them leave fewer images undecided. Only those that a person
looked at say how far the probabilities can be trusted: a step of up to `MOST_LOOKED` images, kept,
relabelled or dropped (unsure says neither), about images that had a probability at that moment.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.errors import ProjectError
from ahsml_app.base.types import AnyArray, Float64Array, FloatArray, IntArray
from ahsml_app.core.analysis import errors_remaining as remaining
from ahsml_app.core.analysis.errors_remaining import CELLS, Ahead
from ahsml_app.session.project.project import Project
from ahsml_app.session.review.growing_columns import GrowingColumns, rising
from ahsml_app.session.review.throughput import Pace

if TYPE_CHECKING:
    from ahsml_app.store.journal import JournalColumns

__all__ = ["MOST_LOOKED", "Ahead", "Timeline", "TimelineSource", "read_timeline"]

MOST_LOOKED = 50
"""Images in one step up to which a person is taken to have looked at each."""

MOMENTS = 96
"""At how many moments of the past the estimate of what is left is drawn."""

_UNDECIDED = int(DecisionKind.UNDECIDED)
_JUDGED = (int(DecisionKind.KEEP), int(DecisionKind.RELABEL), int(DecisionKind.DROP))
_WRONG = (int(DecisionKind.RELABEL), int(DecisionKind.DROP))


@dataclass(frozen=True, slots=True)
class TimelineSource:
    """What a timeline is made from; reading it needs the project, working on it does not.

    Attributes:
        count: Number of samples N.
        columns: The journal.
        runs: Number of the newest step before each training, and its (N,) probabilities.
    """

    count: int
    columns: JournalColumns
    runs: Sequence[tuple[int, FloatArray]]


@dataclass(frozen=True, slots=True)
class _Changes:
    """Changes of the journal with what they mean; (C,) each."""

    rows: IntArray
    entry: FloatArray
    decided: IntArray
    looked: IntArray
    found: IntArray


def read_timeline(project: Project) -> TimelineSource | None:
    """Read what a timeline needs, in the thread of the project; None before the first training."""
    if project.scores is None:
        return None
    columns = project.changes()
    *earlier, newest = project.runs()
    runs = []
    for facts in earlier:
        with contextlib.suppress(ProjectError):  # a damaged one only leaves what it said unknown
            found = project.arrays(facts["number"])["score-error_probability"]
            runs.append((_step_of(facts, columns), found))
    # Classes that were merged since cannot be mistaken for each other any more.
    runs.append((_step_of(newest, columns), project.scores.error_probability))
    return TimelineSource(len(project.table), columns, runs)


class Timeline:
    """The review so far.

    Attributes:
        decided: Images with a decision.
        looked: Images that a person judged one by one.
        found: Of them, those that were wrong.
        expected: Wrong ones among them by the probabilities at that time.
        left: Estimated wrong labels among the undecided: low end, best guess, high end.
        ahead: What reviewing on would find.
        pace: How fast it goes.
    """

    def __init__(self, source: TimelineSource) -> None:
        self._runs = source.runs
        self._step = 0
        self._kinds = np.zeros(source.count, dtype=np.int8)
        self._looked = np.zeros(source.count, dtype=bool)
        self._entry = np.full(source.count, np.nan, dtype=np.float32)
        self._now = source.runs[-1][1]
        self._cells = remaining.cells_of(self._now)
        self._judged, self._stated, self._wrong = (np.zeros(CELLS) for _ in range(3))
        self._open = _counts(self._cells)
        self._open_stated = _counts(self._cells, self._now)
        self._points = GrowingColumns(3)
        self._points.append(np.zeros((3, 1)))
        self.decided, self.looked, self.found, self.expected = 0, 0, 0, 0.0
        self.pace = Pace()
        changes = self._take(source.columns)
        self._moments = _past(self._runs, source.columns, changes, self._cells)
        self._estimate()

    def follow(self, project: Project) -> None:
        """Take what has happened in the journal since."""
        columns = project.changes(self._step)
        if not len(columns.numbers):
            return
        self._take(columns)
        self._estimate()
        x = self._moments[0]
        space = max(1, self.decided // MOMENTS)
        self._moments = self._moments[:, x < self.decided]
        if not self._moments.shape[1] or self.decided - self._moments[0, -1] >= space:
            point = np.array([[self.decided], *([value] for value in self.left)])
            self._moments = np.concatenate([self._moments, point], axis=1)
        if self._moments.shape[1] > 4 * MOMENTS:
            self._moments = self._moments[:, ::2]

    def found_curve(self, most: int = 300) -> tuple[Float64Array, Float64Array, Float64Array]:
        """Images looked at, wrong ones found among them, and those that were expected."""
        x, found, expected = self._points.values
        keep = _thinned(len(x), most)
        return x[keep], found[keep], expected[keep]

    def hit_rates(
        self, most: int = 300
    ) -> tuple[Float64Array, Float64Array, Float64Array, Float64Array, Float64Array]:
        """Share of errors among the latest images, along the review.

        Returns:
            Images looked at; share of wrong ones among the last of them, as many as a tenth of all
            and at least 20; low and high end of its interval (Wilson, 95 %); the share that was
            expected of the same images.
        """
        x, found, expected = self._points.values
        end = np.flatnonzero(x >= min(5, x[-1]))
        end = end[_thinned(len(end), most)]
        end = end[x[end] > 0]
        window = max(20.0, x[-1] / 10)
        start = np.searchsorted(x, x[end] - window, side="left")
        count = x[end] - x[start]
        hits = found[end] - found[start]
        low, high = remaining.share_interval(hits, count)
        return x[end], hits / count, low, high, (expected[end] - expected[start]) / count

    def left_curve(self) -> Float64Array:
        """(4, M) decisions made, and what was left then: low end, best guess, high end."""
        point = np.array([[self.decided], *([value] for value in self.left)])
        past = self._moments[:, self._moments[0] <= self.decided]
        if past.shape[1] and np.allclose(past[:, -1], point[:, 0], rtol=1e-4):
            past = past[:, :-1]  # the present moment was kept as one of the past
        return np.concatenate([past, point], axis=1)

    @property
    def ratio(self) -> float:
        """Errors found for each that was expected; NaN where none was."""
        return self.found / self.expected if self.expected > 0 else float("nan")

    def _take(self, columns: JournalColumns) -> _Changes:
        """Add steps of the journal."""
        changes = self._explained(columns)
        if len(columns.numbers):
            self._step = int(columns.numbers[-1])
        cells = remaining.cells_of(changes.entry)
        for total, weights in (
            (self._judged, changes.looked),
            (self._stated, changes.looked * np.nan_to_num(changes.entry)),
            (self._wrong, changes.found),
        ):
            total += _counts(cells, weights)
        here = self._cells[changes.rows]
        self._open -= _counts(here, changes.decided)
        self._open_stated -= _counts(here, changes.decided * np.nan_to_num(self._now[changes.rows]))
        np.maximum(self._open_stated, 0, out=self._open_stated)
        looked = self.looked + np.cumsum(changes.looked)
        found = self.found + np.cumsum(changes.found)
        stated = changes.looked * np.nan_to_num(changes.entry).astype(np.float64)
        expected = self.expected + np.cumsum(stated)
        self.decided += int(changes.decided.sum())
        if len(looked):
            self.looked, self.found = int(looked[-1]), int(found[-1])
            self.expected = float(expected[-1])
            self._points.rewind(float(looked.min()))
            keep = rising(looked)
            self._points.append(np.stack([looked, found, expected])[:, keep].astype(np.float64))
        small = columns.decided & (columns.samples <= MOST_LOOKED)
        self.pace.add(columns.times[small], columns.samples[small])
        return changes

    def _explained(self, columns: JournalColumns) -> _Changes:
        """What each change means, given the state before it."""
        order = np.argsort(columns.rows, kind="stable")
        rows, before, after = (
            part[order] for part in (columns.rows, columns.before, columns.after)
        )
        steps = columns.steps[order]
        first = np.ones(len(rows), dtype=bool)
        first[1:] = rows[1:] != rows[:-1]
        # The probability that counts is that of the moment when the image was first decided: later
        # trainings have learnt from the decision.
        entry = np.where(before == _UNDECIDED, self._at(steps, rows), self._entry[rows])
        begins = first | (before == _UNDECIDED)
        place = np.maximum.accumulate(np.where(begins, np.arange(len(rows)), 0))
        entry = entry[place] if len(rows) else entry
        place = np.searchsorted(columns.numbers, steps)
        small = columns.samples[place] <= MOST_LOOKED
        looked = small & np.isin(after, _JUDGED) & ~np.isnan(entry)
        previous = np.empty_like(looked)
        previous[1:] = looked[:-1]
        previous[first] = self._looked[rows[first]]
        found = looked & np.isin(after, _WRONG)
        found_before = previous & np.isin(before, _WRONG)
        last = np.ones(len(rows), dtype=bool)
        last[:-1] = first[1:]
        self._kinds[rows[last]] = after[last]
        self._looked[rows[last]] = looked[last]
        self._entry[rows[last]] = entry[last]
        back = np.argsort(order, kind="stable")
        decided = (after != _UNDECIDED).astype(np.int64) - (before != _UNDECIDED)
        return _Changes(
            rows=columns.rows,
            entry=entry[back],
            decided=decided[back],
            looked=(looked.astype(np.int64) - previous)[back],
            found=(found.astype(np.int64) - found_before)[back],
        )

    def _at(self, steps: IntArray, rows: IntArray) -> FloatArray:
        """Probability of an error of each row by the training that was newest at the step."""
        values = np.full(len(rows), np.nan, dtype=np.float32)
        for earliest, probabilities in self._runs:
            later = steps > earliest
            values[later] = probabilities[rows[later]]
        return values

    def _estimate(self) -> None:
        shift = remaining.fit_shift(self._judged, self._stated, self._wrong)
        low, best, high = remaining.errors_left(self._open, self._open_stated, shift)
        self.left = (float(low), float(best), float(high))
        self.ahead: Ahead = remaining.look_ahead(self._open, self._open_stated, shift)


def _step_of(facts: Mapping[str, Any], columns: JournalColumns) -> int:
    """Number of the newest step before a training; by the clock where an older version trained."""
    if "step" in facts:
        return int(facts["step"])
    finished = dt.datetime.fromisoformat(facts["finished"]).timestamp()
    before = columns.numbers[columns.times < finished]
    return int(before[-1]) if len(before) else 0


def _counts(cells: npt.NDArray[np.int16], weights: AnyArray | None = None) -> Float64Array:
    """(CELLS,) how many there are in each cell, or the sum of their weights."""
    known = cells >= 0
    if not known.all():
        cells = cells[known]
        weights = None if weights is None else weights[known]
    return np.bincount(cells, weights, minlength=CELLS).astype(np.float64)


def _thinned(count: int, most: int) -> IntArray:
    """Places of at most so many of them, the first and the last included."""
    if count <= most:
        return np.arange(count)
    return np.linspace(0, count - 1, most).round().astype(np.int64)


def _past(
    runs: Sequence[tuple[int, FloatArray]],
    columns: JournalColumns,
    changes: _Changes,
    newest_cells: npt.NDArray[np.int16],
) -> Float64Array:
    """(4, M) decisions made, and what was left at moments of the past, by the scores of then."""
    decided = np.concatenate([[0], np.cumsum(changes.decided)])
    keep = np.flatnonzero(rising(decided))
    moments = keep[_thinned(len(keep), MOMENTS)]
    # A training changes the estimate without a decision: one moment before it and one after.
    starts = np.searchsorted(columns.steps, [step for step, _ in runs], side="right")
    pieces = []
    segments = np.searchsorted(moments, np.arange(len(changes.rows)), side="right")
    entry_cells = remaining.cells_of(changes.entry)
    stated = changes.looked * np.nan_to_num(changes.entry)

    def cumulated(cells: npt.NDArray[np.int16], weights: AnyArray) -> Float64Array:
        known = (cells >= 0) & (segments < len(moments))
        place = segments[known] * CELLS + cells[known]
        sums = np.bincount(place, weights[known], minlength=len(moments) * CELLS)
        return np.cumsum(sums.reshape(len(moments), CELLS), axis=0)

    judged, expected, wrong = (
        cumulated(entry_cells, weights) for weights in (changes.looked, stated, changes.found)
    )
    shift = remaining.fit_shift(judged, expected, wrong)
    for number, (_, probabilities) in enumerate(runs):
        begin = starts[number]
        end = starts[number + 1] if number + 1 < len(runs) else len(changes.rows)
        mine = np.flatnonzero((moments >= begin) & (moments <= end))
        if not len(mine):
            continue
        newest = number == len(runs) - 1
        cells = newest_cells if newest else remaining.cells_of(probabilities)
        here, known = cells[changes.rows], np.nan_to_num(probabilities[changes.rows])
        gone, gone_stated = (
            cumulated(here, weights)[mine] for weights in (changes.decided, changes.decided * known)
        )
        left = _counts(cells) - gone
        left_stated = np.maximum(_counts(cells, probabilities) - gone_stated, 0)
        part = remaining.Shift(shift.mean[mine], shift.covariance[mine])
        estimates = remaining.errors_left(left, left_stated, part)
        pieces.append(np.concatenate([decided[moments[mine]][None, :], estimates.T]))
    return np.concatenate(pieces, axis=1) if pieces else np.empty((4, 0))
