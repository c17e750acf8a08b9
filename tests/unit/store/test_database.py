"""Schema versions, the backup before a migration, and files that are none."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import struct
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ahsml_app.base.errors import ProjectError
from ahsml_app.base.types import SampleTable
from ahsml_app.store.database import MIGRATIONS, DatabaseNotWritableError, open_copy, open_database
from ahsml_app.store.files.backups import back_up
from ahsml_app.store.files.safe_folder import SafeFolder
from ahsml_app.store.project_folder import ProjectFolder

FIRST = "CREATE TABLE thing (name TEXT); INSERT INTO thing VALUES ('kept')"
SECOND = "ALTER TABLE thing ADD COLUMN size INTEGER DEFAULT 3"

needs_links = pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")


def version(path: Path) -> int:
    with sqlite3.connect(path) as connection:
        found = int(connection.execute("PRAGMA user_version").fetchone()[0])
    connection.close()
    return found


def test_a_migration_keeps_a_backup_of_the_version_before(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    open_database(path, migrations=[FIRST]).close()
    connection = open_database(path, migrations=[FIRST, SECOND])
    assert connection.execute("SELECT * FROM thing").fetchall() == [("kept", 3)]
    connection.close()
    backup = tmp_path / "p.sqlite.version-1"
    assert version(backup) == 1
    assert version(path) == 2


def test_a_migration_that_fails_leaves_the_version_before(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    open_database(path, migrations=[FIRST]).close()
    with pytest.raises(ProjectError, match=r"p\.sqlite"):
        open_database(path, migrations=[FIRST, "UPDATE thing SET name = 'lost'; NONSENSE"])
    connection = open_database(path, migrations=[FIRST])
    assert connection.execute("SELECT name FROM thing").fetchone() == ("kept",)
    connection.close()


def test_an_older_project_is_not_migrated_read_only(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    open_database(path, migrations=[FIRST]).close()
    with pytest.raises(ProjectError, match="older version"):
        open_database(path, migrations=[FIRST, SECOND], read_only=True)


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    path.write_bytes(b"this is no database at all, but long enough" * 100)
    with pytest.raises(ProjectError, match=r"p\.sqlite is damaged"):
        open_database(path)


@needs_links
@pytest.mark.parametrize("suffix", ["", "-wal", "-shm", "-journal", ".version-1"])
def test_no_file_of_a_database_may_be_a_link(tmp_path: Path, suffix: str) -> None:
    """The backup before a migration overwrote another database through such a link."""
    path, other = tmp_path / "p" / "p.sqlite", tmp_path / "precious"
    path.parent.mkdir()
    open_database(path, migrations=[FIRST]).close()
    if suffix:
        other.write_bytes(b"mine")
        path.with_name(path.name + suffix).symlink_to(other)
    else:
        path.rename(other)
        path.symlink_to(other)
    before = other.read_bytes()
    with pytest.raises(ProjectError, match="is a link"):
        open_database(path, migrations=[FIRST, SECOND])
    assert other.read_bytes() == before


def test_a_rollback_log_cannot_make_sqlite_delete_another_file(tmp_path: Path) -> None:
    """Such a log ends with the name of a file, which SQLite reads and deletes."""
    project, victim = tmp_path / "p", tmp_path / "precious"
    project.mkdir()
    victim.write_text("mine")
    path = project / "p.sqlite"
    open_database(path, migrations=[FIRST]).close()
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in (
        "PRAGMA journal_mode = DELETE",
        "PRAGMA cache_size = 1",
        "BEGIN",
        "UPDATE thing SET name = 'other'",
        "INSERT INTO thing VALUES (zeroblob(200000))",
    ):
        connection.execute(statement)
    log = path.with_name(f"{path.name}-journal")
    content, half_written = log.read_bytes(), path.read_bytes()
    connection.close()
    name = bytes(victim)
    path.write_bytes(half_written)
    log.write_bytes(
        content
        + struct.pack(">I", 2**30 // 4096 + 1)
        + name
        + struct.pack(">II", len(name), sum(name))
        + bytes.fromhex("d9d505f920a163d7")
    )
    for use in (open_database, open_copy):
        with pytest.raises(ProjectError, match="delete another file"):
            use(path, migrations=[FIRST])
    assert victim.read_text() == "mine"
    log.write_bytes(content)  # of a process that was killed: SQLite takes the changes back
    connection = open_database(path, migrations=[FIRST])
    assert connection.execute("SELECT * FROM thing").fetchall() == [("kept",)]
    connection.close()


@pytest.mark.parametrize(
    ("statement", "text"),
    [
        ("CREATE TRIGGER t AFTER INSERT ON thing BEGIN SELECT 1; END", "holds a trigger 't'"),
        ("CREATE VIEW v AS SELECT 1", "holds a view 'v'"),
        ("CREATE VIRTUAL TABLE f USING fts5(a)", "holds a table 'f'"),
        ("ALTER TABLE thing RENAME COLUMN name TO title", "table thing is missing or not"),
        ("DROP TABLE thing", "table thing is missing or not"),
        (
            "DROP TABLE thing; CREATE TABLE thing (a, name TEXT AS (1))",
            "table thing is missing or not",
        ),
        ("PRAGMA user_version = 0", "holds no project"),
    ],
)
def test_a_schema_of_somebody_else_is_refused(tmp_path: Path, statement: str, text: str) -> None:
    path = tmp_path / "p.sqlite"
    open_database(path, migrations=[FIRST]).close()
    connection = sqlite3.connect(path)
    connection.executescript(statement)
    connection.close()
    for use in (open_database, open_copy):
        with pytest.raises(ProjectError, match=text):
            use(path, migrations=[FIRST])


def test_a_schema_cannot_call_functions(tmp_path: Path) -> None:
    connection = open_database(tmp_path / "p.sqlite", migrations=[FIRST])
    assert connection.execute("PRAGMA trusted_schema").fetchone() == (0,)
    with pytest.raises(sqlite3.OperationalError, match="attached"):
        connection.execute("ATTACH ':memory:' AS other")
    connection.close()


def test_a_damaged_page_is_an_error_that_names_the_backup(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    connection = open_database(path, migrations=[FIRST])
    connection.execute("INSERT INTO thing VALUES (hex(zeroblob(50000)))")
    backup = back_up(SafeFolder(tmp_path), connection, 1)
    connection.close()
    content = bytearray(path.read_bytes())
    content[2 * 4096 : 3 * 4096] = b"x" * 4096
    path.write_bytes(content)
    for use in (open_database, open_copy):
        with pytest.raises(ProjectError, match=r"p\.sqlite is damaged") as damaged:
            use(path, migrations=[FIRST])
        assert str(backup) in str(damaged.value)
        assert f"--repair {tmp_path}" in str(damaged.value)


def test_reading_sees_one_moment_while_another_process_writes(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    writing = open_database(path, migrations=[FIRST])
    reading = open_database(path, migrations=[FIRST], read_only=True)
    writing.execute("INSERT INTO thing VALUES ('later')")
    assert reading.execute("SELECT * FROM thing").fetchall() == [("kept",)]
    reading.close()
    writing.close()


@pytest.mark.parametrize("with_log", [False, True])
def test_a_copy_has_all_that_was_written_and_leaves_the_file(
    tmp_path: Path, with_log: bool
) -> None:
    path = tmp_path / "p" / "p.sqlite"
    path.parent.mkdir()
    writing = open_database(path, migrations=[FIRST])
    writing.execute("INSERT INTO thing VALUES ('later')")
    if with_log:
        shutil.copytree(path.parent, tmp_path / "q")
        path = tmp_path / "q" / path.name
    writing.close()
    before = {p.name: p.read_bytes() for p in path.parent.iterdir()}
    copy = open_copy(path, migrations=[FIRST, SECOND])
    assert copy.execute("SELECT * FROM thing").fetchall() == [("kept", 3), ("later", 3)]
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        copy.execute("DELETE FROM thing")
    copy.close()
    assert {p.name: p.read_bytes() for p in path.parent.iterdir()} == before


def test_a_newer_project_stays_untouched(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    open_database(path, migrations=[FIRST, SECOND]).close()
    before = path.stat().st_mtime_ns, path.read_bytes()
    for use in (open_database, open_copy):
        with pytest.raises(ProjectError, match="newer version"):
            use(path, migrations=[FIRST])
    assert (path.stat().st_mtime_ns, path.read_bytes()) == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_decision_is_on_disk_when_it_is_told(tmp_path: Path) -> None:
    """Less than full synchronisation loses the newest decisions in a power cut."""
    project = tmp_path / "project"
    table = SampleTable(tmp_path, ("a.png",), np.zeros(1, np.int64), ("a",))
    folder = ProjectFolder.create(project, {"name": "p"}, table, ())
    folder.close()
    folder = ProjectFolder.open(project)
    connection = folder.journal._connection
    full, write_ahead = 2, "wal"
    assert connection.execute("PRAGMA synchronous").fetchone() == (full,)
    assert connection.execute("PRAGMA journal_mode").fetchone() == (write_ahead,)
    assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)
    folder.close()


def test_the_real_schema_opens_for_writing_and_reading(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    connection = open_database(path)
    assert connection.execute("PRAGMA user_version").fetchone()[0] == len(MIGRATIONS)
    connection.close()
    reading = open_database(path, read_only=True)
    with pytest.raises(sqlite3.OperationalError):
        reading.execute("INSERT INTO fact VALUES ('a', 'b')")
    reading.close()


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES])
def test_a_backup_without_room_is_told_from_one_without_permission(
    tmp_path: Path, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    path = tmp_path / "p.sqlite"
    open_database(path, migrations=[FIRST]).close()
    monkeypatch.setattr(tempfile, "mkstemp", refuse)
    with pytest.raises(DatabaseNotWritableError) as caught:
        open_database(path, migrations=[FIRST, SECOND])
    assert caught.value.full == (code == errno.ENOSPC)
    assert version(path) == 1


@pytest.mark.parametrize("reading", [open_database, open_copy])
def test_a_file_that_cannot_be_read_is_named(
    tmp_path: Path, reading: Callable[[Path], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    path = tmp_path / "p.sqlite"
    open_database(path).close()
    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(ProjectError, match=r"p\.sqlite cannot be read: Permission denied"):
        reading(path)
