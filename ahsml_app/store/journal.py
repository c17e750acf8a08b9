"""The journal of decisions: append-only, with undo and redo as entries of their own.

A step changes some samples; each change holds what was before. Undo appends a step that takes the
changes of another one back, so the state is always that of the newest change of each sample and
nothing is ever rewritten: an auditor reads the whole history.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt

from ahsml_app.base.decisions import Decision, DecisionKind, Step
from ahsml_app.base.errors import ProjectError

Changes = dict[int, Decision]
"""Decision of each changed sample, by its number."""


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One change of one sample, as the export of the journal lists it."""

    step: int
    action: str
    name: str
    time: str
    sample: int
    before: Decision
    after: Decision


@dataclass(frozen=True, slots=True)
class JournalColumns:
    """Steps and their changes as columns, oldest first, undo and redo included.

    Attributes:
        numbers: (S,) numbers of the steps.
        times: (S,) when, in seconds since 1970.
        samples: (S,) how many images each changed.
        decided: (S,) whether it is a decision, not an undo or redo.
        steps: (C,) number of the step of each change.
        rows: (C,) the sample that it changed.
        before: (C,) kind of the decision before it.
        after: (C,) kind of the decision after it.
    """

    numbers: npt.NDArray[np.int64]
    times: npt.NDArray[np.float64]
    samples: npt.NDArray[np.int64]
    decided: npt.NDArray[np.bool_]
    steps: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int64]
    before: npt.NDArray[np.int64]
    after: npt.NDArray[np.int64]


