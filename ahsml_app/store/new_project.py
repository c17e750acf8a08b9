"""Makes the database of a new project: whole, or not at all."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from filelock import FileLock

from ahsml_app.base.disk_space import disk_full_message, is_disk_full
from ahsml_app.base.errors import OutputError, ProjectError
from ahsml_app.base.message import Message
from ahsml_app.base.paths import sync_folder
from ahsml_app.base.types import Quarantined, SampleTable
from ahsml_app.store.database import open_database
from ahsml_app.store.files.database_checks import LOGS
from ahsml_app.store.files.safe_folder import SafeFolder
from ahsml_app.store.folder_lock import release_lock, take_lock
from ahsml_app.store.project_samples import insert_quarantined, relative_root, sample_rows

DATABASE = "project.sqlite"
LOCK = "project.lock"

# The file has another name until it is filled, so a project that exists is complete.
_UNFINISHED = f".{DATABASE}"
_OF_UNFINISHED = {_UNFINISHED, *(_UNFINISHED + end for end in LOGS)}
_BYTES_PER_SAMPLE = 500


def make_database(
    folder: Path,
    facts: Mapping[str, Any],
    table: SampleTable,
    quarantined: tuple[Quarantined, ...],
) -> FileLock:
    """Makes a project in a new or empty folder; it is on disk when the call returns.

    Nothing is left if it fails; what a killed process left of its attempt is replaced.

    Returns:
        The lock of the project.

    Raises:
        OutputError: If the folder is in use or cannot be written.
    """
    needed = _BYTES_PER_SAMPLE * (len(table) + 1000)
    is_new = not folder.exists()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        used = not set(SafeFolder(folder).names()) <= _OF_UNFINISHED | {LOCK}
        lock = None if used else take_lock(folder / LOCK, OutputError)
    except OSError as error:
        raise _not_made(folder, needed, error) from error
    if lock is None:
        raise OutputError(
            Message("The folder {folder} is not empty.", folder=folder),
            hint="Choose a new name for the project.",
        )
    try:
        facts = {**facts, "relative_root": relative_root(folder, table.root)}
        _make(folder, facts, table, quarantined)
    except BaseException as error:
        _take_back(folder, lock, remove_folder=is_new)
        if isinstance(error, OSError | sqlite3.Error | ProjectError):
            raise _not_made(folder, needed, error.__cause__ or error) from error
        raise
    return lock


def _make(
    folder: Path,
    facts: Mapping[str, Any],
    table: SampleTable,
    quarantined: tuple[Quarantined, ...],
) -> None:
    files = SafeFolder(folder)
    for name in _OF_UNFINISHED:
        files.remove(name)
    connection = open_database(folder / _UNFINISHED)
    try:
        _fill(connection, facts, table, quarantined)
        # `close` would say nothing of a full disk, and leave the content in a log of the old name.
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
    files.rename(_UNFINISHED, DATABASE)
    sync_folder(folder.parent)


def _take_back(folder: Path, lock: FileLock, *, remove_folder: bool) -> None:
    """Removes what an attempt to make a project has left."""
    with contextlib.suppress(OSError):
        for name in (*_OF_UNFINISHED, DATABASE):
            SafeFolder(folder).remove(name)
    release_lock(lock, remove=True)
    if remove_folder:
        with contextlib.suppress(OSError):
            folder.rmdir()


def _not_made(folder: Path, needed: int, error: BaseException) -> OutputError:
    return OutputError(
        disk_full_message(folder, needed)
        if is_disk_full(error)
        else Message(
            "The project folder {folder} cannot be made: {reason}.",
            folder=folder,
            reason=getattr(error, "strerror", None) or error,
        ),
        hint="Make room on that disk, or choose another place."
        if is_disk_full(error)
        else "Choose another place.",
        details=repr(error),
    )


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
        "path_column": table.path_column,
    }
    connection.execute("BEGIN")
    connection.executemany(
        "INSERT INTO fact VALUES (?, ?)", ((k, json.dumps(v)) for k, v in properties.items())
    )
    rows = sample_rows(table, columns)
    connection.executemany("INSERT INTO sample VALUES (?, ?, ?, ?, ?, ?)", rows)
    insert_quarantined(connection, quarantined)
    connection.execute("COMMIT")
