"""Checks of a database that may come from somebody else, before and after SQLite opens it."""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import sqlite3
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

from ahsml_app.base.errors import ProjectError
from ahsml_app.base.message import Message
from ahsml_app.store.files.backups import newest_backup
from ahsml_app.store.files.safe_folder import SafeFolder

WAL, ROLLBACK, INDEX = "-wal", "-journal", "-shm"
"""Ends of the names of the logs beside a database, and of the index of the first one."""

LOGS = (WAL, ROLLBACK, INDEX)
_SUPER_JOURNAL = bytes.fromhex("d9d505f920a163d7")  # ends a log that names a file to delete
_VERSION_AT = 60
_LONGEST_CELL = 100_000_000
_AT_ONCE = 1_000
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_TOOBIG}

Columns = tuple[tuple[Any, ...], ...]
"""Name, type, and whether it is not NULL, a key, or hidden, of each column of a table."""


class ProjectConnection(sqlite3.Connection):
    """A connection whose statements raise a `ProjectError` where the file cannot be read.

    Attributes:
        path: The file, for the message.
    """

    path = Path()

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._cursors: weakref.WeakSet[sqlite3.Cursor] = weakref.WeakSet()
        self._holds_failed_write = False

    def cursor(self, *_: object) -> Any:
        """A cursor with the same errors."""
        cursor = super().cursor(_ProjectCursor)
        self._cursors.add(cursor)
        return cursor

    def close(self) -> None:
        """Closes the file, even while the rows of a statement have not been read to their end."""
        # SQLite would keep file and locks until the traceback that holds the cursor is collected.
        while self._cursors:
            self._cursors.pop().close()
        if self._holds_failed_write:
            self.overwrite_failed_write()
        super().close()

    def overwrite_failed_write(self) -> None:
        """Writes nothing new where a transaction failed, so that no later opening finds it whole.

        A commit that could only not be synchronised has left its whole record in the log, and
        SQLite would take it at the next opening. Any write takes its place, even one that fails in
        the same way; where none can be made, closing tries again.
        """
        try:
            version = super().execute("PRAGMA user_version").fetchone()[0]
            super().execute(f"PRAGMA user_version = {int(version)}")
        except (sqlite3.Error, ProjectError):
            self._holds_failed_write = True
        else:
            self._holds_failed_write = False

    def execute(self, *arguments: Any) -> sqlite3.Cursor:
        """Executes a statement."""
        return cast("sqlite3.Cursor", self.cursor().execute(*arguments))

    def executemany(self, *arguments: Any) -> sqlite3.Cursor:
        """Executes a statement for each of many parameters."""
        return cast("sqlite3.Cursor", self.cursor().executemany(*arguments))

    def executescript(self, *arguments: Any) -> sqlite3.Cursor:
        """Executes several statements."""
        return cast("sqlite3.Cursor", self.cursor().executescript(*arguments))


