"""Watches what reading one input does: its result, files, log, processor time and memory."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ahsml_app.base.errors import AppError

if sys.platform != "win32":
    import resource

CHECKOUT = Path(__file__).resolve().parents[3]
CANARY = "canary"
"""Folder beside that of the inputs; whatever reads an input must not notice it."""

_CHANGES = {
    *("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate"),
    *("os.chmod", "os.chown", "shutil.rmtree", "shutil.move"),
}
_TIME_ZONES = "/usr/share/zoneinfo/"
"""What the system says of time zones, which the type of a Parquet column may name."""

_FORBIDDEN = {"subprocess.Popen", "os.system", "os.exec", "os.fork", "socket.connect"}
_MEGABYTE = 1 << 20


class TookTooLong(BaseException):
    """Reading an input takes more processor time than it may."""


@dataclass(frozen=True)
class Finding:
    """An input that breaks the property.

    Attributes:
        kind: What breaks it, equal for inputs that do so in the same way.
        text: The traceback or another description.
    """

    kind: str
    text: str


class Watch:
    """Reads inputs one after the other and reports what breaks the property.

    Args:
        folder: Folder that the readers may use; the canary lies beside it.
        expected: Exceptions that a reader may raise beside `AppError`.
        seconds: Processor time that one input may take.
        megabytes: Memory that one input may add to the process.
    """

    def __init__(
        self,
        folder: Path,
        expected: tuple[type[BaseException], ...] = (),
        seconds: float = 2.0,
        megabytes: int = 256,
    ) -> None:
        self._inside = os.path.realpath(folder)
        self._expected = (AppError, *expected)
        self._seconds, self._megabytes = seconds, megabytes
        self._records: list[str] = []
        self._touched: list[str] = []
        self._readable = tuple(
            os.path.realpath(place) + os.sep for place in (sys.prefix, sys.base_prefix, CHECKOUT)
        )
        canary = folder.parent / CANARY
        canary.mkdir(exist_ok=True)
        (canary / "kept.txt").write_text("kept")
        self._outside = folder.parent
        self._before = _listing(self._outside, folder)
        self._folder = folder

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """Collects the log and what is opened while the block runs."""
        handler = _Collector(self._records)
        root = logging.getLogger()
        _reset_peak_memory()
        root.addHandler(handler)
        logging.captureWarnings(True)
        hook = _audit_hook()
        with warnings.catch_warnings(), _time_limit():
            warnings.resetwarnings()  # that of Pillow too, which the decoder must set itself
            warnings.simplefilter("always")
            hook.watch = self
            try:
                yield
            finally:
                hook.watch = None
                logging.captureWarnings(False)
                root.removeHandler(handler)

    def read(self, reader: Callable[[bytes], Any], data: bytes) -> tuple[bool, Finding | None]:
        """Reads one input; returns whether it was refused, and what is wrong."""
        memory, start = _peak_memory(), time.process_time()
        self._records.clear()
        self._touched.clear()
        refused, finding = False, None
        try:
            with _limited(self._seconds):
                reader(data)
        except TookTooLong:
            finding = Finding("takes too long", traceback.format_exc())
        except self._expected as error:
            refused = True
            finding = _unreadable_text(error)
        except (Exception, SystemExit, GeneratorExit) as error:
            finding = Finding(_kind(error), traceback.format_exc())
        seconds = time.process_time() - start
        grown = _peak_memory() - memory
        if finding is None and seconds > self._seconds:
            finding = Finding("takes too long", f"{seconds:.1f} s of processor time")
        if finding is None and grown > self._megabytes:
            finding = Finding("takes too much memory", f"{grown:,} MB")
        if finding is None and self._touched:
            finding = Finding("reaches another file", "; ".join(self._touched[:5]))
        if finding is None and self._records:
            kind = re.sub(r"/\S*|\d+|'[^']*'", "#", self._records[0])[:120]
            finding = Finding(f"log: {kind}", "; ".join(self._records[:5]))
        return refused, finding

    def outside_is_unchanged(self) -> bool:
        """Whether everything beside the folder is as it was at the start."""
        return _listing(self._outside, self._folder) == self._before

    def note(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Receives an audit event of the interpreter."""
        if event in _FORBIDDEN:
            self._touched.append(f"{event} {arguments[:2]!r}")
        elif event == "open" or event in _CHANGES:
            reads = event == "open" and _only_reads(arguments[1], arguments[2])
            if not all(self._is_allowed(path, reads=reads) for path in _paths(event, arguments)):
                self._touched.append(f"{event} {arguments!r}")

    def _is_allowed(self, path: Any, *, reads: bool) -> bool:
        if isinstance(path, int):
            return True  # a file that is open already
        # Most files; no reader makes a link there, along which another one could be reached.
        if isinstance(path, str) and path.startswith(self._inside + os.sep) and ".." not in path:
            return True
        try:
            real = os.path.realpath(os.fsdecode(path))
        except (TypeError, ValueError):
            return True  # no name of a file, so it cannot be reached
        if real == self._inside or real.startswith(self._inside + os.sep):
            return True
        # Modules that are imported late, and what the system says of its memory and of time zones.
        return reads and real.startswith((*self._readable, "/proc/", "/sys/", _TIME_ZONES))


