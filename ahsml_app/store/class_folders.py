"""A folder for each class: copies of, or links to, the user's images, which are only read."""

from __future__ import annotations

import errno
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ahsml_app.base.options.run_options import TreeMode

_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
_RESERVED = frozenset(
    ["con", "prn", "aux", "nul", *(f"{n}{i}" for n in ("com", "lpt") for i in range(1, 10))]
)
_NO_LINKS = (errno.EXDEV, errno.EPERM, errno.ENOTSUP, errno.EMLINK)


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """One file of the tree.

    Attributes:
        source: The user's file. Text, as hundreds of thousands of `Path` take a second to make.
        target: Relative path in the tree, with forward slashes.
    """

    source: str
    target: str


def plan_tree(
    root: Path, paths: Sequence[str], labels: Sequence[str], *, by_folder: bool
) -> list[TreeEntry]:
    """Where each image goes; names that would meet get a number, so none is lost.

    Args:
        root: Image folder.
        paths: Relative paths of the images to take.
        labels: Their labels; an image with an empty one is left out.
        by_folder: The first folder of a path is its class, so what lies below it is kept;
            otherwise the file name alone is.
    """
    folders = _folder_names(sorted(set(labels) - {""}))
    taken: set[str] = set()
    entries = []
    for path, label in zip(paths, labels, strict=True):
        if not label:
            continue
        inner = path.partition("/")[2] if by_folder else ""
        target = _free(f"{folders[label]}/{inner or path.rpartition('/')[2]}", taken)
        taken.add(target.casefold())
        entries.append(TreeEntry(os.path.join(root, path), target))  # noqa: PTH118 - quick
    return entries


def write_tree(folder: Path, entries: Sequence[TreeEntry], mode: TreeMode) -> Iterator[bool]:
    """Write the tree, one entry at each step.

    Yields:
        Whether the entry was made as asked; False where a link had to become a copy.

    Raises:
        OSError: If a file cannot be read or written.
    """
    for entry in entries:
        target = folder / entry.target
        target.parent.mkdir(parents=True, exist_ok=True)
        yield _place(Path(entry.source), target, mode)


def _place(source: Path, target: Path, mode: TreeMode) -> bool:
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
    """A name that every file system takes for each class; clashes get a number."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for label in labels:
        name = _UNSAFE.sub("_", label).rstrip(". ") or "_"
        if name.split(".")[0].casefold() in _RESERVED:
            name = f"_{name}"
        name = _free(name, taken)
        taken.add(name.casefold())
        names[label] = name
    return names


def _free(name: str, taken: set[str]) -> str:
    if name.casefold() not in taken:
        return name
    path = PurePosixPath(name)
    number = 2
    while True:
        other = str(path.with_name(f"{path.stem} ({number}){path.suffix}"))
        if other.casefold() not in taken:
            return other
        number += 1
