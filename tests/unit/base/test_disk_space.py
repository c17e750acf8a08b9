"""A full disk is told from other failures, with its name and the missing room."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

import pytest

from ahsml_app.base.disk_space import disk_full_message, free_bytes, is_disk_full, readable_bytes


def test_a_full_disk_is_told_from_other_failures() -> None:
    assert is_disk_full(OSError(errno.ENOSPC, "no space"))
    assert not is_disk_full(OSError(errno.EACCES, "no access"))
    assert not is_disk_full(ValueError())
    connection = sqlite3.connect(":memory:")
    connection.execute("PRAGMA max_page_count = 2")
    with pytest.raises(sqlite3.Error) as full:
        connection.executescript("CREATE TABLE a (b); CREATE TABLE c (d); CREATE TABLE e (f)")
    assert is_disk_full(full.value)
    connection.close()


def test_the_message_names_the_path_and_the_missing_room(tmp_path: Path) -> None:
    path = tmp_path / "not" / "there"
    assert free_bytes(path)
    text = str(disk_full_message(path, 3_400_000))
    assert text.startswith(f"The disk of {path} is full")
    assert text.endswith("free, and 3.4 MB are needed.")


@pytest.mark.parametrize(
    ("count", "text"), [(7, "7 bytes"), (999_949, "999.9 kB"), (25 * 10**12, "25.0 TB")]
)
def test_sizes_are_readable(count: int, text: str) -> None:
    assert str(readable_bytes(count)) == text
