"""Tells a full disk from other failures, and says which disk is full and how much is needed."""

from __future__ import annotations

import errno
import shutil
import sqlite3
from pathlib import Path

from ahsml_app.base.message import Message

_CODES = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}


def is_disk_full(error: BaseException) -> bool:
    """Whether a write failed because there is no room, on the disk or in the user's quota."""
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_FULL
    return isinstance(error, OSError) and error.errno in _CODES


def free_bytes(path: Path) -> int | None:
    """Free bytes of the disk that holds, or would hold, a path; None if unknown."""
    for ancestor in (path, *path.absolute().parents):
        try:
            return shutil.disk_usage(ancestor).free
        except FileNotFoundError:
            continue
        except OSError:
            return None
    return None


def disk_full_message(path: Path, needed: int | None = None) -> Message:
    """Says that the disk of a path is full, how much of it is free, and how much is needed.

    Args:
        path: The file or folder that could not be written.
        needed: Bytes that the write needs; None if unknown.
    """
    free = free_bytes(path)
    if free is None:
        return Message("The disk of {path} is full.", path=path)
    free_text = readable_bytes(free)
    if needed is None:
        return Message("The disk of {path} is full: {free} are free.", path=path, free=free_text)
    return Message(
        "The disk of {path} is full: {free} are free, and {needed} are needed.",
        path=path,
        free=free_text,
        needed=readable_bytes(needed),
    )


def readable_bytes(count: int) -> Message:
    """A size with the unit that suits it, such as 3.4 MB."""
    if count < 1000:
        return Message("{size:,.0f} bytes", size=count)
    size = count / 1000
    for unit in ("kB", "MB", "GB"):
        if size < 1000:
            return Message("{size:,.1f} {unit}", size=size, unit=unit)
        size /= 1000
    return Message("{size:,.1f} {unit}", size=size, unit="TB")
