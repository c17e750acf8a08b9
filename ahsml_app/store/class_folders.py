"""Copies the images into one folder per class, or links them there; the originals are only read."""

from __future__ import annotations

import errno
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ahsml_app.base.options.run_options import TreeMode

CLASS_FOLDERS = "images"
"""Folder of the results that holds the class folders."""

_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
_RESERVED = frozenset(
    ["con", "prn", "aux", "nul", *(f"{n}{i}" for n in ("com", "lpt") for i in range(1, 10))]
)
_NO_LINKS = (errno.EXDEV, errno.EPERM, errno.ENOTSUP, errno.EMLINK)


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


def plan_tree(
    root: Path, paths: Sequence[str], labels: Sequence[str], *, by_folder: bool
) -> list[TreeEntry]:
    """Plans the path of each image; colliding names get a number, so none is lost.

    Args:
        root: Image folder.
        paths: Relative paths of the images to take.
        labels: Their labels; images with an empty label are left out.
        by_folder: Whether the first folder of a path is its class; keeps the path below it then,
            otherwise only the file name.
    """
    folders = _folder_names(sorted(set(labels) - {""}))
    taken: set[str] = set()
    entries = []
    for path, label in zip(paths, labels, strict=True):
        if not label:
            continue
        inner = path.partition("/")[2] if by_folder else ""
        target = _free_name(f"{folders[label]}/{inner or path.rpartition('/')[2]}", taken)
        taken.add(target.casefold())
        entries.append(TreeEntry(os.path.join(root, path), target))  # noqa: PTH118 - quick
    return entries


def write_tree(folder: Path, entries: Sequence[TreeEntry], mode: TreeMode) -> Iterator[bool]:
    """Writes the tree, one entry per iteration.

    Yields:
        Whether the entry was made as requested; False if a link had to become a copy.

    Raises:
        OSError: If a file cannot be read or written.
    """
    for entry in entries:
        target = folder / entry.target
        target.parent.mkdir(parents=True, exist_ok=True)
        yield _copy_or_link(Path(entry.source), target, mode)


def _copy_or_link(source: Path, target: Path, mode: TreeMode) -> bool:
    try:
        if mode == "hardlink":
            os.link(source, target)
            return True
        if mode == "symlink":
            target.symlink_to(source.absolute())
            return True
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        shutil.copy2(source, target)
        return False
    shutil.copy2(source, target)
    return True


def _folder_names(labels: Sequence[str]) -> dict[str, str]:
    """A portable folder name for each class; colliding names get a number."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for label in labels:
        name = _UNSAFE.sub("_", label).rstrip(". ") or "_"
        if name.split(".")[0].casefold() in _RESERVED:
            name = f"_{name}"
        name = _free_name(name, taken)
        taken.add(name.casefold())
        names[label] = name
    return names


def _free_name(name: str, taken: set[str]) -> str:
    if name.casefold() not in taken:
        return name
    path = PurePosixPath(name)
    number = 2
    while True:
        other = str(path.with_name(f"{path.stem} ({number}){path.suffix}"))
        if other.casefold() not in taken:
            return other
        number += 1
