"""Data sets of Hugging Face with new labels: Parquet, and Arrow as `save_to_disk` writes it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ahsml_app.base.errors import OutputError
from ahsml_app.base.message import Message
from ahsml_app.base.paths import read_json
from ahsml_app.core.archives.dataset_files import (
    DICT_FILE,
    FEATURES,
    STATE_FILE,
    batches,
    class_names,
    features_of,
    schema_of,
)
from ahsml_app.core.archives.dataset_members import (
    DATA_ROW,
    cell_text,
    place_of,
    scalar_columns,
)

if TYPE_CHECKING:
    import pyarrow as pa

Content = bytes | Callable[[], bytes]
"""Content of a file, or what makes it, so that one of many large files is in memory at a time."""

_INFO_FILE = "dataset_info.json"


@dataclass(slots=True)
class _Edit:
    """What becomes of the rows of a file.

    Attributes:
        given: Label that each listed row came with.
        changed: New label of the rows that change; empty for none.
        removed: The rows that are left out.
        column: Name of the column of the labels; empty if there is none, and no new label.
        names: Names of the classes that its numbers mean, with new ones; None for texts.
        known: How many of them the file has.
        none: What stands for no label in a column that allows no empty cell; None for an empty one.
        notices: What a person should know about labels that the column cannot hold.
    """

    given: dict[int, str] = field(default_factory=dict)
    changed: dict[int, str] = field(default_factory=dict)
    removed: set[int] = field(default_factory=set)
    column: str = ""
    names: list[str] | None = None
    known: int = 0
    none: str | float | None = None
    notices: tuple[Message, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether the file stays as it is."""
        return not self.changed and not self.removed and len(self.names or ()) == self.known


def edited_dataset(labels: pa.Table) -> tuple[dict[str, Content], tuple[Message, ...]]:
    """Makes the files of a data set anew whose images were judged.

    Labels change in their column, and rows of dropped images are left out; all other cells, and the
    bytes of the images, stay. A file in which nothing changes stays as it is.

    Args:
        labels: The labels of the images that were unpacked.

    Returns:
        Content of each file by its name, relative to the folder of the data set; and what a person
        should know.

    Raises:
        OutputError: If the images are not from a data set, or its files cannot be read or take a
            label.
    """
    edits: dict[Path, _Edit] = {}
    try:
        for row in labels.to_pylist() if DATA_ROW in labels.column_names else ():
            if not row[DATA_ROW]:
                continue
            file, number = place_of(row[DATA_ROW])
            edit = edits.setdefault(file, _Edit())
            edit.given[number] = row["given_label"]
            if row["decision"] == "drop":
                edit.removed.add(number)
            elif row["label"] != row["given_label"]:
                edit.changed[number] = row["label"]
    except ValueError as error:
        raise _no_dataset() from error
    if not edits:
        raise _no_dataset()
    for file, edit in edits.items():
        _prepare(file, edit)
    _share_new_classes(edits.values())
    root = _root(list(edits))
    found: dict[str, Content] = {}
    for file, edit in edits.items():
        found[_inner(file, root)] = (
            file.read_bytes if edit.is_empty else partial(_edited, file, edit)
        )
        for name in (STATE_FILE, _INFO_FILE):
            beside = file.parent / name
            if beside.is_file() and (file.parent / STATE_FILE).is_file():
                found[_inner(beside, root)] = _beside(beside, edits)
    if (root / DICT_FILE).is_file():
        found[DICT_FILE] = (root / DICT_FILE).read_bytes()
    return found, tuple(notice for edit in edits.values() for notice in edit.notices)


def _no_dataset() -> OutputError:
    return OutputError(
        "These images are from no data set of Hugging Face.",
        hint="Give the Parquet file, or the folder of the data set, in place of the image folder.",
    )


def _failed(file: Path, error: Exception | Message) -> OutputError:
    return OutputError(
        Message("The data set {file} cannot be written: {reason}.", file=file, reason=error),
        hint="See that its files are as they were when the images were unpacked.",
    )


