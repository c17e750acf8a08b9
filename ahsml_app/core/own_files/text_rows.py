"""Reads columns of numbers from CSV files."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import numpy as np

from ahsml_app.base.errors import InputError, LabelsError
from ahsml_app.base.message import Message, some
from ahsml_app.base.types import AnyArray
from ahsml_app.core.own_files.number_rows import (
    WRITE_AGAIN,
    NumberRows,
    checked_size,
    part_height,
    unusable,
)
from ahsml_app.core.tables.columns.column_names import PATH_NAMES, plain_name
from ahsml_app.core.tables.raw_table import RawTable
from ahsml_app.core.tables.read_table import read_table

_COMMA = re.compile(r"\s*-?\d*,\d+([eE][-+]?\d+)?\s*")


def text_rows(file: Path, wanted: Collection[str]) -> NumberRows:
    """Reads the columns of some names, and that of the paths.

    Args:
        file: A CSV file.
        wanted: Names of the columns of numbers.

    Raises:
        InputError: If the file is no such table.
    """
    try:
        table = read_table(file)
    except LabelsError as error:
        raise InputError(error.message, hint=WRITE_AGAIN, details=error.details) from error
    usual = [name for name in table.header if plain_name(name) in PATH_NAMES and name not in wanted]
    path = min(usual, key=lambda name: PATH_NAMES.index(plain_name(name)), default=None)
    if path is None:
        reason = Message("it has no column 'path', but {names}", names=some(table.header))
        raise unusable(file, reason, WRITE_AGAIN)
    names = tuple(name for name in table.header if name.strip() in wanted)
    if not names:
        reason = Message(
            "it has no column '{wanted}', but {names}",
            wanted=min(wanted, default=""),
            names=some(table.header),
        )
        raise unusable(file, reason, WRITE_AGAIN)
    count = len(table.lines)
    checked_size(file, count, len(names))

    def read() -> Iterator[AnyArray]:
        height = part_height(len(names), 8)
        for start in range(0, count, height):
            yield _numbers(table, names, slice(start, start + height))

    own = tuple(name.strip() for name in names)
    return NumberRows(file, count, len(names), _cells(table, path), own, read)


def _cells(table: RawTable, name: str) -> Sequence[str]:
    return table.columns[table.header.index(name)]


def _numbers(table: RawTable, names: Sequence[str], rows: slice) -> AnyArray:
    columns = [[_number(cell) for cell in _cells(table, name)[rows]] for name in names]
    return np.array(columns, dtype=np.float64).T


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        # Some countries write a comma.
        return float(cell.replace(",", ".")) if _COMMA.fullmatch(cell) else float("nan")