class _Collector(logging.Handler):
    def __init__(self, records: list[str]) -> None:
        super().__init__(logging.WARNING)
        self._records = records

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        cause = f" after {_kind(error)}" if error is not None else ""
        self._records.append(f"{record.name}: {record.getMessage()}{cause}")


class _AuditHook:
    """A hook cannot be removed, so there is one for all watches."""

    def __init__(self) -> None:
        self.watch: Watch | None = None

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        watch = self.watch
        if watch is not None and (event == "open" or event in _CHANGES or event in _FORBIDDEN):
            watch.note(event, arguments)


_HOOKS: list[_AuditHook] = []


def _audit_hook() -> _AuditHook:
    if not _HOOKS:
        _HOOKS.append(_AuditHook())
        sys.addaudithook(_HOOKS[0])
    return _HOOKS[0]


@contextlib.contextmanager
def _time_limit() -> Iterator[None]:
    if not hasattr(signal, "SIGPROF"):
        yield
        return

    def stop(*_: object) -> None:
        raise TookTooLong

    before = signal.signal(signal.SIGPROF, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGPROF, before)


@contextlib.contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Stops the block after some processor time, which a busy machine does not change."""
    if not hasattr(signal, "setitimer"):
        yield
        return
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _unreadable_text(error: BaseException) -> Finding | None:
    """The finding of an error whose own text cannot be made."""
    try:
        str(error)
        if isinstance(error, AppError):
            str(error.hint)
    except Exception as other:
        return Finding(f"text of the error: {_kind(other)}", traceback.format_exc())
    return None


def _paths(event: str, arguments: tuple[Any, ...]) -> list[Any]:
    """The files of an event; a removal may name one by the number of its folder."""
    if event in ("os.rename", "os.link", "shutil.move"):
        return list(arguments[:2])
    folder = arguments[-1]
    if event in ("os.remove", "os.rmdir", "os.mkdir") and isinstance(folder, int) and folder > 0:
        return [Path(f"/proc/self/fd/{folder}").readlink() / os.fsdecode(arguments[0])]
    return [arguments[0]]


def _only_reads(mode: str | None, flags: int) -> bool:
    if mode is None:
        return not flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC)
    return not set(mode) & set("wax+")


def _kind(error: BaseException) -> str:
    """Type of the error and the innermost line of the program that it passed."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if f"{os.sep}ahsml_app{os.sep}" in frame.filename]
    where = ours[-1] if ours else frames[-1]
    return f"{type(error).__name__} in {Path(where.filename).name}:{where.name}"


def _reset_peak_memory() -> None:
    """Lets the peak begin anew, on Linux."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def _peak_memory() -> int:
    """The most memory that the process had since the peak was reset, in MB; 0 where unknown."""
    if sys.platform == "win32":
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(peak // (_MEGABYTE if sys.platform == "darwin" else 1024))


def _listing(folder: Path, without: Path) -> list[tuple[str, bytes]]:
    """Names and contents below a folder, without those of one folder in it."""
    entries = []
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if Path(parent, name) != without]
        entries += [(str(Path(parent, name)), b"") for name in folders]
        entries += [(str(Path(parent, name)), Path(parent, name).read_bytes()) for name in files]
    return sorted(entries)
