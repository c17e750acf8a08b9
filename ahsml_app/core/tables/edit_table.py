"""Writes a table of labels in its own form with new labels: all else stays byte for byte."""

from __future__ import annotations

import codecs
import csv
import json
from collections.abc import Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from ahsml_app.base.errors import LabelsError
from ahsml_app.base.types import SampleTable
from ahsml_app.core.tables.columns.several_choices import first_choice, listed_like
from ahsml_app.core.tables.forms.edit_coco import edited_coco
from ahsml_app.core.tables.forms.tool_labels import text_like
from ahsml_app.core.tables.json_tables import is_label_map, json_rows
from ahsml_app.core.tables.new_labels import NewLabels, new_labels
from ahsml_app.core.tables.read_table import read_bytes, read_table
from ahsml_app.core.tables.text_tables import BLANKS, FIELD, TWO_FIELDS, TextTable, split_text
from ahsml_app.core.tables.tool_tables import edited_tool_file


def edited_table(
    file: Path,
    samples: SampleTable,
    labels: Sequence[str | None],
    class_names: Path | None = None,
) -> bytes | None:
    """Returns a table, or a file of another tool, with new labels.

    Args:
        file: The table that the samples came from.
        samples: The samples with their given labels.
        labels: The new label of each sample; empty for none, None for a dropped one.
        class_names: File that names the classes whose numbers are the labels of the table.

    Returns:
        The content; None if the file is of another form, is gone, or no longer lists all samples.
    """
    try:
        raw = read_table(file)
        if raw.form == "COCO" and class_names is None:
            return edited_coco(read_bytes(file), samples, labels)
        if raw.form not in ("CSV", "JSON", "JSON lines", "Parquet"):
            return edited_tool_file(read_bytes(file), raw, samples, labels)
        changes = new_labels(raw, samples, labels, class_names)
        content = read_bytes(file)
    except (LabelsError, UnicodeError, ValueError):
        return None
    if changes is None:
        return None
    try:
        if changes.swapped and raw.form != "CSV":
            return None
        if raw.form == "Parquet":
            return _edited_parquet(content, changes, samples.label_column)
        if raw.form == "JSON lines":
            return _edited_lines(content, changes, samples.label_column)
        if raw.form == "JSON":
            return _edited_json(file, content, changes, samples.label_column)
        table = split_text(file, content)
        return _encoded(content, table.encoding, _edited_text(table, changes))
    except (ValueError, NotImplementedError):
        return None  # a class has a name that the encoding or the type of the column lacks


def _edited_text(table: TextTable, changes: NewLabels) -> str:
    lines = list(table.lines)
    rows = list(table.rows)
    if not changes.has_header:
        rows.insert(0, (table.start, table.end, table.header))
    for first, last, cells in rows:
        if first in changes.removed:
            lines[first - 1 : last] = [""] * (last - first + 1)
        elif first in changes.changed:
            column = changes.label_column
            before = cells[column] if column < len(cells) else ""
            new = {column: listed_like(before, changes.changed[first])}
            text = "".join(lines[first - 1 : last])
            lines[first - 1 : last] = [""] * (last - first + 1)
            lines[first - 1] = _edited_row(text, cells, table, new)
        elif first in changes.swapped:
            one, other = changes.swapped[first]
            padded = [*cells, *[""] * (max(one, other) + 1 - len(cells))]
            text = "".join(lines[first - 1 : last])
            lines[first - 1 : last] = [""] * (last - first + 1)
            swapped = {one: padded[other], other: padded[one]}
            lines[first - 1] = _edited_row(text, cells, table, swapped)
    return "".join(lines)


def _edited_row(text: str, cells: Sequence[str], table: TextTable, new: Mapping[int, str]) -> str:
    """A row with some cells replaced, by the number of their column."""
    delimiter, quote = table.delimiter, table.quote
    body = text.rstrip("\r\n")
    end = text[len(body) :]
    if delimiter in (BLANKS, TWO_FIELDS) and not all(new.values()):
        raise ValueError("blanks separate no empty cell")
    if delimiter == TWO_FIELDS:
        path = body[: body.rindex(cells[1])] if len(cells) > 1 else body.rstrip() + " "
        return path + new[1] + end
    if delimiter == BLANKS:
        spans = [field.span() for field in FIELD.finditer(body)]
    else:
        body += delimiter * (max(new) + 1 - len(cells))  # a row may be too short
        spans = _spans(body, delimiter, quote)
    for column, cell in sorted(new.items(), reverse=True):
        start, behind = spans[column]
        # Where single quotes stand around fields, a double one is in none without them.
        is_quoted = body[start : start + 1] == quote or (quote != '"' and '"' in cell)
        written = _cell(cell, delimiter, quote, is_quoted=is_quoted)
        body = body[:start] + written + body[behind:]
    return body + end


def _spans(body: str, delimiter: str, quote: str) -> list[tuple[int, int]]:
    """First character of each field of a row, and the one behind it, as `csv` splits fields."""
    spans, start, place = list[tuple[int, int]](), 0, 0
    while place <= len(body):
        if place == start and body[place : place + 1] == quote:
            place += 1
            while place < len(body) and (body[place] != quote or body.startswith(2 * quote, place)):
                place += 1 if body[place] != quote else 2
            place += 1
        behind = body.find(delimiter, place)
        behind = len(body) if behind < 0 else behind
        spans.append((start, behind))
        start = place = behind + 1
    return spans


