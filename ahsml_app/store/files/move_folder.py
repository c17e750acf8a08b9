"""Moves the folder of a project: under its new name at once, or as a copy that was compared."""

from __future__ import annotations

import contextlib
import errno
import filecmp
import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

from ahsml_app.base.paths import sync_tree
from ahsml_app.store.files.safe_folder import SafeFolder


def renamed(folder: Path, target: Path) -> bool:
    """Moves a folder within its disk; False, and nothing done, if the target is on another one.

    Raises:
        OSError: If it cannot be moved; then nothing has changed.
    """
    try:
        folder.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        return False
    return True


def copied(folder: Path, target: Path, without: str) -> Generator[tuple[int, int], None, None]:
    """Copies a folder and compares each file; the target is there once all are on disk.

    What was copied is removed if it fails or is not iterated to its end.

    Args:
        folder: The folder.
        target: Its new path, which does not exist.
        without: Name of a file that is left out, the lock.

    Yields:
        Numbers of files that are done and of all.

    Raises:
        AppError: If there is a link in the folder.
        OSError: If a file cannot be read or written, or the copy is another one.
    """
    source = SafeFolder(folder)
    entries = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))
    entries = [name for name in entries if name != without]
    staged = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        for number, name in enumerate(entries):
            yield number, len(entries)
            if source.is_folder(name):
                (staged / name).mkdir()
                continue
            path = source.check_file(name)
            shutil.copy2(path, staged / name)
            if not filecmp.cmp(path, staged / name, shallow=False):
                raise OSError(errno.EIO, os.strerror(errno.EIO), str(path))
        shutil.copystat(folder, staged)
        sync_tree(staged)
        staged.rename(target)
    except BaseException:
        shutil.rmtree(staged, ignore_errors=True)
        raise


def removed(folder: Path, first: str) -> bool:
    """Removes a folder; whether nothing of it is left.

    Args:
        folder: The folder.
        first: Name of the file that goes first: without it, the rest is not taken for a whole.
    """
    with contextlib.suppress(OSError):
        (folder / first).unlink()
    shutil.rmtree(folder, ignore_errors=True)
    return not folder.exists()
