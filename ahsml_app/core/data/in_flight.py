"""Records which files are being decoded, so that one that ends the process is set aside later.

A decoder may crash, or the system may kill the process for want of memory; both leave no time to
write anything. So each thread writes the path of its file into a slot of a memory-mapped file,
which survives the process. The next process reads the slots of dead ones. Each file in them is only
suspected, since others were decoded at the same time, or the process was killed for another reason.
It is decoded once in a process of its own, and set aside only if that ends too.
"""

from __future__ import annotations

import atexit
import contextlib
import logging
import mmap
import multiprocessing
import os
import secrets
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from filelock import FileLock, Timeout

from ahsml_app.base.message import Message
from ahsml_app.base.paths import cache_folder, read_json, write_json
from ahsml_app.base.reading.planes import FIRST, Planes

FOLDER = "decoding"
"""Folder inside the cache folder."""

SUSPECTS = "suspects.json"

_SLOTS = 64
_HEADER = struct.Struct("<Hqq")  # bytes of the path, size of the file, time of its change
_SLOT_BYTES = 4200  # a path of 4096 bytes, the longest that Linux takes
_MOST_SUSPECTS = 1000
_PATIENCE = 300.0  # seconds that one image may take in a process of its own
_log = logging.getLogger(__name__)

Stamp = tuple[str, int, int]
"""Path, size in bytes, and time of change in nanoseconds.

If not only the first plane is read, a zero byte, which no path has, and the rule end the path: one
rule may end the process, and another not.
"""

DecodeFile = Callable[[Path, int | None], object]


def stamp_of(path: Path, status: os.stat_result, planes: Planes = FIRST) -> Stamp:
    """Returns what identifies a file, read by a rule, until it changes."""
    name = str(path) if planes == FIRST else f"{path}\0{planes}"
    return name, status.st_size, status.st_mtime_ns


