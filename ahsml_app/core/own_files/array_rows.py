"""Reads rows of numbers from NPY and NPZ files, without pickle and a part at a time."""

from __future__ import annotations

import contextlib
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np

from ahsml_app.base.errors import InputError
from ahsml_app.base.message import Message, some
from ahsml_app.base.types import AnyArray
from ahsml_app.core.own_files.number_rows import (
    WRITE_AGAIN,
    NumberRows,
    checked_size,
    part_height,
    unusable,
)

NPY_MAGIC = b"\x93NUMPY"
ZIP_MAGIC = b"PK"
PATHS = ("paths", "path", "files", "filenames")
CLASSES = ("classes", "class_names")

_SUFFIX = ".npy"
_LONGEST_HEADER = 10_000
_MOST_AT_ONCE = 1 << 31
"""Bytes of an array that must be read at once: texts, and numbers that lie column by column."""

_ODD = (
    *(OSError, EOFError, ValueError, RuntimeError, MemoryError),
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError),
)
"""What a damaged file may raise."""

_Open = Callable[[], IO[bytes]]


class _Array:
    """An array in a file, of which only the header has been read."""

    def __init__(self, file: Path, name: str, opened: _Open) -> None:
        self._file, self._name, self._open = file, name, opened
        with self._damage(), opened() as stream:
            self.shape, self._by_columns, self.dtype = _header(stream)
        if self.dtype.hasobject:
            raise unusable(
                file,
                Message("{name} holds Python objects, which may be harmful", name=name),
                Message("Save texts with dtype=str and numbers with dtype=float32."),
            )

    def rows(self) -> Iterator[AnyArray]:
        """Reads the rows of a two-dimensional array in parts."""
        count, width = self.shape
        if self._by_columns:
            yield self.whole().reshape(self.shape, order="F")
            return
        item = self.dtype.itemsize
        height = part_height(width, item)
        with self._damage(), self._open() as stream:
            _header(stream)
            for start in range(0, count, height):
                size = min(height, count - start)
                content = _exactly(stream, size * width * item)
                yield np.frombuffer(content, self.dtype).reshape(size, width)

    def whole(self) -> AnyArray:
        """Reads the array flat."""
        size = self.dtype.itemsize
        for length in self.shape:
            size *= length
        if size > _MOST_AT_ONCE:
            reason = Message("{name} takes {size:.1f} GB at once", name=self._name, size=size / 1e9)
            hint = Message("Save rows of numbers with numpy.ascontiguousarray, and short paths.")
            raise unusable(self._file, reason, hint)
        with self._damage(), self._open() as stream:
            _header(stream)
            return np.frombuffer(_exactly(stream, size), self.dtype)

    @contextlib.contextmanager
    def _damage(self) -> Iterator[None]:
        try:
            yield
        except _ODD as error:
            raise _damaged(self._file, error) from error


def is_npy(file: Path) -> bool:
    """Whether a file is a single array, by content."""
    try:
        with file.open("rb") as stream:
            return stream.read(len(NPY_MAGIC)) == NPY_MAGIC
    except OSError:
        return False


def npy_rows(file: Path) -> NumberRows:
    """Reads an array of N x W numbers.

    Raises:
        InputError: If the file is something else.
    """
    return _rows(file, _Array(file, file.name, lambda: file.open("rb")), None, ())


def npz_rows(file: Path, keys: Sequence[str]) -> NumberRows:
    """Reads an archive with an array of numbers and one of paths.

    Args:
        file: The file.
        keys: Names that the array of numbers may have, the best first.

    Raises:
        InputError: If the file is something else, or the arrays do not fit together.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            names = [n.removesuffix(_SUFFIX) for n in archive.namelist() if n.endswith(_SUFFIX)]
    except _ODD as error:
        raise _damaged(file, error) from error

    if not names:  # such as weights of torch
        raise unusable(file, Message("it is neither NPY nor NPZ nor Parquet"), WRITE_AGAIN)

    def array(name: str) -> _Array:
        return _Array(file, name, lambda: _member(file, name))

    numbers, paths = (_named(file, names, each) for each in (keys, PATHS))
    classes = next((name for name in CLASSES if name in names), None)
    texts = () if classes is None else tuple(_texts(file, classes, array(classes)))
    return _rows(file, array(numbers), _texts(file, paths, array(paths)), texts)


def _rows(file: Path, array: _Array, paths: list[str] | None, names: tuple[str, ...]) -> NumberRows:
    if len(array.shape) != 2 or array.dtype.kind not in "fiu":
        reason = Message(
            "it holds {type} of the shape {shape} instead of a row of numbers for each image",
            type=array.dtype,
            shape=array.shape,
        )
        raise unusable(file, reason, WRITE_AGAIN)
    count, width = array.shape
    checked_size(file, count, width)
    for listed, length in ((paths, count), (names or None, width)):
        if listed is not None and len(listed) != length:
            reason = Message(
                "its array of {rows:,} x {width:,} has another length than the list of its "
                "names, {count:,}",
                rows=count,
                width=width,
                count=len(listed),
            )
            raise unusable(file, reason, WRITE_AGAIN)
    return NumberRows(file, count, width, paths, names, array.rows)


def _texts(file: Path, name: str, array: _Array) -> list[str]:
    if len(array.shape) != 1 or array.dtype.kind not in ("US" if name in PATHS else "USiu"):
        reason = Message("{name} is no list of texts", name=name)
        raise unusable(file, reason, Message("Save texts with dtype=str."))
    values = array.whole().tolist()
    return [v.decode("utf-8", "replace") if isinstance(v, bytes) else str(v) for v in values]


def _named(file: Path, names: Sequence[str], wanted: Sequence[str]) -> str:
    found = next((name for name in wanted if name in names), None)
    if found is None:
        reason = Message(
            "it has no array '{wanted}', but {names}", wanted=wanted[0], names=some(sorted(names))
        )
        raise unusable(file, reason, WRITE_AGAIN)
    return found


def _member(file: Path, name: str) -> IO[bytes]:
    """Opens a file of an archive; the stream keeps the archive open."""
    return zipfile.ZipFile(file).open(f"{name}{_SUFFIX}")


def _header(stream: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    version = np.lib.format.read_magic(stream)
    if version == (1, 0):
        header = np.lib.format.read_array_header_1_0(stream, _LONGEST_HEADER)
    elif version == (2, 0):
        header = np.lib.format.read_array_header_2_0(stream, _LONGEST_HEADER)
    else:
        raise ValueError(f"version {version} of the format")
    shape, by_columns, dtype = header
    if any(length < 0 for length in shape):
        raise ValueError(f"the shape {shape}")
    return shape, by_columns, dtype


def _exactly(stream: IO[bytes], size: int) -> bytes:
    content = stream.read(size)
    if len(content) != size:
        raise ValueError("it ends early")
    return content


def _damaged(file: Path, error: BaseException) -> InputError:
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return unusable(file, Message("{reason}", reason=reason), WRITE_AGAIN)
