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
import os
import shutil
import sqlite3
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock

from ahsml_app.base.decisions import Decision
from ahsml_app.base.errors import OutputError, ProjectError
from ahsml_app.base.folder_changes import FolderChanges
from ahsml_app.base.message import Message, stored_message
from ahsml_app.base.paths import atomic_write
from ahsml_app.base.types import UNLABELLED, AnyArray, Int8Array, Quarantined, SampleTable
from ahsml_app.store.database import open_database
from ahsml_app.store.folder_lock import release_lock, take_lock
from ahsml_app.store.journal import Journal
from ahsml_app.store.project_samples import (
    append_samples,
    insert_quarantined,
    manifest_columns,
    present_root,
    relative_root,
    sample_rows,
    update_samples,
)

DATABASE = "project.sqlite"
LOCK = "project.lock"
ADDED_SCORES = "added.npz"
OLD_HASHES = "hashes.npy"
"""File of the content hashes before the database had them."""

RUNS = "runs"
TRAINING = "training"


def is_project(folder: Path) -> bool:
    """Whether the folder holds a project."""
    with contextlib.suppress(OSError):  # such as a name that is too long
        return (folder / DATABASE).is_file()
    return False


class ProjectFolder:
    """An opened project folder; belongs to the thread that opened it.

    Attributes:
        folder: Path of the folder.
        read_only: Whether another window holds the lock, so that nothing can be written.
        journal: The decisions.
    """

    def __init__(self, folder: Path, connection: sqlite3.Connection, lock: FileLock | None) -> None:
        self.folder = folder
        self.read_only = lock is None
        self.journal = Journal(connection)
        self._connection = connection
        self._lock = lock
        self._take_old_hashes()

    @classmethod
    def create(
        cls,
        folder: Path,
        facts: Mapping[str, Any],
        table: SampleTable,
        quarantined: tuple[Quarantined, ...],
    ) -> ProjectFolder:
        """Creates a project in a new or empty folder; it is on disk when the call returns.

        Raises:
            OutputError: If the folder is in use or cannot be written.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            used = any(folder.iterdir())
        except OSError as error:
            raise OutputError(
                Message(
                    "The project folder {folder} cannot be made: {reason}.",
                    folder=folder,
                    reason=error.strerror,
                ),
                hint="Choose another place.",
            ) from error
        if used:
            raise OutputError(
                Message("The folder {folder} is not empty.", folder=folder),
                hint="Choose a new name for the project.",
            )
        lock = _take_lock(folder)
        # The file has another name until it is filled, so a project that exists is complete.
        unfinished = folder / f".{DATABASE}"
        connection = open_database(unfinished)
        facts = {**facts, "relative_root": relative_root(folder, table.root)}
        try:
            _fill(connection, facts, table, quarantined)
        finally:
            connection.close()
        unfinished.replace(folder / DATABASE)
        return cls(folder, open_database(folder / DATABASE), lock)

    @classmethod
    def open(cls, folder: Path) -> ProjectFolder:
        """Opens a project for writing, or read-only if another window has it open.

        Raises:
            ProjectError: If there is no project, or it cannot be used.
        """
        if not is_project(folder):
            raise ProjectError(
                Message("There is no project in {folder}.", folder=folder),
                hint="A project folder holds a file project.sqlite.",
            )
        lock = _take_lock(folder)
        try:
            connection = open_database(folder / DATABASE, read_only=lock is None)
        except BaseException:
            if lock is not None:
                release_lock(lock, remove=True)
            raise
        return cls(folder, connection, lock)

    def close(self) -> None:
        """Closes the database and releases the lock; further calls do nothing."""
        self._connection.close()
        if self._lock is not None:
            release_lock(self._lock, remove=True)
            self._lock = None

    def facts(self) -> dict[str, Any]:
        """The properties of the project: name, source and classes."""
        rows = self._connection.execute("SELECT name, value FROM fact")
        return {name: json.loads(value) for name, value in rows}

    def set_fact(self, name: str, value: Any) -> None:
        """Sets one property of the project."""
        self._write("fact", name, value)

    def screen(self, name: str, default: Any = None) -> Any:
        """A stored value of the screen state, or the default."""
        row = self._connection.execute(
            "SELECT value FROM screen WHERE name = ?", (name,)
        ).fetchone()
        return default if row is None else json.loads(row[0])

    def set_screen(self, name: str, value: Any) -> None:
        """Stores a value of the screen state, such as filters; does nothing if read-only."""
        if not self.read_only:
            self._write("screen", name, value)

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
        index = {name: number for number, name in enumerate(names)} | {"": UNLABELLED}
        return SampleTable(
            root=present_root(self.folder, facts["root"], facts.get("relative_root"), paths),
            paths=paths,
            hashes=hashes if any(hashes) else (),
            labels=np.array([index[label] for label in labels], dtype=np.int64),
            class_names=names,
            columns=manifest_columns(facts["columns"], cells),
            source_columns=tuple(facts["source_columns"]),
            label_column=facts["label_column"],
        )

    def states(self) -> Int8Array:
        """(N,) `SampleState` of each sample."""
        rows = self._connection.execute("SELECT state FROM sample ORDER BY number")
        return np.fromiter((state for (state,) in rows), np.int8)

    def set_root(self, root: Path) -> None:
        """Sets where the images are."""
        self.set_fact("root", str(root))
        self.set_fact("relative_root", relative_root(self.folder, root))

    def take_in(
        self, changes: FolderChanges, decisions: Mapping[int, Decision], name: Message
    ) -> None:
        """Takes in what changed in the image folder; it is on disk when the call returns.

        Args:
            changes: What became of the samples; new ones are appended.
            decisions: Decisions that change with the files.
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
            if changes.counts:
                self._connection.execute("DELETE FROM quarantined")
                insert_quarantined(self._connection, changes.quarantined)
                self.journal.update(dict(decisions), name, sum(changes.counts.values()))

    def _take_old_hashes(self) -> None:
        """Moves the content hashes of an earlier version into the database."""
        path = self.folder / OLD_HASHES
        if self.read_only or not path.is_file():
            return
        try:
            hashes = np.load(path, allow_pickle=False).astype(str).tolist()
        except (OSError, ValueError):
            hashes = []  # damaged; the files are read again
        query = "UPDATE sample SET hash = ? WHERE number = ? AND hash = ''"
        with self.journal.transaction():
            self._connection.executemany(query, ((text, row) for row, text in enumerate(hashes)))
        path.unlink()

    def runs(self) -> list[dict[str, Any]]:
        """Properties of the trainings that have arrays on disk, oldest first."""
        rows = self._connection.execute("SELECT facts FROM run ORDER BY number")
        runs = [json.loads(row[0]) for row in rows]
        return [run for run in runs if run_folder(self.folder, run["number"]).is_dir()]

    def add_run(self, facts: Mapping[str, Any]) -> None:
        """Records a training after `write_run` has written its arrays."""
        self._connection.execute(
            "INSERT OR REPLACE INTO run VALUES (?, ?)", (facts["number"], json.dumps(facts))
        )

    def load_run(self, number: int) -> dict[str, AnyArray]:
        """Arrays of a training, memory-mapped where they are large."""
        return load_arrays(run_folder(self.folder, number))

    def added_scores(self, number: int) -> dict[str, AnyArray] | None:
        """What the models of a training say of samples that came later; None for nothing."""
        return load_added_scores(self.folder, number)

    def _write(self, table: str, name: str, value: Any) -> None:
        try:
            self._connection.execute(
                f"INSERT OR REPLACE INTO {table} VALUES (?, ?)",  # noqa: S608 - our own names
                (name, json.dumps(value)),
            )
        except sqlite3.Error as error:
            raise ProjectError(
                Message(
                    "The project {folder} cannot be written: {reason}.",
                    folder=self.folder,
                    reason=error,
                ),
                hint="Make room on the disk, or free the project's folder.",
            ) from error


