"""Where the images of a project are."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from ahsml_app.base.errors import ProjectError
from ahsml_app.store.database_checks import check_files, secure

CHECKED_PATHS = 50
"""Number of images that tell whether a folder is the one of the project."""


def relative_root(project: Path, root: Path) -> str | None:
    """The image folder relative to the project, with forward slashes; None on another drive."""
    try:
        return Path(os.path.relpath(root.absolute(), project.absolute())).as_posix()
    except ValueError:
        return None


def present_root(project: Path, root: str, relative: str | None, paths: Sequence[str]) -> Path:
    """The image folder, which may have moved together with the project.

    Args:
        project: Folder of the project.
        root: Absolute path of the images, perhaps of another system.
        relative: Their path relative to the project, None if unknown.
        paths: Relative paths of the images.

    Returns:
        The absolute path unless it is gone and the relative one holds most of the images.
    """
    absolute = Path(root)
    if relative is None or absolute.is_dir():
        return absolute
    moved = Path(os.path.normpath(project.absolute() / relative))
    checked = paths[:: max(1, len(paths) // CHECKED_PATHS)]
    present = sum((moved / path).is_file() for path in checked)
    return moved if 2 * present > len(checked) else absolute


def read_root(database: Path) -> tuple[Path, dict[str, str | None]] | None:
    """Where the images of a project are and what its source is, without opening the project.

    Args:
        database: The project's database, of any version.

    Returns:
        The image folder and the fact "source"; None if they cannot be read.
    """
    try:
        check_files(database)
        address = f"{database.resolve().as_uri()}?mode=ro"
        with contextlib.closing(sqlite3.connect(address, uri=True)) as connection:
            secure(connection)
            rows = connection.execute(
                "SELECT name, value FROM fact WHERE name IN ('root', 'relative_root', 'source')"
            )
            facts = {name: json.loads(value) for name, value in rows}
            some = connection.execute("SELECT path FROM sample LIMIT 1000").fetchall()
        root, source = facts["root"], facts["source"]
    except (OSError, ValueError, KeyError, sqlite3.Error, ProjectError):
        return None
    if not isinstance(root, str) or not isinstance(source, dict):
        return None
    paths = [path for (path,) in some]
    return present_root(database.parent, root, facts.get("relative_root"), paths), source
