"""The samples of a project as rows of its database."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ahsml_app.base.folder_changes import FolderChanges, SampleState
from ahsml_app.base.types import Quarantined, SampleTable
from ahsml_app.store.database import message_cells


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


def manifest_columns(names: list[str], cells: tuple[str | None, ...]) -> dict[str, tuple[str, ...]]:
    """The columns of the manifest, from the cells of each sample as JSON."""
    if not names:
        return {}
    rows = [json.loads(text or "[]") for text in cells]
    return dict(zip(names, zip(*rows, strict=True), strict=True))


def _pairs(values: Mapping[int, object]) -> Iterator[tuple[object, int]]:
    return ((value, row) for row, value in values.items())
