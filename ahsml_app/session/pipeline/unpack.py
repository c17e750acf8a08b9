"""Unpacks archives of images beside the results, because everything else reads folders.

An archive may come from anybody. What it says of itself, names and sizes, is not believed: nothing
is written outside of the new folder, links are left out, and what grows too much is refused. The
folder appears under its name when it is whole.
"""

from __future__ import annotations

import errno
import glob
import os
import shutil
import time
from collections.abc import Generator, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

from filelock import FileLock, Timeout

from ahsml_app.base.disk_space import disk_full_message, free_bytes, is_disk_full
from ahsml_app.base.errors import InputError, OutputError
from ahsml_app.base.events import CancelToken, Event, Notice, Progress, Stage
from ahsml_app.base.message import Message, some
from ahsml_app.base.options.run_options import Source
from ahsml_app.base.paths import read_json, sync_folder, sync_tree, write_json
from ahsml_app.base.table_files import write_table
from ahsml_app.core.archives.dataset_files import PARQUET, check_dataset
from ahsml_app.core.archives.lmdb_members import DATA_FILE
from ahsml_app.core.archives.member import Member
from ahsml_app.core.archives.members import SUFFIXES, archives_of, as_dataset, members_of
from ahsml_app.core.archives.sidecars import Sidecars
from ahsml_app.core.data.decode import is_image_name
from ahsml_app.core.data.walk import is_never_class
from ahsml_app.store.files.free_names import FreeNames, numbered, portable

__all__ = ["SUFFIXES", "archives_of", "as_dataset"]  # the others are defined here

MARK = ".unpacked.json"
"""Hidden file that says which archives a folder was unpacked from."""

_LOCK = ".lock"
_BLOCK = 4096
"""Bytes that even an empty file takes on a disk."""

_MOST_GROWTH = 200
_ALWAYS_ALLOWED = 1 << 30
"""Bytes that an archive of any size may unpack to."""

_KEPT_FREE = 256 << 20
_MOST_PARTS, _LONGEST_PATH = 100, 1000
"""Folders and bytes of a path, which every system can hold."""

