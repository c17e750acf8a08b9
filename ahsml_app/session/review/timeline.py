"""The review over time: decisions, errors found and expected, and errors left.

Everything is computed from the journal, so it is the same after a restart. Each decision takes
constant time, however long the journal is.

Decisions count in two ways. All of them reduce the number of undecided images. Only those that were
individually reviewed show how far the probabilities can be trusted: images of steps of up to
`MOST_INDIVIDUALLY_REVIEWED` images whose decision is a verdict on the label (`label_verdicts`), and
that had a probability at that moment.
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
from ahsml_app.base.types import (
    AnyArray,
    BoolArray,
    Float64Array,
    FloatArray,
    IndexArray,
    Int8Array,
    IntArray,
)
from ahsml_app.core.analysis import errors_remaining
from ahsml_app.core.analysis.errors_remaining import CELLS, Ahead, Shift, cells_of, counts_in
from ahsml_app.session.project.project import Project
from ahsml_app.session.review.growing_columns import GrowingColumns, rising
from ahsml_app.session.review.label_verdicts import NO_VERDICT, WRONG, label_verdicts
from ahsml_app.session.review.throughput import Throughput

if TYPE_CHECKING:
    from ahsml_app.store.journal_records import JournalColumns

__all__ = ["MOST_INDIVIDUALLY_REVIEWED", "Ahead", "Timeline", "TimelineSource", "read_timeline"]

MOST_INDIVIDUALLY_REVIEWED = 50
"""Largest number of images of a step that counts as reviewed individually."""

MOMENTS = 96
"""Number of past moments at which the estimate of errors left is drawn."""

_UNDECIDED, _DROP = int(DecisionKind.UNDECIDED), int(DecisionKind.DROP)


@dataclass(frozen=True, slots=True)
class TimelineSource:
    """The inputs of a timeline: reading them needs the project, computing with them does not.

    Attributes:
        count: Number N of samples.
        columns: The journal.
        trainings: For each training, the number of the newest step before it and its (N,) error
            probabilities.
    """

    count: int
    columns: JournalColumns
    trainings: Sequence[tuple[int, FloatArray]]


@dataclass(frozen=True, slots=True)
class _Changes:
    """Changes of the journal and their effects on the counts, as (C,) arrays."""

    rows: IntArray
    entry: FloatArray
    decided: IntArray
    reviewed: IntArray
    errors_found: IntArray


def read_timeline(project: Project) -> TimelineSource | None:
    """Reads the inputs of a timeline in the project's thread; None before the first training."""
    if project.scores is None:
        return None
    columns = project.changes()
    *earlier, newest = project.runs()
    trainings = []
    for facts in earlier:
        with contextlib.suppress(ProjectError):  # without a damaged one, only its part is unknown
            probabilities = project.arrays(facts["number"])["score-error_probability"]
            trainings.append((_step_of(facts, columns), probabilities))
    # Classes merged since then can no longer be confused with each other.
    trainings.append((_step_of(newest, columns), project.scores.error_probability))
    return TimelineSource(len(project.table), columns, trainings)


