"""Reads the journal's tables: as entries, as columns, and as steps of the decision log."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, groupby
from operator import itemgetter

import numpy as np

from ahsml_app.base.decisions import (
    DUPLICATES_STEP,
    Decision,
    DecisionKind,
    Mark,
    Step,
    UndoStacks,
    first_name,
)
from ahsml_app.base.types import BoolArray, Float64Array, IntArray
from ahsml_app.store.decision_log import (
    ClassName,
    LoggedChange,
    LoggedMark,
    LoggedStep,
    first_line,
    hash_of_line,
    step_line,
)

ADDED = 7
"""Stands in a packed change for a relabelling to a class that no image came with."""

CLASSES = -1
"""Kind of a step that renames classes, and sample number of its entries."""

UPDATE = -2
"""Kind of a step that takes in what changed in the image folder; nobody can undo it."""

MARKS = -3
"""Kind of a step that marks images, which is no decision."""


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One change of one sample, as the export of the journal lists it.

    A renamed class is an entry whose sample is -1. Labels are the class names of that time; empty
    for the label that the sample came with. A mark is an entry whose labels are its texts.
    """

    step: int
    action: str
    name: str
    time: str
    reviewer: str
    sample: int
    before: Decision
    after: Decision
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class JournalColumns:
    """Steps and their changes as columns, oldest first, undo and redo included.

    Attributes:
        numbers: (S,) numbers of the steps.
        times: (S,) times of the steps in seconds since 1970.
        samples: (S,) number of images that each step changed.
        decided: (S,) whether the step is a decision, not an undo or redo.
        duplicates: (S,) whether the step drops images as duplicates, or undoes or redoes that.
        steps: (C,) number of the step of each change.
        rows: (C,) number of the changed sample.
        before: (C,) kind of the decision before the change.
        after: (C,) kind of the decision after the change.
        added: (C,) whether the image then has a class that no image came with.
    """

    numbers: IntArray
    times: Float64Array
    samples: IntArray
    decided: BoolArray
    duplicates: BoolArray
    steps: IntArray
    rows: IntArray
    before: IntArray
    after: IntArray
    added: BoolArray


def read_entries(connection: sqlite3.Connection) -> Iterator[JournalEntry]:
    """Every change ever made, oldest first, undo and redo included."""
    rows = connection.execute(
        f"SELECT s.number, iif(s.kind = {UPDATE}, 'update', s.action), s.name, s.time, "  # noqa: S608
        "s.reviewer, c.sample, c.kind_before, "
        "c.label_before, c.kind, c.label, c.rowid, '' "
        "FROM step s JOIN change c ON c.step = s.number "
        # An update also names samples whose decision it only keeps from an undo or redo.
        "WHERE c.kind <> c.kind_before OR c.label <> c.label_before "
        "UNION ALL SELECT s.number, s.action, s.name, s.time, s.reviewer, -1, 0, c.name_before, "
        "0, c.name, c.rowid, c.class FROM step s JOIN class_change c ON c.step = s.number "
        f"UNION ALL SELECT s.number, iif(s.kind = {UPDATE}, 'update', s.action), s.name, s.time, "
        f"s.reviewer, c.sample, {MARKS}, c.value_before, {MARKS}, c.value, c.rowid, c.mark "
        "FROM step s JOIN mark_change c ON c.step = s.number WHERE c.value <> c.value_before "
        "ORDER BY 1, 11"
    )
    names: dict[str, str] = {}
    for number, action, name, time, reviewer, sample, *cells, _, other in rows:
        if cells[0] == MARKS:
            before, after = (Decision(label=text) for text in cells[1::2])
            step = number, action, name, time, reviewer
            yield JournalEntry(*step, sample, before, after, Mark(other))
            continue
        if sample == CLASSES:
            names[other] = cells[3]
        else:  # a decision refers to a class by its ID
            cells[1::2] = (names.get(label, first_name(label)) for label in cells[1::2])
        before = Decision(DecisionKind(cells[0]), cells[1])
        after = Decision(DecisionKind(cells[2]), cells[3])
        yield JournalEntry(number, action, name, time, reviewer, sample, before, after)


