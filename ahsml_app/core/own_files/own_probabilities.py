"""Class probabilities of a model of the person's own, as one more opinion."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ahsml_app.base.events import CancelToken
from ahsml_app.base.message import Message, some
from ahsml_app.base.types import UNLABELLED, FloatArray, SampleTable
from ahsml_app.core.mapped_arrays import empty_array
from ahsml_app.core.own_files.match_rows import (
    MatchedRows,
    match_rows,
    missing_notice,
    open_numbers,
)
from ahsml_app.core.own_files.number_rows import NumberRows, unusable
from ahsml_app.core.own_files.text_rows import text_rows

KEYS = ("probabilities", "pred_probs", "probability")
"""Names of the array or column of probabilities, the best first."""

_TOLERANCE = 0.01
_ROUNDING = 1e-4
_HINT = Message("Give a column of probabilities for each class, named like the class.")


@dataclass(frozen=True, slots=True)
class OwnOpinion:
    """Class probabilities from a file.

    Attributes:
        probabilities: (N, K) float32, each row adding up to 1; NaN for an image without a row.
        notices: What is unusual.
    """

    probabilities: FloatArray
    notices: tuple[Message, ...]


def own_probabilities(
    file: Path, table: SampleTable, folder: Path, cancel: CancelToken
) -> OwnOpinion:
    """Reads the probabilities of all images, by path and class name.

    Args:
        file: NPZ, Parquet or CSV.
        table: The N images and their K classes.
        folder: Folder of the file that a large array lies in.
        cancel: Checked now and then.

    Raises:
        InputError: If the file cannot be used, fits no image, or lacks a class.
        Cancelled: When asked to stop.
    """
    wanted = {_plain(name): number for number, name in enumerate(table.class_names)}
    rows = open_numbers(file, KEYS) or text_rows(file, {*wanted, *table.class_names})
    if rows.paths is None:
        reason = Message("it has no paths")
        raise unusable(file, reason, Message("Give an NPZ, Parquet or CSV file with paths."))
    columns = _columns(rows, wanted, table)
    matched = match_rows(rows, table.root, table.paths)
    probabilities, is_scaled = _read(matched, columns, len(table.class_names), folder, cancel)
    notices = list(matched.notices)
    ignored = [name for name, column in zip(rows.names, columns, strict=True) if column < 0]
    if ignored:
        notices.append(
            Message(
                "{file}: columns that are no class here were left out: {names}.",
                file=file.name,
                names=some(ignored),
            )
        )
    if is_scaled:
        notices.append(Message("{file}: rows that do not add up to 1 were scaled.", file=file.name))
    missing = np.flatnonzero(matched.row_of < 0)
    if len(missing):
        what = Message("which only the models trained here judge")
        notices.append(missing_notice(file, [table.paths[row] for row in missing], what))
    return OwnOpinion(probabilities, tuple(notices))


def _columns(rows: NumberRows, wanted: dict[str, int], table: SampleTable) -> list[int]:
    """Number of the class of each column, -1 for none."""
    if not rows.names:
        raise unusable(rows.file, Message("it does not name the classes"), _names_hint(rows.file))
    columns = [wanted.get(_plain(name), -1) for name in rows.names]
    known = [column for column in columns if column >= 0]
    if len(set(known)) < len(known):
        raise unusable(rows.file, Message("it has several columns of one class"), _HINT)
    used = np.unique(table.labels[table.labels != UNLABELLED]).tolist()
    lacking = [table.class_names[label] for label in used if label not in known]
    if lacking:
        reason = Message("it has no probabilities of the classes {names}", names=some(lacking))
        raise unusable(rows.file, reason, _HINT)
    return columns


def _names_hint(file: Path) -> Message:
    if file.suffix.lower() == ".npz":
        return Message("Add an array 'classes' with the names of the columns.")
    return _HINT


def _read(
    matched: MatchedRows, columns: Sequence[int], classes: int, folder: Path, cancel: CancelToken
) -> tuple[FloatArray, bool]:
    """Returns (N, K) probabilities, and whether rows were scaled to add up to 1."""
    row_of, file = matched.row_of, matched.rows.file
    result: FloatArray = empty_array((len(row_of), classes), np.float32, folder)
    result[row_of < 0] = np.nan
    order = np.argsort(row_of, kind="stable")
    sources = [position for position, column in enumerate(columns) if column >= 0]
    targets = [columns[position] for position in sources]
    is_scaled = False
    for start, part in matched.rows.parts():
        cancel.check()
        low, high = np.searchsorted(row_of[order], (start, start + len(part)))
        images = order[low:high]
        values = part[row_of[images] - start][:, sources]
        sums = values.sum(1)
        odd = (values < -_ROUNDING).any(1) | (sums <= 0)
        if odd.any():
            row = int(row_of[images][int(np.argmax(odd))]) + 1
            reason = Message("row {row:,} is negative or zero, so it holds no probabilities",
                             row=row)  # fmt: skip
            raise unusable(file, reason, Message("Apply softmax to the output of your model."))
        is_scaled |= bool((np.abs(sums - 1) > _TOLERANCE).any())
        whole = np.zeros((len(images), classes), dtype=np.float32)
        whole[:, targets] = np.maximum(values, 0)
        result[images] = whole / whole.sum(1, keepdims=True)
    return result, is_scaled


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name).strip()
