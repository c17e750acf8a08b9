"""A project on disk: a folder with a database, and the arrays of each training run beside it.

`project.sqlite` holds samples with their content hashes, decisions and screen state. The process
that may write locks `project.lock`. `runs/0001` holds the arrays of one training, complete or
absent, and `runs/0001/added.npz` what its models say of samples that came later. `training` holds
the checkpoints of a training in progress.

A sample is known by its row for good: rows are appended, and neither renumbered nor removed.
"""

from __future__ import annotations

import contextlib
import json
import logging
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock

from ahsml_app.base.errors import ProjectError
from ahsml_app.base.folder_changes import FolderChanges
from ahsml_app.base.message import Message, stored_message
from ahsml_app.base.reading.planes import planes_of
from ahsml_app.base.types import UNLABELLED, AnyArray, Int8Array, Quarantined, SampleTable
from ahsml_app.store.database import open_copy, open_database, write_error
from ahsml_app.store.files.backups import backup_names, try_back_up
from ahsml_app.store.files.database_checks import (
    INDEX,
    ProjectConnection,
    check_indexes,
    damaged_error,
)
from ahsml_app.store.files.project_checks import check_facts, check_rows, check_samples
from ahsml_app.store.files.safe_folder import SafeFolder
from ahsml_app.store.files.training_arrays import load_added_scores, load_arrays, read_array
from ahsml_app.store.files.training_folder import remove_checkpoints
from ahsml_app.store.folder_lock import release_lock
from ahsml_app.store.journal import Journal
from ahsml_app.store.journal_state import Effects
from ahsml_app.store.new_project import DATABASE, make_database
from ahsml_app.store.project_access import open_project_database, take_project_lock
from ahsml_app.store.project_samples import (
    append_samples,
    insert_quarantined,
    manifest_columns,
    present_root,
    relative_root,
    update_samples,
)

OLD_HASHES = "hashes.npy"
"""File of the content hashes before the database had them."""

# What rows of a damaged journal raise that the checks let through.
_OF_DAMAGED_VALUES = (ValueError, TypeError, KeyError, IndexError, OverflowError)

logger = logging.getLogger(__name__)


def is_project(folder: Path) -> bool:
    """Whether the folder holds a project."""
    with contextlib.suppress(OSError):  # such as a name that is too long
        return (folder / DATABASE).is_file()
    return False


