"""The lock of the folder of a run or project. It ends with its process, and its file names it."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from pathlib import Path

from filelock import FileLock, Timeout

_NO_LOCKS = {errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP}
# Windows keeps others from reading the locked byte, which is the first one.
_OWNER_AT = 1


def take_lock(path: Path) -> FileLock | None:
    """Takes the lock and writes the ID of this process into its file.

    Args:
        path: The lock file; created when needed.

    Returns:
        The lock, which guards nothing on a file system without locks; None if this or another
        process already holds it.

    Raises:
        OSError: If the file cannot be created or written.
    """
    # Without `preserve_lock_file`, Windows removes the file of an interrupted run on release.
    lock = FileLock(path, blocking=False, thread_local=False, preserve_lock_file=True)
    try:
        lock.acquire()
    except Timeout:
        return None
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise
        return lock  # better unguarded than unusable
    with path.open("r+b", buffering=0) as stream:
        stream.seek(_OWNER_AT)
        stream.write(str(os.getpid()).encode("ascii"))
        stream.truncate()
    return lock


def lock_owner(path: Path) -> str:
    """The owner of the lock as the end of a message; empty if unknown."""
    with contextlib.suppress(OSError, ValueError), path.open("rb", buffering=0) as stream:
        stream.seek(_OWNER_AT)
        return f" (process {int(stream.read())})"
    return ""


def release_lock(lock: FileLock, *, remove: bool) -> None:
    """Releases the lock.

    Args:
        lock: The lock.
        remove: Whether to delete the lock file too.
    """
    path = Path(lock.lock_file)
    if remove and sys.platform != "win32":
        path.unlink(missing_ok=True)  # while held, so that no process takes the old file
    lock.release()
    if remove and sys.platform == "win32":
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
