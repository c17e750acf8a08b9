"""Reads the cells of a table, whose form is recognised by content."""

from __future__ import annotations

from pathlib import Path

from ahsml_app.base.errors import LabelsError
from ahsml_app.base.message import Message
from ahsml_app.core.tables.importers import read_by_plugin
from ahsml_app.core.tables.json_tables import read_json
from ahsml_app.core.tables.raw_table import RawTable, cell_texts, refused
from ahsml_app.core.tables.text_tables import decode_text, read_text, split_text
from ahsml_app.core.tables.tool_tables import tool_xml

_PARQUET_MAGIC = b"PAR1"
_PARQUET_SUFFIXES = (".parquet", ".pq")


def read_table(file: Path) -> RawTable:
    """Reads the cells of a table.

    A text file may be in UTF-8, UTF-16 or, with a notice, in Windows-1252; its fields may be
    separated by commas, semicolons, tabs, bars or blanks. Lines that begin with `#`, and the line
    `sep=;` of Excel, are no rows. Rows may be too short (the rest is empty), but not too long. A
    JSON file holds lines of objects, a list of objects, columns, a map of paths to labels, COCO,
    or what Label Studio and FiftyOne export; an XML file is one of CVAT. A plug-in that knows the
    form of a file reads it instead.

    Raises:
        LabelsError: If the file cannot be read or is no table; it names the line, or what the
            file seems to be.
        PluginError: If a plug-in fails.
    """
    raw = read_bytes(file)
    found = read_by_plugin(file)
    if found is not None:
        return found
    if is_parquet(file, raw):
        return _read_parquet(file, raw)
    text, _ = decode_text(file, raw)
    found = tool_xml(file, raw, text)
    if found is not None:
        return found
    start = text.lstrip("\ufeff \t\r\n")[:100]
    if start.startswith(("<?xml", "<annotation", "<!DOCTYPE", "<html")):
        raise refused(file, Message("XML or a web page"))
    if start.startswith(("{", "[")):
        raw = b""  # a large file stays in memory once only
    return read_json(file, text) or read_text(file, raw or read_bytes(file))


def read_bytes(file: Path) -> bytes:
    """Reads a file.

    Raises:
        LabelsError: If it cannot be read.
    """
    try:
        return file.read_bytes()
    except OSError as error:
        raise LabelsError(
            Message(
                "The labels file {file} cannot be read: {reason}.",
                file=file,
                reason=error.strerror or error,
            ),
            hint="Check the path after --labels.",
        ) from error


def delimiter_of(file: Path) -> str:
    """Returns the field separator of a manifest; a comma if it is not a text file.

    Raises:
        LabelsError: If the file cannot be read as text.
    """
    if not file.is_file() or read_by_plugin(file) is not None:
        return ","
    raw = file.read_bytes()
    if is_parquet(file, raw) or read_json(file, decode_text(file, raw)[0]) is not None:
        return ","
    return split_text(file, raw).delimiter[:1]


def is_parquet(file: Path, raw: bytes) -> bool:
    """Whether a file is Parquet, by content or name."""
    return raw[:4] == _PARQUET_MAGIC or file.suffix.lower() in _PARQUET_SUFFIXES


def _read_parquet(file: Path, raw: bytes) -> RawTable:
    import pyarrow as pa
    import pyarrow.parquet as pq  # here, because most runs have no Parquet manifest

    try:
        # ParquetFile, because read_table would read folders named "a=b" as further columns.
        table = pq.ParquetFile(pa.BufferReader(raw)).read()
        columns = [cell_texts(column.to_pylist()) for column in table.columns]
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        raise LabelsError(
            Message("{name} cannot be read as a Parquet file.", name=file.name),
            hint="Write it again, or give a CSV file.",
            details=str(error),
        ) from error
    return RawTable(
        file=file,
        form="Parquet",
        unit="row",
        header=tuple(table.column_names),
        lines=list(range(1, table.num_rows + 1)),
        columns=columns,
    )
