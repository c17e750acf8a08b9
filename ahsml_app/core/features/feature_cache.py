"""A permanent cache of feature rows on disk, keyed by content hash and augmentation.

A folder holds segments, each of two append-only files: `NAME.rows` holds the rows, and `NAME.keys`
a header and one entry per row. Every process writes a segment of its own, so concurrent processes
need no lock. Rows are synced to disk before their keys are written. So after a crash, no key refers
to a missing row, and a truncated end of either file is ignored. Rows never change; if two have the
same key, the later one counts. An entry holds a checksum of key and row, because a flipped bit
would silently give other scores. Rows that cannot be written stay in memory.
"""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import time
import zlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from ahsml_app.base.types import AnyArray, BoolArray, IntArray

_MAGIC = b"AHSMLROWS2\n"
_HEADER = 32
_COMMIT_SECONDS = 1.0
_BLOCK_BYTES = 4 << 20
# Distinguishes an entry from the zeros that a crash of the machine can leave at the end.
_MARK = 0xA5C3
_KEY = np.dtype(
    [("high", "<u8"), ("low", "<u8"), ("view", "<u2"), ("mark", "<u2"), ("check", "<u4")]
)
_CHECKED = 18  # bytes of a key that its checksum covers: all but mark and checksum
_log = logging.getLogger(__name__)


