"""The samples of a project as rows of its database, and the folder that their files are in."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from ahsml_app.base.errors import ProjectError
from ahsml_app.base.folder_changes import FolderChanges, SampleState
from ahsml_app.base.message import Message
from ahsml_app.base.types import Quarantined, SampleTable
from ahsml_app.store.database import message_cells
from ahsml_app.store.files.database_checks import check_files, damaged_error, secure

CHECKED_PATHS = 50
"""Number of images that tell whether a folder is the one of the project."""


def relative_root(project: Path, root: Path) -> str | None:
    """The image folder relative to the project, with forward slashes; None on another drive."""
    try:
        return Path(os.path.relpath(root.absolute(), project.absolute())).as_posix()
    except ValueError:
        return None


def present_root(project: Path, root: str, relative: str | None, paths: Sequence[str]) -> Path:
    """The image folder, which may have moved together with the project.

    Args:
        project: Folder of the project.
        root: Absolute path of the images, perhaps of another system.
        relative: Their path relative to the project, None if unknown.
        paths: Relative paths of the images.

    Returns:
        The absolute path unless it is gone and the relative one holds most of the images.
    """
    absolute = Path(root)
    if relative is None or absolute.is_dir():
        return absolute
    moved = Path(os.path.normpath(project.absolute() / relative))
    checked = paths[:: max(1, len(paths) // CHECKED_PATHS)]
    present = sum((moved / path).is_file() for path in checked)
    return moved if 2 * present > len(checked) else absolute


def read_root(database: Path) -> tuple[Path, dict[str, str | None]] | None:
    """Where the images of a project are and what its source is, without opening the project.

    Args:
        database: The project's database, of any version.

    Returns:
        The image folder and the fact "source"; None if they cannot be read.
    """
    try:
        check_files(database)
        address = f"{database.resolve().as_uri()}?mode=ro"
        with contextlib.closing(sqlite3.connect(address, uri=True)) as connection:
            secure(connection)
            rows = connection.execute(
                "SELECT name, value FROM fact WHERE name IN ('root', 'relative_root', 'source')"
            )
            facts = {name: json.loads(value) for name, value in rows}
            some = connection.execute("SELECT path FROM sample LIMIT 1000").fetchall()
        root, source = facts["root"], facts["source"]
    except (OSError, ValueError, KeyError, sqlite3.Error, ProjectError):
        return None
    if not isinstance(root, str) or not isinstance(source, dict):
        return None
    paths = [path for (path,) in some]
    return present_root(database.parent, root, facts.get("relative_root"), paths), source


def update_samples(connection: sqlite3.Connection, changes: FolderChanges) -> None:
    """Updates path, given label, content hash and state of the samples that are there already."""
    paths, write = {**changes.displaced, **changes.renamed}, connection.executemany
    # Two images may have swapped their names, and no two rows may share a path meanwhile.
    write("UPDATE sample SET path = ? WHERE number = ?", ((f"\0{row}", row) for row in paths))
    write("UPDATE sample SET path = ? WHERE number = ?", _pairs(paths))
    write("UPDATE sample SET label = ? WHERE number = ?", _pairs(changes.relabelled))
    hashes = {**changes.hashes, **changes.changed}
    write("UPDATE sample SET hash = ? WHERE number = ?", _pairs(hashes))
    write("UPDATE sample SET state = ? WHERE number = ?", _pairs(changes.states()))


def append_samples(
    connection: sqlite3.Connection, table: SampleTable, columns: Sequence[str]
) -> None:
    """Adds samples behind those that are there already."""
    first = connection.execute("SELECT COUNT(*) FROM sample").fetchone()[0]
    rows = sample_rows(table, columns, first)
    connection.executemany("INSERT INTO sample VALUES (?, ?, ?, ?, ?, ?)", rows)


def insert_quarantined(connection: sqlite3.Connection, items: Iterable[Quarantined]) -> None:
    """Adds files that were set aside."""
    connection.executemany(
        "INSERT INTO quarantined VALUES (?, ?, ?)",
        ((item.path, *message_cells(item.reason)) for item in items),
    )


def sample_rows(
    table: SampleTable, columns: Sequence[str], first: int = 0
) -> Iterator[tuple[int, str, str, str | None, str, int]]:
    """Yields the database rows of samples, numbered from `first`."""
    hashes = table.hashes or ("",) * len(table)
    empty = ("",) * len(table)
    by_column = [table.columns.get(name, empty) for name in columns]
    for row, path in enumerate(table.paths):
        cells = json.dumps([column[row] for column in by_column]) if columns else None
        yield first + row, path, table.label_name(row), cells, hashes[row], int(SampleState.PRESENT)


def manifest_columns(
    path: Path, names: list[str], cells: tuple[str | None, ...]
) -> dict[str, tuple[str, ...]]:
    """The columns of the manifest, from the cells of each sample as JSON.

    Raises:
        ProjectError: If they are not a text for each column; names the database `path`.
    """
    if not names:
        return {}
    try:
        rows = [json.loads(text or "[]") for text in cells]
    except (ValueError, RecursionError) as error:
        raise damaged_error(path, error) from error
    for row in rows:
        if not isinstance(row, list) or len(row) != len(names) or set(map(type, row)) != {str}:
            raise damaged_error(path, Message("the cells of a sample are not those of its columns"))
    return dict(zip(names, zip(*rows, strict=True), strict=True))


def _pairs(values: Mapping[int, object]) -> Iterator[tuple[object, int]]:
    return ((value, row) for row, value in values.items())