def read_columns(
    connection: sqlite3.Connection, after: int = 0, added: Sequence[str] = ()
) -> JournalColumns:
    """The steps after a given one and their changes, as columns.

    Args:
        connection: Connection of `open_database`.
        after: Number of a step; 0 for everything.
        added: IDs of the classes that no image came with.
    """
    # Few values, because creating an object for each costs more than reading it.
    steps = connection.execute(
        # Milliseconds since 1970, which began on that Julian day.
        "SELECT number, CAST((julianday(time) - 2440587.5) * 86400000 AS INTEGER), "
        "(samples << 2) | ((name GLOB ?) << 1) | (action = 'decide' AND kind >= 0) "
        "FROM step WHERE number > ? ORDER BY number",
        (DUPLICATES_STEP, after),
    )
    # All rows in storage order, but a few by the index, because the table may be long.
    order = "step, rowid" if after else "rowid"
    is_added = "label IN (SELECT value FROM json_each(?))" if added else "0"
    changes = connection.execute(
        "SELECT (step << 34) | (sample << 6) | (kind_before << 3) | "  # noqa: S608
        f"CASE WHEN {is_added} THEN {ADDED} ELSE kind END "
        "FROM change WHERE step > ? AND (kind <> kind_before OR label <> label_before) "
        f"ORDER BY {order}",
        (json.dumps(added), after) if added else (after,),
    )
    step_cells = np.fromiter(chain.from_iterable(steps), np.int64).reshape(-1, 3).T
    packed = np.fromiter(chain.from_iterable(changes), np.int64)
    kinds = packed & 7
    return JournalColumns(
        numbers=step_cells[0],
        times=step_cells[1] / 1000.0,
        samples=step_cells[2] >> 2,
        decided=(step_cells[2] & 1) > 0,
        duplicates=(step_cells[2] & 2) > 0,
        steps=packed >> 34,
        rows=(packed >> 6) & ((1 << 28) - 1),
        before=(packed >> 3) & 7,
        after=np.where(kinds == ADDED, int(DecisionKind.RELABEL), kinds),
        added=kinds == ADDED,
    )


def stack_steps(connection: sqlite3.Connection) -> Iterator[tuple[int, str, int | None]]:
    """Number, action and target of every step, oldest first; an update has its own action."""
    query = "SELECT number, iif(kind = ?, 'update', action), target FROM step ORDER BY number"
    yield from connection.execute(query, (UPDATE,)).fetchall()


def follow_stacks(
    connection: sqlite3.Connection, stacks: UndoStacks, action: str, number: int
) -> None:
    """Follows a step of the journal, whose changes are in the database.

    Args:
        connection: Connection of `open_database`.
        stacks: The steps that can be undone or redone before it.
        action: "update", or an action of `UndoStacks.take`.
        number: The step; for an undo or redo, the one that it undoes or redoes.

    Raises:
        ValueError: If that step cannot be undone or redone now.
    """
    if action != "update":
        stacks.take(action, number)
        return
    # The steps that decided about samples which the update has changed.
    rows = connection.execute(
        "WITH concerned AS (SELECT sample FROM change WHERE step = :step "
        "UNION SELECT sample FROM mark_change WHERE step = :step) "
        "SELECT step FROM change WHERE step < :step AND sample IN concerned "
        "UNION SELECT step FROM mark_change WHERE step < :step AND sample IN concerned",
        {"step": number},
    )
    stacks.make_permanent({step for (step,) in rows}.__contains__)


def read_steps(
    connection: sqlite3.Connection, stacks: UndoStacks, class_name: Callable[[str], str]
) -> list[Step]:
    """The steps that can be undone or redone, oldest first.

    Args:
        connection: Connection of `open_database`.
        stacks: Which steps those are.
        class_name: Returns the current name of a class, by its ID.
    """
    undone = frozenset(stacks.undone)
    reachable = undone.union(stacks.done)
    rows = connection.execute(
        "SELECT number, name, time, samples, kind, label, message, reviewer FROM step "
        "WHERE action = 'decide' ORDER BY number"
    )
    return [
        Step(
            number,
            name,
            time,
            samples,
            number in undone,
            None if kind < 0 else DecisionKind(kind),
            class_name(label),
            message,
            reviewer,
            kind == MARKS,
        )
        for number, name, time, samples, kind, label, message, reviewer in rows
        if number in reachable
    ]


ContentHashes = Callable[[Sequence[Sequence[int]]], Mapping[int, str]]
"""Computes content hashes of the samples of steps, the newest step first, as far as it can."""