def _with_project_errors(method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def checked(self: _ProjectCursor, *arguments: object) -> Any:
        try:
            return method(self, *arguments)
        except sqlite3.Error as error:
            connection = self.connection
            path = connection.path if isinstance(connection, ProjectConnection) else Path()
            read_error = _read_error(path, error)
            if read_error is None:
                raise
            raise read_error from error

    return checked


class _ProjectCursor(sqlite3.Cursor):
    execute = _with_project_errors(sqlite3.Cursor.execute)
    executemany = _with_project_errors(sqlite3.Cursor.executemany)
    executescript = _with_project_errors(sqlite3.Cursor.executescript)
    fetchone = _with_project_errors(sqlite3.Cursor.fetchone)
    fetchmany = _with_project_errors(sqlite3.Cursor.fetchmany)
    fetchall = _with_project_errors(sqlite3.Cursor.fetchall)
    __next__ = _with_project_errors(sqlite3.Cursor.__next__)

    def __iter__(self) -> Iterator[Any]:  # type: ignore[override]
        """Rows, fetched many at a time: who stops early has lost those fetched ahead."""
        while rows := self.fetchmany(_AT_ONCE):
            yield from rows


def _read_error(path: Path, error: sqlite3.Error) -> ProjectError | None:
    """The error of a file that is damaged or gone; None for other failures."""
    code = getattr(error, "sqlite_errorcode", 0)
    if code & 0xFF in _DAMAGED or "decode to UTF-8" in str(error):
        return damaged_error(path, error)
    if code & 0xFF != sqlite3.SQLITE_IOERR:
        return None
    return ProjectError(
        Message(
            "The project file {path} cannot be read or written: {reason}.", path=path, reason=error
        ),
        hint="See whether its disk is still there and has room, then open the project again.",
        details=repr(error),
    )


def check_files(path: Path) -> None:
    """Refuses links in place of the database and its logs, and a log that deletes other files."""
    folder = SafeFolder(path.parent)
    for suffix in ("", *LOGS):
        folder.check_file(path.name + suffix)
    journal = path.name + ROLLBACK
    if not folder.is_file(journal):
        return
    with _read_errors(path), folder.open(journal) as stream:
        stream.seek(max(0, stream.seek(0, os.SEEK_END) - len(_SUPER_JOURNAL)))
        if stream.read() == _SUPER_JOURNAL:
            # SQLite would read and delete the file that the end of the log names.
            raise ProjectError(
                Message(
                    "The file {path} would make SQLite delete another file.",
                    path=path.with_name(journal),
                ),
                hint="This program never writes such a file. Delete it only if you trust the rest "
                "of the project.",
            )


def stored_version(path: Path) -> int:
    """The schema version in the header of the file, read without SQLite; 0 if there is none."""
    folder = SafeFolder(path.parent)
    if not folder.is_file(path.name):
        return 0
    with _read_errors(path), folder.open(path.name) as stream:
        header = stream.read(_VERSION_AT + 4)
    whole = len(header) == _VERSION_AT + 4 and header.startswith(b"SQLite format 3\0")
    return int.from_bytes(header[_VERSION_AT:], "big") if whole else 0


def copy_files(folder: SafeFolder, name: str, copy: Path) -> None:
    """Copies a database with its logs, which SQLite joins to it by writing.

    Args:
        folder: The folder of the database.
        name: Its name.
        copy: The new file; its logs get names like it.

    Raises:
        OSError: If a file cannot be read or written.
    """
    for suffix in ("", WAL, ROLLBACK):
        if folder.is_file(name + suffix):
            with folder.open(name + suffix) as stream, Path(f"{copy}{suffix}").open("xb") as target:
                shutil.copyfileobj(stream, target)


@contextlib.contextmanager
def _read_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ProjectError(
            Message("{path} cannot be read: {reason}.", path=path, reason=error.strerror or error),
            hint="See whether you may read the files of the project, and whether its disk is "
            "still there.",
            details=repr(error),
        ) from error


def secure(connection: sqlite3.Connection) -> None:
    """Keeps a schema that somebody else wrote from calling functions or attaching files."""
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_CELL)


def check_content(path: Path, connection: sqlite3.Connection, tables: dict[str, Columns]) -> None:
    """Checks that the pages are sound, and that the tables are those of this program.

    Args:
        path: The file, for the message.
        connection: The opened database.
        tables: The columns of each table, from `columns_of`.

    Raises:
        ProjectError: If they are not.
    """
    other = connection.execute(
        "SELECT type, name FROM sqlite_master WHERE type NOT IN ('table', 'index') "
        "OR sql LIKE 'CREATE VIRTUAL%'"
    ).fetchone()
    if other is not None:
        raise ProjectError(
            Message(
                "The project file {path} holds a {kind} {name!r}, which this program never makes.",
                path=path,
                kind=other[0],
                name=other[1],
            ),
            hint="Do not use this project: another program has changed it.",
        )
    stored = columns_of(connection)
    for name, columns in tables.items():
        if stored.get(name) != columns:
            reason = Message("the table {name} is missing or not as it should be", name=name)
            raise damaged_error(path, reason)
    problem = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if problem != "ok":
        raise damaged_error(path, " ".join(str(problem).split()))


def check_indexes(path: Path, connection: sqlite3.Connection) -> None:
    """Checks that pages, indexes and rows fit each other, which takes longer.

    Raises:
        ProjectError: If they do not.
    """
    problem = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if problem != "ok":
        raise damaged_error(path, " ".join(str(problem).split()))


def columns_of(connection: sqlite3.Connection) -> dict[str, Columns]:
    """The columns of each table, by its name."""
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    query = 'SELECT name, type, "notnull", pk, hidden FROM pragma_table_xinfo(?)'
    return {name: tuple(connection.execute(query, (name,)).fetchall()) for (name,) in tables}


def damaged_error(path: Path, reason: object) -> ProjectError:
    """The error of a damaged database; names its newest backup."""
    backup = newest_backup(SafeFolder(path.parent))
    repair = Message(
        "ahsml-app --repair {project} keeps every decision that can be read.", project=path.parent
    )
    hint: Message = repair
    if backup is not None:
        hint = Message("{repair} The newest backup is {backup}.", repair=repair, backup=backup)
    return ProjectError(
        Message("The project file {path} is damaged: {reason}.", path=path, reason=reason),
        hint=hint,
        details=repr(reason),
    )
