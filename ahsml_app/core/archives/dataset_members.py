"""Reads the rows of a Hugging Face data set as images with what stands beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from ahsml_app.core.archives.dataset_files import (
    batches,
    class_names,
    content_of,
    features_of,
    image_column,
    schema_of,
)
from ahsml_app.core.archives.member import Member, readable
from ahsml_app.core.data.formats.image_kinds import IMAGE_SUFFIXES, MAGIC_BYTES, kind_of_bytes
from ahsml_app.core.data.split_folders import split_of_name
from ahsml_app.core.tables.columns.column_names import LABEL_COLUMN

if TYPE_CHECKING:
    import pyarrow as pa

DATA_ROW = "data_row"
"""Column of the table of labels that says where an image came from: file, number sign, row."""

_SUFFIXES = {"JPEG": ".jpg", "JPEG 2000": ".jp2", "TIFF": ".tif"}
_SPLIT = "split"


def dataset_members(file: Path) -> Iterator[Member]:
    """Yields the images of a file, named by their rows, with the cells beside them.

    Raises:
        InputError: If it cannot be read.
    """
    import pyarrow as pa

    with readable(file):
        try:
            yield from _members(file)
        except pa.ArrowException as error:
            raise ValueError(str(error).splitlines()[0]) from error


def place_of(text: str) -> tuple[Path, int]:
    """File and row that a cell of `DATA_ROW` names.

    Raises:
        ValueError: If the text names none.
    """
    file, _, row = text.rpartition("#")
    return Path(file), int(row)


def cell_text(value: Any, names: list[str] | None) -> str:
    """A cell as text; the name of a class for its number, and nothing for a missing value."""
    if value is None or value != value:
        return ""
    if names is not None and isinstance(value, int):
        return names[value] if 0 <= value < len(names) else ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value)


def scalar_columns(schema: pa.Schema) -> list[str]:
    """Names of the columns with one text or number in each row, without names that come twice."""
    import pyarrow as pa

    def plain(kind: pa.DataType) -> bool:
        kind = kind.value_type if pa.types.is_dictionary(kind) else kind
        return bool(
            pa.types.is_string(kind)
            or pa.types.is_large_string(kind)
            or pa.types.is_integer(kind)
            or pa.types.is_floating(kind)
            or pa.types.is_boolean(kind)
        )

    names = schema.names
    return [f.name for f in schema if plain(f.type) and names.count(f.name) == 1]


def _members(file: Path) -> Iterator[Member]:
    schema, image = schema_of(file), image_column(file)
    if image is None:
        raise ValueError("no column holds images")
    kinds = features_of(schema)
    names = {name: class_names(kinds.get(name)) for name in scalar_columns(schema)}
    written = {name: _header(name) for name in names if name.lower() not in ("path", DATA_ROW)}
    labels = [name for name in written if names[name] is not None]
    if len(labels) == 1 and LABEL_COLUMN not in written.values():
        written[labels[0]] = LABEL_COLUMN
    split, place, row = _split_of(file), file.absolute(), 0
    for batch in batches(file, [image, *written]):
        columns = {name: batch.column(name).to_pylist() for name in written}
        for number, value in enumerate(batch.column(image)):
            content, path = content_of(value.as_py())
            cells = {_SPLIT: split} if split else {}
            cells |= {
                header: cell_text(columns[name][number], names[name])
                for name, header in written.items()
            }
            yield _member(row, content, path, cells | {DATA_ROW: f"{place}#{row}"})
            row += 1


def _member(row: int, content: bytes | None, path: str, cells: Mapping[str, str]) -> Member:
    old = PurePosixPath(path.replace("\\", "/"))
    stem = f"{row:06}-{old.stem}" if old.stem else f"{row:06}"
    if content is None:  # the image lies elsewhere, where nobody has asked us to read
        return Member(f"{stem}{old.suffix}", 0, None)
    kind = kind_of_bytes(content[:MAGIC_BYTES])
    suffix = _SUFFIXES.get(kind, f".{kind.lower()}") if kind else old.suffix.lower()
    if suffix not in IMAGE_SUFFIXES:
        suffix = ".jpg"  # it is set aside by name, when it cannot be read
    return Member(f"{stem}{suffix}", len(content), partial(_once, content), cells)


def _header(name: str) -> str:
    return name.lower() if name.lower() == _SPLIT else name


def _split_of(file: Path) -> str:
    """The split that the name of a file, or of a folder above it, stands for; empty for none."""
    words = [re.split(r"[-_.0-9]", file.stem)[0], file.parent.name]
    return next((found for word in words if (found := split_of_name(word))), "")


def _once(content: bytes) -> Iterator[bytes]:
    yield content
