"""The lock of the folder of a run or project. It ends with its process, and its file names it."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from pathlib import Path

from filelock import FileLock, Timeout

from ahsml_app.base.errors import AppError, ProjectError
from ahsml_app.store.files.safe_folder import SafeFolder

_NO_LOCKS = {errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP}
# Windows keeps others from reading the locked byte, which is the first one.
_OWNER_AT = 1


def take_lock(path: Path, unsafe: type[AppError] = ProjectError) -> FileLock | None:
    """Takes the lock and writes the ID of this process into its file.

    Args:
        path: The lock file; created when needed.
        unsafe: Class of the error if it is a link, which would empty the file that it names.

    Returns:
        The lock, which guards nothing on a file system without locks; None if this or another
        process already holds it.

    Raises:
        AppError: If the file is a link.
        OSError: If it cannot be created or written; then nothing is locked.
    """
    _check(path, unsafe)
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
    # A full disk has no room for the owner, but the lock holds.
    with contextlib.suppress(OSError), path.open("r+b", buffering=0) as stream:
        stream.seek(_OWNER_AT)
        stream.write(str(os.getpid()).encode("ascii"))
        stream.truncate()
    return lock


def _check(path: Path, unsafe: type[AppError]) -> None:
    """Refuses a link, and removes a lock file that is another file too."""
    if path.parent.is_dir():
        SafeFolder(path.parent, unsafe).path(path.name)
    with contextlib.suppress(OSError):
        if path.is_file() and path.stat().st_nlink > 1:
            path.unlink()


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
    try:
        if remove and sys.platform != "win32":
            with contextlib.suppress(OSError):  # whose folder or disk is gone or read-only now
                path.unlink(missing_ok=True)  # while held, so that no process takes the old file
    finally:
        lock.release()
    if remove and sys.platform == "win32":
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
