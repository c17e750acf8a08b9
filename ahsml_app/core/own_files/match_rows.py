"""Finds the row of each image in a file of numbers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ahsml_app.base.errors import InputError
from ahsml_app.base.message import Message, some
from ahsml_app.base.types import IntArray
from ahsml_app.core.own_files.array_rows import NPY_MAGIC, ZIP_MAGIC, npy_rows, npz_rows
from ahsml_app.core.own_files.number_rows import NumberRows, unusable
from ahsml_app.core.own_files.parquet_rows import PARQUET_MAGIC, parquet_rows
from ahsml_app.core.tables.find_images import Locator
from ahsml_app.core.tables.raw_table import shortened


@dataclass(frozen=True, slots=True)
class MatchedRows:
    """The rows of a file, and those of them that images have.

    Attributes:
        rows: The rows.
        row_of: (N,) row of each image, -1 for none.
        notices: What is unusual.
    """

    rows: NumberRows
    row_of: IntArray
    notices: tuple[Message, ...]


def open_numbers(
    file: Path, keys: Sequence[str], left_out: Collection[str] = ()
) -> NumberRows | None:
    """Reads the names of a file of numbers, whose form is recognised by content.

    Args:
        file: NPY, NPZ or Parquet.
        keys: Names that the array or column of numbers may have, the best first.
        left_out: Plain names of columns of whole numbers that are none of the rows.

    Returns:
        The rows; None if the file is of another form.

    Raises:
        InputError: If it cannot be read.
    """
    try:
        with file.open("rb") as stream:
            start = stream.read(8)
    except OSError as error:
        raise InputError(
            Message("{file} cannot be read: {reason}.", file=file, reason=error.strerror or error),
            hint="Check the path for typing errors.",
        ) from error
    if start.startswith(NPY_MAGIC):
        return npy_rows(file)
    if start.startswith(ZIP_MAGIC):
        return npz_rows(file, keys)
    return parquet_rows(file, keys, left_out) if start.startswith(PARQUET_MAGIC) else None


def match_rows(rows: NumberRows, root: Path, paths: Sequence[str]) -> MatchedRows:
    """Finds the row of each image by its path.

    Args:
        rows: Rows with paths, which may be written as those of a table of labels.
        root: The image folder.
        paths: N relative paths of the images.

    Raises:
        InputError: If no row is of an image.
    """
    locate = Locator(root, rows.file.absolute().parent, paths)
    numbers = {path: number for number, path in enumerate(paths)}
    row_of = np.full(len(paths), -1, dtype=np.int64)
    strange, repeated = list[str](), list[str]()
    for row, text in enumerate(rows.paths or ()):
        image = numbers.get(locate.find(text).path, -1)
        if image < 0:
            strange.append(text)
        elif row_of[image] >= 0:
            repeated.append(text)
        else:
            row_of[image] = row
    if not (row_of >= 0).any():
        first = shortened(rows.paths[0]) if rows.paths else ""
        raise unusable(
            rows.file,
            Message("no row (of {rows:,}) is of an image in {root}; the first is '{first}'",
                    rows=rows.count, root=root, first=first),
            Message("Its paths are relative to the image folder."),
        )  # fmt: skip
    return MatchedRows(rows, row_of, tuple(_notices(rows.file, strange, repeated)))


def _notices(file: Path, strange: list[str], repeated: list[str]) -> list[Message]:
    notices = []
    if strange:
        notices.append(
            Message.plural(
                "{count:,} row of {file} is of no image here: {names}.",
                "{count:,} rows of {file} are of no image here: {names}.",
                count=len(strange),
                file=file.name,
                names=some(strange),
            )
        )
    if repeated:
        notices.append(
            Message.plural(
                "{file} has {count:,} image again; its first row counts: {names}.",
                "{file} has {count:,} images again; their first rows count: {names}.",
                count=len(repeated),
                file=file.name,
                names=some(repeated),
            )
        )
    return notices


def missing_notice(file: Path, names: Sequence[str], what: Message) -> Message:
    """Says which images have no row.

    Args:
        file: The file.
        names: Paths of the images.
        what: What becomes of them.
    """
    return Message.plural(
        "{file} has no row for {count:,} image, {what}: {names}.",
        "{file} has no row for {count:,} images, {what}: {names}.",
        count=len(names),
        file=file.name,
        what=what,
        names=some(names),
    )