def _cell(text: str, delimiter: str, quote: str, *, is_quoted: bool) -> str:
    """A field as it is written: in quotation marks where it needs them, or the old one had them."""
    stream = StringIO(newline="")
    quoting: Any = csv.QUOTE_ALL if is_quoted else csv.QUOTE_MINIMAL
    # A writer that ends rows otherwise leaves line breaks in fields unquoted; an empty field that
    # is alone in its row would be quoted.
    writer = csv.writer(
        stream, delimiter=delimiter, quotechar=quote, quoting=quoting, lineterminator="\r\n"
    )
    writer.writerow([text, ""])
    return stream.getvalue().rpartition(delimiter)[0]


def _encoded(content: bytes, encoding: str, text: str) -> bytes:
    for mark, name in (
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if content.startswith(mark):
            return mark + text.encode(name)
    return text.encode("utf-8" if encoding == "utf-8-sig" else encoding)


def _edited_parquet(content: bytes, changes: NewLabels, name: str) -> bytes:
    """Changes cells of a column, whose type stays, and leaves rows out.

    Raises:
        ValueError: If a new label is not of that type, such as a name among numbers.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not changes.removed and not changes.changed:
        return content
    table = pq.ParquetFile(pa.BufferReader(content)).read()
    position = table.column_names.index(name)
    kind = table.schema.field(position).type
    has_numbers = pa.types.is_dictionary(kind)
    plain = kind.value_type if has_numbers else kind
    is_list = pa.types.is_list(plain) or pa.types.is_large_list(plain)
    one = plain.value_type if is_list else plain
    cells = table.column(position).to_pylist()
    for line, text in changes.changed.items():
        # A cell of the type of the column; `cast` refuses what does not fit it.
        new = pa.scalar(text).cast(one).as_py() if text else None
        cells[line - 1] = new if new is None else listed_like(cells[line - 1], new)
    column = pa.array(cells, plain)
    column = column.dictionary_encode().cast(kind) if has_numbers else column
    table = table.set_column(position, table.schema.field(position), column)
    kept = pa.array([row + 1 not in changes.removed for row in range(table.num_rows)])
    stream = pa.BufferOutputStream()
    pq.write_table(table.filter(kept), stream, compression="zstd")
    written: bytes = stream.getvalue().to_pybytes()
    return written


def _edited_lines(content: bytes, changes: NewLabels, name: str) -> bytes:
    lines = content.split(b"\n")
    values = {
        line: _value(json.loads(lines[line - 1].lstrip(codecs.BOM_UTF8)), name)
        for line in set(changes.sources.values())
    }
    kept = list[bytes]()
    for number, line in enumerate(lines, 1):
        if number in changes.removed:
            continue
        if number in changes.changed:
            row = json.loads(line.lstrip(codecs.BOM_UTF8))
            source = changes.sources.get(number)
            _put(row, name, changes.changed[number] if source is None else values[source])
            separators = (", ", ": ") if b'": ' in line else (",", ":")
            text = json.dumps(row, ensure_ascii=line.isascii(), separators=separators)
            line = text.encode() + (b"\r" if line.endswith(b"\r") else b"")
        kept.append(line)
    return b"\n".join(kept)


def _edited_json(file: Path, content: bytes, changes: NewLabels, name: str) -> bytes | None:
    """Changes a list of objects, or a map of paths to labels; None for JSON of another form."""
    text = content.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    whole = json.loads(text)
    rows = json_rows(file, whole)
    if rows is not None:
        values = {line: _value(rows[line - 1], name) for line in changes.sources.values()}
        for line, label in changes.changed.items():
            source = changes.sources.get(line)
            _put(rows[line - 1], name, label if source is None else values[source])
        rows[:] = [row for line, row in enumerate(rows, 1) if line not in changes.removed]
    elif is_label_map(whole):
        pairs = list(whole.items())
        for line, label in changes.changed.items():
            source = changes.sources.get(line)
            whole[pairs[line - 1][0]] = label if source is None else pairs[source - 1][1]
        for line in changes.removed:
            del whole[pairs[line - 1][0]]
    else:
        return None
    if not changes.changed and not changes.removed:
        return content
    start = codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""
    return start + text_like(text, whole).encode()


def _value(row: dict[str, Any], name: str) -> Any:
    """The value of a column, which may be inside an inner object."""
    outer, _, inner = name.partition(".")
    if name in row or not inner:
        return row.get(name)
    return row[outer].get(inner) if isinstance(row.get(outer), dict) else None


def _put(row: dict[str, Any], name: str, value: Any) -> None:
    """Sets a value as a row has it: alone or in a list, and maybe in an inner object."""
    outer, _, inner = name.partition(".")
    if name not in row and inner and isinstance(row.get(outer), dict):
        row, name = row[outer], inner
    row[name] = value if row.get(name) is None else listed_like(row[name], first_choice(value))
