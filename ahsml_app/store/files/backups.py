"""Rolling, compressed backups of a project's database, made when the project is opened.

`backups/0007-step-123.sqlite.gz` is the seventh backup, made after step 123 of the journal. Without
its `.gz` it is the database of the project as it was then.
"""

from __future__ import annotations

import contextlib
import gzip
import logging
import re
import sqlite3
import zlib
from pathlib import Path

from ahsml_app.base.errors import ProjectError
from ahsml_app.store.files.safe_folder import SafeFolder

logger = logging.getLogger(__name__)

BACKUPS = "backups"
KEPT = 8
"""Number of backups that are kept, the newest ones."""

_NAME = re.compile(r"(\d{4,})-step-(\d+)\.sqlite\.gz")
_FAST = 1  # level of compression
_JOURNAL_MODES_AT = slice(18, 20)


def back_up(folder: SafeFolder, connection: sqlite3.Connection, newest: int) -> Path | None:
    """Keeps the database as it is, unless the newest backup has the same steps.

    Args:
        folder: The project.
        connection: Its database, sound and of the newest schema.
        newest: Number of the newest step of the journal.

    Returns:
        The new backup; None if there was nothing new.

    Raises:
        OSError: If it cannot be written.
    """
    backups = _backups(folder)
    if backups and backups[-1][1] == newest:
        return None
    number = backups[-1][0] + 1 if backups else 1
    name = f"{BACKUPS}/{number:04d}-step-{newest}.sqlite.gz"
    folder.make_folder(BACKUPS)
    folder.write(name, gzip.compress(database_bytes(connection), _FAST))
    for _, _, old in backups[: 1 - KEPT]:
        folder.remove(old)
    return folder.path(name)


def try_back_up(folder: SafeFolder, connection: sqlite3.Connection, newest: int) -> None:
    """Keeps the database if it has steps and there is room; a project opens without it, too."""
    if not newest:
        return
    try:
        back_up(folder, connection, newest)
    except OSError as error:
        logger.info("the journal is not backed up: %r", error)


def newest_backup(folder: SafeFolder) -> Path | None:
    """The newest backup, or None."""
    backups = _backups(folder)
    return folder.path(backups[-1][2]) if backups else None


def backup_names(folder: SafeFolder) -> list[str]:
    """Names of the backups in the project, newest first."""
    return [name for _, _, name in reversed(_backups(folder))]


def read_backup(folder: SafeFolder, name: str) -> bytes:
    """The database that a backup holds.

    Raises:
        OSError: If it cannot be read, or is damaged.
        EOFError: If it is cut.
    """
    with folder.open(name) as stream, gzip.open(stream) as content:
        return content.read()


def set_backup_aside(folder: SafeFolder, name: str) -> str:
    """Renames a damaged backup, so that it counts as one no more; returns the new name.

    Raises:
        OSError: If it cannot be renamed.
    """
    aside, number = f"{name}.damaged", 2
    taken = set(folder.names(BACKUPS))
    while aside.rpartition("/")[2] in taken:
        aside, number = f"{name}.damaged-{number}", number + 1
    folder.rename(name, aside)
    return aside


def check_backup(folder: SafeFolder, name: str) -> bool:
    """Whether a backup can be unpacked, and its pages are sound."""
    try:
        with contextlib.closing(sqlite3.connect(":memory:")) as connection:
            connection.deserialize(read_backup(folder, name))
            return bool(connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok")
    except (OSError, EOFError, zlib.error, sqlite3.Error, ProjectError, MemoryError):
        return False


def database_bytes(connection: sqlite3.Connection) -> bytes:
    """The database as one file that needs no log beside it."""
    content = bytearray(connection.serialize())
    content[_JOURNAL_MODES_AT] = b"\1\1"  # no write-ahead log
    return bytes(content)


def _backups(folder: SafeFolder) -> list[tuple[int, int, str]]:
    """Number, newest step and name of each backup, oldest first."""
    matches = [match for name in folder.names(BACKUPS) if (match := _NAME.fullmatch(name))]
    return sorted((int(m[1]), int(m[2]), f"{BACKUPS}/{m[0]}") for m in matches)
