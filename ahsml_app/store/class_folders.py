"""Copies the images into one folder per class, or links them there; the originals are only read.

Names are such that every usual file system can hold them, and that none folds two of them into one.
A file is only ever created, never replaced, and read back after it was written.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ahsml_app.base.options.output_options import TreeMode
from ahsml_app.base.paths import DIGEST_BYTES, content_hash
from ahsml_app.store.files.free_names import FreeNames, numbered, portable
from ahsml_app.store.files.safe_folder import is_inner_path

CLASS_FOLDERS = "images"
"""Folder of the results that holds the class folders."""

_NO_LINKS = (errno.EXDEV, errno.EPERM, errno.ENOTSUP, errno.EMLINK)
_CHUNK = 1 << 20
_MOST_TRIES = 1000


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """One file of the tree.

    Attributes:
        source: Path of the image; a string, because creating hundreds of thousands of `Path`
            objects takes a second.
        target: Relative path in the tree, with forward slashes.
    """

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class WrittenEntry:
    """A file of the tree that was written and read back.

    Attributes:
        target: Relative path in the tree; another one than planned where that was taken.
        as_asked: Whether it was made as requested, not copied because no link could be made.
        digest: Content hash of a copy; empty for a link.
    """

    target: str
    as_asked: bool
    digest: str


def class_folder_names(labels: Sequence[str]) -> dict[str, str]:
    """The folder of each class: its name where every file system can hold that.

    Names that some file system holds to be equal get a number.

    Args:
        labels: Names of the classes, in the order in which they get their numbers.
    """
    free = FreeNames()
    return {label: free.take(portable(label)) for label in labels}


def plan_tree(
    root: Path,
    paths: Sequence[str],
    labels: Sequence[str],
    splits: Sequence[str] = (),
    *,
    by_folder: bool,
) -> list[TreeEntry]:
    """Plans the path of each image; colliding names get a number, so none is lost.

    Args:
        root: Image folder.
        paths: Relative paths of the images to take.
        labels: Their labels; images with an empty label are left out.
        splits: Their splits (train, val, test), whose folders are above those of the classes;
            empty for none.
        by_folder: Whether the first folder of a path is its class; keeps the path below it then,
            otherwise only the file name.
    """
    folders = class_folder_names(sorted(set(labels) - {""}))
    free = FreeNames()
    entries = []
    above = [f"{split}/" if split else "" for split in splits] or [""] * len(paths)
    for path, label, split in zip(paths, labels, above, strict=True):
        if not label:
            continue
        inner = path.partition("/")[2] if by_folder else ""
        if not is_inner_path(inner):
            inner = path.rpartition("/")[2]
        target = free.take(f"{split}{folders[label]}/{inner}")
        entries.append(TreeEntry(os.path.join(root, path), target))  # noqa: PTH118 - quick
    return entries


def write_tree(
    folder: Path, entries: Sequence[TreeEntry], mode: TreeMode
) -> Iterator[WrittenEntry]:
    """Writes the tree, one entry per iteration, and reads each file back.

    Args:
        folder: Folder of the class folders; what is in it stays as it is.
        entries: The files to write.
        mode: Copies, hard links or symbolic links.

    Raises:
        OSError: If a file cannot be read or written, or does not hold what was written.
    """
    made: dict[str, str] = {}
    folder.mkdir(parents=True, exist_ok=True)
    for entry in entries:
        planned, _, inner = entry.target.partition("/")
        if planned not in made:
            made[planned] = _make_class_folder(folder, planned)
        yield _write_entry(folder, entry.source, f"{made[planned]}/{inner}", mode)


def _make_class_folder(folder: Path, planned: str) -> str:
    """Makes the folder of a class, which no other class may have."""
    for name in _other_names(planned):
        try:
            (folder / name).mkdir()
        except FileExistsError:  # a file system that folds even more than expected
            continue
        return name
    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), planned)


def _write_entry(folder: Path, source: str, planned: str, mode: TreeMode) -> WrittenEntry:
    parent = (folder / planned).parent
    try:
        parent.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):  # an image has the name of this folder
        planned = f"{planned.partition('/')[0]}/{planned.rpartition('/')[2]}"
    for target in _other_names(planned):
        path = folder / target
        try:
            digest = _copy_or_link(source, path, mode)
        except FileExistsError:
            continue
        return WrittenEntry(target, mode == "copy" or not digest, digest)
    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), planned)


def _copy_or_link(source: str, target: Path, mode: TreeMode) -> str:
    """Makes a file and checks it; returns the content hash of a copy, or nothing for a link."""
    if mode != "copy":
        try:
            if mode == "hardlink":
                # The link of a link would be one, and a relative one would lead nowhere.
                os.link(os.path.realpath(source), target)
            else:
                target.symlink_to(Path(source).absolute())
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
        else:
            if not target.samefile(source):
                raise _not_as_written(target)
            return ""
    return _copy(source, target)


def _copy(source: str, target: Path) -> str:
    digest = hashlib.blake2b(digest_size=DIGEST_BYTES)
    with open(source, "rb") as original, target.open("xb") as copy:  # noqa: PTH123 - quick
        while chunk := original.read(_CHUNK):
            digest.update(chunk)
            copy.write(chunk)
    shutil.copystat(source, target)
    if content_hash(target) != digest.hexdigest():
        raise _not_as_written(target)
    return digest.hexdigest()


def _not_as_written(path: Path) -> OSError:
    return OSError(errno.EIO, "it does not hold what was written", os.fspath(path))


def _other_names(path: str) -> Iterator[str]:
    """A path, and then the same with numbers."""
    yield path
    for number in range(2, _MOST_TRIES):
        yield numbered(path, number)
