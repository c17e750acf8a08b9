"""The state that the steps of the journal lead to, and what one of them changes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ahsml_app.base.decisions import Decision, DecisionKind, Mark, first_name, note_text
from ahsml_app.store.decision_log import LoggedStep
from ahsml_app.store.journal_records import CLASSES, MARKS

Changes = dict[int, Decision]
"""Decision of each changed sample, by its number."""

Marks = Mapping[Mark, Mapping[int, str]]
"""Text of each mark of each sample; in a change, an empty one takes the mark away."""


@dataclass(frozen=True, slots=True)
class Effects:
    """What a step changes.

    Attributes:
        decisions: The decision of each sample from the step on.
        names: The name of each class from the step on, by its ID.
        marks: The marks of samples from the step on.
    """

    decisions: Changes = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    marks: Marks = field(default_factory=dict)

    def common(self) -> tuple[int, str]:
        """Kind and label of the step, for the history."""
        kinds = {(int(decision.kind), decision.label) for decision in self.decisions.values()}
        if not kinds:
            return (MARKS if any(self.marks.values()) else CLASSES), ""
        kind, label = kinds.pop()
        return kind, "" if kinds else label


class JournalState:
    """What holds after the newest step.

    Attributes:
        decisions: The decision of every sample that has one.
        names: Current name of each renamed class, by its ID.
        marks: The text of each mark of every sample that has it.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        rows = connection.execute("SELECT sample, kind, label FROM change ORDER BY rowid")
        # Few of many: what was undone, and what was decided anew, is among the rows.
        newest = {sample: (kind, label) for sample, kind, label in rows}
        self.decisions: Changes = {
            sample: Decision(DecisionKind(kind), label)
            for sample, (kind, label) in newest.items()
            if kind != DecisionKind.UNDECIDED
        }
        renamed = connection.execute("SELECT class, name FROM class_change ORDER BY rowid")
        self.names: dict[str, str] = dict(renamed.fetchall())
        self.marks: dict[Mark, dict[int, str]] = {mark: {} for mark in Mark}
        marked = connection.execute("SELECT mark, sample, value FROM mark_change ORDER BY rowid")
        for mark, sample, value in marked:
            self.marks[Mark(mark)][sample] = value
        self.marks = {
            mark: {sample: value for sample, value in values.items() if value}
            for mark, values in self.marks.items()
        }

    def class_name(self, class_id: str) -> str:
        """Current name of a class."""
        return self.names.get(class_id, first_name(class_id))

    def take(self, effects: Effects) -> None:
        """Takes what a step changes."""
        self.names |= effects.names
        for sample, decision in effects.decisions.items():
            if decision.kind == DecisionKind.UNDECIDED:
                self.decisions.pop(sample, None)
            else:
                self.decisions[sample] = decision
        for mark, values in effects.marks.items():
            for sample, value in values.items():
                if value:
                    self.marks[mark][sample] = value
                else:
                    self.marks[mark].pop(sample, None)

    def write(self, connection: sqlite3.Connection, step: int, effects: Effects) -> None:
        """Writes the rows of a step, with what held before it."""
        connection.executemany(
            "INSERT INTO change VALUES (?, ?, ?, ?, ?, ?)",
            (
                (step, sample, *_cells(self.decisions.get(sample, Decision())), *_cells(after))
                for sample, after in effects.decisions.items()
            ),
        )
        connection.executemany(
            "INSERT INTO class_change VALUES (?, ?, ?, ?)",
            (
                (step, class_id, self.class_name(class_id), after)
                for class_id, after in effects.names.items()
            ),
        )
        connection.executemany(
            "INSERT INTO mark_change VALUES (?, ?, ?, ?, ?)",
            (
                (step, sample, mark.value, self.marks[mark].get(sample, ""), after)
                for mark, values in effects.marks.items()
                for sample, after in values.items()
            ),
        )


def effects_around(connection: sqlite3.Connection, step: int, suffix: str) -> Effects:
    """What a redo of a step changes, or with the suffix "_before" an undo."""
    decided = connection.execute(
        f"SELECT sample, kind{suffix}, label{suffix} FROM change WHERE step = ?",  # noqa: S608
        (step,),
    )
    decisions = {sample: Decision(DecisionKind(kind), label) for sample, kind, label in decided}
    renamed = connection.execute(
        f"SELECT class, name{suffix} FROM class_change WHERE step = ?",  # noqa: S608 - our names
        (step,),
    )
    marked = connection.execute(
        f"SELECT mark, sample, value{suffix} FROM mark_change WHERE step = ?",  # noqa: S608
        (step,),
    )
    return Effects(decisions, dict(renamed.fetchall()), _by_mark(marked))


def effects_of(step: LoggedStep) -> Effects:
    """What a step of a decision log changes; the numbers of its images are those of samples."""
    return Effects(
        {change.image: change.after for change in step.changes},
        {item.class_id: item.after for item in step.classes},
        # A log may come from anywhere; what this program writes stays as it is.
        _by_mark((mark.mark, mark.image, note_text(mark.after)) for mark in step.marks),
    )


def _by_mark(rows: Iterable[tuple[str, int, str]]) -> Marks:
    marks: dict[Mark, dict[int, str]] = {}
    for mark, sample, value in rows:
        marks.setdefault(Mark(mark), {})[sample] = value
    return marks


def _cells(decision: Decision) -> tuple[int, str]:
    return int(decision.kind), decision.label
