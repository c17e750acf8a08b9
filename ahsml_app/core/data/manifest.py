"""Reads a manifest: a CSV or Parquet table of image files and their labels."""

from __future__ import annotations

import codecs
import csv
import difflib
import io
import os
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from ahsml_app.base.errors import LabelsError
from ahsml_app.base.message import Message

PATH_COLUMN = "path"
LABEL_COLUMN = "label"
# Reserved names, recognised in upper or lower case and stored in lower case.
_KNOWN_COLUMNS = (PATH_COLUMN, "split", "group", "annotator")
_PATH_LIKE = ("file", "filename", "filepath", "image", "img", "picture", "name")
_LABEL_LIKE = ("label", "class", "target", "categor", "species")
_DELIMITERS = ",;\t|"
_LONGEST_HEADER = 100_000
_PARQUET_MAGIC = b"PAR1"
_PARQUET_SUFFIXES = (".parquet", ".pq")


@dataclass(frozen=True, slots=True)
class Manifest:
    """The rows of a manifest, as they are in the file.

    Attributes:
        file: The manifest file.
        unit: What `lines` count: "line" of a text file (header = 1) or "row" of a Parquet file.
        lines: Number of the line or row where each of the N rows starts.
        paths: The N paths, unchecked.
        labels: The N labels as text without surrounding blanks; empty for none.
        columns: All further columns, each of N texts.
        source_columns: All columns in the file's own order.
        label_column: Name of the column that the labels came from.
    """

    file: Path
    unit: str
    lines: tuple[int, ...]
    paths: tuple[str, ...]
    labels: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]]
    source_columns: tuple[str, ...]
    label_column: str

    def place(self, row: int) -> str:
        """Returns the position of a row, for messages: "labels.csv line 12"."""
        return f"{self.file.name} {self.unit} {self.lines[row]}"


def read_manifest(file: Path, *, label_column: str | None = None) -> Manifest:
    """Reads a manifest.

    A text file may be UTF-8 with or without a byte-order mark, or UTF-16 with one; its fields
    may be separated by commas, semicolons, tabs or bars. Rows may be too short (the rest is
    empty), but not too long.

    Args:
        file: The CSV or Parquet file.
        label_column: Column that holds the labels; None for `label`.

    Returns:
        The rows.

    Raises:
        LabelsError: If the file cannot be read or lacks a column; it names the line or the
            columns.
    """
    header, lines, columns, unit = _read(file)
    path_column, chosen = _choose_columns(file, header, label_column)
    by_name = dict(zip(header, columns, strict=True))
    return Manifest(
        file=file,
        unit=unit,
        lines=tuple(lines),
        paths=tuple(by_name[path_column]),
        labels=tuple(text.strip() for text in by_name[chosen]),
        columns={
            name: tuple(cells)
            for name, cells in by_name.items()
            if name not in (path_column, chosen)
        },
        source_columns=tuple(header),
        label_column=chosen,
    )


def read_columns(file: Path) -> tuple[str, ...]:
    """Returns the columns of a manifest in the file's own order, without that of the paths.

    Raises:
        LabelsError: If the file cannot be read or has no usable header.
    """
    header = _read(file)[0]
    return tuple(name for name in header if name != PATH_COLUMN)


def delimiter_of(file: Path) -> str:
    """Returns the field separator of a manifest; a comma if it is not a text file.

    Raises:
        LabelsError: If the file cannot be read as text.
    """
    if not file.is_file():
        return ","
    raw = file.read_bytes()
    return "," if _is_parquet(file, raw) else _delimiter(_to_text(file, raw))


def _read(file: Path) -> tuple[list[str], list[int], list[list[str]], str]:
    """Returns header, line numbers, cells by column, and the unit that lines are counted in."""
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise LabelsError(
            Message(
                "The labels file {file} cannot be read: {reason}.",
                file=file,
                reason=error.strerror or error,
            ),
            hint="Check the path after --labels.",
        ) from error
    is_parquet = _is_parquet(file, raw)
    names, lines, columns = _parse_parquet(file, raw) if is_parquet else _parse_text(file, raw)
    return _check_header(file, names), lines, columns, "row" if is_parquet else "line"


def _is_parquet(file: Path, raw: bytes) -> bool:
    return raw[:4] == _PARQUET_MAGIC or file.suffix.lower() in _PARQUET_SUFFIXES


class Locator:
    """Finds the image that a manifest's path refers to.

    A path may be absolute, contain backslashes or start with `./`. It is relative to the image
    folder or else to the manifest's own folder, and must lie inside the image folder.

    Args:
        root: Image folder.
        manifest_folder: Folder of the manifest.
        listed: Relative paths of the images known to be in `root`.
    """

    def __init__(self, root: Path, manifest_folder: Path, listed: Sequence[str]) -> None:
        self._roots = tuple(dict.fromkeys((root, root.resolve())))
        self._bases = (root, manifest_folder)
        self._listed = frozenset(listed)
        # macOS stores names decomposed, while most programs write them composed.
        self._composed = {unicodedata.normalize("NFC", path): path for path in listed}

    def __call__(self, text: str) -> tuple[str, Message | None]:
        """Returns the relative path and None, or "" and the problem with it."""
        if text in self._listed:
            return text, None
        trimmed = text.strip()
        if not trimmed:
            return "", Message("the path is empty")
        inside = False
        for spelling in dict.fromkeys((text, trimmed, trimmed.replace("\\", "/"))):
            for base in self._bases:
                path = self._relative(base / spelling)
                inside |= path is not None
                listed = path and self._find(path)
                if listed:
                    return listed, None
        if inside:
            return "", Message("no such file")
        return "", Message("it lies outside the image folder")

    def _relative(self, path: Path) -> str | None:
        plain = PurePosixPath(Path(os.path.normpath(path)).as_posix())
        for root in self._roots:
            if plain.is_relative_to(root.as_posix()):
                return str(plain.relative_to(root.as_posix()))
        return None

    def _find(self, path: str) -> str | None:
        if path in self._listed:
            return path
        composed = self._composed.get(unicodedata.normalize("NFC", path))
        # A file that the listing skipped (hidden, other suffix) is valid if the manifest names it.
        return composed or (path if os.path.isfile(self._roots[0] / path) else None)  # noqa: PTH113


