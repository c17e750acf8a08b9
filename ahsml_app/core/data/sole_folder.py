"""Finds the class folders where one folder stands around all of them, as in most archives."""

from __future__ import annotations

import os
from pathlib import Path

from ahsml_app.base.paths import holds_results
from ahsml_app.core.data.decode import is_image_name
from ahsml_app.core.data.split_folders import split_of_name
from ahsml_app.core.data.walk import is_never_class


def class_folders_in(root: Path) -> Path:
    """Returns the folder that holds the class folders: `root`, or one inside it.

    It is one inside if `root` holds nothing else, and at least two folders lie in it. Names of
    splits are left to `read_split_folders`.

    Args:
        root: An image folder, or what is none; a folder that cannot be listed is returned as it is.
    """
    inner = root
    try:
        folders = _folders_alone(root)
        while len(folders) == 1 and not split_of_name(folders[0]):
            inner /= folders[0]
            folders = _folders_alone(inner)
    except OSError:
        return root
    splits = sum(bool(split_of_name(name)) for name in folders)
    return root if len(folders) < 2 or splits > 1 else inner


def _folders_alone(folder: Path) -> list[str]:
    """Names of the folders inside; none if images lie beside them.

    Links do not count, so that none can lead around for ever, nor do results of this program.
    """
    names = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if is_never_class(entry.name):
                continue
            if entry.is_symlink() or (is_image_name(entry.name) and entry.is_file()):
                return []
            if entry.is_dir() and not holds_results(folder / entry.name):
                names.append(entry.name)
    return names
