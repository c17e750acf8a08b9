"""Content hashes of the images, indexed so that a second run reads no file again."""

from __future__ import annotations

import logging
import os
import sqlite3
import time
from collections.abc import Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np

from ahsml_app.base.events import CancelToken, Event, Progress, Stage
from ahsml_app.base.paths import content_hash
from ahsml_app.base.types import Quarantined, SampleTable
from ahsml_app.core.data.decode import describe_os_error
from ahsml_app.core.data.lost_folder import check_not_lost

_BATCH = 256
_PROGRESS_SECONDS = 0.1
_LOCK_SECONDS = 5.0
# A file that changes again within its time stamp's resolution (2 s on FAT) would look unchanged, so
# the hash of a file that changed just now is not stored.
_SETTLED_NANOSECONDS = 2_000_000_000
_log = logging.getLogger(__name__)

_Stamp = tuple[bytes, int, int]  # path, size in bytes, time of change in nanoseconds


def fingerprint(
    table: SampleTable, *, index_path: Path, cancel: CancelToken | None = None
) -> Generator[Event, None, tuple[SampleTable, list[Quarantined]]]:
    """Adds the content hash of every sample: BLAKE2b of 16 bytes, in hexadecimal.

    Args:
        table: The samples.
        index_path: SQLite file that stores path, size, time of change and hash. A damaged one
            is created again; without a usable one, every file is read.
        cancel: Asks to stop; hashes computed so far are stored.

    Yields:
        Progress of the stage "fingerprint", about ten times a second.

    Returns:
        The samples that could be read, with hashes, and those that could not.

    Raises:
        InputError: When the folder is gone.
        Cancelled: When asked to stop.
    """
    hashes: list[str] = []
    quarantined: list[Quarantined] = []
    index = _Index(index_path)
    workers = min(8, (os.cpu_count() or 1) + 2)  # reading waits for the disk, not for a core
    pool = ThreadPoolExecutor(workers, thread_name_prefix="fingerprint")
    try:
        reported = 0.0
        for start in range(0, len(table), _BATCH):
            paths, unreadable = table.paths[start : start + _BATCH], len(quarantined)
            for path, result in zip(paths, _submit(pool, index, table.root, paths), strict=True):
                if cancel is not None:
                    cancel.check()
                hashes.append(_collect(path, result, quarantined))
                if time.monotonic() - reported >= _PROGRESS_SECONDS:
                    reported = time.monotonic()
                    yield Progress(Stage.FINGERPRINT, len(hashes), len(table))
            index.save()
            if len(quarantined) > unreadable:
                check_not_lost(table.root)
    finally:
        pool.shutdown(cancel_futures=True)
        index.close()
    yield Progress(Stage.FINGERPRINT, len(table), len(table))
    readable = np.flatnonzero(np.array([bool(text) for text in hashes], dtype=bool))
    return replace(table, hashes=tuple(hashes)).select(readable), quarantined


def _submit(
    pool: ThreadPoolExecutor, index: _Index, root: Path, paths: Sequence[str]
) -> list[Future[str]]:
    stamps = list(pool.map(lambda path: _stamp(root / path), paths))
    digests = index.lookup([stamp for stamp in stamps if stamp is not None])
    return [
        pool.submit(_hash, root / path, digests.get(stamp) if stamp else None, index)
        for path, stamp in zip(paths, stamps, strict=True)
    ]


def _collect(path: str, result: Future[str], quarantined: list[Quarantined]) -> str:
    try:
        return result.result()
    except OSError as error:
        quarantined.append(Quarantined(path, describe_os_error(error)))
        return ""


def _stamp(path: Path) -> _Stamp | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return os.fsencode(path), status.st_size, status.st_mtime_ns


def _hash(path: Path, stored: str | None, index: _Index) -> str:
    if stored is not None:
        return stored
    stamp = _stamp(path)
    digest = content_hash(path)
    # Stored only if the file did not change while it was read.
    if stamp is not None and stamp == _stamp(path):
        index.add(stamp, digest)
    return digest


class _Index:
    """The stored hashes; without a usable file it stores nothing and never fails."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._new_rows: list[tuple[bytes, int, int, str]] = []
        self._database: sqlite3.Connection | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._database = self._open()
        except (OSError, sqlite3.Error) as error:
            _log.warning("Hashes are not remembered: %s: %s", path, error)

    def lookup(self, stamps: Sequence[_Stamp]) -> dict[_Stamp, str]:
        """Returns the hashes of the files that have not changed."""
        if self._database is None or not stamps:
            return {}
        marks = ",".join("?" * len(stamps))
        query = f"SELECT path, size, mtime_ns, hash FROM fingerprint WHERE path IN ({marks})"  # noqa: S608 - question marks only
        try:
            rows = self._database.execute(query, [stamp[0] for stamp in stamps]).fetchall()
        except sqlite3.Error as error:
            self._give_up(error)
            return {}
        return {(path, size, mtime_ns): digest for path, size, mtime_ns, digest in rows}

    def add(self, stamp: _Stamp, digest: str) -> None:
        """Adds a hash, written at the next `save`; called from the pool's threads."""
        if time.time_ns() - stamp[2] > _SETTLED_NANOSECONDS:
            self._new_rows.append((*stamp, digest))  # appending to a list is atomic

    def save(self) -> None:
        """Writes the added hashes."""
        rows, self._new_rows = self._new_rows, []
        if self._database is None or not rows:
            return
        try:
            with self._database:
                self._database.executemany(
                    "INSERT OR REPLACE INTO fingerprint VALUES (?, ?, ?, ?)", rows
                )
        except sqlite3.Error as error:
            self._give_up(error)

    def close(self) -> None:
        """Writes the added hashes and closes the file."""
        self.save()
        if self._database is not None:
            self._database.close()
            self._database = None

    def _open(self) -> sqlite3.Connection:
        try:
            return self._connect()
        except sqlite3.OperationalError:
            raise  # locked or not writable, but not damaged
        except sqlite3.DatabaseError as error:
            _log.warning("The index %s is damaged (%s) and is made anew.", self._path, error)
            self._path.unlink(missing_ok=True)
            return self._connect()

    def _connect(self) -> sqlite3.Connection:
        # A generator may be closed by another thread than the one that ran it.
        database = sqlite3.connect(self._path, timeout=_LOCK_SECONDS, check_same_thread=False)
        try:
            database.execute(
                "CREATE TABLE IF NOT EXISTS fingerprint (path BLOB PRIMARY KEY, "
                "size INTEGER, mtime_ns INTEGER, hash TEXT) WITHOUT ROWID"
            )
            names = [row[1] for row in database.execute("PRAGMA table_info(fingerprint)")]
            if names != ["path", "size", "mtime_ns", "hash"]:
                raise sqlite3.DatabaseError(f"unknown columns {names}")
        except BaseException:
            database.close()
            raise
        return database

    def _give_up(self, error: sqlite3.Error) -> None:
        _log.warning("The index %s cannot be used (%s); going on without.", self._path, error)
        if self._database is not None:
            self._database.close()
            self._database = None
        if not isinstance(error, sqlite3.OperationalError):
            self._path.unlink(missing_ok=True)
