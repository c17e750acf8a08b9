"""A project on disk: a folder with a database, and the arrays of each training run beside it.

`project.sqlite` holds samples, decisions and screen state. The process that may write locks
`project.lock`. `hashes.npy` holds the content hashes of the samples after the first run.
`runs/0001` holds the arrays of one training, complete or absent. `training` holds the checkpoints
of a training in progress.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock

from ahsml_app.base.errors import OutputError, ProjectError
from ahsml_app.base.message import Message, stored_message
from ahsml_app.base.paths import atomic_write
from ahsml_app.base.types import UNLABELLED, AnyArray, Quarantined, SampleTable
from ahsml_app.store.database import message_cells, open_database
from ahsml_app.store.folder_lock import release_lock, take_lock
from ahsml_app.store.journal import Journal

DATABASE = "project.sqlite"
LOCK = "project.lock"
HASHES = "hashes.npy"
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
        """The scanned samples, with content hashes after the first run."""
        facts = self.facts()
        rows = self._connection.execute("SELECT path, label, cells FROM sample ORDER BY number")
        paths, labels, cells = zip(*rows.fetchall(), strict=True)
        names = tuple(facts["class_names"])
        index = {name: number for number, name in enumerate(names)} | {"": UNLABELLED}
        table = SampleTable(
            root=Path(facts["root"]),
            paths=paths,
            labels=np.array([index[label] for label in labels], dtype=np.int64),
            class_names=names,
            columns=_columns(facts["columns"], cells),
            source_columns=tuple(facts["source_columns"]),
            label_column=facts["label_column"],
        )
        hashes = self.hashes()
        return table if hashes is None else replace(table, hashes=hashes)

    def hashes(self) -> tuple[str, ...] | None:
        """Content hash of each sample, empty if unreadable; None before the first run."""
        path = self.folder / HASHES
        if not path.is_file():
            return None
        return tuple(np.load(path, allow_pickle=False).astype(str).tolist())

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


def write_hashes(project: Path, hashes: tuple[str, ...]) -> None:
    """Writes the content hashes of the samples; callable from any thread."""
    with atomic_write(project / HASHES) as stream:
        np.save(stream, np.array([text.encode("ascii") for text in hashes], dtype="S32"))


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
    connection.executemany("INSERT INTO sample VALUES (?, ?, ?, ?)", _samples(table, columns))
    connection.executemany(
        "INSERT INTO quarantined VALUES (?, ?, ?)",
        ((item.path, *message_cells(item.reason)) for item in quarantined),
    )
    connection.execute("COMMIT")


def _samples(table: SampleTable, columns: list[str]) -> Iterator[tuple[int, str, str, str | None]]:
    for row, path in enumerate(table.paths):
        cells = json.dumps([table.columns[name][row] for name in columns]) if columns else None
        yield row, path, table.label_name(row), cells


def _columns(names: list[str], cells: tuple[str | None, ...]) -> dict[str, tuple[str, ...]]:
    if not names:
        return {}
    rows = [json.loads(text or "[]") for text in cells]
    return dict(zip(names, zip(*rows, strict=True), strict=True))
