"""Writes tables as CSV and Parquet, atomically."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ahsml_app.base.paths import atomic_write

if TYPE_CHECKING:
    import pyarrow as pa

_FORMULA_START = re.compile(r"(^|[,;\t\r\n])([\s\"]*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20\t\r\n])")
_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?([eE][+-]?[0-9]+)?")


def write_table(
    path: Path,
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    delimiter: str = ",",
    *,
    csv_safe: bool = False,
) -> None:
    """Writes a table as CSV in UTF-8, with a line feed after each row.

    Args:
        path: The file to write.
        header: Names of the columns.
        rows: Cells of each row.
        delimiter: Separator of the cells.
        csv_safe: Whether cells that a spreadsheet takes for formulas are defused.
    """
    text = defused if csv_safe else utf8_text
    with atomic_write(path, "w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(_UnixLines(stream), delimiter=delimiter, lineterminator="\r\n")
        writer.writerow([text(name) for name in header])
        writer.writerows([text(cell) for cell in row] for row in rows)


def write_parquet(path: Path, content: pa.Table) -> None:
    """Writes a table as Parquet."""
    import pyarrow.parquet as pq

    with atomic_write(path) as stream:
        pq.write_table(content, stream, compression="zstd")


def utf8_text(value: str) -> str:
    r"""The text as valid UTF-8; an invalid byte of a file name reads like \udcff."""
    return value.encode("utf-8", "backslashreplace").decode("utf-8")


def defused(value: str) -> str:
    """The text with an apostrophe before each place where a spreadsheet may begin a formula.

    That is the beginning, and what follows a separator, since a spreadsheet may split cells at
    another separator than the file has. A number is no formula.
    """
    text = utf8_text(value)
    return text if _NUMBER.fullmatch(text) else _FORMULA_START.sub(r"\1\2'", text)


class _UnixLines:
    r"""Ends rows with a line feed.

    A csv.writer with "\n" as its line end leaves a carriage return in a field unquoted (Python
    before 3.13). So the writer ends rows with "\r\n", and this class removes the carriage return.
    """

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def write(self, row: str) -> None:
        self._stream.write(row.removesuffix("\r\n") + "\n")


def write_square(
    path: Path, corner: str, names: Sequence[str], lines: Iterable[Sequence[str]]
) -> None:
    """Writes a square matrix whose rows and columns have the same names.

    Args:
        path: The CSV file to write.
        corner: Header of the column of names.
        names: The K names.
        lines: K rows of K cells.
    """
    named = ([name, *line] for name, line in zip(names, lines, strict=True))
    write_table(path, [corner, *names], named)