def _prepare(file: Path, edit: _Edit) -> None:
    """Finds the column of the labels, and checks that it can hold the new ones."""
    import pyarrow as pa

    try:
        schema = schema_of(file)
        kinds = features_of(schema)
        names = {name: class_names(kinds.get(name)) for name in scalar_columns(schema)}
        hits = dict.fromkeys(names, 0)
        row = 0
        for batch in batches(file, list(names)):
            for number, cells in enumerate(batch.to_pylist(), row):
                given = edit.given.get(number)
                for name in names if given is not None else ():
                    hits[name] += cell_text(cells[name], names[name]).strip() == given
            row += batch.num_rows
        found = any(hits.values())
        if max(edit.given) >= row or (not found and any(edit.given.values())):
            raise ValueError("it is another one")
        if not found and edit.changed:
            raise ValueError("no column holds labels")
        if not found:  # as the test images of some data sets, which have none
            return
        edit.column = max(hits, key=lambda name: (hits[name], names[name] is not None))
        edit.names = names[edit.column]
        edit.known = len(edit.names or ())
        new = [label for label in edit.changed.values() if label]
        if edit.names is not None:  # a name may be there twice, and each number keeps its own
            edit.names = [*edit.names, *sorted(set(new).difference(edit.names))]
        else:
            pa.array(new).cast(_plain(schema.field(edit.column).type))
        if not schema.field(edit.column).nullable:
            _fill_empty(file, edit, _plain(schema.field(edit.column).type))
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _failed(file, error) from error


def _fill_empty(file: Path, edit: _Edit, kind: pa.DataType) -> None:
    """Says what stands for no label in a column that allows no empty cell.

    That is -1 for the number of a class, as `datasets` has it, an empty text, or NaN. Where nothing
    can stand for it, such as among other numbers, the rows are left out.
    """
    import pyarrow as pa

    emptied = [row for row, label in edit.changed.items() if not label]
    if not emptied:
        return
    if edit.names is not None and not pa.types.is_unsigned_integer(kind):
        edit.none, shown = -1, "-1"
    elif pa.types.is_string(kind) or pa.types.is_large_string(kind):
        edit.none, shown = "", '""'
    elif pa.types.is_floating(kind):
        edit.none, shown = float("nan"), "NaN"
    else:
        edit.removed.update(emptied)
        edit.notices = (
            Message.plural(
                "{count} row of {file} is left out: it has no label any more, and the column "
                "'{column}' allows no empty cell.",
                "{count} rows of {file} are left out: they have no label any more, and the column "
                "'{column}' allows no empty cell.",
                count=len(emptied),
                file=file.name,
                column=edit.column,
            ),
        )
        return
    edit.notices = (
        Message.plural(
            "{count} row of {file} has {value} for no label: the column '{column}' allows no empty "
            "cell.",
            "{count} rows of {file} have {value} for no label: the column '{column}' allows no "
            "empty cell.",
            count=len(emptied),
            file=file.name,
            value=shown,
            column=edit.column,
        ),
    )


def _share_new_classes(edits: Iterable[_Edit]) -> None:
    """Gives the files of a data set, which have the same classes, the same new ones."""
    of_column: dict[tuple[str, ...], list[_Edit]] = {}
    for edit in edits:
        if edit.names is not None:
            known = (edit.column, *edit.names[: edit.known])
            of_column.setdefault(known, []).append(edit)
    for same in of_column.values():
        new = dict.fromkeys(name for edit in same for name in (edit.names or ())[edit.known :])
        for edit in same:
            edit.names = [*(edit.names or ())[: edit.known], *new]