class Timeline:
    """The review so far, for the current scores.

    Attributes:
        decided: Images with a decision.
        verdicts: (N,) verdict of each decision on the label, as in `label_verdicts`.
        individually_reviewed: Number of images whose label the user judged individually.
        errors_found: Number of wrong labels among them.
        expected: Expected number of wrong labels among them, by the probabilities of that time.
        shift: What the verdicts teach about the probabilities.
        left: Estimated wrong labels among the undecided: low end, best guess, high end.
        ahead: Expected errors in the images still to be reviewed.
        throughput: Images decided per hour of work.
    """

    def __init__(self, source: TimelineSource) -> None:
        self._trainings = source.trainings
        self._step = 0
        self.verdicts: Int8Array = np.full(source.count, NO_VERDICT, dtype=np.int8)
        self._reviewed = np.zeros(source.count, dtype=bool)
        self._entry = np.full(source.count, np.nan, dtype=np.float32)
        self._as_duplicate = np.zeros(source.count, dtype=bool)
        self._now = source.trainings[-1][1]
        self._cells = cells_of(self._now)
        self._judged, self._stated, self._wrong = (np.zeros(CELLS) for _ in range(3))
        self._open = counts_in(self._cells)
        self._open_stated = counts_in(self._cells, self._now)
        self._points = GrowingColumns(3)
        self._points.append(np.zeros((3, 1)))
        self.decided, self.individually_reviewed, self.errors_found, self.expected = 0, 0, 0, 0.0
        self.throughput = Throughput()
        changes = self._take(source.columns)
        self._moments = _past(self._trainings, source.columns, changes, self._cells)
        self._estimate()

    def follow(self, project: Project) -> None:
        """Adds the steps of the journal since the last call."""
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
        """Images individually reviewed, errors found among them, and errors expected among them."""
        x, errors, expected = self._points.values
        keep = _thinned(len(x), most)
        return x[keep], errors[keep], expected[keep]

    def hit_rates(
        self, most: int = 300
    ) -> tuple[Float64Array, Float64Array, Float64Array, Float64Array, Float64Array]:
        """Share of errors among the latest images, over the review.

        Returns:
            Images reviewed; share of errors in a window of the latest tenth of them, at least 20;
            low and high end of its 95 % Wilson interval; expected share in the same window.
        """
        x, errors, expected = self._points.values
        end = np.flatnonzero(x >= min(5, x[-1]))
        end = end[_thinned(len(end), most)]
        end = end[x[end] > 0]
        window = max(20.0, x[-1] / 10)
        start = np.searchsorted(x, x[end] - window, side="left")
        count = x[end] - x[start]
        hits = errors[end] - errors[start]
        low, high = errors_remaining.share_interval(hits, count)
        return x[end], hits / count, low, high, (expected[end] - expected[start]) / count

    def left_curve(self) -> Float64Array:
        """(4, M) decisions made, and errors left then: low end, best guess, high end."""
        point = np.array([[self.decided], *([value] for value in self.left)])
        past = self._moments[:, self._moments[0] <= self.decided]
        if past.shape[1] and np.allclose(past[:, -1], point[:, 0], rtol=1e-4):
            past = past[:, :-1]  # the current moment was kept as a past one
        return np.concatenate([past, point], axis=1)

    @property
    def ratio(self) -> float:
        """Errors found per expected error; NaN if none was expected."""
        return self.errors_found / self.expected if self.expected > 0 else float("nan")

    def _take(self, columns: JournalColumns) -> _Changes:
        """Adds steps of the journal to the counts."""
        changes = self._explained(columns)
        if len(columns.numbers):
            self._step = int(columns.numbers[-1])
        cells = cells_of(changes.entry)
        for total, weights in (
            (self._judged, changes.reviewed),
            (self._stated, changes.reviewed * np.nan_to_num(changes.entry)),
            (self._wrong, changes.errors_found),
        ):
            total += counts_in(cells, weights)
        changed_cells = self._cells[changes.rows]
        self._open -= counts_in(changed_cells, changes.decided)
        self._open_stated -= counts_in(
            changed_cells, changes.decided * np.nan_to_num(self._now[changes.rows])
        )
        np.maximum(self._open_stated, 0, out=self._open_stated)
        reviewed = self.individually_reviewed + np.cumsum(changes.reviewed)
        errors = self.errors_found + np.cumsum(changes.errors_found)
        stated = changes.reviewed * np.nan_to_num(changes.entry).astype(np.float64)
        expected = self.expected + np.cumsum(stated)
        self.decided += int(changes.decided.sum())
        if len(reviewed):
            self.individually_reviewed, self.errors_found = int(reviewed[-1]), int(errors[-1])
            self.expected = float(expected[-1])
            self._points.rewind(float(reviewed.min()))
            keep = rising(reviewed)
            self._points.append(np.stack([reviewed, errors, expected])[:, keep].astype(np.float64))
        small = columns.decided & (columns.samples <= MOST_INDIVIDUALLY_REVIEWED)
        self.throughput.add(columns.times[small], columns.samples[small])
        return changes

    def _explained(self, columns: JournalColumns) -> _Changes:
        """Computes the effect of each change on the counts, given the state before it."""
        order = np.argsort(columns.rows, kind="stable")
        rows, before, after = (
            column[order] for column in (columns.rows, columns.before, columns.after)
        )
        steps = columns.steps[order]
        first = np.ones(len(rows), dtype=bool)
        first[1:] = rows[1:] != rows[:-1]
        # The probability at the first decision about the image counts: later trainings have
        # learnt from the decision.
        entry = np.where(before == _UNDECIDED, self._at(steps, rows), self._entry[rows])
        begins = first | (before == _UNDECIDED)
        start = np.maximum.accumulate(np.where(begins, np.arange(len(rows)), 0))
        entry = entry[start] if len(rows) else entry
        step = np.searchsorted(columns.numbers, steps)
        small = columns.samples[step] <= MOST_INDIVIDUALLY_REVIEWED
        # Whoever drops an image because it is a duplicate does not doubt its label.
        duplicate = self._dropped_as_duplicate(columns, step, rows, after, first)
        doubts = np.where(duplicate & (after == _DROP), np.float32(np.nan), entry)
        verdicts = label_verdicts(after, columns.added[order], doubts)
        reviewed = small & (verdicts != NO_VERDICT) & ~np.isnan(entry)
        errors = reviewed & (verdicts == WRONG)
        previous, errors_before = np.empty_like(reviewed), np.empty_like(reviewed)
        previous[1:], errors_before[1:] = reviewed[:-1], errors[:-1]
        previous[first] = self._reviewed[rows[first]]
        errors_before[first] = previous[first] & (self.verdicts[rows[first]] == WRONG)
        last = np.ones(len(rows), dtype=bool)
        last[:-1] = first[1:]
        self.verdicts[rows[last]] = verdicts[last]
        self._reviewed[rows[last]] = reviewed[last]
        self._entry[rows[last]] = entry[last]
        self._as_duplicate[rows[last]] = duplicate[last]
        inverse = np.argsort(order, kind="stable")
        decided = (after != _UNDECIDED).astype(np.int64) - (before != _UNDECIDED)
        return _Changes(
            rows=columns.rows,
            entry=entry[inverse],
            decided=decided[inverse],
            reviewed=(reviewed.astype(np.int64) - previous)[inverse],
            errors_found=(errors.astype(np.int64) - errors_before)[inverse],
        )

    def _dropped_as_duplicate(
        self,
        columns: JournalColumns,
        step: IndexArray,
        rows: IntArray,
        after: IntArray,
        first: BoolArray,
    ) -> BoolArray:
        """Whether the last drop of each change's row was one of a duplicate.

        An undo that brings a drop back brings the reason of the last one back.
        """
        as_duplicate = columns.duplicates[step]
        told = (after == _DROP) & (columns.decided[step] | as_duplicate)
        known = np.where(told, as_duplicate, self._as_duplicate[rows])
        since = np.where(told | first, np.arange(len(rows)), 0)
        result: BoolArray = known[np.maximum.accumulate(since)]
        return result

    def _at(self, steps: IntArray, rows: IntArray) -> FloatArray:
        """Error probability of each row by the newest training at the time of the step."""
        values = np.full(len(rows), np.nan, dtype=np.float32)
        for earliest, probabilities in self._trainings:
            later = steps > earliest
            values[later] = probabilities[rows[later]]
        return values

    def _estimate(self) -> None:
        self.shift: Shift = errors_remaining.fit_shift(self._judged, self._stated, self._wrong)
        shift = self.shift
        low, best, high = errors_remaining.errors_left(self._open, self._open_stated, shift)
        self.left = (float(low), float(best), float(high))
        self.ahead: Ahead = errors_remaining.look_ahead(self._open, self._open_stated, shift)


