"""The journal of decisions: append-only, with undo and redo as separate entries.

A step changes decisions about samples, or names of classes; each change records the state before
it. Undo appends a step that reverts another one. The current state is therefore the newest change
of each sample or class, and no entry is ever rewritten: an auditor can read the whole history.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

from ahsml_app.base.decisions import (
    Decision,
    DecisionKind,
    Step,
    UndoStacks,
    first_name,
    reviewer_name,
    system_reviewer,
)
from ahsml_app.base.disk_space import is_disk_full
from ahsml_app.base.errors import ProjectError
from ahsml_app.base.message import Message
from ahsml_app.store.database import message_cells, write_error
from ahsml_app.store.decision_log import LoggedStep, first_line
from ahsml_app.store.files.database_checks import ProjectConnection
from ahsml_app.store.journal_records import (
    CLASSES,
    UPDATE,
    ContentHashes,
    JournalColumns,
    JournalEntry,
    extend_log,
    follow_stacks,
    missing_hashes,
    new_log_lines,
    read_columns,
    read_entries,
    read_steps,
    stack_steps,
)

Changes = dict[int, Decision]
"""Decision of each changed sample, by its number."""


class Journal:
    """The decisions of a project.

    Args:
        connection: Connection of `open_database`.
        clock: Returns the time of a step; the system clock by default.

    Attributes:
        reviewer: Who takes the steps, recorded with each; the user of the system until it is set.
        content_hashes: Computes content hashes that the database lacks, for the decision log.
    """

    def __init__(
        self, connection: ProjectConnection, clock: Callable[[], dt.datetime] | None = None
    ) -> None:
        self._connection = connection
        self._clock = clock or _now
        self.reviewer = system_reviewer()
        self.content_hashes: ContentHashes = _unknown_hashes
        self._state: Changes = {}
        self._names: dict[str, str] = {}
        self._stacks = UndoStacks()
        self._reload()

    @property
    def state(self) -> Changes:
        """The decision of every sample that has one; callers must not change it."""
        return self._state

    @property
    def names(self) -> Mapping[str, str]:
        """Current name of each renamed class, by its ID; callers must not change it."""
        return self._names

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to undo."""
        return bool(self._stacks.done)

    @property
    def can_redo(self) -> bool:
        """Whether there is a step to redo."""
        return bool(self._stacks.undone)

    def decide(
        self, samples: Sequence[int], decisions: Sequence[Decision], name: Message | str
    ) -> Changes:
        """Records decisions as one step; it is on disk when the call returns.

        Args:
            samples: Numbers of the samples, each once.
            decisions: One for each sample.
            name: Name of the step in the history.

        Returns:
            The decisions that changed; empty if none did, and then there is no step.

        Raises:
            ProjectError: If it could not be written; then nothing has changed.
        """
        wanted = dict(zip(samples, decisions, strict=True))
        changes = {s: d for s, d in wanted.items() if d != self._state.get(s, Decision())}
        if not changes:
            return {}
        self._append("decide", None, name, changes, {}, len(changes))
        return changes

    def rename(self, names: Mapping[str, str], name: Message | str, samples: int) -> bool:
        """Renames classes as one step; it is on disk when the call returns.

        Args:
            names: New name of each class, by its ID; classes of the same name are one class.
            name: Name of the step in the history.
            samples: Number of samples with these labels.

        Returns:
            Whether anything changed; if not, there is no step.

        Raises:
            ProjectError: If it could not be written; then nothing has changed.
        """
        wanted = {
            class_id: text for class_id, text in names.items() if text != self._class_name(class_id)
        }
        if not wanted:
            return False
        self._append("decide", None, name, {}, wanted, samples)
        return True

    def replay(self, steps: Iterable[LoggedStep]) -> None:
        """Takes the steps of a decision log, all or none, with their names, times and reviewers.

        Args:
            steps: The steps; the images of their changes are numbers of samples here.

        Raises:
            ProjectError: If they could not be written; then nothing has changed.
        """
        numbers: dict[int, int] = {}
        try:
            with self._transaction():
                for step in steps:
                    numbers[step.number] = self._take(step, numbers.get(step.target or 0))
                extend_log(self._connection, self.content_hashes)
        except BaseException:
            self._reload()
            raise

    def update(self, changes: Changes, name: Message | str, samples: int) -> None:
        """Records what a change of the image folder does to decisions, as a step without undo.

        Nor can the steps be undone any more that decided about these samples, and those before
        them: those decisions were about other files.

        Args:
            changes: The decisions that changed, and those of other samples that no undo or redo
                may change any more.
            name: Name of the step.
            samples: Number of samples that the update changed, their decisions or not.

        Raises:
            ProjectError: If it could not be written; then nothing has changed.
        """
        self._append("update", None, name, changes, {}, samples)

    def touched(self, kinds: Iterable[DecisionKind]) -> set[int]:
        """Samples to which an undo or redo may give a decision of these kinds, or take it away."""
        reachable, wanted = {*self._stacks.done, *self._stacks.undone}, {*map(int, kinds)}
        rows = self._connection.execute("SELECT sample, step, kind_before, kind FROM change")
        return {
            sample
            for sample, step, before, after in rows
            if step in reachable and not wanted.isdisjoint((before, after))
        }

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Writes everything in the block or, after an error, nothing.

        Raises:
            ProjectError: If it could not be written.
        """
        try:
            with self._transaction():
                yield
        except BaseException:
            with suppress(sqlite3.Error):
                self._reload()  # steps of the block are in memory, but not on disk
            raise

    def undo(self) -> Changes:
        """Undoes the newest step; returns the decisions that changed, empty if only `names` did."""
        return self._repeat("undo", self._stacks.done[-1], "_before") if self.can_undo else {}

    def redo(self) -> Changes:
        """Redoes the step that was undone last; returns what `undo` returns."""
        return self._repeat("redo", self._stacks.undone[-1], "") if self.can_redo else {}

    def steps(self) -> list[Step]:
        """The history: steps that can be undone or redone, oldest first.

        A step that was undone and then replaced by another one stays in the journal, but not in
        this list, because it can no longer be reached.
        """
        return read_steps(self._connection, self._stacks, self._class_name)

    def entries(self) -> Iterator[JournalEntry]:
        """Every change ever made, oldest first, undo and redo included."""
        return read_entries(self._connection)

    def columns(self, after: int = 0, added: Sequence[str] = ()) -> JournalColumns:
        """The steps after a given one and their changes, as columns (see `read_columns`)."""
        return read_columns(self._connection, after, added)

    def log(self) -> Iterator[str]:
        """The lines of the decision log."""
        yield first_line()
        for (line,) in self._connection.execute("SELECT line FROM log ORDER BY step"):
            yield line
        # A project of an older version has none until the next step is taken.
        hashes = missing_hashes(self._connection, self.content_hashes)
        yield from (line for _, line in new_log_lines(self._connection, hashes))

    @property
    def newest(self) -> int:
        """Number of the newest step; 0 for none."""
        row = self._connection.execute("SELECT MAX(number) FROM step").fetchone()
        return int(row[0] or 0)

    def _repeat(self, action: str, target: int, suffix: str) -> Changes:
        """Appends a step that restores the state before or after another one."""
        changes, names, name, samples = self._state_around(target, suffix)
        self._append(action, target, name, changes, names, samples)
        return changes

    def _state_around(
        self, target: int, suffix: str
    ) -> tuple[Changes, Mapping[str, str], str, int]:
        """Decisions and class names before or after a step, its name, and its number of samples."""
        rows = self._connection.execute(
            f"SELECT sample, kind{suffix}, label{suffix} FROM change "  # noqa: S608 - our names
            "WHERE step = ?",
            (target,),
        )
        changes = {sample: Decision(DecisionKind(kind), label) for sample, kind, label in rows}
        renamed = self._connection.execute(
            f"SELECT class, name{suffix} FROM class_change WHERE step = ?",  # noqa: S608 - likewise
            (target,),
        )
        step = self._connection.execute(
            "SELECT name, samples FROM step WHERE number = ?", (target,)
        )
        name, samples = step.fetchone()
        return changes, dict(renamed.fetchall()), name, samples

    def _take(self, step: LoggedStep, target: int | None) -> int:
        """Inserts a step of a decision log; returns its number here."""
        name, changes = step.name, {change.image: change.after for change in step.changes}
        names: Mapping[str, str] = {item.class_id: item.after for item in step.classes}
        samples = step.images
        if target is not None:
            suffix = "_before" if step.action == "undo" else ""
            changes, names, name, samples = self._state_around(target, suffix)
        cells = step.action, target, name, None, samples, step.time, step.reviewer
        number = self._insert(cells, changes, names)
        self._follow(step.action, target or number, changes, names)
        return number

    def _append(
        self,
        action: str,
        target: int | None,
        name: Message | str,
        changes: Changes,
        names: Mapping[str, str],
        samples: int,
    ) -> None:
        time = self._clock().isoformat(timespec="milliseconds")
        with self._transaction():
            step = action, target, *message_cells(name), samples, time, reviewer_name(self.reviewer)
            number = self._insert(step, changes, names)
            extend_log(self._connection, self.content_hashes)
        self._follow(action, target or number, changes, names)

    def _insert(
        self,
        step: tuple[str, int | None, str, str | None, int, str, str],
        changes: Changes,
        names: Mapping[str, str],
    ) -> int:
        """Inserts the rows of a step; its cells lack kind and label, which follow from changes."""
        common = _common(changes.values())
        if step[0] == "update":
            step, common = ("decide", *step[1:]), (UPDATE, "")
        cursor = self._connection.execute(
            "INSERT INTO step (action, target, name, message, samples, time, reviewer, kind, label)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*step, *common),
        )
        number = int(cursor.lastrowid or 0)
        self._connection.executemany(
            "INSERT INTO change VALUES (?, ?, ?, ?, ?, ?)",
            (
                (number, sample, *_cells(self._state.get(sample, Decision())), *_cells(after))
                for sample, after in changes.items()
            ),
        )
        self._connection.executemany(
            "INSERT INTO class_change VALUES (?, ?, ?, ?)",
            (
                (number, class_id, self._class_name(class_id), after)
                for class_id, after in names.items()
            ),
        )
        return number

    def _follow(self, action: str, number: int, changes: Changes, names: Mapping[str, str]) -> None:
        """Takes a step that was written into the state in memory."""
        follow_stacks(self._connection, self._stacks, action, number)
        self._names |= names
        for sample, decision in changes.items():
            if decision.kind == DecisionKind.UNDECIDED:
                self._state.pop(sample, None)
            else:
                self._state[sample] = decision

    def _class_name(self, class_id: str) -> str:
        return self._names.get(class_id, first_name(class_id))

    def _reload(self) -> None:
        self._state, self._stacks = {}, UndoStacks()
        rows = self._connection.execute("SELECT sample, kind, label FROM change ORDER BY rowid")
        for sample, kind, label in rows:
            self._state[sample] = Decision(DecisionKind(kind), label)
        self._state = {s: d for s, d in self._state.items() if d.kind != DecisionKind.UNDECIDED}
        renamed = self._connection.execute("SELECT class, name FROM class_change ORDER BY rowid")
        self._names = dict(renamed.fetchall())
        for number, action, target in stack_steps(self._connection):
            follow_stacks(self._connection, self._stacks, action, target or number)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        inside = self._connection.in_transaction  # that of `transaction`
        if inside:
            yield
            return
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
        except ProjectError:
            self._connection.overwrite_failed_write()
            raise
        except sqlite3.Error as error:
            self._connection.overwrite_failed_write()
            if is_disk_full(error):
                raise write_error(self._connection.path.parent, error) from error
            raise ProjectError(
                Message("The decision could not be saved: {reason}.", reason=error),
                hint="Nothing has changed. Make room on the disk, or free the project's folder, "
                "and decide again.",
                details=repr(error),
            ) from error


def _common(decisions: Iterable[Decision]) -> tuple[int, str]:
    """Kind and label of a step, for the history."""
    kinds = {(int(decision.kind), decision.label) for decision in decisions}
    if not kinds:
        return CLASSES, ""
    kind, label = kinds.pop()
    return kind, "" if kinds else label


def _cells(decision: Decision) -> tuple[int, str]:
    return int(decision.kind), decision.label


def _unknown_hashes(_: Sequence[Sequence[int]]) -> Mapping[int, str]:
    return {}


def _now() -> dt.datetime:
    return dt.datetime.now().astimezone()
