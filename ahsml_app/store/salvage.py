"""Rebuilds the database of a project from what can be read of it and of its backups.

A backup has every row as it was when the project was opened, and the damaged file the rows since
then. Rows keep their numbers, so the two are joined by them. Where the description of a step is
lost, but not what it changed, a new description takes its place: no decision that can be read goes.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from ahsml_app.base.decisions import UndoStacks
from ahsml_app.base.errors import ProjectError
from ahsml_app.base.folder_changes import SampleState
from ahsml_app.base.message import Message
from ahsml_app.store.database import MIGRATIONS, open_database
from ahsml_app.store.decision_log import first_line, follows, hash_of_line
from ahsml_app.store.files.backups import backup_names, read_backup
from ahsml_app.store.files.database_checks import (
    LOGS,
    check_files,
    columns_of,
    copy_files,
    stored_version,
)
from ahsml_app.store.files.project_checks import remove_impossible_rows
from ahsml_app.store.files.safe_folder import SafeFolder
from ahsml_app.store.journal_records import CLASSES, UPDATE, follow_stacks, stack_steps

Tables = dict[str, dict[object, tuple[object, ...]]]
"""The rows of each table by their key: the rowid, or the name where there is none."""

_BY_NAME = ("fact", "screen")
_LAST_ROWID = 2**62
_PROBED = 512
"""Row numbers behind an unreadable one that are tried one by one."""


def rebuild_database(project: Path, name: str, target: str) -> bool:
    """Writes a sound database with everything that can be read.

    Args:
        project: Folder of the project, whose lock the caller holds.
        name: Name of the damaged database in it, which stays as it is.
        target: Name of the new database in the same folder.

    Returns:
        Whether a backup was used too.

    Raises:
        ProjectError: If neither the file nor a backup says what the project is.
    """
    folder = SafeFolder(project)
    check_files(project / name)
    with tempfile.TemporaryDirectory(prefix="ahsml-app-") as temporary:
        copy = Path(temporary) / name
        copy_files(folder, name, copy)
        version, tables = _read(copy)
        backup = _newest_sound_backup(folder, Path(temporary) / "backup.sqlite", version)
        if backup is not None:
            backup_version, older = backup
            if backup_version == version or not version:
                version = backup_version
                tables = {key: {**older[key], **tables.get(key, {})} for key in older}
            elif not tables.get("sample"):
                version, tables = backup
    if not tables.get("fact") or not tables.get("sample") or not version:
        raise ProjectError(
            Message(
                "Nothing of the project file {path} can be read, and there is no backup of it.",
                path=project / name,
            ),
            hint="Bring the project back from a backup of your disk. If it was exported, its "
            "decisions.jsonl gives the same labels with --replay.",
        )
    for suffix in ("", *LOGS):
        folder.remove(target + suffix)
    connection = open_database(project / target, migrations=MIGRATIONS[:version])
    with contextlib.closing(connection):
        connection.execute("PRAGMA foreign_keys = OFF")
        _insert(connection, tables)
    with contextlib.closing(open_database(project / target)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("BEGIN")
        _mend(connection)
        connection.execute("COMMIT")
    return backup is not None


def _newest_sound_backup(folder: SafeFolder, copy: Path, newest: int) -> tuple[int, Tables] | None:
    """Schema version and rows of a backup; one from before a migration is migrated, too."""
    for name in backup_names(folder):
        with contextlib.suppress(OSError, EOFError, ProjectError, ValueError, zlib.error):
            copy.write_bytes(read_backup(folder, name))
            version, tables = _read(copy)
            if 0 < version < newest:
                open_database(copy, migrations=MIGRATIONS[:newest]).close()
                version, tables = _read(copy)
            if version and tables.get("sample"):
                return version, tables
    return None


def _read(path: Path) -> tuple[int, Tables]:
    """The schema version, 0 if unknown, and all rows that can be read."""
    tables: Tables = {}
    try:
        with contextlib.closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.text_factory = _text
            version = int(connection.execute("PRAGMA user_version").fetchone()[0])
            if not 0 < version <= len(MIGRATIONS):
                version = stored_version(path)
            for table in columns_of(connection):
                tables[table] = dict(_rows(connection, table))
    except (sqlite3.Error, ProjectError):
        version = stored_version(path)
    return (version if 0 < version <= len(MIGRATIONS) else 0), tables


def _text(content: bytes) -> str:
    return content.decode("utf-8", errors="replace")


def _rows(
    connection: sqlite3.Connection, table: str
) -> Iterator[tuple[object, tuple[object, ...]]]:
    """Key and cells of each row of a table, past the pages that cannot be read."""
    if table in _BY_NAME:
        for order in ("ASC", "DESC"):  # from both ends towards what cannot be read
            with contextlib.suppress(sqlite3.Error):
                for row in connection.execute(f"SELECT * FROM {table} ORDER BY name {order}"):  # noqa: S608
                    yield row[0], row
        return
    if not table.isidentifier():
        return
    query = f"SELECT rowid, * FROM {table} WHERE rowid > ? ORDER BY rowid"  # noqa: S608
    last, step = -1, 1
    while last < _LAST_ROWID:
        before = last
        try:
            for row in connection.execute(query, (last,)):
                yield row[0], row[1:]
                last, step = row[0], 1
            return
        except sqlite3.Error:
            if last == before:
                yield from _single_rows(connection, table, last + 1, step)
                last, step = last + step, min(2 * step, _LAST_ROWID)


def _single_rows(
    connection: sqlite3.Connection, table: str, first: int, count: int
) -> Iterator[tuple[object, tuple[object, ...]]]:
    query = f"SELECT rowid, * FROM {table} WHERE rowid = ?"  # noqa: S608 - our own names
    for number in range(first, first + min(count, _PROBED)):
        with contextlib.suppress(sqlite3.Error):
            for row in connection.execute(query, (number,)):
                yield row[0], row[1:]


def _insert(connection: sqlite3.Connection, tables: Tables) -> None:
    """Inserts the rows with their numbers; leaves out those that cannot be inserted."""
    connection.execute("BEGIN")
    for table, columns in columns_of(connection).items():
        by_name = table in _BY_NAME
        names = ", ".join(f'"{column[0]}"' for column in columns)
        places = ", ".join("?" * len(columns))
        query = (
            f"INSERT OR REPLACE INTO {table} ({names}) VALUES ({places})"  # noqa: S608
            if by_name
            else f"INSERT OR REPLACE INTO {table} (rowid, {names}) VALUES (?, {places})"  # noqa: S608
        )
        for key, row in tables.get(table, {}).items():
            with contextlib.suppress(sqlite3.Error):
                connection.execute(query, row if by_name else (key, *row))
    connection.execute("COMMIT")


def _mend(connection: sqlite3.Connection) -> None:
    """Makes the rows fit each other."""
    execute = connection.execute
    count = execute("SELECT COUNT(*) FROM sample").fetchone()[0]
    execute("DELETE FROM sample WHERE number NOT BETWEEN 0 AND ?", (2 * count + 1000,))
    numbers = {number for (number,) in execute("SELECT number FROM sample").fetchall()}
    connection.executemany(
        "INSERT INTO sample (number, path, label, state) VALUES (?, ?, '', ?)",
        (
            (number, f"lost/{number}", int(SampleState.MISSING))
            for number in range(max(numbers, default=0))
            if number not in numbers
        ),
    )
    remove_impossible_rows(connection, ("sample", "quarantined"))
    lost = f"(target IS NULL OR kind = {UPDATE} OR target NOT IN (SELECT number FROM step))"  # noqa: S608
    mended = execute(
        f"SELECT MIN(number) FROM step WHERE action <> 'decide' AND {lost}"  # noqa: S608
    ).fetchone()[0]
    execute(
        "UPDATE step SET action = 'decide', target = NULL "  # noqa: S608
        f"WHERE action = 'decide' OR {lost}"
    )
    execute("UPDATE step SET reviewer = '' WHERE typeof(reviewer) <> 'text'")
    remove_impossible_rows(connection, ("step",))
    restored = _restore_steps(connection)
    remove_impossible_rows(connection, ("change", "class_change", "mark_change"))
    _cut_log(connection, min(mended or _LAST_ROWID, restored, _mend_undo(connection)))


def _restore_steps(connection: sqlite3.Connection) -> int:
    """Describes the steps anew of which only the changes are left.

    Returns:
        Number of the first one; a large one for none.
    """
    time, first = dt.datetime.now().astimezone().isoformat(timespec="milliseconds"), _LAST_ROWID
    for table in ("change", "class_change", "mark_change"):
        lost = (
            f"FROM {table} WHERE typeof(step) = 'integer' AND step > 0 "  # noqa: S608
            "AND step NOT IN (SELECT number FROM step)"
        )
        number = connection.execute(f"SELECT MIN(step) {lost}").fetchone()[0]
        first = min(first, number or _LAST_ROWID)
        connection.execute(
            "INSERT INTO step (number, action, name, kind, label, samples, time) "
            f"SELECT step, 'decide', 'Restored', ?, '', COUNT(*), ? {lost} GROUP BY step",
            (CLASSES, time),
        )
    return first


def _cut_log(connection: sqlite3.Connection, mended: int) -> None:
    """Removes the lines of the decision log that do not fit; they are written anew from the steps.

    Args:
        connection: The database.
        mended: Number of the first step that may not be as its line says.
    """
    execute = connection.execute
    steps = execute("SELECT number FROM step ORDER BY number").fetchall()
    lines = execute("SELECT step, line FROM log ORDER BY step")
    last, previous = 0, hash_of_line(first_line())
    for (number,), (step, line) in zip(steps, lines, strict=False):
        if number != step or number >= mended or not follows(line, previous):
            break
        last, previous = number, hash_of_line(line)
    execute("DELETE FROM log WHERE step > ? OR step < 1", (last,))


def _mend_undo(connection: sqlite3.Connection) -> int:
    """Turns an undo or redo whose turn it is not into a decision of its own.

    Returns:
        Number of the first such step; a large one for none.
    """
    stacks, first = UndoStacks(), _LAST_ROWID
    for number, action, target in stack_steps(connection):
        try:
            follow_stacks(connection, stacks, action, target or number)
        except ValueError:
            connection.execute(
                "UPDATE step SET action = 'decide', target = NULL WHERE number = ?", (number,)
            )
            follow_stacks(connection, stacks, "decide", number)
            first = min(first, number)
    return first
