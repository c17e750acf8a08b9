"""The journal of decisions: append-only, with undo and redo as separate entries.

A step changes decisions about samples, their marks, or names of classes; each change records the
state before it. Undo appends a step that reverts another one. The current state is therefore the
newest change of each sample or class, and no entry is ever rewritten: an auditor can read the whole
history.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

from ahsml_app.base.decisions import (
    Decision,
    DecisionKind,
    Mark,
    Step,
    UndoStacks,
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
from ahsml_app.store.journal_state import (
    Changes,
    Effects,
    JournalState,
    Marks,
    effects_around,
    effects_of,
)


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
        self._reload()

    @property
    def state(self) -> Changes:
        """The decision of every sample that has one; callers must not change it."""
        return self._state.decisions

    @property
    def names(self) -> Mapping[str, str]:
        """Current name of each renamed class, by its ID; callers must not change it."""
        return self._state.names

    @property
    def marks(self) -> Marks:
        """The text of each mark of every sample that has it; callers must not change it."""
        return self._state.marks

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
        changes = {s: d for s, d in wanted.items() if d != self.state.get(s, Decision())}
        if not changes:
            return {}
        self._append("decide", None, name, len(changes), Effects(changes))
        return changes

    def mark(self, mark: Mark, values: Mapping[int, str], name: Message | str) -> Effects:
        """Records a mark of samples as one step; it is on disk when the call returns.

        Args:
            mark: The mark.
            values: Its text for each sample; empty to take it away.
            name: Name of the step in the history.

        Returns:
            What changed; if nothing did, there is no step.

        Raises:
            ProjectError: If it could not be written; then nothing has changed.
        """
        known = self.marks[mark]
        changed = {sample: text for sample, text in values.items() if text != known.get(sample, "")}
        effects = Effects(marks={mark: changed})
        if changed:
            self._append("decide", None, name, len(changed), effects)
        return effects

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
            class_id: text
            for class_id, text in names.items()
            if text != self._state.class_name(class_id)
        }
        if not wanted:
            return False
        self._append("decide", None, name, samples, Effects(names=wanted))
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

    def update(self, effects: Effects, name: Message | str, samples: int) -> None:
        """Records what a change of the image folder does to decisions, as a step without undo.

        Nor can the steps be undone any more that decided about these samples, and those before
        them: those decisions were about other files.

        Args:
            effects: What changed, and the decisions and marks of other samples that no undo or
                redo may change any more.
            name: Name of the step.
            samples: Number of samples that the update changed, their decisions or not.

        Raises:
            ProjectError: If it could not be written; then nothing has changed.
        """
        self._append("update", None, name, samples, effects)

    def touched(self, kinds: Iterable[DecisionKind]) -> set[int]:
        """Samples to which an undo or redo may give a decision of these kinds, or take it away."""
        reachable, wanted = {*self._stacks.done, *self._stacks.undone}, {*map(int, kinds)}
        rows = self._connection.execute("SELECT sample, step, kind_before, kind FROM change")
        return {
            sample
            for sample, step, before, after in rows
            if step in reachable and not wanted.isdisjoint((before, after))
        }

    def ever_marked(self, mark: Mark) -> set[int]:
        """Samples to which a step has given this mark, or from which one has taken it."""
        query = "SELECT DISTINCT sample FROM mark_change WHERE mark = ?"
        return {sample for (sample,) in self._connection.execute(query, (mark.value,))}

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

    def undo(self) -> Effects:
        """Undoes the newest step; returns what changed, which is nothing if there is no step."""
        return (
            self._repeat("undo", self._stacks.done[-1], "_before") if self.can_undo else Effects()
        )

    def redo(self) -> Effects:
        """Redoes the step that was undone last; returns what `undo` returns."""
        return self._repeat("redo", self._stacks.undone[-1], "") if self.can_redo else Effects()

    def steps(self) -> list[Step]:
        """The history: steps that can be undone or redone, oldest first.

        A step that was undone and then replaced by another one stays in the journal, but not in
        this list, because it can no longer be reached.
        """
        return read_steps(self._connection, self._stacks, self._state.class_name)

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

    def _repeat(self, action: str, target: int, suffix: str) -> Effects:
        """Appends a step that restores what was before or after another one."""
        effects = effects_around(self._connection, target, suffix)
        self._append(action, target, *self._described(target), effects)
        return effects

    def _described(self, step: int) -> tuple[str, int]:
        """Name of a step, and its number of samples."""
        query = "SELECT name, samples FROM step WHERE number = ?"
        name, samples = self._connection.execute(query, (step,)).fetchone()
        return name, samples

    def _take(self, step: LoggedStep, target: int | None) -> int:
        """Inserts a step of a decision log; returns its number here."""
        name, samples, effects = step.name, step.images, effects_of(step)
        if target is not None:
            suffix = "_before" if step.action == "undo" else ""
            effects = effects_around(self._connection, target, suffix)
            name, samples = self._described(target)
        cells = step.action, target, name, None, samples, step.time, step.reviewer
        number = self._insert(cells, effects)
        self._follow(step.action, target or number, effects)
        return number

    def _append(
        self, action: str, target: int | None, name: Message | str, samples: int, effects: Effects
    ) -> None:
        time = self._clock().isoformat(timespec="milliseconds")
        with self._transaction():
            step = action, target, *message_cells(name), samples, time, reviewer_name(self.reviewer)
            number = self._insert(step, effects)
            extend_log(self._connection, self.content_hashes)
        self._follow(action, target or number, effects)

    def _insert(
        self, step: tuple[str, int | None, str, str | None, int, str, str], effects: Effects
    ) -> int:
        """Inserts the rows of a step; its cells lack kind and label, which follow from effects."""
        common = effects.common()
        if step[0] == "update":
            step, common = ("decide", *step[1:]), (UPDATE, "")
        cursor = self._connection.execute(
            "INSERT INTO step (action, target, name, message, samples, time, reviewer, kind, label)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*step, *common),
        )
        number = int(cursor.lastrowid or 0)
        self._state.write(self._connection, number, effects)
        return number

    def _follow(self, action: str, number: int, effects: Effects) -> None:
        """Takes a step that was written into the state in memory."""
        follow_stacks(self._connection, self._stacks, action, number)
        self._state.take(effects)

    def _reload(self) -> None:
        self._state, self._stacks = JournalState(self._connection), UndoStacks()
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


def _unknown_hashes(_: Sequence[Sequence[int]]) -> Mapping[int, str]:
    return {}


def _now() -> dt.datetime:
    return dt.datetime.now().astimezone()