class Journal:
    """The decisions of a project.

    Args:
        connection: Of `open_database`.
        clock: Gives the time of a step; the system's by default.
    """

    def __init__(
        self, connection: sqlite3.Connection, clock: Callable[[], dt.datetime] | None = None
    ) -> None:
        self._connection = connection
        self._clock = clock or _now
        self._state: Changes = {}
        self._done: list[int] = []
        self._undone: list[int] = []
        self._replay()

    @property
    def state(self) -> Changes:
        """The decision of every sample that has one; not to be changed."""
        return self._state

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to undo."""
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        """Whether there is an undone step that no later step has replaced."""
        return bool(self._undone)

    def decide(self, samples: Sequence[int], decisions: Sequence[Decision], name: str) -> Changes:
        """Take a step: these samples get these decisions. It is on disk when the call returns.

        Args:
            samples: Numbers of the samples, each once.
            decisions: One for each.
            name: What a person reads in the history.

        Returns:
            What changed; empty, and no step, where nothing did.

        Raises:
            ProjectError: If it could not be written; then nothing has changed.
        """
        wanted = dict(zip(samples, decisions, strict=True))
        changes = {s: d for s, d in wanted.items() if d != self._state.get(s, Decision())}
        if not changes:
            return {}
        number = self._append("decide", None, name, changes)
        self._done.append(number)
        self._undone.clear()
        return changes

    def undo(self) -> Changes:
        """Take the newest step back; empty where there is none."""
        if not self._done:
            return {}
        target = self._done[-1]
        changes = self._changes(target, "kind_before", "label_before")
        self._append("undo", target, self._name(target), changes)
        self._undone.append(self._done.pop())
        return changes

    def redo(self) -> Changes:
        """Take the step that was undone last again; empty where there is none."""
        if not self._undone:
            return {}
        target = self._undone[-1]
        changes = self._changes(target, "kind", "label")
        self._append("redo", target, self._name(target), changes)
        self._done.append(self._undone.pop())
        return changes

    def steps(self) -> list[Step]:
        """The steps that a person took, oldest first; those undone say so.

        A step that was undone and then replaced by another one stays in the journal but leaves
        this list, as it can no longer be reached.
        """
        reachable = {*self._done, *self._undone}
        undone = set(self._undone)
        rows = self._connection.execute(
            "SELECT number, name, time, samples, kind, label FROM step "
            "WHERE action = 'decide' ORDER BY number"
        )
        return [
            Step(number, name, time, samples, number in undone, DecisionKind(kind), label)
            for number, name, time, samples, kind, label in rows
            if number in reachable
        ]

    def entries(self) -> Iterator[JournalEntry]:
        """Every change ever made, oldest first, undo and redo included."""
        rows = self._connection.execute(
            "SELECT s.number, s.action, s.name, s.time, c.sample, c.kind_before, c.label_before, "
            "c.kind, c.label FROM step s JOIN change c ON c.step = s.number ORDER BY c.rowid"
        )
        for number, action, name, time, sample, kind_before, label_before, kind, label in rows:
            before = Decision(DecisionKind(kind_before), label_before)
            after = Decision(DecisionKind(kind), label)
            yield JournalEntry(number, action, name, time, sample, before, after)

    def columns(self, after: int = 0) -> JournalColumns:
        """All that happened after a step, as columns.

        Args:
            after: Number of a step; 0 for everything.
        """
        # As few numbers as possible: each one that becomes an object costs more than its reading.
        steps = self._connection.execute(
            # Milliseconds since 1970, which began at that Julian day.
            "SELECT number, CAST((julianday(time) - 2440587.5) * 86400000 AS INTEGER), "
            "samples << 1 | (action = 'decide') FROM step WHERE number > ? ORDER BY number",
            (after,),
        )
        # All by the order they lie in; a few by the index, for the table may be long.
        order = "step, rowid" if after else "rowid"
        changes = self._connection.execute(
            "SELECT (step << 34) | (sample << 6) | (kind_before << 3) | kind "  # noqa: S608
            f"FROM change WHERE step > ? ORDER BY {order}",
            (after,),
        )
        heads = np.fromiter(chain.from_iterable(steps), np.int64).reshape(-1, 3).T
        packed = np.fromiter(chain.from_iterable(changes), np.int64)
        return JournalColumns(
            numbers=heads[0],
            times=heads[1] / 1000.0,
            samples=heads[2] >> 1,
            decided=(heads[2] & 1) > 0,
            steps=packed >> 34,
            rows=(packed >> 6) & ((1 << 28) - 1),
            before=(packed >> 3) & 7,
            after=packed & 7,
        )

    @property
    def newest(self) -> int:
        """Number of the newest step; 0 for none."""
        row = self._connection.execute("SELECT MAX(number) FROM step").fetchone()
        return int(row[0] or 0)

    def _append(self, action: str, target: int | None, name: str, changes: Changes) -> int:
        kinds = {(d.kind, d.label) for d in changes.values()}
        kind, label = kinds.pop() if len(kinds) == 1 else (next(iter(kinds))[0], "")
        time = self._clock().isoformat(timespec="milliseconds")
        with self._transaction():
            cursor = self._connection.execute(
                "INSERT INTO step (action, target, name, kind, label, samples, time) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                (action, target, name, int(kind), label, len(changes), time),
            )
            number = int(cursor.lastrowid or 0)
            self._connection.executemany(
                "INSERT INTO change VALUES (?, ?, ?, ?, ?, ?)",
                (
                    (number, sample, *_cells(self._state.get(sample, Decision())), *_cells(after))
                    for sample, after in changes.items()
                ),
            )
        self._fold(changes)
        return number

    def _fold(self, changes: Changes) -> None:
        for sample, decision in changes.items():
            if decision.kind == DecisionKind.UNDECIDED:
                self._state.pop(sample, None)
            else:
                self._state[sample] = decision

    def _changes(self, step: int, kind: str, label: str) -> Changes:
        rows = self._connection.execute(
            f"SELECT sample, {kind}, {label} FROM change WHERE step = ?",  # noqa: S608 - our names
            (step,),
        )
        return {sample: Decision(DecisionKind(k), text) for sample, k, text in rows}

    def _name(self, step: int) -> str:
        row = self._connection.execute("SELECT name FROM step WHERE number = ?", (step,))
        return str(row.fetchone()[0])

    def _replay(self) -> None:
        rows = self._connection.execute("SELECT sample, kind, label FROM change ORDER BY rowid")
        for sample, kind, label in rows:
            self._state[sample] = Decision(DecisionKind(kind), label)
        self._state = {s: d for s, d in self._state.items() if d.kind != DecisionKind.UNDECIDED}
        for number, action, target in self._connection.execute(
            "SELECT number, action, target FROM step ORDER BY number"
        ):
            if action == "decide":
                self._done.append(number)
                self._undone.clear()
            elif action == "undo":
                self._done.remove(target)
                self._undone.append(target)
            else:
                self._undone.remove(target)
                self._done.append(target)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise ProjectError(
                f"The decision could not be saved: {error}.",
                hint="Nothing has changed. Make room on the disk, or free the project's folder, "
                "and decide again.",
                details=repr(error),
            ) from error


def _cells(decision: Decision) -> tuple[int, str]:
    return int(decision.kind), decision.label


def _now() -> dt.datetime:
    return dt.datetime.now().astimezone()