def run_folder(project: Path, number: int) -> Path:
    """The folder of the arrays of a training."""
    return project / RUNS / f"{number:04d}"


def write_run(project: Path, number: int, arrays: Mapping[str, AnyArray]) -> None:
    """Writes the arrays of a training atomically; callable from any thread."""
    target = run_folder(project, number)
    target.parent.mkdir(parents=True, exist_ok=True)
    staging = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir()
    for name, array in arrays.items():
        np.save(staging / f"{name}.npy", np.ascontiguousarray(array), allow_pickle=False)
    if target.exists():
        shutil.rmtree(target)  # of a training that was never recorded
    staging.replace(target)


def write_array(project: Path, number: int, name: str, array: AnyArray) -> None:
    """Adds an array to a training; callable from any thread."""
    with atomic_write(run_folder(project, number) / f"{name}.npy") as stream:
        np.save(stream, np.ascontiguousarray(array), allow_pickle=False)


def newest_array(project: Path, before: int, name: str) -> AnyArray | None:
    """The named array of the newest earlier training that has it, or None.

    Args:
        project: Folder of the project.
        before: Number of a training; only those before it count.
        name: Name of the array.
    """
    for number in range(before - 1, 0, -1):
        path = run_folder(project, number) / f"{name}.npy"
        if path.is_file():
            return np.asarray(np.load(path, allow_pickle=False))
    return None


