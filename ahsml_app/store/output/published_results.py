"""The results of an earlier run in a folder, and how new results take their place.

`run.json` lists every file with a hash of its content. A file is replaced or removed only while it
has that hash: what a person has changed, added or put in its place since is never touched. Class
folders stay unless new ones are written, and an image of theirs goes only if its content is safe
elsewhere, because it may be the only copy.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from ahsml_app.base.errors import OutputError
from ahsml_app.base.message import Message, some
from ahsml_app.base.paths import (
    RUN_FILE,
    atomic_write,
    content_hash,
    read_json,
    sync_file,
    sync_folder,
    write_json,
)
from ahsml_app.base.table_files import utf8_text
from ahsml_app.store.class_folders import CLASS_FOLDERS
from ahsml_app.store.files.safe_folder import SafeFolder, is_inner_path

PUBLISHING = "publishing"
"""File of the partial folder: hashes of results that are being moved, so that a cut-off move can
be repeated."""

_LINK = "link:"
# Files that file managers make by themselves.
_BY_FILE_MANAGERS = ("thumbs.db", "desktop.ini")

_Stamp = tuple[int, int, int]  # inode, size in bytes, time of change in nanoseconds


def file_record(path: Path) -> str | None:
    """What `run.json` records of a file: its content hash, or where a symbolic link leads.

    Returns:
        None if there is no file, or something that is neither a regular file nor a link.

    Raises:
        OSError: If it cannot be read.
    """
    try:
        status = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    if stat.S_ISLNK(status.st_mode):
        return f"{_LINK}{os.fsencode(path.readlink()).decode('utf-8', 'backslashreplace')}"
    return content_hash(path) if stat.S_ISREG(status.st_mode) else None


def recorded_files(folder: Path) -> dict[str, str] | None:
    """The record of each file that the `run.json` of a folder lists.

    Returns:
        Records by relative name; None if it holds no hashes, as that of version 0.1.0.
    """
    content = read_json(folder / RUN_FILE)
    listed = content.get("files") if isinstance(content, dict) else None
    if not isinstance(listed, dict):
        return None
    names = (name for name in listed if is_inner_path(name) and name != RUN_FILE)
    return {name: listed[name] for name in names if isinstance(listed[name], str)}


def staged_records(folder: Path, known: Mapping[str, str]) -> dict[str, str]:
    """The record of every file in a folder of new results but `run.json`, by name, in order.

    Args:
        folder: The folder.
        known: Records that were made already.

    Raises:
        OSError: If a file cannot be read.
    """
    names = sorted(
        Path(parent, name).relative_to(folder).as_posix()
        for parent, folders, files in os.walk(folder)
        for name in (*files, *(f for f in folders if Path(parent, f).is_symlink()))
    )
    return {
        name: known.get(name) or file_record(folder / name) or ""
        for name in names
        if name != RUN_FILE
    }


def is_class_folder_file(name: str) -> bool:
    """Whether a relative name lies in the class folders."""
    return name.startswith(f"{CLASS_FOLDERS}/")


class EarlierResults:
    """The files in a folder that an earlier run wrote.

    Args:
        folder: The folder, resolved; it need not exist.
        partial: Its partial folder, which may hold the record of a cut-off move.
    """

    def __init__(self, folder: Path, partial: Path) -> None:
        self.folder = SafeFolder(folder, OutputError)
        recorded = recorded_files(folder)
        self.has_hashes = recorded is not None
        self._records = {name: {record} for name, record in (recorded or {}).items()}
        for name, records in moving_files(partial).items():
            self._records.setdefault(name, set()).update(records)
        self._checked: dict[str, _Stamp] = {}
        self._run_file = self._run_file_record()

    def names(self, *, class_folders: bool) -> list[str]:
        """Names of the files that new results replace or remove, without `run.json`.

        Args:
            class_folders: Whether new class folders are written, so that the earlier ones go.
        """
        names = (n for n in self._records if class_folders or not is_class_folder_file(n))
        return sorted(name for name in names if os.path.lexists(self.folder.root / name))

    def kept_images(self) -> dict[str, str]:
        """Records of the class folders that stay, by name."""
        kept = {}
        for name in filter(is_class_folder_file, self.names(class_folders=True)):
            records = self._records[name]
            record = min(records) if len(records) == 1 else file_record(self.folder.root / name)
            if record in records:
                kept[name] = record
        return kept

    def may_replace(self, name: str, new_record: str | None = None) -> bool:
        """Whether a file is absent, or is as this program wrote it.

        Args:
            name: Relative name of the file.
            new_record: Record of the file that takes the place: what equals it may go too.
        """
        folder, _, last = name.rpartition("/")
        parent = self.folder.path(folder) if folder else self.folder.root
        path = parent / last
        if not os.path.lexists(path):
            return all(p.is_dir() or not os.path.lexists(p) for p in (parent, *parent.parents))
        stamp = _stamp(path)
        if self._checked.get(name) == stamp:
            return True
        record = file_record(path)
        if record is None or record not in self._records.get(name, set()) | {new_record}:
            return False
        self._checked[name] = stamp
        return True

    def check_files(self) -> None:
        """Refuses to replace results that were changed since, class folders apart.

        Raises:
            OutputError: Names the changed files.
        """
        names = self.names(class_folders=False)
        changed = [name for name in names if not self.may_replace(name)]
        self.refuse([*changed, *self._changed_run_file()])

    def check_moves(self, new: Mapping[str, str], stale: Iterable[str]) -> None:
        """Refuses a move that would replace or remove what is not ours.

        Args:
            new: Records of the new results by name.
            stale: Names of earlier results that go.

        Raises:
            OutputError: Names the files.
        """
        names = (*new, *stale)
        changed = [name for name in names if not self.may_replace(name, new.get(name))]
        self.refuse([*changed, *self._changed_run_file()])

    def check_images(self, hashes: Mapping[str, Path]) -> Iterator[None]:
        """Checks, a file per iteration, that new class folders may replace the earlier ones.

        Args:
            hashes: An image of the source for each content hash.

        Raises:
            OutputError: A file was changed or is not of this program, or it is an image that the
                source does not hold, so it may be the only copy.
        """
        changed, only_copies = [], []
        for name in self._image_names():
            if not self.may_replace(name):
                changed.append(name)
            elif not (self._is_link(name) or self._records[name] & hashes.keys()):
                only_copies.append(name)
            yield
        self.refuse(changed)
        if only_copies:
            raise OutputError(
                Message.plural(
                    "{count:,} image in {folder} is not in the image folder any more, so this may "
                    "be the only copy: {names}.",
                    "{count:,} images in {folder} are not in the image folder any more, so these "
                    "may be the only copies: {names}.",
                    count=len(only_copies),
                    folder=self.folder.root / CLASS_FOLDERS,
                    names=some(only_copies),
                ),
                hint="Move that folder to another place, or name another one with --out.",
            )

    def check_originals(self, new: Mapping[str, str], originals: Mapping[str, Path]) -> None:
        """Reads the originals of the earlier images whose content the new results do not hold.

        Args:
            new: Records of the new results.
            originals: An image of the source for each content hash.

        Raises:
            OutputError: An original has gone or was changed.
        """
        written = {record for name, record in new.items() if is_class_folder_file(name)}
        lost = []
        for name in self.names(class_folders=True):
            if not is_class_folder_file(name) or self._is_link(name):
                continue
            if not any(
                record in written or _has_content(originals.get(record), record)
                for record in self._records[name]
            ):
                lost.append(name)
        self.refuse(lost)

    def refuse(self, names: Iterable[str]) -> None:
        """Refuses to replace files.

        Raises:
            OutputError: If there are any.
        """
        names = list(names)
        if names:
            raise OutputError(
                Message.plural(
                    "{count:,} file in {folder} would be replaced or removed, but it was changed "
                    "since this program wrote it, or somebody else wrote it: {names}.",
                    "{count:,} files in {folder} would be replaced or removed, but they were "
                    "changed since this program wrote them, or somebody else wrote them: {names}.",
                    count=len(names),
                    folder=self.folder.root,
                    names=some(names),
                ),
                hint="Move them to another place and run again, or name another folder with --out.",
            )

    def _image_names(self) -> Iterator[str]:
        """Every file in the class folders, whoever wrote it."""
        root = self.folder.root
        for parent, folders, files in os.walk(self.folder.path(CLASS_FOLDERS)):
            links = [name for name in folders if Path(parent, name).is_symlink()]
            for name in sorted((*links, *files)):
                if not (name.startswith(".") or name.lower() in _BY_FILE_MANAGERS):
                    yield Path(parent, name).relative_to(root).as_posix()

    def _run_file_record(self) -> str | None:
        with contextlib.suppress(OSError):
            return file_record(self.folder.root / RUN_FILE)
        return None

    def _changed_run_file(self) -> list[str]:
        """The name of `run.json` if it is a link, or is not as it was when the run began."""
        if self._run_file_record() != self._run_file or self._is_link(RUN_FILE):
            return [RUN_FILE]
        return []

    def _is_link(self, name: str) -> bool:
        return (self.folder.root / name).is_symlink()


def moving_files(partial: Path) -> dict[str, set[str]]:
    """Records of the results that a cut-off move may have put into place already."""
    listed = read_json(SafeFolder(partial, OutputError).check_file(PUBLISHING))
    if not isinstance(listed, dict):
        return {}
    return {
        name: set(map(str, records))
        for name, records in listed.items()
        if isinstance(records, list) and is_inner_path(name)
    }


def move_into(
    earlier: EarlierResults, staging: Path, partial: Path, originals: Mapping[str, Path]
) -> None:
    """Moves staged results one by one into a folder that exists; `run.json` comes last.

    Nothing is moved unless everything can be.

    Args:
        earlier: The earlier results in the folder, if there are any.
        staging: Folder of the new results.
        partial: Partial folder, which records the move.
        originals: An image of the source for each content hash.

    Raises:
        OutputError: A file would be lost that is not ours to replace.
        OSError: A file cannot be moved.
    """
    target, new = earlier.folder, staged_records(staging, recorded_files(staging) or {})
    class_folders = (staging / CLASS_FOLDERS).exists()
    stale = [n for n in earlier.names(class_folders=class_folders) if n not in new]
    earlier.check_moves(new, stale)
    if class_folders:
        earlier.check_originals(new, originals)
    else:
        _list_also(staging / RUN_FILE, earlier.kept_images())
    moving = moving_files(partial)
    for name, record in new.items():
        moving.setdefault(name, set()).add(record)
    write_json(partial / PUBLISHING, {name: sorted(records) for name, records in moving.items()})
    sync_folder(partial.parent)  # without the name of the new folder, the record may be gone
    for name in new:
        _move_file(staging / name, target.path(name.rpartition("/")[0] or "."), name)
    for name in stale:
        target.remove(name)
        _remove_empty(target.root, name)
    if (staging / RUN_FILE).exists():
        _move_file(staging / RUN_FILE, target.root, RUN_FILE)
    # Before the record of the move goes.
    for folder in sorted({parent for name in (*new, *stale) for parent in Path(name).parents}):
        sync_folder(target.root / folder)
    shutil.rmtree(staging)  # only empty folders are left


def _list_also(run_file: Path, records: Mapping[str, str]) -> None:
    """Adds files that stay to the list of `run.json`, so that they are known as ours."""
    if not records or not run_file.exists():
        return
    content = json.loads(run_file.read_text("utf-8"))
    files = {**content["files"], **records}
    content["files"] = dict(sorted(files.items()))
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    with atomic_write(run_file, "w", encoding="utf-8", newline="\n") as stream:
        stream.write(utf8_text(text))


def _move_file(source: Path, folder: Path, name: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / name.rpartition("/")[2]
    try:
        source.replace(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        beside = target.with_name(f".{target.name}.tmp")  # another file system: copy, then rename
        shutil.copyfile(source, beside, follow_symlinks=False)
        sync_file(beside)
        beside.replace(target)
        source.unlink()


def _remove_empty(root: Path, name: str) -> None:
    """Removes the folders of a removed file that are empty now."""
    with contextlib.suppress(OSError):
        for parent in (root / name).parents:
            if parent == root:
                return
            parent.rmdir()


def _stamp(path: Path) -> _Stamp:
    status = path.lstat()
    return status.st_ino, status.st_size, status.st_mtime_ns


def _has_content(path: Path | None, record: str) -> bool:
    try:
        return path is not None and content_hash(path) == record
    except OSError:
        return False
