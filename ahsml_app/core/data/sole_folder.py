"""Finds the class folders where one folder stands around all of them, as in most archives."""

from __future__ import annotations

import os
from pathlib import Path

from ahsml_app.base.paths import holds_results
from ahsml_app.core.data.split_folders import split_of_name
from ahsml_app.core.data.walk import is_listed, is_never_class


def class_folders_in(root: Path) -> Path:
    """Returns the folder that holds the class folders: `root`, or one inside it.

    It is one inside if no image lies elsewhere in `root`, and at least two folders in it hold
    images, and nothing else does. Names of splits are left to `read_split_folders`.

    Args:
        root: An image folder, or what is none; a folder that cannot be listed is returned as it is.
    """
    inner, seen = root, set[Path]()
    try:
        folders = _folders_alone(root)
        holders = _holders(root, folders)
        while len(holders) == 1 and not split_of_name(holders[0]):
            inner /= holders[0]
            if inner.resolve() in seen:  # links that lead around
                return root
            seen.add(inner.resolve())
            folders = _folders_alone(inner)
            holders = _holders(inner, folders)
    except OSError:
        return root
    splits = sum(bool(split_of_name(name)) for name in folders)
    return root if len(holders) < 2 or splits > 1 else inner


def _folders_alone(folder: Path) -> list[str]:
    """Names of the folders inside that may be classes; none if images lie beside them."""
    names = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if is_never_class(entry.name):
                continue
            if entry.is_dir():
                names.append(entry.name)
            elif is_listed(entry):
                return []
    return names


def _holders(folder: Path, names: list[str]) -> list[str]:
    """The first two folders that hold images of their own, at any depth."""
    holders = []
    own = folder.resolve()
    for name in names:
        path = folder / name
        # What a link leads to inside the same folder is found there, too.
        if path.is_symlink() and path.resolve().is_relative_to(own):
            continue
        if not holds_results(path) and _holds_image(path):
            holders.append(name)
            if len(holders) == 2:
                break
    return holders


def _holds_image(folder: Path) -> bool:
    """Whether an image lies in a folder, at any depth; stops at the first."""
    folders, seen = [folder], set[Path]()
    while folders:
        current = folders.pop()
        if current.resolve() in seen:
            continue
        seen.add(current.resolve())
        with os.scandir(current) as entries:
            for entry in entries:
                if is_never_class(entry.name):
                    continue
                if entry.is_dir():
                    folders.append(current / entry.name)
                elif is_listed(entry):
                    return True
    return False