def _parse_text(file: Path, raw: bytes) -> tuple[list[str], list[int], list[list[str]]]:
    text = _to_text(file, raw)
    # `newline=""` leaves line breaks inside quoted fields to the reader.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    header: list[str] | None = None
    lines: list[int] = []
    rows: list[list[str]] = []
    start = 1
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                pass  # a blank line, or one of separators only
            elif header is None:
                header = cells
            else:
                lines.append(start)
                rows.append(_fit(file, start, cells, len(header)))
            start = reader.line_num + 1
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
    if header is None:
        raise LabelsError(
            Message("The labels file {file} is empty.", file=file),
            hint="It needs a line with path,label first.",
        )
    return (
        header,
        lines,
        [list(column) for column in zip(*rows, strict=True)] or [[] for _ in header],
    )


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


def _to_text(file: Path, raw: bytes) -> str:
    wide = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    encoding = "utf-16" if wide else "utf-8-sig"
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
    return text


def _delimiter(text: str) -> str:
    """Returns the separator that splits the header into the most fields, a `path` among them."""
    start = text.lstrip("\r\n")[:_LONGEST_HEADER]  # a leading tab is an empty first name
    header = start.splitlines()[0] if start else ""

    def quality(delimiter: str) -> tuple[bool, int]:
        names = next(csv.reader([header], delimiter=delimiter), [])
        return any(name.strip().lower() == PATH_COLUMN for name in names), len(names)

    return max(_DELIMITERS, key=quality)


def _parse_parquet(file: Path, raw: bytes) -> tuple[list[str], list[int], list[list[str]]]:
    import pyarrow as pa
    import pyarrow.parquet as pq  # here, because most runs have no Parquet manifest

    try:
        # ParquetFile, because read_table would read folders named "a=b" as further columns.
        table = pq.ParquetFile(pa.BufferReader(raw)).read()
        columns = [_texts(column.to_pylist()) for column in table.columns]
    except (pa.ArrowException, OSError, ValueError) as error:
        raise LabelsError(
            Message("{name} cannot be read as a Parquet file.", name=file.name),
            hint="Write it again, or give a CSV file.",
            details=str(error),
        ) from error
    return list(table.column_names), list(range(1, table.num_rows + 1)), columns


def _texts(values: list[Any]) -> list[str]:
    """Converts typed cells to text; a missing value, which pandas may write as NaN, becomes ""."""
    numbers = [value for value in values if isinstance(value, float) and value == value]
    if all(number.is_integer() for number in numbers):
        # In a column with a missing value, integers are stored as 3.0, which no class is named.
        values = [int(v) if isinstance(v, float) and v == v else v for v in values]
    return ["" if value is None or value != value else _text(value) for value in values]


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _check_header(file: Path, names: Sequence[str]) -> list[str]:
    header = []
    for number, name in enumerate(names, start=1):
        text = name.strip() or f"column {number}"
        header.append(text.lower() if text.lower() in _KNOWN_COLUMNS else text)
    repeated = sorted(name for name, count in Counter(header).items() if count > 1)
    if repeated:
        raise LabelsError(
            Message(
                "{name} has more than one column named {names}.",
                name=file.name,
                names=_quoted(repeated),
            ),
            hint="Give every column a name of its own.",
        )
    return header


def _choose_columns(file: Path, header: list[str], wanted: str | None) -> tuple[str, str]:
    """Returns the names of the path column and of the label column."""
    if PATH_COLUMN not in header:
        near = _near(PATH_COLUMN, header, _PATH_LIKE)
        hint = Message("Rename {name} to path.", name=_quoted(near[:1])) if near else None
        raise _missing(file, PATH_COLUMN, header, hint)
    name = wanted or LABEL_COLUMN
    exact = [column for column in header if column == name]
    match = exact or [column for column in header if column.lower() == name.lower()]
    if len(match) == 1 and match[0] != PATH_COLUMN:
        return PATH_COLUMN, match[0]
    near = _near(name, [column for column in header if column != PATH_COLUMN], _LABEL_LIKE)
    if wanted is None and len(near) > 1:
        near.sort(key=header.index)
        raise LabelsError(
            Message(
                "{name} has no column 'label', but several that may be meant: {names}.",
                name=file.name,
                names=_quoted(near),
            ),
            hint=Message("Choose one, for example --label-column {near}.", near=near[0]),
        )
    hint = Message("Use --label-column {column}.", column=near[0]) if near else None
    raise _missing(file, name, header, hint)


def _missing(file: Path, name: str, header: list[str], hint: Message | None) -> LabelsError:
    return LabelsError(
        Message(
            "{name} line 1 names no column '{column}'; its columns are {names}.",
            name=file.name,
            column=name,
            names=_quoted(header),
        ),
        hint=hint or Message("A manifest has the columns path and label."),
    )


def _near(name: str, header: Sequence[str], fragments: Sequence[str]) -> list[str]:
    similar = difflib.get_close_matches(name, header, n=3, cutoff=0.7)
    related = [
        column for column in header if any(fragment in column.lower() for fragment in fragments)
    ]
    return list(dict.fromkeys([*similar, *related]))


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)
