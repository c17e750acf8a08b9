"""The SQLite file of a project: opening, checks, and migration of the schema after a backup."""

from __future__ import annotations

import contextlib
import functools
import sqlite3
import tempfile
from collections.abc import Sequence
from pathlib import Path

from ahsml_app.base.disk_space import disk_full_message, free_bytes, is_disk_full
from ahsml_app.base.errors import ProjectError
from ahsml_app.base.message import Message, dump_message
from ahsml_app.store.files.backups import database_bytes
from ahsml_app.store.files.database_checks import (
    ROLLBACK,
    WAL,
    Columns,
    ProjectConnection,
    check_content,
    check_files,
    columns_of,
    copy_files,
    damaged_error,
    secure,
    stored_version,
)
from ahsml_app.store.files.safe_folder import SafeFolder

WRITE_BYTES = 1_000_000
"""Room that a decision needs at most: a few pages of the database, in the log and in the file."""

_NOT_WRITABLE = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}

Migration = str
"""SQL that migrates the schema from one version to the next."""

MIGRATIONS: tuple[Migration, ...] = (
    """
    CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE sample (
        number INTEGER PRIMARY KEY,
        path TEXT NOT NULL UNIQUE,
        label TEXT NOT NULL,
        cells TEXT
    );
    CREATE TABLE quarantined (path TEXT NOT NULL, reason TEXT NOT NULL);
    CREATE TABLE step (
        number INTEGER PRIMARY KEY,
        action TEXT NOT NULL CHECK (action IN ('decide', 'undo', 'redo')),
        target INTEGER REFERENCES step(number),
        name TEXT NOT NULL,
        kind INTEGER NOT NULL,
        label TEXT NOT NULL,
        samples INTEGER NOT NULL,
        time TEXT NOT NULL
    );
    CREATE TABLE change (
        step INTEGER NOT NULL REFERENCES step(number),
        sample INTEGER NOT NULL REFERENCES sample(number),
        kind_before INTEGER NOT NULL,
        label_before TEXT NOT NULL,
        kind INTEGER NOT NULL,
        label TEXT NOT NULL
    );
    CREATE INDEX change_of_step ON change(step);
    CREATE TABLE run (number INTEGER PRIMARY KEY, facts TEXT NOT NULL);
    CREATE TABLE screen (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    """,
    """
    CREATE TABLE class_change (
        step INTEGER NOT NULL REFERENCES step(number),
        class TEXT NOT NULL,
        name_before TEXT NOT NULL,
        name TEXT NOT NULL
    );
    CREATE INDEX class_change_of_step ON class_change(step);
    """,
    # The English text stays beside the message: older rows have nothing else.
    """
    ALTER TABLE step ADD COLUMN message TEXT;
    ALTER TABLE quarantined ADD COLUMN message TEXT;
    """,
    # Who took a step, and its line in the decision log, with paths and hashes of that time.
    """
    ALTER TABLE step ADD COLUMN reviewer TEXT NOT NULL DEFAULT '';
    CREATE TABLE log (
        step INTEGER PRIMARY KEY REFERENCES step(number),
        line TEXT NOT NULL
    );
    """,
    # The content that the decisions are about, and what became of the file (`SampleState`).
    """
    ALTER TABLE sample ADD COLUMN hash TEXT NOT NULL DEFAULT '';
    ALTER TABLE sample ADD COLUMN state INTEGER NOT NULL DEFAULT 0;
    """,
    # What images carry besides their decision (`Mark`).
    """
    CREATE TABLE mark_change (
        step INTEGER NOT NULL REFERENCES step(number),
        sample INTEGER NOT NULL REFERENCES sample(number),
        mark TEXT NOT NULL,
        value_before TEXT NOT NULL,
        value TEXT NOT NULL
    );
    CREATE INDEX mark_change_of_step ON mark_change(step);
    """,
)
"""Entry k migrates from version k to k + 1. Entries are only ever appended."""


class DatabaseNotWritableError(ProjectError):
    """The database is sound as far as is known, but nothing can be written beside or into it.

    Attributes:
        full: Whether there is no room on the disk.
    """

    full = False