def _plain(kind: pa.DataType) -> pa.DataType:
    import pyarrow as pa

    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _edited(file: Path, edit: _Edit) -> bytes:
    """The content of a file with its changes, with rows in groups as large as before."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = _with_names(schema_of(file), edit)
    stream = pa.BufferOutputStream()
    is_parquet = file.name.lower().endswith((".parquet", ".pq"))
    writer: Any
    if is_parquet:
        writer = pq.ParquetWriter(stream, schema, compression=_compression(file))
    else:
        writer = pa.ipc.new_stream(stream, schema)
    try:
        waiting, row = list[pa.RecordBatch](), 0
        most = pq.ParquetFile(file).metadata.row_group(0).num_rows if is_parquet else 1
        for batch in batches(file):
            waiting.append(_changed(batch, schema, edit, row))
            row += batch.num_rows
            if sum(each.num_rows for each in waiting) >= most:
                writer.write_table(pa.Table.from_batches(waiting, schema))
                waiting = []
        if waiting:
            writer.write_table(pa.Table.from_batches(waiting, schema))
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _failed(file, error) from error
    finally:
        writer.close()
    content: bytes = stream.getvalue().to_pybytes()
    return content


def _changed(batch: pa.RecordBatch, schema: pa.Schema, edit: _Edit, first: int) -> pa.RecordBatch:
    """Rows with their new labels, without those that are left out."""
    import pyarrow as pa

    columns = list(batch.columns)
    if edit.changed:
        position = schema.get_field_index(edit.column)
        columns[position] = _labels(columns[position], edit, first)
    kept = pa.array([first + n not in edit.removed for n in range(batch.num_rows)])
    return pa.RecordBatch.from_arrays(columns, schema=schema).filter(kept)


def _labels(cells: pa.Array, edit: _Edit, first: int) -> pa.Array:
    """The cells of some rows with their new labels."""
    import pyarrow as pa

    kind, plain, values = cells.type, _plain(cells.type), cells.to_pylist()
    for number in range(len(values)):
        label = edit.changed.get(first + number)
        if label is None:
            continue
        if not label:  # of a row that is left out, the old one stays until then
            values[number] = values[number] if first + number in edit.removed else edit.none
        elif edit.names is not None:
            values[number] = edit.names.index(label)
        else:
            values[number] = pa.scalar(label).cast(plain).as_py()
    column = pa.array(values, plain)
    return column if plain == kind else column.dictionary_encode().cast(kind)


def _with_names(schema: pa.Schema, edit: _Edit) -> pa.Schema:
    """The schema with new classes, where its features name the classes."""
    metadata = dict(schema.metadata or {})
    if edit.names is None or FEATURES not in metadata:
        return schema
    content = json.loads(metadata[FEATURES])
    content["info"]["features"][edit.column]["names"] = edit.names
    metadata[FEATURES] = json.dumps(content).encode()
    return schema.with_metadata(metadata)


def _compression(file: Path) -> str:
    import pyarrow.parquet as pq

    metadata = pq.ParquetFile(file).metadata
    name = str(metadata.row_group(0).column(0).compression) if metadata.num_row_groups else "NONE"
    return "none" if name == "UNCOMPRESSED" else name.lower()


def _beside(file: Path, edits: Mapping[Path, _Edit]) -> bytes:
    """What describes the files of a folder: a new fingerprint, and new names of classes."""
    own = [edit for path, edit in edits.items() if path.parent == file.parent]
    content = read_json(file)
    if all(edit.is_empty for edit in own) or not isinstance(content, dict):
        return file.read_bytes()
    if "_fingerprint" in content:  # of which `datasets` keeps what it has computed
        text = repr([(sorted(e.changed.items()), sorted(e.removed)) for e in own])
        mark = f"{content['_fingerprint']}{text}"
        content["_fingerprint"] = hashlib.sha256(mark.encode()).hexdigest()[:16]
    features = content.get("features")
    for edit in own:
        kind = features.get(edit.column) if isinstance(features, dict) else None
        if edit.names is not None and class_names(kind) is not None and isinstance(kind, dict):
            kind["names"] = edit.names
    return json.dumps(content, indent=2).encode()


def _root(files: Sequence[Path]) -> Path:
    """The folder of the data set."""
    parents = {str(file.parent) for file in files}
    root = Path(os.path.commonpath(parents))
    return root.parent if (root.parent / DICT_FILE).is_file() else root


def _inner(file: Path, root: Path) -> str:
    return Path(os.path.relpath(file, root)).as_posix()
