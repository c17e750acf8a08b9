"""Reads tables in text files: any usual encoding and separator, with or without a header."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from ahsml_app.base.errors import LabelsError
from ahsml_app.base.message import Message
from ahsml_app.core.tables.columns.column_names import (
    LABEL_NAMES,
    PATH_COLUMN,
    PATH_NAMES,
    plain_name,
)
from ahsml_app.core.tables.raw_table import RawTable, refused

BLANKS = " "
"""The delimiter of a table whose fields are separated by runs of blanks."""
TWO_FIELDS = "  "
"""The delimiter of a table in which the first blank separates a path from its label."""

_DELIMITERS = ",;\t|"
_LONGEST_SAMPLE = 100_000
_MOST_ROWS = 60
_MOST_ALONE = 0.5
"""Share of rows that may have a path only, where blanks separate fields."""
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?', re.IGNORECASE)
FIELD = re.compile(r'"((?:[^"]|"")*)"(?=\s|$)|(\S+)')
_FILE_NAME = re.compile(r"[^\s,;|].*\.[A-Za-z]{3,4}")
_NO_TEXT = re.compile("[\x01-\x08\x0e-\x1f]")
_BINARY = {
    b"PK\x03\x04": Message("a ZIP archive or an Excel workbook"),
    b"\xd0\xcf\x11\xe0": Message("an Excel workbook"),
    b"SQLite format 3": Message("an SQLite database"),
    b"\x89HDF": Message("an HDF5 file"),
    b"\x93NUMPY": Message("a NumPy array"),
    b"\x1f\x8b": Message("a compressed file"),
    b"ARROW1": Message("an Arrow file"),
    b"\xff\xff\xff\xff": Message("an Arrow file"),
    b"%PDF": Message("a PDF document"),
    b"\x89PNG": Message("an image"),
    b"\xff\xd8\xff": Message("an image"),
}


@dataclass(frozen=True, slots=True)
class TextTable:
    """The rows of a text file, and how it is written.

    Attributes:
        encoding: Python's name of its encoding.
        delimiter: What separates its fields; see `BLANKS`.
        quote: What stands around fields that contain it.
        lines: All of its lines with their ends.
        header: Names of the columns or, in a table without a header, the first row.
        start: Number of the first line of the header.
        end: Number of its last line.
        rows: First line, last line and fields of each further row.
        comments: Number of comment lines.
    """

    encoding: str
    delimiter: str
    quote: str
    lines: Sequence[str]
    header: list[str]
    start: int
    end: int
    rows: list[tuple[int, int, list[str]]]
    comments: int


def read_text(file: Path, raw: bytes) -> RawTable:
    """Reads the cells of a text table.

    Raises:
        LabelsError: If it cannot be read; it names the line.
    """
    table = split_text(file, raw)
    width = len(table.header)
    cells = [_fit(file, first, row, width) for first, _, row in table.rows]
    return RawTable(
        file=file,
        form="CSV",
        unit="line",
        header=tuple(table.header),
        lines=[first for first, _, _ in table.rows],
        columns=[list(column) for column in zip(*cells, strict=True)] or [[] for _ in table.header],
        header_line=table.start,
        notices=tuple(_notices(file, table)),
    )


def split_text(file: Path, raw: bytes) -> TextTable:
    """Splits a text file into rows.

    Raises:
        LabelsError: If it cannot be read; it names the line.
    """
    text, encoding = decode_text(file, raw)
    # `newline=""` keeps the line ends, and leaves those inside quoted fields to the reader.
    lines = list(StringIO(text, newline=""))
    first, delimiter = _first_line(lines)
    delimiter = delimiter or _delimiter(lines[first:])
    quote = _quote(lines[first:], delimiter)
    records = list(_records(file, lines[first:], first, delimiter, quote))
    comments = sum(line.lstrip(" ").startswith("#") for line in lines[:first])
    named = _named_in_comment(lines, first, delimiter, records)
    if named is not None:
        start, header = named
        end = start
        comments -= 1
    elif records:
        while _is_title(records):
            records = records[1:]
            comments += 1
        (start, end, header), records = records[0], records[1:]
    else:
        raise LabelsError(
            Message("The labels file {file} is empty.", file=file),
            hint="It needs a line with path,label first.",
        )
    rows = [row for row in records if not _is_comment(row[2], len(header))]
    comments += len(records) - len(rows)
    return TextTable(encoding, delimiter, quote, lines, header, start, end, rows, comments)


def is_file_name(text: str) -> bool:
    """Whether a text looks like the name of a file."""
    return _FILE_NAME.fullmatch(text) is not None


def decode_text(file: Path, raw: bytes) -> tuple[str, str]:
    """Decodes a text file by its byte-order mark or content; returns the encoding, too.

    Raises:
        LabelsError: If it is no text; it names the line, or what the file seems to be.
    """
    for magic, kind in _BINARY.items():
        if raw.startswith(magic):
            raise refused(file, kind)
    encoding = _encoding(raw)
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise LabelsError(
            Message(
                "{name} line {line} is not text in {encoding}.",
                name=file.name,
                line=line,
                encoding=encoding[:6].rstrip("-").upper(),
            ),
            hint="Save the file as 'CSV UTF-8', or as Parquet.",
            details=str(error),
        ) from error
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise LabelsError(
            Message(
                "{name} line {line} holds a zero character: this is no CSV file in UTF-8.",
                name=file.name,
                line=line,
            ),
            hint="Save the file as 'CSV UTF-8', or as Parquet.",
        )
    return text, encoding


def _encoding(raw: bytes) -> str:
    if raw.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):  # begins as that of UTF-16
        return "utf-32"
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    start = raw[:2000]
    even, odd = start[::2].count(0), start[1::2].count(0)
    if 3 * max(even, odd) > len(start) and min(even, odd) * 10 < max(even, odd):
        return "utf-16-le" if odd > even else "utf-16-be"
    try:
        raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = raw.decode("cp1252")
        except UnicodeDecodeError:
            return "utf-8-sig"
        return "utf-8-sig" if _NO_TEXT.search(text) or "\0" in text else "cp1252"
    return "utf-8-sig"


def _notices(file: Path, table: TextTable) -> Iterator[Message]:
    if table.encoding in ("cp1252", "utf-16-le", "utf-16-be"):
        yield Message(
            "{file} is not in UTF-8; it was read as {encoding}.",
            file=file.name,
            encoding="Windows-1252" if table.encoding == "cp1252" else "UTF-16",
        )
    if table.quote == "'":
        yield Message("{file} has single quotes around its fields.", file=file.name)
    if table.comments:
        yield Message.plural(
            "{count} line of {file} is a comment and was left out.",
            "{count} lines of {file} are comments and were left out.",
            count=table.comments,
            file=file.name,
        )


def _first_line(lines: Sequence[str]) -> tuple[int, str]:
    """Index of the first line after comments, and the delimiter that Excel's line names, or ""."""
    delimiter, found = "", 0
    for index, line in enumerate(lines):
        text = line.strip(" \r\n")
        if not text:
            continue
        separator = None if delimiter else _SEPARATOR_LINE.fullmatch(line.rstrip("\r\n"))
        if separator is not None:
            delimiter = separator.group(1)
        elif not text.startswith("#"):
            found = index
            break
    return found, delimiter


