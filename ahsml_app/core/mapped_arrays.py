"""Arrays too large for the memory: kept in files, and read or written a part at a time."""

from __future__ import annotations

import mmap
import os
import tempfile
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ahsml_app.base.errors import OutputError
from ahsml_app.base.message import Message
from ahsml_app.base.paths import CACHE_VARIABLE, cache_folder
from ahsml_app.base.types import AnyArray, Float16Array, FloatArray, IndexArray

IN_MEMORY_UP_TO = 1 << 30
"""Size in bytes above which an array of features is in a temporary file instead of in memory."""

POSTERIORS_IN_MEMORY = 1 << 28
"""The same for posteriors that are written once and read later."""

ROWS_AT_ONCE = 65_536
"""Samples that are judged at a time."""

NUMBERS_AT_ONCE = 1 << 22
"""Posteriors, samples times classes, that are computed at a time: of 5,000 classes those of all
samples would fill gigabytes in float64."""

CHUNK = 4096
"""Rows that are in float32 at a time where an array is read from one end to the other."""


def empty_array(
    shape: tuple[int, ...],
    dtype: npt.DTypeLike,
    folder: Path | None = None,
    in_memory_up_to: int | None = None,
) -> AnyArray:
    """Creates an array to fill: in memory, or in a temporary file if it is large.

    The temporary file is deleted with the array.

    Args:
        shape: Shape of the array.
        dtype: Type of the numbers.
        folder: Folder of the temporary file; None for that of the cache. The system's folder, which
            may be in memory, is used only if there is no room.
        in_memory_up_to: Size in bytes above which it is in a file; None for `IN_MEMORY_UP_TO`.

    Raises:
        OutputError: If neither folder has room, and it is larger than `IN_MEMORY_UP_TO`.
    """
    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    if size <= (IN_MEMORY_UP_TO if in_memory_up_to is None else in_memory_up_to):
        return np.empty(shape, dtype)
    folder = folder or cache_folder()
    try:
        return _mapped(folder, shape, dtype, size)
    except OSError as error:
        try:
            return _mapped(Path(tempfile.gettempdir()), shape, dtype, size)
        except OSError as second:
            if size <= IN_MEMORY_UP_TO:
                return np.empty(shape, dtype)  # the file only saves memory
            raise cache_unusable(folder, error, size) from second


def _mapped(folder: Path, shape: tuple[int, ...], dtype: npt.DTypeLike, size: int) -> AnyArray:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder) as stream:
        if hasattr(os, "posix_fallocate"):
            # Otherwise the file has holes, and a disk that fills up ends the process by a signal.
            os.posix_fallocate(stream.fileno(), 0, size)
        return np.memmap(stream, dtype, mode="w+", shape=shape)


def set_aside(posterior: FloatArray, folder: Path | None = None) -> FloatArray:
    """Returns large posteriors in a temporary file, where they take no memory until they are read.

    Args:
        posterior: (N, K) probabilities; small ones are returned as they are.
        folder: Folder of the file, as for `empty_array`.
    """
    if posterior.nbytes <= POSTERIORS_IN_MEMORY:
        return posterior
    try:
        kept = empty_array(posterior.shape, posterior.dtype, folder, POSTERIORS_IN_MEMORY)
    except OutputError:  # a full disk is no reason to stop, because they are in memory already
        return posterior
    for start in range(0, len(kept), CHUNK):
        kept[start : start + CHUNK] = posterior[start : start + CHUNK]
        release_pages(kept)
    return kept


def blocks_of(rows: IndexArray) -> list[IndexArray]:
    """Returns the rows in parts whose features fit in memory."""
    return np.split(rows, np.arange(ROWS_AT_ONCE, len(rows), ROWS_AT_ONCE))


def bounded_rows(most: int, width: int) -> int:
    """Returns how many rows to compute at a time: fewer if each has many numbers.

    Args:
        most: Rows where each has few.
        width: Numbers of a row.
    """
    return max(1, min(most, NUMBERS_AT_ONCE // max(1, width)))


def mean_of_augmentations(prepared: Float16Array) -> FloatArray:
    """Returns the (N, d) mean of (V + 1, N, d) features, in a file where it is large."""
    shape = prepared.shape[1:]
    means: FloatArray = empty_array(shape, np.float32)
    for start in range(0, len(means), CHUNK):
        block = slice(start, start + CHUNK)
        means[block] = prepared[:, block].mean(0, dtype=np.float32)
        release_pages(prepared)
        release_pages(means)
    return means


def release_pages(features: AnyArray) -> None:
    """Releases the memory that reading a mapped file has filled; the file keeps its content.

    Training needs no raw features once they are prepared, and they are the largest array.
    """
    array: object = features
    while isinstance(array, np.ndarray):
        if isinstance(array, np.memmap) and array.mode == "c":
            return  # changes to a private copy would be lost
        array = array.base
    if isinstance(array, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        array.madvise(mmap.MADV_DONTNEED)


def cache_unusable(folder: Path, error: Exception, size: int = 0) -> OutputError:
    """Returns the error of a folder for features that cannot be read or written.

    Args:
        folder: The folder.
        error: What happened.
        size: Bytes that are needed.
    """
    return OutputError(
        Message("The feature cache {folder} cannot be used: {reason}", folder=folder, reason=error),
        hint=Message(
            "Free {size} GB there, or name another folder in {variable}.",
            size=f"{size / 1e9:.1f}",
            variable=CACHE_VARIABLE,
        )
        if size
        else Message("Name another folder in {variable}.", variable=CACHE_VARIABLE),
        details=f"{type(error).__name__}: {error}",
    )
