"""The list of recently opened projects, newest first."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ahsml_app.base.paths import projects_folder, read_json, write_json

MOST = 30


def recent_file() -> Path:
    """The file with the list of this user."""
    return projects_folder() / "recent.json"


def read_recent(file: Path) -> list[dict[str, Any]]:
    """Reads the list, newest first; empty if the file is missing or damaged.

    Each entry names a folder by a text; nothing else in it is checked.
    """
    entries = read_json(file)
    usable = filter(_names_folder, entries) if isinstance(entries, list) else ()
    once: dict[str, dict[str, Any]] = {}
    for entry in usable:  # earlier versions noted relative paths, and one folder by several names
        once.setdefault(_place(entry["folder"]), entry)
    return [{**entry, "folder": full_path(entry["folder"])} for entry in once.values()][:MOST]


def full_path(folder: Path | str) -> str:
    """The path by which the list knows a folder, wherever the program was started."""
    return os.path.abspath(folder)  # noqa: PTH100 - without "..", and following no link


def remember(file: Path, entry: Mapping[str, Any]) -> None:
    """Puts a project first. Ignores a failure to write the list: nothing depends on it."""
    folder = full_path(entry["folder"])
    place = _place(folder)
    others = [each for each in read_recent(file) if _place(each["folder"]) != place]
    _write(file, [{**entry, "folder": folder}, *others][:MOST])


def forget(file: Path, folder: Path) -> None:
    """Removes a project from the list; its files stay."""
    gone = full_path(folder)
    _write(file, [other for other in read_recent(file) if full_path(other["folder"]) != gone])


def _place(folder: str) -> str:
    """Where a folder lies in truth, by which two names of one folder are recognised."""
    try:
        return os.path.realpath(folder)
    except (OSError, ValueError):  # a name that no folder can have
        return folder


def _names_folder(entry: object) -> bool:
    folder = entry.get("folder") if isinstance(entry, dict) else None
    return isinstance(folder, str) and bool(folder)


def _write(file: Path, entries: list[dict[str, Any]]) -> None:
    with contextlib.suppress(OSError):
        write_json(file, entries)
