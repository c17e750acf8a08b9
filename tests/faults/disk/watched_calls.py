"""Compiles and loads the library that watches calls (`watched_disk.c`), and sets what it does."""

from __future__ import annotations

import ctypes
import enum
import errno
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

SOURCE = Path(__file__).with_name("watched_disk.c")
LIBRARY = "AHSML_FAULTS_LIBRARY"
"""Environment variable with the path of the loaded library."""

ALWAYS = 2**62


class Mode(enum.IntEnum):
    """What happens at a watched call."""

    OFF = 0
    COUNT = 1
    REPORT = 2
    REFUSE = 3
    END = 4
    HANG = 5


class Calls(enum.IntFlag):
    """Kinds of calls: that need room, that change something otherwise, and that read."""

    GROW = 1
    CHANGE = 2
    READ = 4


def missing() -> str:
    """Why calls cannot be watched here; empty if they can."""
    if not sys.platform.startswith("linux"):
        return "calls are watched on Linux only"
    if _compiler() is None:
        return "there is no C compiler"
    return ""


def environment(folder: Path) -> dict[str, str]:
    """Compiles the library into a folder; returns the variables that load it."""
    library = folder / "watched_disk.so"
    compiler = _compiler()
    assert compiler
    flags = ["-shared", "-fPIC", "-O1", "-Wall", "-o", str(library)]
    subprocess.run([compiler, *flags, str(SOURCE), "-ldl", "-lpthread"], check=True)
    return {"LD_PRELOAD": str(library), LIBRARY: str(library)}


def is_loaded() -> bool:
    """Whether this process was started with the library."""
    return LIBRARY in os.environ


def watch(
    folder: Path,
    mode: Mode,
    calls: Calls = Calls.GROW | Calls.CHANGE,
    *,
    span: tuple[int, int] = (0, ALWAYS),
    error: int = errno.ENOSPC,
    channel: int = -1,
) -> None:
    """Watches calls of this process below a folder.

    Args:
        folder: The folder, without links in its path.
        mode: What happens at a call.
        calls: The kinds of calls; others are let through uncounted.
        span: Number of the first call that it happens to, and of the first one after.
        error: Error number of refused calls.
        channel: Socket to the process that reports go to.
    """
    library = _library()
    library.watch_folder(
        os.fsencode(folder), int(mode), int(calls), *map(ctypes.c_long, span), error, channel
    )


def count() -> int:
    """Number of the watched calls since `watch`."""
    function = _library().watched_calls
    function.restype = ctypes.c_long
    return int(function())


def set_clock_back(seconds: int) -> None:
    """Sets the clock of this process back."""
    _library().set_clock_back(ctypes.c_long(seconds))


def _library() -> ctypes.CDLL:
    return ctypes.CDLL(os.environ[LIBRARY])


def _compiler() -> str | None:
    configured = str(sysconfig.get_config_var("CC") or "").split()[:1]
    names = [*configured, "cc", "gcc", "clang"]
    return next((path for name in names if (path := shutil.which(name))), None)