def open_database(
    path: Path, *, read_only: bool = False, migrations: Sequence[Migration] = MIGRATIONS
) -> ProjectConnection:
    """Opens or creates the database of a project, checks it, and migrates its schema.

    Every transaction is on disk when it returns (write-ahead log, full synchronisation), so that
    neither a killed process nor a power cut loses a decision.

    Args:
        path: The file.
        read_only: Opens a database that another process writes, at the state of this moment;
            refuses an older schema.
        migrations: Migrations of the schema; only tests pass others.

    Returns:
        The connection, in autocommit mode, for the calling thread only.

    Raises:
        DatabaseNotWritableError: If nothing can be written: no room, or no permission.
        ProjectError: If the file is damaged, not safe, or newer than this program.
    """
    check_files(path)
    is_new = not path.exists()
    _check_version(path, stored_version(path), len(migrations))
    connection = None
    try:
        connection = _connect(path, read_only=read_only)
        version = _version(connection)
        _check_version(path, version, len(migrations), read_only=read_only)
        if not (version or is_new):
            raise damaged_error(path, Message("it holds no project"))
        if not is_new:
            check_content(path, connection, _tables(tuple(migrations[:version])))
        if version < len(migrations):
            if not is_new:
                _back_up(connection, path, version)
            _migrate(connection, version, migrations)
        if read_only:
            # One moment of the journal, however long the other process goes on writing.
            connection.execute("BEGIN")
            connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
    except sqlite3.Error as error:
        if connection is not None:
            connection.close()
        raise _opening_error(path, error) from error
    except BaseException as error:
        if connection is not None:
            connection.close()
        if _is_of_disk(error):  # of a full disk, on which not even the index of the log has room
            raise _not_writable(path, error) from error
        raise
    return connection


def open_copy(path: Path, migrations: Sequence[Migration] = MIGRATIONS) -> ProjectConnection:
    """Opens a copy in memory of a database that cannot be written, with the newest schema.

    Args:
        path: The file, which stays untouched.
        migrations: Migrations of the schema; only tests pass others.

    Raises:
        ProjectError: If the file is damaged, not safe, or newer than this program.
    """
    check_files(path)
    _check_version(path, stored_version(path), len(migrations))
    connection = sqlite3.connect(":memory:", isolation_level=None, factory=ProjectConnection)
    connection.path = path
    try:
        secure(connection)
        _copy_to(connection, path)
        version = _version(connection)
        _check_version(path, version, len(migrations))
        if not version:
            raise damaged_error(path, Message("it holds no project"))
        check_content(path, connection, _tables(tuple(migrations[:version])))
        _migrate(connection, version, migrations)
        connection.execute("PRAGMA query_only = ON")
    except sqlite3.Error as error:
        connection.close()
        raise damaged_error(path, error) from error
    except OSError as error:  # of the temporary folder, or because the disk is gone
        connection.close()
        raise ProjectError(
            disk_full_message(Path(tempfile.gettempdir()), 2 * path.stat().st_size)
            if is_disk_full(error)
            else Message("{path} cannot be read: {reason}.", path=path, reason=error.strerror),
            hint="Make room on that disk, or see whether the disk of the project is still there.",
            details=repr(error),
        ) from error
    except BaseException:
        connection.close()
        raise
    return connection