def _step_of(facts: Mapping[str, Any], columns: JournalColumns) -> int:
    """Number of the newest step before a training; by time if an older version recorded none."""
    if "step" in facts:
        return int(facts["step"])
    finished = dt.datetime.fromisoformat(facts["finished"]).timestamp()
    before = columns.numbers[columns.times < finished]
    return int(before[-1]) if len(before) else 0


def _thinned(count: int, most: int) -> IntArray:
    """At most `most` indices below `count`, evenly spaced, first and last included."""
    if count <= most:
        return np.arange(count)
    return np.linspace(0, count - 1, most).round().astype(np.int64)


def _past(
    trainings: Sequence[tuple[int, FloatArray]],
    columns: JournalColumns,
    changes: _Changes,
    newest_cells: npt.NDArray[np.int16],
) -> Float64Array:
    """(4, M) decisions made, and errors left, at past moments by the scores of that time."""
    decided = np.concatenate([[0], np.cumsum(changes.decided)])
    keep = np.flatnonzero(rising(decided))
    moments = keep[_thinned(len(keep), MOMENTS)]
    # A training changes the estimate without a decision, so it has a moment before and after it.
    starts = np.searchsorted(columns.steps, [step for step, _ in trainings], side="right")
    pieces = []
    segments = np.searchsorted(moments, np.arange(len(changes.rows)), side="right")
    entry_cells = cells_of(changes.entry)
    stated = changes.reviewed * np.nan_to_num(changes.entry)

    def cumulated(cells: npt.NDArray[np.int16], weights: AnyArray) -> Float64Array:
        counted = (cells >= 0) & (segments < len(moments))
        index = segments[counted] * CELLS + cells[counted]
        sums = np.bincount(index, weights[counted], minlength=len(moments) * CELLS)
        return np.cumsum(sums.reshape(len(moments), CELLS), axis=0)

    judged, expected, wrong = (
        cumulated(entry_cells, weights)
        for weights in (changes.reviewed, stated, changes.errors_found)
    )
    shift = errors_remaining.fit_shift(judged, expected, wrong)
    for number, (_, probabilities) in enumerate(trainings):
        begin = starts[number]
        end = starts[number + 1] if number + 1 < len(trainings) else len(changes.rows)
        selected = np.flatnonzero((moments >= begin) & (moments <= end))
        if not len(selected):
            continue
        newest = number == len(trainings) - 1
        cells = newest_cells if newest else cells_of(probabilities)
        changed_cells, stated_now = cells[changes.rows], np.nan_to_num(probabilities[changes.rows])
        decided_counts, decided_stated = (
            cumulated(changed_cells, weights)[selected]
            for weights in (changes.decided, changes.decided * stated_now)
        )
        left = counts_in(cells) - decided_counts
        left_stated = np.maximum(counts_in(cells, probabilities) - decided_stated, 0)
        past_shift = Shift(shift.mean[selected], shift.covariance[selected])
        estimates = errors_remaining.errors_left(left, left_stated, past_shift)
        pieces.append(np.concatenate([decided[moments[selected]][None, :], estimates.T]))
    return np.concatenate(pieces, axis=1) if pieces else np.empty((4, 0))
