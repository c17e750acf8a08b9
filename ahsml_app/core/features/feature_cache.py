"""A permanent cache of feature rows on disk, keyed by content hash and augmentation.

A folder holds segments, each of two append-only files: `NAME.rows` holds the rows, and `NAME.keys`
a header and one entry per row. Every process writes a segment of its own, so concurrent processes
need no lock. Rows are synced to disk before their keys are written. So after a crash, no key refers
to a missing row, and a truncated end of either file is ignored. Rows never change; if two have the
same key, the later one counts.
"""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt

from ahsml_app.base.types import AnyArray, IntArray
from ahsml_app.core.mapped_arrays import cache_unusable

_MAGIC = b"AHSMLROWS1\n"
_HEADER = 32
_COMMIT_SECONDS = 1.0
_BLOCK_BYTES = 4 << 20
# Distinguishes an entry from the zeros that a crash of the machine can leave at the end.
_MARK = 0xA5C3
_KEY = np.dtype([("high", "<u8"), ("low", "<u8"), ("view", "<u2"), ("mark", "<u2")])
_log = logging.getLogger(__name__)


class RowCache:
    """Fixed-width rows keyed by (content hash, augmentation).

    Args:
        folder: Folder of the segments; created when the first row is written.
        dtype: Type of the numbers.
        width: Numbers in a row.
    """

    def __init__(self, folder: Path, dtype: npt.DTypeLike, width: int) -> None:
        self._folder = folder
        self._dtype = np.dtype(dtype)
        self._width = width
        self._header = _MAGIC + f"{self._dtype.str} {width}".encode().ljust(_HEADER - len(_MAGIC))
        self._writer: _Writer | None = None
        self._segments: list[Path] = []
        self._starts = np.zeros(1, dtype=np.int64)
        self._by_number: dict[int, tuple[AnyArray, IntArray]] = {}
        self.refresh()

    def refresh(self) -> None:
        """Reads the keys of all rows on disk, of this process and of others."""
        keys = [np.zeros(0, dtype=_KEY)]
        self._segments = []
        for path in sorted(self._folder.glob("*.keys")):
            stored = self._read_keys(path)
            if len(stored):
                keys.append(stored)
                self._segments.append(path.with_suffix(".rows"))
        self._starts = np.cumsum([len(stored) for stored in keys], dtype=np.int64)
        everything = np.concatenate(keys)
        self._by_number = {}
        for number in np.unique(everything["view"]):
            rows = np.flatnonzero(everything["view"] == number)
            # The sort is stable and `_lookup` starts from the right, so the latest row is found.
            rows = rows[np.argsort(everything["high"][rows], kind="stable")]
            self._by_number[int(number)] = everything[rows], rows

    def lookup(self, hashes: npt.NDArray[np.uint64], numbers: Iterable[int]) -> IntArray:
        """Finds rows.

        Args:
            hashes: (N, 2) content hashes from `hash_array`.
            numbers: V numbers of augmentations, 0 for the plain image.

        Returns:
            (V, N) positions for `read`, valid until the next `refresh`; -1 for a missing row.
        """
        return np.stack([self._lookup(hashes, number) for number in numbers])

    def read(self, positions: IntArray, out: AnyArray) -> None:
        """Reads rows into `out`, with only a few megabytes of further memory.

        Args:
            positions: (V, N) from `lookup`, none of them -1.
            out: (V, N, width), filled.

        Raises:
            OutputError: If the cache cannot be read.
        """
        if positions.size and positions.min() < 0:
            raise cache_unusable(self._folder, FileNotFoundError("rows written earlier are gone"))
        order = np.argsort(positions, axis=None, kind="stable")
        wanted = positions.ravel()[order]
        flat = out.reshape(-1, self._width)
        if flat.size and not np.shares_memory(flat, out):
            raise ValueError("out must be contiguous")
        step = max(1, _BLOCK_BYTES // self._row_bytes)
        for path, start, stop in zip(
            self._segments, self._starts[:-1], self._starts[1:], strict=True
        ):
            for first in range(int(start), int(stop), step):
                last = min(first + step, int(stop))
                low, high = np.searchsorted(wanted, [first, last])
                if low < high:
                    block = self._read_block(path, first - int(start), last - first)
                    flat[order[low:high]] = block[wanted[low:high] - first]

    def add(self, hashes: npt.NDArray[np.uint64], numbers: Sequence[int], rows: AnyArray) -> None:
        """Appends rows; they are on disk about a second later, or after `commit`.

        Args:
            hashes: (B, 2) content hashes.
            numbers: B numbers of augmentations, 0 for the plain image.
            rows: (B, width).

        Raises:
            OutputError: If the cache cannot be written.
        """
        keys = np.zeros(len(rows), dtype=_KEY)
        keys["high"], keys["low"], keys["view"] = hashes[:, 0], hashes[:, 1], numbers
        keys["mark"] = _MARK
        data = np.ascontiguousarray(rows, dtype=self._dtype).tobytes()
        try:
            if self._writer is None:
                self._writer = _Writer(self._folder, self._header)
            self._writer.append(data, keys.tobytes())
        except OSError as error:
            self._abandon()
            raise cache_unusable(self._folder, error) from error

    def commit(self) -> None:
        """Syncs the added rows to disk.

        Raises:
            OutputError: If the cache cannot be written.
        """
        try:
            if self._writer is not None:
                self._writer.commit()
        except OSError as error:
            self._abandon()
            raise cache_unusable(self._folder, error) from error

    def close(self) -> None:
        """Commits and closes the files."""
        try:
            self.commit()
        finally:
            if self._writer is not None:
                self._writer.close()
                self._writer = None

    def _abandon(self) -> None:
        """Closes a segment whose end is unknown: rows after it would be read under wrong keys."""
        writer, self._writer = self._writer, None
        if writer is not None:
            with contextlib.suppress(OSError):
                writer.close()

    @property
    def _row_bytes(self) -> int:
        return self._width * self._dtype.itemsize

    def _lookup(self, hashes: npt.NDArray[np.uint64], number: int) -> IntArray:
        keys, rows = self._by_number.get(number, (None, None))
        if keys is None or rows is None:
            return np.full(len(hashes), -1, dtype=np.int64)
        index = np.searchsorted(keys["high"], hashes[:, 0], side="right") - 1
        while True:
            entry = keys[index]  # index -1 gives the last key, which the mask below excludes
            candidate = (entry["high"] == hashes[:, 0]) & (index >= 0)
            other = candidate & (entry["low"] != hashes[:, 1])
            if not other.any():  # at the first try, unless two hashes share their first half
                return np.where(candidate, rows[index], -1)
            index[other] -= 1

    def _read_keys(self, path: Path) -> AnyArray:
        nothing = np.zeros(0, dtype=_KEY)
        try:
            with path.open("rb") as stream:
                header, body = stream.read(_HEADER), stream.read()
            stored = path.with_suffix(".rows").stat().st_size // self._row_bytes
        except OSError as error:
            _log.warning("The cache segment %s is left out: %s", path, error)
            return nothing
        if header != self._header:
            if len(header) == _HEADER:  # a shorter header is still being written
                _log.warning("The cache segment %s is of another kind; it is left out.", path)
            return nothing
        keys = np.frombuffer(body[: len(body) // _KEY.itemsize * _KEY.itemsize], dtype=_KEY)
        bad = np.flatnonzero(keys["mark"] != _MARK)
        sound = min(stored, int(bad[0]) if len(bad) else len(keys), len(keys))
        if sound * _KEY.itemsize < len(body):
            _log.info("The cache segment %s ends unfinished after %d rows.", path, sound)
        return keys[:sound]

    def _read_block(self, path: Path, first: int, count: int) -> AnyArray:
        try:
            block = np.fromfile(
                path, self._dtype, count * self._width, offset=first * self._row_bytes
            )
            return block.reshape(count, self._width)
        except (OSError, ValueError) as error:  # ValueError: the file became shorter
            raise cache_unusable(self._folder, error) from error


def hash_array(hashes: Sequence[str]) -> npt.NDArray[np.uint64]:
    """Converts content hashes of 32 hexadecimal digits to an (N, 2) array.

    Raises:
        ValueError: If a text is not such a hash.
    """
    data = bytes.fromhex("".join(hashes))
    if len(data) != 16 * len(hashes):
        raise ValueError("a content hash has 32 hexadecimal digits")
    return np.frombuffer(data, dtype=np.uint64).reshape(-1, 2)


class _Writer:
    """The segment that this process writes."""

    def __init__(self, folder: Path, header: bytes) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        # The time comes first, because segments are read in the order of their names.
        path = folder / f"{time.time_ns():020d}-{secrets.token_hex(8)}"
        self._rows: IO[bytes] = path.with_suffix(".rows").open("xb")
        self._keys: IO[bytes] = path.with_suffix(".keys").open("xb", buffering=0)
        self._keys.write(header)
        self._pending_keys: list[bytes] = []
        self._committed = time.monotonic()

    def append(self, rows: bytes, keys: bytes) -> None:
        self._rows.write(rows)
        self._pending_keys.append(keys)
        if time.monotonic() - self._committed >= _COMMIT_SECONDS:
            self.commit()

    def commit(self) -> None:
        if self._pending_keys:
            self._rows.flush()
            os.fsync(self._rows.fileno())
            remaining = b"".join(self._pending_keys)
            while remaining:  # a write to a full disk may be partial before it fails
                remaining = remaining[self._keys.write(remaining) :]
            self._pending_keys = []
        self._committed = time.monotonic()

    def close(self) -> None:
        try:
            self._rows.close()
        finally:
            self._keys.close()