def write_error(path: Path, error: sqlite3.Error) -> ProjectError:
    """The error of a write to the database that failed, of which nothing is left."""
    full = is_disk_full(error)
    message = (
        disk_full_message(path, WRITE_BYTES)
        if full
        else Message("The project {folder} cannot be written: {reason}.", folder=path, reason=error)
    )
    return ProjectError(
        message,
        hint="Nothing has changed. Make room on that disk, and try again."
        if full
        else "Nothing has changed. Free the project's folder, and try again.",
        details=repr(error),
    )


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _connect(path: Path, *, read_only: bool) -> ProjectConnection:
    if read_only:
        address = f"{path.resolve().as_uri()}?mode=ro"
        connection = sqlite3.connect(
            address, uri=True, isolation_level=None, timeout=5.0, factory=ProjectConnection
        )
    else:
        connection = sqlite3.connect(
            path, isolation_level=None, timeout=5.0, factory=ProjectConnection
        )
    connection.path = path
    try:
        secure(connection)
        if not read_only:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def _copy_to(connection: sqlite3.Connection, path: Path) -> None:
    """Copies a database into another one, with what its write-ahead log adds."""
    folder = SafeFolder(path.parent)
    if not any(
        folder.is_file(path.name + suffix) and Path(f"{path}{suffix}").stat().st_size
        for suffix in (WAL, ROLLBACK)
    ):
        source = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
        with contextlib.closing(source):
            source.backup(connection)
        return
    with tempfile.TemporaryDirectory(prefix="ahsml-app-") as temporary:
        copy = Path(temporary) / "copy.sqlite"
        copy_files(folder, path.name, copy)
        with contextlib.closing(sqlite3.connect(copy)) as source:
            source.backup(connection)


@functools.lru_cache
def _tables(migrations: tuple[Migration, ...]) -> dict[str, Columns]:
    """The columns of each table after some migrations."""
    with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        _migrate(connection, 0, migrations)
        return columns_of(connection)


def _check_version(path: Path, version: int, newest: int, *, read_only: bool = False) -> None:
    if version > newest:
        raise ProjectError(
            Message(
                "The project {parent} was made by a newer version of this program "
                "(schema {version}; this one knows {newest}).",
                parent=path.parent,
                version=version,
                newest=newest,
            ),
            hint="Install the newer version to open it; nothing was changed.",
        )
    if read_only and version < newest:
        raise ProjectError(
            Message(
                "The project {parent} is of an older version and open elsewhere.",
                parent=path.parent,
            ),
            hint="Close the other window, then open it again.",
        )


def _is_of_disk(error: BaseException) -> bool:
    code = getattr(error.__cause__, "sqlite_errorcode", 0)
    return isinstance(error, ProjectError) and code & 0xFF == sqlite3.SQLITE_IOERR


def _not_writable(path: Path, error: BaseException) -> DatabaseNotWritableError:
    cause = error if isinstance(error, sqlite3.Error) else error.__cause__ or error
    free = free_bytes(path.parent)
    full = is_disk_full(cause) or (_is_of_disk(error) and free is not None and free < WRITE_BYTES)
    result = DatabaseNotWritableError(
        disk_full_message(path, WRITE_BYTES)
        if full
        else Message(
            "The project file {path} cannot be written: {reason}.", path=path, reason=cause
        ),
        details=repr(cause),
    )
    result.full = full
    return result


def _opening_error(path: Path, error: sqlite3.Error) -> ProjectError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if is_disk_full(error) or code in _NOT_WRITABLE:
        return _not_writable(path, error)
    if code == sqlite3.SQLITE_BUSY:
        return ProjectError(
            Message("Another program uses the project file {path}.", path=path),
            hint="Close that program, then open the project again.",
            details=repr(error),
        )
    return damaged_error(path, error)


def _back_up(connection: sqlite3.Connection, path: Path, version: int) -> None:
    """Keeps the database of an older version beside the migrated one, as a whole file."""
    folder, name = SafeFolder(path.parent), f"{path.name}.version-{version}"
    try:
        folder.write(name, database_bytes(connection))
    except OSError as error:
        result = DatabaseNotWritableError(
            disk_full_message(path, 2 * path.stat().st_size)
            if is_disk_full(error)
            else Message("The backup {name} cannot be written: {reason}.", name=name, reason=error),
            details=repr(error),
        )
        result.full = is_disk_full(error)
        raise result from error


def _migrate(connection: sqlite3.Connection, version: int, migrations: Sequence[Migration]) -> None:
    for number in range(version, len(migrations)):
        # One transaction a step: a migration that fails leaves the version before it.
        script = f"BEGIN;{migrations[number]};PRAGMA user_version = {number + 1};COMMIT;"
        try:
            connection.executescript(script)
        except sqlite3.Error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def message_cells(message: Message | str) -> tuple[str, str | None]:
    """The two database cells of a message: its English text, and its JSON or None."""
    return str(message), dump_message(message) if isinstance(message, Message) else None
