"""The SQLite file of a project: opening, schema version, and migration after a backup."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from ahsml_app.base.errors import ProjectError
from ahsml_app.base.message import Message, dump_message

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
)
"""Entry k migrates from version k to k + 1. Entries are only ever appended."""


def open_database(
    path: Path, *, read_only: bool = False, migrations: Sequence[Migration] = MIGRATIONS
) -> sqlite3.Connection:
    """Opens or creates the database of a project and migrates its schema.

    Every transaction is on disk when it returns (write-ahead log, full synchronisation), so that
    neither a killed process nor a power cut loses a decision.

    Args:
        path: The file.
        read_only: Opens without ever writing; refuses an older schema.
        migrations: Migrations of the schema; only tests pass others.

    Returns:
        The connection, in autocommit mode, for the calling thread only.

    Raises:
        ProjectError: If the file is damaged, newer than this program, or cannot be written.
    """
    connection = None
    try:
        connection = _connect(path, read_only=read_only)
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        _check_version(path, version, len(migrations), read_only=read_only)
        if version < len(migrations):
            if version:
                _back_up(connection, path.with_name(f"{path.name}.version-{version}"))
            _migrate(connection, version, migrations)
    except sqlite3.Error as error:
        if connection is not None:
            connection.close()
        raise ProjectError(
            Message("The project file {path} cannot be used: {reason}.", path=path, reason=error),
            hint="Restore it from a backup, or begin a new project on the same images.",
            details=repr(error),
        ) from error
    except ProjectError:
        if connection is not None:
            connection.close()
        raise
    return connection


def _connect(path: Path, *, read_only: bool) -> sqlite3.Connection:
    if read_only:
        address = f"{path.resolve().as_uri()}?mode=ro"
        return sqlite3.connect(address, uri=True, isolation_level=None, timeout=5.0)
    connection = sqlite3.connect(path, isolation_level=None, timeout=5.0)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _check_version(path: Path, version: int, newest: int, *, read_only: bool) -> None:
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


def _back_up(connection: sqlite3.Connection, target: Path) -> None:
    with sqlite3.connect(target) as copy:
        connection.backup(copy)
    copy.close()


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
