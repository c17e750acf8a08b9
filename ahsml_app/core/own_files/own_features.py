"""Features that a network of the person's own has computed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ahsml_app.base.events import CancelToken
from ahsml_app.base.message import Message, some
from ahsml_app.base.types import AnyArray, Float16Array, FloatArray, IndexArray, IntArray
from ahsml_app.core.mapped_arrays import empty_array
from ahsml_app.core.own_files.match_rows import (
    MatchedRows,
    match_rows,
    missing_notice,
    open_numbers,
)
from ahsml_app.core.own_files.number_rows import WRITE_AGAIN, NumberRows, unusable
from ahsml_app.core.tables.columns.column_names import LABEL_NAMES, PATH_NAMES

KEYS = ("features", "embeddings", "embedding")
"""Names of the array or column of features, the best first."""

_NO_FEATURES = {*LABEL_NAMES, *PATH_NAMES}
"""Names of columns of whole numbers that are labels or identities."""

_LEAST_SPREAD = 1e-6
"""Spread below which a number counts as the same for all images, relative to its size."""

_HINT = Message("Give an NPZ or Parquet file with paths, or an NPY file with a row for each image.")


@dataclass(frozen=True, slots=True)
class Standard:
    """What features from a file are standardised by, so that any will do: (x - centre) / spread.

    Attributes:
        centre: (W,) mean of the images of the training.
        spread: (W,) their standard deviation.
    """

    centre: FloatArray
    spread: FloatArray

    def __call__(self, features: FloatArray) -> Float16Array:
        """Standardises (n, W) features."""
        return half_precision((features - self.centre) / self.spread)


@dataclass(frozen=True, slots=True)
class OwnFeatures(MatchedRows):
    """The rows of a file of features that images have."""

    def standard(self, cancel: CancelToken) -> Standard:
        """Measures the centre and spread of the rows that images have.

        Raises:
            InputError: If a number is not finite, or the file ends early.
        """
        width, count = self.rows.width, 0
        first, total, squares = np.zeros(width), np.zeros(width), np.zeros(width)
        taken = np.zeros(self.rows.count, dtype=np.bool_)
        taken[self.row_of[self.row_of >= 0]] = True
        for start, part in self.rows.parts():
            cancel.check()
            own = part[taken[start : start + len(part)]].astype(np.float64)
            if not count and len(own):
                first = own[0].copy()  # near the centre, so that the squares stay small
            own -= first
            count += len(own)
            total += own.sum(0)
            squares += np.square(own).sum(0)
        mean = total / count
        spread = np.sqrt(np.maximum(squares / count - mean**2, 0))
        centre = (first + mean).astype(np.float32)
        flat = spread <= _LEAST_SPREAD * np.maximum(np.abs(centre), 1)
        return Standard(centre, np.where(flat, 1, spread).astype(np.float32))

    def array(
        self, images: IndexArray, standard: Standard, folder: Path, cancel: CancelToken
    ) -> Float16Array:
        """Reads the (n, W) standardised features of some images.

        Args:
            images: Numbers of n images that have a row.
            standard: Centre and spread, those of the training.
            folder: Folder of the file that a large array lies in.
            cancel: Checked now and then.

        Raises:
            InputError: If a number is not finite, or the file ends early.
        """
        features: Float16Array = empty_array((len(images), self.rows.width), np.float16, folder)
        wanted = self.row_of[images]
        order = np.argsort(wanted, kind="stable")
        starts = wanted[order]
        for start, part in self.rows.parts():
            cancel.check()
            low, high = np.searchsorted(starts, (start, start + len(part)))
            here = order[low:high]
            features[here] = standard(part[wanted[here] - start])
        return features


def own_features(
    file: Path, root: Path, paths: Sequence[str], listing: Sequence[str]
) -> OwnFeatures:
    """Opens a file of features and finds the row of each image.

    Rows belong to images by their paths. Rows without paths, of an NPY file, are those of all
    images in the order of the listing.

    Args:
        file: NPY, NPZ or Parquet.
        root: The image folder.
        paths: N relative paths of the images.
        listing: Relative paths of all images, in the order that the scan gave them.

    Raises:
        InputError: If the file cannot be used, or does not fit the images.
    """
    rows = open_numbers(file, KEYS, _NO_FEATURES)
    if rows is None:
        raise unusable(file, Message("it is neither NPY nor NPZ nor Parquet"), _HINT)
    if rows.paths is not None:
        matched = match_rows(rows, root, paths)
        row_of, notices = matched.row_of, list(matched.notices)
    else:
        row_of, notices = _in_order(rows, paths, listing), []
        first, last = listing[0], listing[-1]
        notices.append(
            Message(
                "{file} names no images; its rows ({count:,}) were taken in the order of the "
                "images: the first is '{first}', the last '{last}'.",
                file=file.name,
                count=rows.count,
                first=first,
                last=last,
            )
        )
    if rows.left_out:
        notices.append(
            Message(
                "{file}: columns of labels or of numbers of rows are no features: {names}.",
                file=file.name,
                names=some(rows.left_out),
            )
        )
    missing = [path for path, row in zip(paths, row_of, strict=True) if row < 0]
    if missing:
        notices.append(missing_notice(file, missing, Message("set aside")))
    return OwnFeatures(rows, row_of, tuple(notices))


def _in_order(rows: NumberRows, paths: Sequence[str], listing: Sequence[str]) -> IntArray:
    if rows.count != len(listing):
        reason = Message(
            "it has no paths, and its rows ({rows:,}) are not as many as the images ({images:,})",
            rows=rows.count,
            images=len(listing),
        )
        raise unusable(rows.file, reason, _HINT)
    numbers = {path: number for number, path in enumerate(listing)}
    return np.array([numbers.get(path, -1) for path in paths], dtype=np.int64)


def check_width(file: Path, width: int, expected: int) -> None:
    """Refuses features of another length than those of a training.

    Raises:
        InputError: If they are.
    """
    if width != expected:
        reason = Message(
            "its rows are {width:,} long, but those of the training were {expected:,}",
            width=width,
            expected=expected,
        )
        raise unusable(file, reason, WRITE_AGAIN)


def half_precision(features: AnyArray) -> Float16Array:
    """Returns features in float16; what is too large becomes the largest number."""
    limit = float(np.finfo(np.float16).max)
    return np.clip(features, -limit, limit).astype(np.float16)
