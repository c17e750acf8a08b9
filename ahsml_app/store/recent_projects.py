"""The list of recently opened projects, newest first."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from ahsml_app.base.paths import projects_folder, read_json, write_json
from ahsml_app.store.files.answers import answers

MOST = 30
PATIENCE = 1.0
"""Seconds to wait for disks that may not answer; somebody waits for the window."""


def recent_file() -> Path:
    """The file with the list of this user."""
    return projects_folder() / "recent.json"


def read_recent(file: Path) -> list[dict[str, Any]]:
    """Reads the list, newest first; empty if the file is missing or damaged.

    Each entry names a folder by a text; nothing else in it is checked.
    """
    entries = read_json(file)
    usable = [*filter(_names_folder, entries)] if isinstance(entries, list) else []
    once: dict[str, dict[str, Any]] = {}
    # Earlier versions noted relative paths, and one folder by several names.
    for place, entry in zip(_places(usable), usable, strict=True):
        once.setdefault(place, entry)
    return [{**entry, "folder": full_path(entry["folder"])} for entry in once.values()][:MOST]


def full_path(folder: Path | str) -> str:
    """The path by which the list knows a folder, wherever the program was started."""
    return os.path.abspath(folder)  # noqa: PTH100 - without "..", and following no link


def remember(file: Path, entry: Mapping[str, Any]) -> None:
    """Puts a project first. Ignores a failure to write the list: nothing depends on it."""
    folder = full_path(entry["folder"])
    entries = [{**entry, "folder": folder}, *read_recent(file)]
    place, *others = _places(entries)
    kept = [each for each, other in zip(entries[1:], others, strict=True) if other != place]
    _write(file, [entries[0], *kept][:MOST])


def forget(file: Path, folder: Path) -> None:
    """Removes a project from the list; its files stay."""
    gone = full_path(folder)
    _write(file, [other for other in read_recent(file) if full_path(other["folder"]) != gone])


def _places(entries: Sequence[Mapping[str, Any]]) -> list[str]:
    """Where folders lie in truth, by which two names of one folder are recognised."""
    folders = [str(entry["folder"]) for entry in entries]
    found = answers([partial(os.path.realpath, folder) for folder in folders], "", PATIENCE)
    # A name that no folder can have, or a disk that does not answer.
    return [place or full_path(folder) for place, folder in zip(found, folders, strict=True)]


def _names_folder(entry: object) -> bool:
    folder = entry.get("folder") if isinstance(entry, dict) else None
    return isinstance(folder, str) and bool(folder)


def _write(file: Path, entries: list[dict[str, Any]]) -> None:
    with contextlib.suppress(OSError):
        write_json(file, entries)