def write_added_scores(project: Path, number: int, arrays: Mapping[str, AnyArray]) -> None:
    """Writes what the models of a training say of later samples; callable from any thread."""
    with atomic_write(run_folder(project, number) / ADDED_SCORES) as stream:
        np.savez(stream, allow_pickle=False, **arrays)


def load_added_scores(project: Path, number: int) -> dict[str, AnyArray] | None:
    """Loads what `write_added_scores` wrote; None if there is nothing, or it is damaged."""
    try:
        with np.load(run_folder(project, number) / ADDED_SCORES, allow_pickle=False) as stored:
            return dict(stored.items())
    except (OSError, ValueError, EOFError, zipfile.BadZipFile):
        return None  # the next training scores them


def load_arrays(folder: Path) -> dict[str, AnyArray]:
    """Loads the arrays of a folder, memory-mapped, by name.

    Raises:
        ProjectError: If one is damaged.
    """
    arrays: dict[str, AnyArray] = {}
    for path in sorted(folder.glob("*.npy")):
        try:
            arrays[path.stem] = np.load(path, mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError) as error:
            raise ProjectError(
                Message(
                    "The file {path} of the project is damaged: {reason}.", path=path, reason=error
                ),
                hint="Train again; the decisions are not affected.",
            ) from error
    return arrays


def _take_lock(folder: Path) -> FileLock | None:
    try:
        return take_lock(folder / LOCK)
    except OSError:
        return None  # a folder without write permission is opened read-only


def _fill(
    connection: sqlite3.Connection,
    facts: Mapping[str, Any],
    table: SampleTable,
    quarantined: tuple[Quarantined, ...],
) -> None:
    columns = sorted(table.columns)
    properties = {
        **facts,
        "root": str(table.root),
        "class_names": table.class_names,
        "columns": columns,
        "source_columns": table.source_columns,
        "label_column": table.label_column,
    }
    connection.execute("BEGIN")
    connection.executemany(
        "INSERT INTO fact VALUES (?, ?)", ((k, json.dumps(v)) for k, v in properties.items())
    )
    rows = sample_rows(table, columns)
    connection.executemany("INSERT INTO sample VALUES (?, ?, ?, ?, ?, ?)", rows)
    insert_quarantined(connection, quarantined)
    connection.execute("COMMIT")
