"""Opens, makes, replaces and removes the files of a project or run folder, and nothing outside it.

A project may come from somebody else. So a name must be relative and without `..`, nothing on the
way to a file may be a link, and a file must be a regular one. New files are created exclusively,
with the permissions of their folder, and replaced files are complete on disk before they have
their name.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import IO, Any, BinaryIO

from ahsml_app.base.errors import AppError, ProjectError
from ahsml_app.base.message import Message
from ahsml_app.base.paths import sync_folder

_WINDOWS = os.name == "nt"
# Without O_NONBLOCK, opening a pipe waits for a writer.
_FLAGS = (
    getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NOINHERIT", 0)
)
_NO_FILE = {errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG}
"""Errors of a name that no file has, or that the system allows none to have."""

_LINK_TAGS = {
    getattr(stat, "IO_REPARSE_TAG_SYMLINK", None),
    getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", None),
}


def is_inner_path(path: str, *, windows: bool = _WINDOWS) -> bool:
    """Whether a relative path with forward slashes stays inside the folder it is relative to.

    Args:
        path: The path of a sample or of a file.
        windows: Whether backslashes, drives and streams count, as they do on Windows.
    """
    parts = path.split("/")
    if windows:
        other = PureWindowsPath(path)
        if other.drive or other.root or ".." in other.parts or ":" in path:
            return False
    return bool(parts[0]) and ".." not in parts and "\0" not in path


class SafeFolder:
    """A folder whose files are reached by relative names, and never through a link.

    The folder itself may be reached through links: the user has named it.

    Args:
        root: The folder.
        error: Class of the error for a name or file that is not safe.

    Every method raises that error for a name that leaves the folder, for a link on the way, and for
    something that is not a regular file where one is expected; and `OSError` for everything else.
    """

    def __init__(self, root: Path, error: type[AppError] = ProjectError) -> None:
        self.root = root
        self._error = error

    def path(self, name: str) -> Path:
        """The path of a file or folder, which need not exist; no part of it is a link."""
        if not is_inner_path(name):
            raise self._error(
                Message(
                    "The name {name!r} leads out of the folder {root}.", name=name, root=self.root
                ),
                hint="Do not use this folder: another program has changed it.",
            )
        path = self.root
        for part in PurePosixPath(name).parts:
            path = path / part
            status = _status(path)
            if status is None:
                continue
            if _is_link(status):
                raise self._error(
                    Message("{path} is a link to another place.", path=path),
                    hint="This program makes no links there. If you trust whoever made the folder, "
                    "delete the link and try again.",
                )
        return path

    def is_file(self, name: str) -> bool:
        """Whether there is a regular file of this name."""
        status = _status(self.path(name))
        return status is not None and stat.S_ISREG(status.st_mode)

    def is_folder(self, name: str) -> bool:
        """Whether there is a folder of this name."""
        status = _status(self.path(name))
        return status is not None and stat.S_ISDIR(status.st_mode)

    def names(self, folder: str = "") -> list[str]:
        """Names of the entries of a folder, sorted; empty if there is no such folder."""
        path = self.path(folder) if folder else self.root
        try:
            return sorted(entry.name for entry in path.iterdir())
        except (FileNotFoundError, NotADirectoryError):
            return []

    def open(self, name: str) -> BinaryIO:
        """Opens an existing regular file for reading."""
        path = self.path(name)
        return os.fdopen(self._opened(path), "rb")

    def read(self, name: str) -> bytes:
        """The content of a file."""
        with self.open(name) as stream:
            return stream.read()

    def check_file(self, name: str) -> Path:
        """The path of a file that another library opens: absent or a regular file, and no link."""
        path = self.path(name)
        status = _status(path)
        if status is not None and not stat.S_ISREG(status.st_mode):
            raise self._irregular(path)
        return path

    def create(self, name: str) -> BinaryIO:
        """Creates a file for writing.

        Raises:
            FileExistsError: If something has this name.
        """
        path = self.path(name)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _FLAGS
        return os.fdopen(os.open(path, flags, self._permissions()), "wb")

    @contextlib.contextmanager
    def replace(self, name: str, mode: str = "wb", **options: Any) -> Iterator[IO[Any]]:
        """Opens a temporary file that gets this name when the block succeeds.

        After a power cut either the old or the new file is there, and complete.

        Args:
            name: The file; its folder exists.
            mode: Mode as for `open`.
            **options: Options as for `open` (encoding, newline).
        """
        path = self.check_file(name)
        handle, unfinished = tempfile.mkstemp(
            prefix=f".{path.name}.", suffix=".tmp", dir=path.parent
        )
        temporary = Path(unfinished)
        try:
            with os.fdopen(handle, mode, **options) as stream:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            temporary.chmod(self._permissions())
            temporary.replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)

    def write(self, name: str, content: bytes) -> None:
        """Replaces or creates a file; it is on disk when the call returns."""
        with self.replace(name) as stream:
            stream.write(content)

    def copy(self, name: str, new_name: str) -> None:
        """Copies a file; the copy is on disk when the call returns."""
        with self.open(name) as source, self.replace(new_name) as target:
            shutil.copyfileobj(source, target)

    def make_folder(self, name: str) -> Path:
        """Makes a folder and those above it, unless they exist."""
        path = self.root
        for part in PurePosixPath(self.path(name).relative_to(self.root)).parts:
            path = path / part
            with contextlib.suppress(FileExistsError):
                path.mkdir(self._permissions(folder=True))
            status = _status(path)
            if status is None or not stat.S_ISDIR(status.st_mode):
                raise self._irregular(path)
        return path

    def rename(self, name: str, new_name: str) -> None:
        """Renames a file, which replaces another one, or a folder; on disk when it returns."""
        source, target = self.path(name), self.path(new_name)
        source.replace(target)
        sync_folder(target.parent)

    def remove(self, name: str) -> None:
        """Removes a file, or a folder with all that is in it; does nothing if there is none.

        A link is removed itself, at the end of the name and within the folder; what it names stays.
        """
        parent, _, last = name.rpartition("/")
        if not is_inner_path(last):
            self.path(name)  # raises
        path = (self.path(parent) if parent else self.root) / last
        status = _status(path)
        if status is None:
            return
        if stat.S_ISDIR(status.st_mode) and not _is_link(status):
            shutil.rmtree(path)
        else:
            path.unlink()

    def remove_links(self, folder: str) -> None:
        """Removes every link inside a folder, for code that opens the files there by itself."""
        for parent, folders, files in os.walk(self.path(folder)):
            for entry in (Path(parent) / other for other in (*folders, *files)):
                status = _status(entry)
                if status is not None and _is_link(status):
                    entry.unlink()

    def _opened(self, path: Path) -> int:
        before = _status(path)
        if before is not None and not stat.S_ISREG(before.st_mode):
            raise self._irregular(path)  # opening a device may have effects
        descriptor = os.open(path, os.O_RDONLY | _FLAGS)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise self._irregular(path)
        return descriptor

    def _irregular(self, path: Path) -> AppError:
        return self._error(
            Message("{path} is not of the kind that this program made there.", path=path),
            hint="Rename or delete it, then try again.",
        )

    def _permissions(self, *, folder: bool = False) -> int:
        """Permissions of a new entry: those of the folder, so that one stays private or shared."""
        bits = stat.S_IMODE(self.root.stat().st_mode) & 0o777
        return (bits | 0o700) if folder else ((bits & 0o666) | 0o600)


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.lstat()
    except OSError as error:
        if error.errno in _NO_FILE:
            return None
        raise


def _is_link(status: os.stat_result) -> bool:
    """Whether it is a symbolic link or a junction of Windows."""
    tag = getattr(status, "st_reparse_tag", 0)
    return stat.S_ISLNK(status.st_mode) or (tag != 0 and tag in _LINK_TAGS)