class RowCache:
    """Fixed-width rows keyed by (content hash, augmentation).

    Args:
        folder: Folder of the segments; created when the first row is written.
        dtype: Type of the numbers.
        width: Numbers in a row.
        on_failure: Called with the error when rows can no longer be written; they then stay in
            memory.
    """

    def __init__(
        self,
        folder: Path,
        dtype: npt.DTypeLike,
        width: int,
        on_failure: Callable[[OSError], None] | None = None,
    ) -> None:
        self._folder = folder
        self._on_failure = on_failure
        self._dtype = np.dtype(dtype)
        self._width = width
        self._header = _MAGIC + f"{self._dtype.str} {width}".encode().ljust(_HEADER - len(_MAGIC))
        self._writer: _Writer | None = None
        self._in_memory: list[tuple[AnyArray, AnyArray]] = []  # keys, and their rows
        self._writable = True
        self._segments: list[Path | AnyArray] = []
        self._starts = np.zeros(1, dtype=np.int64)
        self._keys = np.zeros(0, dtype=_KEY)
        self._lost = np.zeros(0, dtype=np.bool_)
        self._by_number: dict[int, tuple[npt.NDArray[np.uint64], IntArray]] = {}
        self.refresh()

    def refresh(self) -> None:
        """Reads the keys of all rows, of this process and of others."""
        keys = [np.zeros(0, dtype=_KEY)]
        self._segments = []
        for path in sorted(self._folder.glob("*.keys")):
            stored = self._read_keys(path)
            if len(stored):
                keys.append(stored)
                self._segments.append(path.with_suffix(".rows"))
        for kept, rows in self._in_memory:
            keys.append(kept)
            self._segments.append(rows)
        self._starts = np.cumsum([len(stored) for stored in keys], dtype=np.int64)
        self._keys = np.concatenate(keys)
        self._lost = np.zeros(len(self._keys), dtype=np.bool_)
        self._by_number = {}
        for number in np.unique(self._keys["view"]):
            rows = np.flatnonzero(self._keys["view"] == number)
            # The sort is stable and `_lookup` starts from the right, so the latest row is found.
            rows = rows[np.argsort(self._keys["high"][rows], kind="stable")]
            self._by_number[int(number)] = self._keys["high"][rows], rows

    def lookup(self, hashes: npt.NDArray[np.uint64], numbers: Iterable[int]) -> IntArray:
        """Finds rows.

        Args:
            hashes: (N, 2) content hashes from `hash_array`.
            numbers: V numbers of augmentations, 0 for the plain image.

        Returns:
            (V, N) positions for `read`, valid until the next `refresh`; -1 for a missing row.
        """
        return np.stack([self._lookup(hashes, number) for number in numbers])

    def read(self, positions: IntArray, out: AnyArray) -> BoolArray:
        """Reads rows into `out`, with only a few megabytes of further memory.

        Args:
            positions: (V, N) from `lookup`.
            out: (V, N, width), filled.

        Returns:
            (V, N) mask of the rows that are missing, damaged or gone; `lookup` no longer finds
            them.
        """
        order = np.argsort(positions, axis=None, kind="stable")
        wanted = positions.ravel()[order]
        flat = out.reshape(-1, self._width)
        if flat.size and not np.shares_memory(flat, out):
            raise ValueError("out must be contiguous")
        lost = positions.ravel() < 0
        step = max(1, _BLOCK_BYTES // self._row_bytes)
        for segment, start, stop in zip(
            self._segments, self._starts[:-1], self._starts[1:], strict=True
        ):
            used = False
            for first in range(int(start), int(stop), step):
                last = min(first + step, int(stop))
                low, high = np.searchsorted(wanted, [first, last])
                if low < high:
                    rows, used = wanted[low:high], True
                    block = self._read_block(segment, first - int(start), last - first)
                    sound, values = self._sound_rows(rows, block, first)
                    lost[order[low:high]] = ~sound
                    flat[order[low:high][sound]] = values
            if used and isinstance(segment, Path):
                _mark_used(segment)
        self._lost[positions.ravel()[lost & (positions.ravel() >= 0)]] = True
        return lost.reshape(positions.shape)

    def add(self, hashes: npt.NDArray[np.uint64], numbers: Sequence[int], rows: AnyArray) -> None:
        """Appends rows; they are on disk about a second later, or after `commit`.

        Args:
            hashes: (B, 2) content hashes.
            numbers: B numbers of augmentations, 0 for the plain image.
            rows: (B, width).
        """
        keys = np.zeros(len(rows), dtype=_KEY)
        keys["high"], keys["low"], keys["view"] = hashes[:, 0], hashes[:, 1], numbers
        keys["mark"] = _MARK
        data = np.array(rows, dtype=self._dtype, order="C")
        keys["check"] = checksums(keys, data)
        if not self._writable:
            self._in_memory.append((keys, data))
            return
        try:
            if self._writer is None:
                self._writer = _Writer(self._folder, self._header)
            self._writer.append(keys, data)
        except OSError as error:
            if self._writer is None:
                self._in_memory.append((keys, data))
            self._go_on_in_memory(error)

    def commit(self) -> None:
        """Syncs the added rows to disk."""
        try:
            if self._writer is not None:
                self._writer.commit()
        except OSError as error:
            self._go_on_in_memory(error)

    def close(self) -> None:
        """Commits and closes the files."""
        self.commit()
        writer, self._writer = self._writer, None
        if writer is not None:
            with contextlib.suppress(OSError):  # all rows are on disk
                writer.close()

    def _go_on_in_memory(self, error: OSError) -> None:
        """Closes a segment whose end is unknown: rows after it would be read under wrong keys."""
        _log.warning("The cache %s cannot be written: %r", self._folder, error)
        self._writable = False
        writer, self._writer = self._writer, None
        if writer is not None:
            self._in_memory += writer.uncommitted
            with contextlib.suppress(OSError):
                writer.close()
        if self._on_failure is not None:
            self._on_failure(error)

    @property
    def _row_bytes(self) -> int:
        return self._width * self._dtype.itemsize

    def _lookup(self, hashes: npt.NDArray[np.uint64], number: int) -> IntArray:
        highs, rows = self._by_number.get(number, (None, None))
        if highs is None or rows is None:
            return np.full(len(hashes), -1, dtype=np.int64)
        index = np.searchsorted(highs, hashes[:, 0], side="right") - 1
        while True:
            row = rows[index]  # index -1 gives the last key, which the mask below excludes
            candidate = (highs[index] == hashes[:, 0]) & (index >= 0)
            other = candidate & ((self._keys["low"][row] != hashes[:, 1]) | self._lost[row])
            if not other.any():  # at the first try, unless a row is lost or hashes share a half
                return np.where(candidate, row, -1)
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
                _log.info("The cache segment %s is of another kind; it is left out.", path)
            return nothing
        keys = np.frombuffer(body[: len(body) // _KEY.itemsize * _KEY.itemsize], dtype=_KEY)
        bad = np.flatnonzero(keys["mark"] != _MARK)
        sound = min(stored, int(bad[0]) if len(bad) else len(keys), len(keys))
        if sound * _KEY.itemsize < len(body):
            _log.info("The cache segment %s ends unfinished after %d rows.", path, sound)
        return keys[:sound]

    def _sound_rows(
        self, rows: IntArray, block: AnyArray, first: int
    ) -> tuple[BoolArray, AnyArray]:
        """Returns which of the rows lie whole in the block, and their numbers."""
        sound = rows - first < len(block)
        keys, values = self._keys[rows[sound]], block[rows[sound] - first]
        right = checksums(keys, values) == keys["check"]
        sound[sound] = right
        return sound, values[right]

    def _read_block(self, segment: Path | AnyArray, first: int, count: int) -> AnyArray:
        """Returns up to `count` rows; fewer where the file is gone or became shorter."""
        if not isinstance(segment, Path):
            return segment[first : first + count]
        try:
            numbers = np.fromfile(
                segment, self._dtype, count * self._width, offset=first * self._row_bytes
            )
        except OSError as error:
            _log.warning("The cache segment %s cannot be read: %s", segment, error)
            numbers = np.zeros(0, dtype=self._dtype)
        whole = len(numbers) // self._width
        return numbers[: whole * self._width].reshape(whole, self._width)


def checksums(keys: AnyArray, rows: AnyArray) -> npt.NDArray[np.uint32]:
    """Computes a checksum of each key with its row.

    Args:
        keys: (B,) of the type `_KEY`; mark and checksum count for nothing.
        rows: (B, width).
    """
    heads = keys.view(np.uint8).reshape(len(keys), _KEY.itemsize)[:, :_CHECKED]
    return _crc(heads) ^ _crc(rows)


def _crc(rows: AnyArray) -> npt.NDArray[np.uint32]:
    """Computes the CRC-32 of each row."""
    if not rows.size:
        return np.zeros(len(rows), dtype=np.uint32)
    contiguous = np.ascontiguousarray(rows)
    width = contiguous.shape[1] * contiguous.itemsize
    # As opaque values, rows pass to the function without an array each.
    values: Any = contiguous.view(np.dtype((np.void, width))).ravel()
    return np.fromiter(map(zlib.crc32, values), np.uint32, len(values))


def _mark_used(path: Path) -> None:
    """Makes the file's time that of its last use, by which old segments are removed."""
    with contextlib.suppress(OSError):
        os.utime(path)


def hash_array(hashes: Sequence[str]) -> npt.NDArray[np.uint64]:
    """Converts content hashes of 32 hexadecimal digits to an (N, 2) array.

    Raises:
        ValueError: If a text is not such a hash.
    """
    data = bytes.fromhex("".join(hashes))
    if len(data) != 16 * len(hashes):
        raise ValueError("a content hash has 32 hexadecimal digits")
    return np.frombuffer(data, dtype=np.uint64).reshape(-1, 2)


def _time_of(segment: Path) -> int:
    """Returns the time in a segment's name; 0 for another name."""
    text = segment.name.partition("-")[0]
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 20 else 0


class _Writer:
    """The segment that this process writes."""

    def __init__(self, folder: Path, header: bytes) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        # The time comes first, because segments are read in the order of their names; if the clock
        # was set back, the newest segment must still be the last.
        latest = max((_time_of(name) for name in folder.glob("*.keys")), default=0)
        path = folder / f"{max(time.time_ns(), latest + 1):020d}-{secrets.token_hex(8)}"
        self._rows: IO[bytes] = path.with_suffix(".rows").open("xb")
        self._keys: IO[bytes] = path.with_suffix(".keys").open("xb", buffering=0)
        self._keys.write(header)
        self.uncommitted: list[tuple[AnyArray, AnyArray]] = []
        self._committed = time.monotonic()

    def append(self, keys: AnyArray, rows: AnyArray) -> None:
        self.uncommitted.append((keys, rows))
        self._rows.write(rows.data)
        if time.monotonic() - self._committed >= _COMMIT_SECONDS:
            self.commit()

    def commit(self) -> None:
        if self.uncommitted:
            self._rows.flush()
            os.fsync(self._rows.fileno())
            remaining = b"".join(keys.tobytes() for keys, _ in self.uncommitted)
            while remaining:  # a write to a full disk may be partial before it fails
                remaining = remaining[self._keys.write(remaining) :]
            self.uncommitted = []
        self._committed = time.monotonic()

    def close(self) -> None:
        try:
            self._rows.close()
        finally:
            self._keys.close()