def missing_hashes(
    connection: sqlite3.Connection, content_hashes: ContentHashes
) -> Mapping[int, str]:
    """Content hashes that the lines of `new_log_lines` need and the database lacks.

    All steps are asked about at once, so that a limit holds for them together.
    """
    after, _ = _end_of_log(connection)
    rows = connection.execute(
        "SELECT c.step, c.sample FROM "
        "(SELECT step, sample, rowid AS place FROM change WHERE step > :after UNION ALL "
        "SELECT step, sample, rowid AS place FROM mark_change WHERE step > :after) c "
        "JOIN sample s ON s.number = c.sample JOIN step t ON t.number = c.step "
        "WHERE t.target IS NULL AND s.hash = '' ORDER BY c.step DESC, c.place",
        {"after": after},
    )
    steps = [[sample for _, sample in group] for _, group in groupby(rows, key=itemgetter(0))]
    return content_hashes(steps) if steps else {}


def extend_log(connection: sqlite3.Connection, content_hashes: ContentHashes) -> None:
    """Adds what is not in the log yet, and stores the hashes, so that no file is read again."""
    hashes = missing_hashes(connection, content_hashes)
    lines = list(new_log_lines(connection, hashes))
    connection.executemany("INSERT INTO log VALUES (?, ?)", lines)
    query = "UPDATE sample SET hash = ? WHERE number = ? AND hash = ''"
    connection.executemany(query, ((digest, sample) for sample, digest in hashes.items()))


def new_log_lines(
    connection: sqlite3.Connection, hashes: Mapping[int, str]
) -> Iterator[tuple[int, str]]:
    """The lines of the steps that are not in the log yet.

    Args:
        connection: Connection of `open_database`.
        hashes: Content hashes that the database lacks, by the numbers of their samples.

    Yields:
        Number of the step, and its line.
    """
    number, previous = _end_of_log(connection)
    for step in _logged_steps(connection, number, hashes):
        line = step_line(step, previous)
        previous = hash_of_line(line)
        yield step.number, line


def _end_of_log(connection: sqlite3.Connection) -> tuple[int, str]:
    """Number of the newest step in the log, and the hash of its last line."""
    newest: tuple[int, str] | None = connection.execute(
        "SELECT step, substr(line, -66, 64) FROM log ORDER BY step DESC LIMIT 1"
    ).fetchone()
    return newest or (0, hash_of_line(first_line()))


def _logged_steps(
    connection: sqlite3.Connection, after: int, hashes: Mapping[int, str]
) -> Iterator[LoggedStep]:
    rows = connection.execute(
        "SELECT number, iif(kind = ?, 'update', action), target, name, time, reviewer, samples "
        "FROM step WHERE number > ? ORDER BY number",
        (UPDATE, after),
    ).fetchall()
    for row in rows:
        step = LoggedStep(*row)
        if step.target is not None:  # the changes follow from the target
            yield step
            continue
        changes = connection.execute(
            "SELECT c.sample, s.path, s.hash, s.label, c.kind_before, c.label_before, c.kind, "
            "c.label FROM change c JOIN sample s ON s.number = c.sample WHERE c.step = ? "
            "ORDER BY c.rowid",
            (step.number,),
        ).fetchall()
        classes = connection.execute(
            "SELECT class, name_before, name FROM class_change WHERE step = ? ORDER BY rowid",
            (step.number,),
        )
        marks = connection.execute(
            "SELECT c.sample, s.path, s.hash, s.label, c.mark, c.value_before, c.value "
            "FROM mark_change c JOIN sample s ON s.number = c.sample WHERE c.step = ? "
            "ORDER BY c.rowid",
            (step.number,),
        )
        yield replace(
            step,
            changes=tuple(_logged_change(row, hashes) for row in changes),
            classes=tuple(ClassName(*cells) for cells in classes),
            marks=tuple(_logged_mark(row, hashes) for row in marks),
        )


def _logged_change(
    row: tuple[int, str, str, str, int, str, int, str], hashes: Mapping[int, str]
) -> LoggedChange:
    sample, path, digest, given, kind_before, label_before, kind, label = row
    before, after = _decision(kind_before, label_before), _decision(kind, label)
    return LoggedChange(sample, path, digest or hashes.get(sample, ""), given, before, after)


def _logged_mark(
    row: tuple[int, str, str, str, str, str, str], hashes: Mapping[int, str]
) -> LoggedMark:
    sample, path, digest, given, mark, before, after = row
    known = sample, path, digest or hashes.get(sample, ""), given
    return LoggedMark(*known, Mark(mark), before, after)


@lru_cache(maxsize=4096)
def _decision(kind: int, label: str) -> Decision:
    return Decision(DecisionKind(kind), label)
