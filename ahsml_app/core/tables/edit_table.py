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
from ahsml_app.core.tables.forms.edit_coco import edited_coco
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
        if raw.form not in ("CSV", "JSON lines", "Parquet"):
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
        table = split_text(file, content)
        return _encoded(content, table.encoding, _edited_text(table, changes))
    except ValueError:
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
            text = "".join(lines[first - 1 : last])
            lines[first - 1 : last] = [""] * (last - first + 1)
            lines[first - 1] = _edited_row(
                text, cells, table.delimiter, {changes.label_column: changes.changed[first]}
            )
        elif first in changes.swapped:
            one, other = changes.swapped[first]
            text = "".join(lines[first - 1 : last])
            lines[first - 1 : last] = [""] * (last - first + 1)
            swapped = {one: cells[other], other: cells[one]}
            lines[first - 1] = _edited_row(text, cells, table.delimiter, swapped)
    return "".join(lines)


def _edited_row(text: str, cells: Sequence[str], delimiter: str, new: Mapping[int, str]) -> str:
    """A row with some cells replaced, by the number of their column."""
    body = text.rstrip("\r\n")
    end = text[len(body) :]
    if delimiter == TWO_FIELDS:
        return body[: body.rindex(cells[1])] + new[1] + end
    if delimiter == BLANKS:
        fields = list(FIELD.finditer(body))
        for column, cell in sorted(new.items(), reverse=True):
            shown = f'"{cell}"' if " " in cell else cell
            body = body[: fields[column].start()] + shown + body[fields[column].end() :]
        return body + end
    padded = [*cells, *[""] * (max(new) + 1 - len(cells))]
    quoting = next(
        (
            kind
            for kind in (csv.QUOTE_MINIMAL, csv.QUOTE_ALL)
            if _row(cells, delimiter, kind) == body
        ),
        csv.QUOTE_MINIMAL,
    )
    for column, cell in new.items():
        padded[column] = cell
    return _row(padded, delimiter, quoting) + end


def _row(cells: Sequence[str], delimiter: str, quoting: Any) -> str:
    stream = StringIO(newline="")
    # A writer that ends rows otherwise leaves line breaks in fields unquoted.
    csv.writer(stream, delimiter=delimiter, quoting=quoting, lineterminator="\r\n").writerow(cells)
    return stream.getvalue().removesuffix("\r\n")


def _encoded(content: bytes, encoding: str, text: str) -> bytes:
    for mark, name in (
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
    plain = kind.value_type if pa.types.is_dictionary(kind) else kind
    cells = table.column(position).to_pylist()
    for line, text in changes.changed.items():
        # A cell of the type of the column; `cast` refuses what does not fit it.
        cells[line - 1] = pa.scalar(text).cast(plain).as_py() if text else None
    column = pa.array(cells, plain)
    column = column.dictionary_encode().cast(kind) if plain != kind else column
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


def _value(row: dict[str, Any], name: str) -> Any:
    """The value of a column, which may be inside an inner object."""
    outer, _, inner = name.partition(".")
    return row.get(name) if name in row or not inner else row.get(outer, {}).get(inner)


def _put(row: dict[str, Any], name: str, value: Any) -> None:
    """Sets a value as a row has it: alone or in a list, and maybe in an inner object."""
    outer, _, inner = name.partition(".")
    if name not in row and inner and isinstance(row.get(outer), dict):
        row, name = row[outer], inner
    alone = isinstance(row.get(name), list) and not isinstance(value, list)
    row[name] = [value] if alone else value