def _named_in_comment(
    lines: Sequence[str], first: int, delimiter: str, records: list[tuple[int, int, list[str]]]
) -> tuple[int, list[str]] | None:
    """Line and names of a header that stands in the last comment before the rows."""
    last = next((n for n in range(first - 1, -1, -1) if lines[n].strip()), None)
    if last is None or not records or not lines[last].startswith("#"):
        return None
    line = lines[last].lstrip("#")
    names = [name.strip() for name in next(split_fields([line], delimiter), (1, []))[1]]
    known = any(plain_name(name) in PATH_NAMES for name in names)
    return (last + 1, names) if known and len(names) == len(records[0][2]) > 1 else None


def _is_title(records: list[tuple[int, int, list[str]]]) -> bool:
    """Whether the first row is a line of text above a table that has several columns."""
    if len(records) < 3:
        return False
    filled = [[cell for cell in cells if cell.strip()] for _, _, cells in records[:3]]
    return (
        len(filled[0]) == 1
        and min(len(filled[1]), len(filled[2])) > 1
        and plain_name(filled[0][0]) not in (*PATH_NAMES, *LABEL_NAMES)
        and not is_file_name(filled[0][0])
    )


def _is_comment(cells: list[str], width: int) -> bool:
    return width > 1 and len(cells) == 1 and cells[0].startswith("#")