class InFlight:
    """The files that this process decodes, and those that dead processes were decoding.

    Without a folder that can be written, nothing is recorded and nothing suspected.

    Args:
        folder: The folder of all processes.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.process = folder, os.getpid()
        self._lock, self._trial = threading.Lock(), threading.Lock()
        self._free = list(range(_SLOTS))
        self._slots: mmap.mmap | None = None
        self._suspects: set[Stamp] = set()
        self._refused = set[Stamp]()  # suspects that ended a process of their own
        self._own: tuple[Path, FileLock, IO[bytes]] | None = None
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._suspects = _collect_suspects(folder)
            self._open()
        except OSError as error:
            _log.info("What is decoded is not recorded: %s", error)

    @contextlib.contextmanager
    def recording(self, stamp: Stamp) -> Iterator[None]:
        """Records the file while the block decodes it."""
        slot = self._take(stamp)
        try:
            yield
        finally:
            if slot is not None:
                self._release(slot)

    def reason_against(self, stamp: Stamp, decode: DecodeFile, box: int | None) -> Message | None:
        """Returns why the file must not be decoded in this process; None for almost every file.

        Args:
            stamp: The file.
            decode: Decodes it; importable by another process.
            box: As for `decode`.
        """
        if stamp not in self._suspects:
            return None
        with self._trial:  # one at a time: each may need all memory
            if stamp not in self._suspects:
                return None
            if stamp not in self._refused:
                if _survives(decode, Path(stamp[0].partition("\0")[0]), box):
                    with self._lock:
                        self._suspects.discard(stamp)
                        _write_suspects(self.folder, self._suspects)
                    return None
                self._refused.add(stamp)
        return Message(
            "decoding it ended the process twice, perhaps for want of memory; it is tried again in "
            "every run"
        )

    def close(self) -> None:
        """Removes the record of this process."""
        own, self._own = self._own, None
        slots, self._slots = self._slots, None
        if own is None or slots is None or self.process != os.getpid():
            return
        path, lock, stream = own
        slots.close()
        stream.close()
        with contextlib.suppress(OSError):
            path.unlink()
            lock.release()
            Path(lock.lock_file).unlink()

    def _open(self) -> None:
        path = self.folder / f"{self.process}-{secrets.token_hex(4)}.slots"
        lock = FileLock(path.with_suffix(".lock"), blocking=False, thread_local=False)
        lock.acquire()
        stream = path.open("x+b")
        self._own = path, lock, stream
        # Written and not only made long: on a full disk, a write to the mapping ends the process.
        stream.write(bytes(_SLOTS * _SLOT_BYTES))
        stream.flush()
        self._slots = mmap.mmap(stream.fileno(), _SLOTS * _SLOT_BYTES)

    def _take(self, stamp: Stamp) -> int | None:
        path = os.fsencode(stamp[0])
        if self._slots is None or len(path) > _SLOT_BYTES - _HEADER.size:
            return None
        with self._lock:
            if not self._free or self._slots is None:
                return None
            slot = self._free.pop()
            start = slot * _SLOT_BYTES
            self._slots[start + _HEADER.size : start + _HEADER.size + len(path)] = path
            # The length comes last, so that a slot is never half written.
            _HEADER.pack_into(self._slots, start, len(path), stamp[1], stamp[2])
        return slot

    def _release(self, slot: int) -> None:
        with self._lock:
            if self._slots is not None:
                _HEADER.pack_into(self._slots, slot * _SLOT_BYTES, 0, 0, 0)
            self._free.append(slot)


_present: list[InFlight] = []
_present_lock = threading.Lock()


def in_flight() -> InFlight:
    """Returns the record of this process in the cache folder."""
    folder = cache_folder() / FOLDER
    with _present_lock:
        if not _present or (_present[0].folder, _present[0].process) != (folder, os.getpid()):
            for earlier in _present:
                earlier.close()
            _present[:] = [InFlight(folder)]
        return _present[0]


@atexit.register
def _close() -> None:
    with _present_lock:
        for record in _present:
            record.close()
        _present.clear()


def _collect_suspects(folder: Path) -> set[Stamp]:
    """Returns the suspects of earlier processes, and adds those of processes that have died."""
    suspects = _read_suspects(folder)
    dead = set[Stamp]()
    for path in folder.glob("*.slots"):
        lock = FileLock(path.with_suffix(".lock"), blocking=False, thread_local=False)
        try:
            lock.acquire()
        except (Timeout, OSError):
            continue  # the process lives
        dead |= _read_slots(path)
        _write_suspects(folder, suspects | dead)
        with contextlib.suppress(OSError):
            path.unlink()
            lock.release()
            Path(lock.lock_file).unlink()
    if dead:
        _log.info("These files were being decoded when a process ended: %s", sorted(dead))
    return suspects | dead


def _read_slots(path: Path) -> set[Stamp]:
    stamps = set[Stamp]()
    with contextlib.suppress(OSError):
        content = path.read_bytes()
        for start in range(0, len(content) - _SLOT_BYTES + 1, _SLOT_BYTES):
            length, size, changed = _HEADER.unpack_from(content, start)
            if 0 < length <= _SLOT_BYTES - _HEADER.size:
                name = content[start + _HEADER.size : start + _HEADER.size + length]
                stamps.add((os.fsdecode(name), size, changed))
    return stamps


def _read_suspects(folder: Path) -> set[Stamp]:
    content = read_json(folder / SUSPECTS)
    suspects = set[Stamp]()
    for entry in content if isinstance(content, list) else []:
        match entry:
            case [str(path), int(size), int(changed)]:
                suspects.add((path, size, changed))
    return suspects


def _write_suspects(folder: Path, suspects: set[Stamp]) -> None:
    with contextlib.suppress(OSError):
        write_json(folder / SUSPECTS, sorted(suspects)[:_MOST_SUSPECTS])


def _survives(decode: DecodeFile, path: Path, box: int | None) -> bool:
    """Whether a process of its own decodes the file, or says why it cannot."""
    process = multiprocessing.get_context("spawn").Process(
        target=_decode_alone, args=(decode, path, box), daemon=True
    )
    try:
        process.start()
    except OSError as error:  # for want of memory or processes; the file stays suspected
        _log.warning("No process could be started to decode %s: %s", path, error)
        return False
    process.join(_PATIENCE)
    if process.is_alive():
        process.kill()
        process.join()
    return process.exitcode == 0


def _decode_alone(decode: DecodeFile, path: Path, box: int | None) -> None:
    with contextlib.suppress(OSError):  # so that the system ends this process before others
        Path("/proc/self/oom_score_adj").write_text("1000", "ascii")
    with contextlib.suppress(Exception):  # that the file is damaged is no reason to end
        decode(path, box)