_NAMES_KEPT, _LONGEST_SHOWN = 10, 100
_NO_PLACE = (errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG)
_PROGRESS_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What became of archives.

    Attributes:
        source: The new image folder, with the table of labels that lay beside the images.
        notices: What a person should know.
    """

    source: Source
    notices: tuple[Message, ...]


def unpacked_source(
    source: Source, out: Path, cancel: CancelToken
) -> Generator[Event, None, Source]:
    """Returns the source itself or, if it is an archive, the folder that it was unpacked to.

    Args:
        source: Image folder or archive.
        out: What is written later; the new folder is made beside it.
        cancel: Requests a stop.

    Yields:
        Progress, and notices of what was unpacked.

    Raises:
        InputError: If an archive cannot be read.
        OutputError: If it cannot be unpacked there.
        Cancelled: If a stop was requested; nothing is left then.
    """
    source = as_dataset(source)
    if not archives_of(source.folder):
        check_dataset(source.folder)
        return source
    unpacked = yield from unpack(source, unpacked_place(source.folder, out), cancel)
    for notice in unpacked.notices:
        yield Notice(notice)
    return unpacked.source


def unpacked_place(archive: Path, out: Path) -> Path:
    """The folder beside `out` for what is in an archive; it exists if that was unpacked before."""
    states = [list(state) for state in _states(archives_of(archive))]
    names, beside = FreeNames(), out.absolute().parent
    names.take(out.name)
    while True:
        place = beside / names.take(f"{_stem(archive)}-unpacked")
        if not place.exists() or _mark_of(place).get("archives") == states:
            return place


def unpack(source: Source, place: Path, cancel: CancelToken) -> Generator[Event, None, Unpacked]:
    """Unpacks the archives that a source names to a folder; does nothing if it is there.

    See `unpacked_source`.
    """
    archives, beside = archives_of(source.folder), place.parent
    text = Message("{archive} was unpacked into {folder}.", archive=source.folder, folder=place)
    if place.exists():
        text = Message(
            "{archive} was unpacked before, into {folder}.", archive=source.folder, folder=place
        )
        return Unpacked(_source_in(source, place), (text,))
    _remove_remains(place)
    work = _Work(beside / f".{place.name}.{time.time_ns():x}.partial", _budget(archives, beside))
    lock = FileLock(work.folder / _LOCK)
    try:
        work.folder.mkdir(parents=True)
        lock.acquire()
        folders = FreeNames()
        for archive in archives:
            inner = "" if len(archives) == 1 else f"{folders.take(_stem(archive))}/"
            for count, member in enumerate(members_of(archive)):
                cancel.check()
                work.take(archive, member, inner)
                if work.is_time():
                    yield Progress(Stage.UNPACK, count)
        cancel.check()
        work.finish(archives)
        lock.release()
        (work.folder / _LOCK).unlink(missing_ok=True)
        sync_tree(work.folder)
        work.folder.rename(place)
        sync_folder(beside)
    except OSError as error:
        raise _not_written(place, error) from error
    finally:
        lock.release()
        shutil.rmtree(work.folder, ignore_errors=True)  # gone under this name where all went well
    return Unpacked(_source_in(source, place), (text, *work.notices()))


@dataclass(slots=True)
class _Work:
    """The folder in which an archive is unpacked, and what was met so far."""

    folder: Path
    budget: int
    names: FreeNames = field(default_factory=FreeNames)
    sidecars: Sidecars = field(default_factory=Sidecars)
    folders: dict[str, str] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    renamed: list[str] = field(default_factory=list)
    reported: float = 0.0

    def take(self, archive: Path, member: Member, inner: str) -> None:
        """Unpacks a member below a folder of the new one."""
        parts = [part for part in member.name.split("/") if part not in ("", ".")]
        self.budget -= max(member.size, _BLOCK) + len(member.name)
        if self.budget < 0:
            raise _too_much(archive, self.folder.parent)
        if member.chunks is None or ".." in parts or self._is_long(inner, parts):
            _keep(self.left_out, member.name)
            return
        if not parts or any(map(is_never_class, parts)):
            return
        path = self._place(inner, parts)
        name = f"{inner}{'/'.join(parts)}"
        if self.sidecars.takes(name, member.size):
            content = b"".join(_limited(archive, member))
            self.sidecars.add_file(name, path, content)
            return
        if self._write(path, _limited(archive, member)) and is_image_name(path):
            self.sidecars.add_image(name, path, member.cells)

    def finish(self, archives: Iterable[Path]) -> None:
        """Writes the table of labels, or the files that would be in it, and the mark."""
        table = self.sidecars.table()
        for path, content in self.sidecars.others(used=table is not None):
            self._write(path, (content,))
        labels = None
        if table is not None:
            labels = self.names.take("labels.csv")
            while (self.folder / labels).exists():  # a folder
                labels = self.names.take("labels.csv")
            write_table(self.folder / labels, *table)
        write_json(self.folder / MARK, {"archives": _states(archives), "labels": labels})

    def notices(self) -> list[Message]:
        """What a person should know about the members."""
        found = []
        if self.left_out:
            found.append(
                Message.plural(
                    "{count} member of the archive was left out, which is a link, a device or a "
                    "row without an image, or has a name that leads elsewhere, is too long or that "
                    "of a folder: {names}.",
                    "{count} members of the archive were left out, which are links, devices or "
                    "rows without an image, or have names that lead elsewhere, are too long or "
                    "those of folders: {names}.",
                    count=len(self.left_out),
                    names=some(self.left_out),
                )
            )
        if self.renamed:
            found.append(
                Message.plural(
                    "{count} member of the archive has another name now, because its own was "
                    "taken or not every system could hold it: {names}.",
                    "{count} members of the archive have other names now, because their own were "
                    "taken or not every system could hold them: {names}.",
                    count=len(self.renamed),
                    names=some(self.renamed),
                )
            )
        if self.sidecars.unclear:
            found.append(
                Message.plural(
                    "{count} image has no label from the archive, which has two images or two "
                    "labels of its name: {names}.",
                    "{count} images have no label from the archive, which has two images or two "
                    "labels of their names: {names}.",
                    count=len(self.sidecars.unclear),
                    names=some(self.sidecars.unclear),
                )
            )
        return found

    def is_time(self) -> bool:
        """Whether progress is to be reported."""
        now = time.monotonic()
        due = now - self.reported >= _PROGRESS_SECONDS
        self.reported = now if due else self.reported
        return due

    def _is_long(self, inner: str, parts: list[str]) -> bool:
        """Whether not every system could hold the path of a member."""
        path = self.folder / inner / "/".join(parts[: _MOST_PARTS + 1])
        return len(parts) > _MOST_PARTS or len(os.fsencode(path)) > _LONGEST_PATH

    def _place(self, inner: str, parts: list[str]) -> str:
        """The path for a member, which no other one has."""
        above = inner.rstrip("/")
        for part in parts[:-1]:
            key = f"{above}/{part}"
            if key not in self.folders:
                self.folders[key] = self._folder(f"{above}/{portable(part)}".lstrip("/"), key)
            above = self.folders[key]
        name = portable(parts[-1])
        if is_image_name(parts[-1]) and not is_image_name(name):  # it was too long
            name += PurePosixPath(parts[-1]).suffix
        path = self.names.take(f"{above}/{name}".lstrip("/"))
        if path != f"{inner}{'/'.join(parts)}":
            _keep(self.renamed, "/".join(parts))
        return path

    def _folder(self, planned: str, key: str) -> str:
        """The path for a folder: two that differ in what a name cannot hold stay two."""
        path, number = planned, 1
        while self.owners.setdefault(path, key) != key:
            number += 1
            path = numbered(planned, number)
        return path

    def _write(self, path: str, chunks: Iterable[bytes]) -> bool:
        """Writes a file, unless the archive has a folder of this name, or a file above it."""
        file = self.folder / path
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            stream = file.open("xb")
        except OSError as error:
            if error.errno not in _NO_PLACE:
                raise
            _keep(self.left_out, path)
            return False
        with stream:
            for chunk in chunks:
                stream.write(chunk)
        return True


def _keep(names: list[str], name: str) -> None:
    """Adds a name to those of which the first are shown, and the others only counted."""
    names.append(name[:_LONGEST_SHOWN] if len(names) < _NAMES_KEPT else "")


def _stem(archive: Path) -> str:
    """The name of an archive without its suffix, as a folder may have it."""
    name = archive.name
    if not archive.is_dir():
        ends = (*SUFFIXES, *PARQUET)
        suffix = next((end for end in ends if name.lower().endswith(end)), "")
        name = name[: len(name) - len(suffix)] or name
    return portable(name)


def _remove_remains(place: Path) -> None:
    """Removes what processes that were killed have left of a folder."""
    for remains in place.parent.glob(f".{glob.escape(place.name)}.*.partial"):
        lock = FileLock(remains / _LOCK)
        try:
            lock.acquire(timeout=0)
        except (Timeout, OSError):
            continue  # another process unpacks there
        lock.release()
        shutil.rmtree(remains, ignore_errors=True)


def _limited(archive: Path, member: Member) -> Iterable[bytes]:
    """The content of a member, as long as it is no longer than the archive says."""
    read = 0
    for chunk in member.chunks() if member.chunks is not None else ():
        read += len(chunk)
        if read > member.size:
            break
        yield chunk
    if read != member.size:
        raise InputError(
            Message(
                "The archive {archive} cannot be read: {reason}.",
                archive=archive,
                reason=Message("{name} is not as long as it says", name=member.name),
            ),
            hint="Copy or download it again.",
        )


def _most_bytes(archives: Iterable[Path]) -> int:
    """Bytes that archives may unpack to."""
    return max(_ALWAYS_ALLOWED, _MOST_GROWTH * sum(size for _, size, _ in _states(archives)))


def _budget(archives: Iterable[Path], beside: Path) -> int:
    """Bytes that archives may unpack to on a disk."""
    free = free_bytes(beside)
    most = _most_bytes(archives)
    return most if free is None else min(most, free - _KEPT_FREE)


def _too_much(archive: Path, beside: Path) -> InputError | OutputError:
    free = free_bytes(beside)
    if free is not None and free < _most_bytes([archive]):
        return _not_written(beside, OSError(errno.ENOSPC, "full"))
    return InputError(
        Message(
            "The archive {archive} would unpack to more than {growth} times its size, as images "
            "never do.",
            archive=archive,
            growth=_MOST_GROWTH,
        ),
        hint="If you trust it, unpack it with another program, and give the folder.",
    )


def _not_written(place: Path, error: OSError) -> OutputError:
    if is_disk_full(error):
        return OutputError(
            disk_full_message(place), hint="Free space, or choose a folder on another disk."
        )
    return OutputError(
        Message("Nothing can be unpacked into {folder}: {reason}.", folder=place, reason=error),
        hint="Choose a folder that you may write to, or unpack the archive with another program.",
    )


def _states(archives: Iterable[Path]) -> list[tuple[str, int, int]]:
    """Names, sizes and times, which tell whether archives have changed."""
    files = [path / DATA_FILE if path.is_dir() else path for path in archives]
    states = ((path.name, path.stat()) for path in files)
    return [(name, state.st_size, state.st_mtime_ns) for name, state in states]


def _mark_of(place: Path) -> dict[str, Any]:
    mark = read_json(place / MARK)
    return mark if isinstance(mark, dict) else {}


def _source_in(source: Source, place: Path) -> Source:
    """The image folder in a new folder: the one that holds more than a single folder."""
    labels = _mark_of(place).get("labels")
    if source.labels is None and source.class_from is None and isinstance(labels, str):
        return replace(source, folder=place, labels=place / Path(labels).name)
    root = place
    while True:
        visible = [entry for entry in root.iterdir() if not entry.name.startswith(".")]
        if len(visible) != 1 or not visible[0].is_dir():
            return replace(source, folder=root)
        root = visible[0]