class ProjectFolder:
    """An opened project folder; belongs to the thread that opened it.

    Attributes:
        folder: Path of the folder.
        obstacle: The error that says why nothing can be written; None if it can.
        journal: The decisions.
    """

    def __init__(
        self,
        folder: Path,
        connection: ProjectConnection,
        lock: FileLock | None,
        obstacle: ProjectError | None,
    ) -> None:
        self.folder = folder
        self.obstacle = obstacle
        self.journal = Journal(connection)
        self._connection = connection
        self._lock = lock

    @classmethod
    def create(
        cls,
        folder: Path,
        facts: Mapping[str, Any],
        table: SampleTable,
        quarantined: tuple[Quarantined, ...],
    ) -> ProjectFolder:
        """Creates a project in a new or empty folder; it is on disk when the call returns.

        Nothing is left if it fails; what a killed process left of its attempt is replaced.

        Raises:
            OutputError: If the folder is in use or cannot be written.
        """
        lock = make_database(folder, facts, table, quarantined)
        try:
            return cls(folder, open_database(folder / DATABASE), lock, None)
        except BaseException:
            release_lock(lock, remove=True)
            raise

    @classmethod
    def open(cls, folder: Path) -> ProjectFolder:
        """Opens a project; for reading only if it is open elsewhere or cannot be written.

        Raises:
            ProjectError: If there is no project, or it cannot be used.
        """
        if not is_project(folder):
            raise ProjectError(
                Message("There is no project in {folder}.", folder=folder),
                hint=Message("Bring it back from its backup: ahsml-app --repair {folder}",
                             folder=folder)
                if backup_names(SafeFolder(folder))
                else Message("A project folder holds a file project.sqlite."),
            )  # fmt: skip
        lock, obstacle = take_project_lock(folder)
        return cls._open(folder, lock, obstacle)

    @classmethod
    def open_locked(cls, folder: Path) -> ProjectFolder:
        """Opens a project for writing whose lock the caller holds and keeps."""
        return cls._open(folder, None, None)

    @classmethod
    def inspect(cls, folder: Path, database: str = DATABASE) -> ProjectFolder:
        """Opens a database in the folder without lock and writing, and checks it whole.

        Raises:
            ProjectError: If it cannot be used.
        """
        path = folder / database
        # Another process may be writing it if there is an index of the log.
        is_open = SafeFolder(folder).is_file(database + INDEX)
        connection = open_database(path, read_only=True) if is_open else open_copy(path)
        try:
            check_indexes(path, connection)
            check_rows(path, connection)
            return cls(folder, connection, None, ProjectError("The project is only looked at."))
        except _OF_DAMAGED_VALUES as error:
            connection.close()
            raise damaged_error(folder / database, error) from error
        except BaseException:
            connection.close()
            raise

    @classmethod
    def _open(
        cls, folder: Path, lock: FileLock | None, obstacle: ProjectError | None
    ) -> ProjectFolder:
        connection = None
        try:
            connection, obstacle = open_project_database(folder, obstacle)
            if obstacle is not None and lock is not None:
                release_lock(lock, remove=True)
                lock = None
            check_rows(folder / DATABASE, connection)
            files = cls(folder, connection, lock, obstacle)
            files._take_old_hashes()
            if not files.read_only:
                try_back_up(SafeFolder(folder), connection, files.journal.newest)
        except BaseException as error:
            if connection is not None:
                connection.close()
            if lock is not None:
                release_lock(lock, remove=True)
            if isinstance(error, _OF_DAMAGED_VALUES):
                raise damaged_error(folder / DATABASE, error) from error
            raise
        return files

    @property
    def read_only(self) -> bool:
        """Whether nothing can be written; `obstacle` says why."""
        return self.obstacle is not None

    def close(self) -> None:
        """Closes the database and releases the lock; further calls do nothing."""
        try:
            self._connection.close()
        finally:
            if self._lock is not None:
                release_lock(self._lock, remove=True)
                self._lock = None

    def facts(self) -> dict[str, Any]:
        """The properties of the project: name, source and classes."""
        rows = self._connection.execute("SELECT name, value FROM fact")
        try:
            facts = {str(name): json.loads(value) for name, value in rows}
        except (TypeError, ValueError, RecursionError) as error:
            raise damaged_error(self.folder / DATABASE, error) from error
        check_facts(self.folder / DATABASE, facts)
        return facts

    def set_fact(self, name: str, value: Any) -> None:
        """Sets one property of the project."""
        self._insert("fact", name, value)

    def screen(self, name: str, default: Any = None) -> Any:
        """A stored value of the screen state, or the default; its type is not checked."""
        row = self._connection.execute(
            "SELECT value FROM screen WHERE name = ?", (name,)
        ).fetchone()
        try:
            return default if row is None else json.loads(row[0])
        except (TypeError, ValueError, RecursionError):
            return default

    def set_screen(self, name: str, value: Any) -> None:
        """Stores a value of the screen state, such as filters, if anything can be written."""
        if self.read_only:
            return
        try:
            self._insert("screen", name, value)
        except ProjectError as error:  # a window on a full disk must close
            logger.info("the screen state is not stored: %s", error.details)

    def quarantined(self) -> tuple[Quarantined, ...]:
        """Files that the scan set aside."""
        rows = self._connection.execute(
            "SELECT path, reason, message FROM quarantined ORDER BY rowid"
        )
        return tuple(
            Quarantined(path, stored_message(reason, message)) for path, reason, message in rows
        )

    def table(self) -> SampleTable:
        """The samples of the project, with the content hashes that are known, if any is."""
        facts = self.facts()
        rows = self._connection.execute(
            "SELECT path, label, cells, hash FROM sample ORDER BY number"
        )
        paths, labels, cells, hashes = zip(*rows.fetchall(), strict=True)
        names = tuple(facts["class_names"])
        check_samples(self.folder / DATABASE, paths, labels, names)
        index = {name: number for number, name in enumerate(names)} | {"": UNLABELLED}
        return SampleTable(
            root=present_root(self.folder, facts["root"], facts.get("relative_root"), paths),
            paths=paths,
            hashes=hashes if any(hashes) else (),
            labels=np.array([index[label] for label in labels], dtype=np.int64),
            class_names=names,
            columns=manifest_columns(self.folder / DATABASE, facts["columns"], cells),
            source_columns=tuple(facts["source_columns"]),
            label_column=facts["label_column"],
            path_column=facts.get("path_column", "path"),  # older projects have no other
            planes=planes_of(facts["source"].get("planes")),
        )

    def states(self) -> Int8Array:
        """(N,) `SampleState` of each sample."""
        rows = self._connection.execute("SELECT state FROM sample ORDER BY number")
        return np.fromiter((state for (state,) in rows), np.int8)

    def set_root(self, root: Path) -> None:
        """Sets where the images are."""
        self.set_fact("root", str(root))
        self.set_fact("relative_root", relative_root(self.folder, root))

    def take_in(self, changes: FolderChanges, effects: Effects, name: Message) -> None:
        """Takes in what changed in the image folder; it is on disk when the call returns.

        Args:
            changes: What became of the samples; new ones are appended.
            effects: Decisions and marks that change with the files.
            name: Name of the step in the journal; there is none if no sample has changed.

        Raises:
            ProjectError: If it could not be written; then nothing has changed.
        """
        with self.journal.transaction():
            update_samples(self._connection, changes)
            facts = self.facts()
            append_samples(self._connection, changes.new, facts["columns"])
            if changes.new.class_names != tuple(facts["class_names"]):
                self.set_fact("class_names", changes.new.class_names)
            if changes.quarantined != self.quarantined():
                self._connection.execute("DELETE FROM quarantined")
                insert_quarantined(self._connection, changes.quarantined)
            if changes.counts:
                self.journal.update(effects, name, sum(changes.counts.values()))

    def _take_old_hashes(self) -> None:
        """Moves the content hashes of an earlier version into the database."""
        folder = SafeFolder(self.folder)
        if self.read_only or not folder.is_file(OLD_HASHES):
            return
        try:
            stored = np.array(read_array(folder, OLD_HASHES))
            hashes = stored.astype(str).tolist() if stored.dtype.kind in "SU" else []
        except (ProjectError, UnicodeDecodeError) as error:  # the files are read again
            logger.info("the content hashes are not known: %r", error)
            hashes = []
        query = "UPDATE sample SET hash = ? WHERE number = ? AND hash = ''"
        rows = ((text, row) for row, text in enumerate(hashes) if isinstance(text, str))
        with self.journal.transaction():
            self._connection.executemany(query, rows)
        folder.remove(OLD_HASHES)

    def runs(self) -> list[dict[str, Any]]:
        """Properties of the recorded trainings, oldest first; their arrays may be damaged."""
        rows = self._connection.execute("SELECT number, facts FROM run ORDER BY number")
        return [self._run_facts(number, text) for number, text in rows]

    def next_run(self) -> int:
        """A number for the next training, which none has had before."""
        (newest,) = self._connection.execute("SELECT MAX(number) FROM run").fetchone()
        return 1 + int(newest or 0)

    def finish_training(self) -> None:
        """Removes the checkpoints of a training that is recorded."""
        remove_checkpoints(self.folder)

    def add_run(self, facts: Mapping[str, Any]) -> None:
        """Records a training after `write_run` has written its arrays.

        Raises:
            ProjectError: If it could not be written; then nothing has changed.
        """
        self._insert("run", facts["number"], facts)

    def forget_run(self, number: int) -> None:
        """Removes the record of a training that cannot be used."""
        with self.journal.transaction():
            self._connection.execute("DELETE FROM run WHERE number = ?", (number,))

    def load_run(self, number: int) -> dict[str, AnyArray]:
        """Arrays of a training, memory-mapped; their types and shapes are not checked.

        Raises:
            ProjectError: If one is damaged or missing.
        """
        return load_arrays(self.folder, number)

    def added_scores(self, number: int) -> dict[str, AnyArray] | None:
        """What the models of a training say of samples that came later; None for nothing."""
        return load_added_scores(self.folder, number)

    def _run_facts(self, number: int, text: str) -> dict[str, Any]:
        """Properties of a training; only its number if they are damaged."""
        try:
            facts = json.loads(text)
        except (TypeError, ValueError, RecursionError):
            facts = None
        return {**(facts if isinstance(facts, dict) else {}), "number": number}

    def _insert(self, table: str, name: str | int, value: Any) -> None:
        try:
            self._connection.execute(
                f"INSERT OR REPLACE INTO {table} VALUES (?, ?)",  # noqa: S608 - our own names
                (name, json.dumps(value)),
            )
        except sqlite3.Error as error:
            raise write_error(self.folder, error) from error


def damaged_project(folder: Path, reason: object) -> ProjectError:
    """The error of a project that this program cannot understand."""
    return damaged_error(folder / DATABASE, reason)
