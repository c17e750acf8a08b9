"""Schema versions, the backup before a migration, and files that are none."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pytest

from ahsml_app.base.errors import ProjectError
from ahsml_app.base.types import SampleTable
from ahsml_app.store.database import MIGRATIONS, open_database
from ahsml_app.store.project_folder import ProjectFolder

FIRST = "CREATE TABLE thing (name TEXT); INSERT INTO thing VALUES ('kept')"
SECOND = "ALTER TABLE thing ADD COLUMN size INTEGER DEFAULT 3"


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


def test_a_newer_project_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    open_database(path, migrations=[FIRST, SECOND]).close()
    with pytest.raises(ProjectError, match="newer version"):
        open_database(path, migrations=[FIRST])


def test_an_older_project_is_not_migrated_read_only(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    open_database(path, migrations=[FIRST]).close()
    with pytest.raises(ProjectError, match="older version"):
        open_database(path, migrations=[FIRST, SECOND], read_only=True)


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    path.write_bytes(b"this is no database at all, but long enough" * 100)
    with pytest.raises(ProjectError, match=r"p\.sqlite cannot be used"):
        open_database(path)


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
