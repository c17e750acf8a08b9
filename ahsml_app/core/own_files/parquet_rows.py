"""Reads rows of numbers from Parquet files, a part at a time."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ahsml_app.base.message import Message, some
from ahsml_app.base.types import AnyArray
from ahsml_app.core.own_files.number_rows import (
    WRITE_AGAIN,
    NumberRows,
    checked_size,
    part_height,
    unusable,
)
from ahsml_app.core.tables.columns.column_names import OWN_COLUMNS, PATH_NAMES, plain_name

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

PARQUET_MAGIC = b"PAR1"
_CLASSES = b"class_names"
_INDEX = re.compile(r"__index_level_\d+__|Unnamed: \d+")
"""Names of columns that pandas makes of the numbers of rows."""

_MOST_ROWS = 1 << 14


def parquet_rows(file: Path, keys: Sequence[str], left_out: Collection[str] = ()) -> NumberRows:
    """Reads a table with a column of paths, and a column of lists or several of numbers.

    Args:
        file: The file.
        keys: Names that the column of lists may have, the best first.
        left_out: Plain names of columns of whole numbers that are none of the rows.

    Raises:
        InputError: If the file is something else.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.ParquetFile(file)
        schema = table.schema_arrow
        path = _path_column(file, schema)
        paths = table.read([path])[path].to_pylist()
    except (pa.ArrowException, OSError, ValueError) as error:
        reason = Message("it cannot be read as a Parquet file")
        raise unusable(file, reason, WRITE_AGAIN) from error
    columns, odd = _number_columns(file, schema, path, keys, left_out)
    is_list = _is_list(schema.field(columns[0]).type)
    width = _width(table, columns[0]) if is_list else len(columns)
    checked_size(file, len(paths), width)
    names = _class_names(schema, width) if is_list else columns

    def read() -> Iterator[AnyArray]:
        return _parts(file, pq.ParquetFile(file), columns, is_list=is_list, width=width)

    texts = ["" if text is None else str(text) for text in paths]
    return NumberRows(file, len(texts), width, texts, names, read, odd)


def _path_column(file: Path, schema: pa.Schema) -> str:
    import pyarrow as pa

    texts = [
        field.name
        for field in schema
        if pa.types.is_string(field.type)
        or pa.types.is_large_string(field.type)
        or pa.types.is_string_view(field.type)
        or pa.types.is_dictionary(field.type)
    ]
    usual = sorted(
        (name for name in texts if plain_name(name) in PATH_NAMES),
        key=lambda name: PATH_NAMES.index(plain_name(name)),
    )
    if usual or len(texts) == 1:
        return str((usual or texts)[0])
    reason = Message("it has no column 'path', but {names}", names=some(schema.names))
    raise unusable(file, reason, WRITE_AGAIN)


def _number_columns(
    file: Path, schema: pa.Schema, path: str, keys: Sequence[str], left_out: Collection[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The column of lists or all columns of numbers, and those that are left out."""
    import pyarrow as pa

    lists = [field.name for field in schema if _is_list(field.type)]
    named = [name for name in keys if name in lists]
    if named or len(lists) == 1:
        return ((named or lists)[0],), ()
    numbers = tuple(
        field.name
        for field in schema
        if field.name not in (path, *OWN_COLUMNS)
        and (pa.types.is_floating(field.type) or pa.types.is_integer(field.type))
    )
    if lists or not numbers:
        reason = Message(
            "it has no column '{wanted}' of lists of numbers, but {names}",
            wanted=keys[0],
            names=some(schema.names),
        )
        raise unusable(file, reason, WRITE_AGAIN)
    odd = tuple(
        name
        for name in numbers
        if _INDEX.fullmatch(name)
        or (plain_name(name) in left_out and pa.types.is_integer(schema.field(name).type))
    )
    columns = tuple(name for name in numbers if name not in odd)
    return (columns, odd) if columns else (numbers, ())


def _width(table: pq.ParquetFile, name: str) -> int:
    """Numbers of a row of a column of lists, if all rows have as many."""
    facts, values = table.metadata, 0
    for group in range(facts.num_row_groups):
        chunks = (facts.row_group(group).column(number) for number in range(facts.num_columns))
        values += sum(c.num_values for c in chunks if c.path_in_schema.startswith(f"{name}."))
    return -(-values // facts.num_rows) if facts.num_rows else 0


def _is_list(kind: pa.DataType) -> bool:
    import pyarrow as pa

    own = (pa.types.is_list, pa.types.is_large_list, pa.types.is_fixed_size_list)
    if not any(check(kind) for check in own):
        return False
    return bool(pa.types.is_floating(kind.value_type) or pa.types.is_integer(kind.value_type))


def _parts(
    file: Path, table: pq.ParquetFile, columns: Sequence[str], *, is_list: bool, width: int
) -> Iterator[AnyArray]:
    """Yields the rows in parts; a missing number is NaN."""
    import pyarrow as pa

    height = min(part_height(width, 8), _MOST_ROWS)
    try:
        for batch in table.iter_batches(batch_size=height, columns=list(columns)):
            if len(batch):
                yield _lists(file, batch.column(0)) if is_list else _cells(batch)
    except (pa.ArrowException, OSError) as error:
        raise unusable(file, Message("it is damaged"), WRITE_AGAIN) from error


def _cells(batch: pa.RecordBatch) -> AnyArray:
    columns = [column.to_numpy(zero_copy_only=False) for column in batch.columns]
    return np.stack([np.asarray(column, dtype=np.float64) for column in columns], axis=1)


def _lists(file: Path, column: Any) -> AnyArray:
    import pyarrow.compute as pc

    lengths = pc.list_value_length(column).fill_null(-1).to_numpy(zero_copy_only=False)
    if (lengths != lengths[0]).any() or lengths[0] < 0:
        reason = Message("its rows have different lengths, or none")
        raise unusable(file, reason, WRITE_AGAIN)
    flat = column.flatten().to_numpy(zero_copy_only=False)
    return np.asarray(flat).reshape(len(column), int(lengths[0]))


def _class_names(schema: pa.Schema, width: int) -> tuple[str, ...]:
    """Names of the classes of a column of lists, as this program writes them; empty for none."""
    try:
        names = json.loads((schema.metadata or {}).get(_CLASSES, b"[]"))
    except (ValueError, RecursionError):
        return ()
    return tuple(map(str, names)) if isinstance(names, list) and len(names) == width else ()