def _records(
    file: Path, lines: Sequence[str], first: int, delimiter: str, quote: str
) -> Iterator[tuple[int, int, list[str]]]:
    """First line, last line and fields of each row that is not blank."""
    start = first + 1
    try:
        for end, cells in split_fields(lines, delimiter, quote, strict=True):
            if any(cell.strip() for cell in cells):
                yield start, first + end, cells
            start = first + end + 1
    except csv.Error as error:
        raise LabelsError(
            Message(
                "{name} line {start} is not valid CSV: {reason}.",
                name=file.name,
                start=start,
                reason=error,
            ),
            hint="Look for a quotation mark that is not closed, at or before that line.",
        ) from error


def split_fields(
    lines: Sequence[str], delimiter: str, quote: str = '"', *, strict: bool = False
) -> Iterator[tuple[int, list[str]]]:
    """Splits lines into fields; yields the number of the last line of each row, from 1."""
    if delimiter == TWO_FIELDS:
        yield from ((n, line.split(None, 1)) for n, line in enumerate(map(str.rstrip, lines), 1))
    elif delimiter == BLANKS:
        for number, line in enumerate(lines, 1):
            yield number, [m[1].replace('""', '"') if m[1] is not None else m[2]
                           for m in FIELD.finditer(line)]  # fmt: skip
    else:
        reader = csv.reader(lines, delimiter=delimiter, quotechar=quote, strict=strict)
        for cells in reader:
            yield reader.line_num, cells


def _fit(file: Path, line: int, cells: list[str], width: int) -> list[str]:
    if len(cells) > width and any(cells[width:]):
        raise LabelsError(
            Message(
                "{name} line {line} has {count} fields, but the header names {width}.",
                name=file.name,
                line=line,
                count=len(cells),
                width=width,
            ),
            hint='Put a field that contains the separator into quotation marks: "a,b".',
        )
    return cells[:width] + [""] * (width - len(cells))


def _quote(lines: Sequence[str], delimiter: str) -> str:
    """The single quote, where the fields of each line but the first stand in such, or are plain."""
    if delimiter in (BLANKS, TWO_FIELDS):
        return '"'
    plain = re.escape(delimiter)
    field = f"(?:'(?:[^']|'')*'|[^'\"{plain}]*)"
    whole = re.compile(f"{field}(?:{plain}{field})+")
    tried = [line.rstrip("\r\n") for line in lines[: 2 * _MOST_ROWS] if line.strip()]
    rows = tried[1:] or tried
    is_single = all(whole.fullmatch(line) for line in tried) and all("'" in line for line in rows)
    return "'" if tried and is_single else '"'


def _delimiter(lines: Sequence[str]) -> str:
    """Returns the separator that splits the first lines best.

    That is the one whose header names a path; then the one that splits all rows alike, and
    into cells that look like file names; then the one that gives the most fields.
    """
    sample, length = list[str](), 0
    for line in lines[: 2 * _MOST_ROWS]:
        sample.append(line[:_LONGEST_SAMPLE])
        length += len(line)
        if length > _LONGEST_SAMPLE:
            break

    def quality(delimiter: str) -> tuple[int, bool, float, float, int]:
        rows = _sample_rows(sample, delimiter)
        header = rows[0] if rows else []
        width = len(header)
        names = {plain_name(name) for name in header}
        others = rows[1:] or rows
        known = 2 if PATH_COLUMN in names else int(not names.isdisjoint(PATH_NAMES))
        even = sum(len(row) == width > 1 for row in others) / max(1, len(others))
        named = sum(any(map(_FILE_NAME.fullmatch, row)) for row in others) / max(1, len(others))
        return known, even > 0.9, named if even else 0.0, even, width

    best = max(_DELIMITERS, key=quality)
    if quality(best)[-1] > 1:
        return best
    rows = _sample_rows(sample, BLANKS)
    widths = {len(row) for row in rows}
    alone = [row[0] for row in rows if len(row) == 1]  # paths without a label
    if not rows or len(alone) > _MOST_ALONE * len(rows) or not all(map(is_file_name, alone)):
        return best
    return BLANKS if len(widths) == 1 else TWO_FIELDS


def _sample_rows(sample: Sequence[str], delimiter: str) -> list[list[str]]:
    rows = list[list[str]]()
    try:
        for _, row in split_fields(sample, delimiter):
            if any(cell.strip() for cell in row):
                rows.append(row)
            if len(rows) == _MOST_ROWS:
                break
    except csv.Error:
        pass  # the field is too long; the reading reports it
    return rows
