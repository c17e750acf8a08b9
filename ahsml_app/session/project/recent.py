"""Recently opened projects, for the start page."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.reading.planes import FIRST, Planes, planes_of
from ahsml_app.session.project.project import Project
from ahsml_app.session.project.stored_runs import has_unfinished_training
from ahsml_app.store import recent_projects as recents
from ahsml_app.store.files.answers import answers
from ahsml_app.store.project_folder import is_project
from ahsml_app.store.recent_projects import PATIENCE

THUMBNAILS = 4
"""Number of thumbnails of a project on the start page."""

_LONGEST_TEXT = 1000
_MOST_IMAGES = 10**12


@dataclass(frozen=True, slots=True)
class RecentProject:
    """An entry of the start page.

    Attributes:
        folder: Folder of the project.
        name: Name of the project.
        opened: Time of the last opening in ISO 8601.
        images: Number of images.
        flagged: Number of flagged images; -1 before the first training.
        decided: Number of images with a decision.
        missing: Whether the folder no longer holds a project, or does not answer.
        unfinished: Whether a training was interrupted that can go on.
        thumbnails: Paths of the images to show.
        planes: What is read of images with several pages or channels.
    """

    folder: Path
    name: str
    opened: str
    images: int
    flagged: int
    decided: int
    missing: bool
    unfinished: bool
    thumbnails: tuple[Path, ...]
    planes: Planes = FIRST


def remember_project(project: Project) -> None:
    """Puts a project first on the list of recent projects, with its current counts."""
    scores = project.scores
    shown = np.linspace(0, len(project.table) - 1, THUMBNAILS).astype(int)
    entry = {
        "folder": str(project.folder),
        "name": project.name,
        "opened": dt.datetime.now().astimezone().isoformat(timespec="seconds"),
        "images": len(project.table),
        "flagged": -1 if scores is None else int(scores.flagged.sum()),
        "decided": int((project.kinds != DecisionKind.UNDECIDED).sum()),
        "root": project.fact("root"),
        "relative_root": project.fact("relative_root"),
        "labels": project.fact("source").get("labels"),
        "planes": project.table.planes,
        "pictures": [str(project.path(int(row))) for row in dict.fromkeys(shown.tolist())],
    }
    recents.remember(recents.recent_file(), entry)


def rename_project(project: Project, name: str) -> None:
    """Gives a project another name; its folder and its images keep theirs.

    Raises:
        ProjectError: If it could not be written; then nothing has changed.
    """
    project.set_fact("name", name)
    project.name = name
    remember_project(project)


def knows_images(folder: Path, facts: Mapping[str, Any]) -> bool:
    """Whether this user has opened the project in this folder with these files before.

    Args:
        folder: Folder of the project.
        facts: Its properties.
    """
    path = recents.full_path(folder)
    for entry in recents.read_recent(recents.recent_file()):
        if entry["folder"] != path:
            continue
        if "root" in entry:
            labels = facts["source"].get("labels")
            return (
                entry["root"] == facts["root"]
                and entry.get("relative_root") == facts.get("relative_root")
                and entry.get("labels", labels) == labels  # earlier versions did not note it
            )
        # The list of an earlier version has no folder, but some of its images.
        pictures, parent = entry.get("pictures"), f"{facts['root']}{os.sep}"
        return isinstance(pictures, list) and all(str(each).startswith(parent) for each in pictures)
    return False


def recent_projects() -> list[RecentProject]:
    """Recently opened projects, newest first; an odd value of one counts as missing."""
    entries = recents.read_recent(recents.recent_file())
    states = answers([partial(_state, Path(each["folder"])) for each in entries], None, PATIENCE)
    return list(map(_recent_project, entries, states))


def _state(folder: Path) -> tuple[bool, bool]:
    """Whether a folder holds a project, and whether a training of it can go on."""
    here = is_project(folder)
    return here, here and has_unfinished_training(folder)


def _recent_project(entry: Mapping[str, Any], state: tuple[bool, bool] | None) -> RecentProject:
    folder = Path(entry["folder"])
    pictures = entry.get("pictures")
    # A disk that does not answer would hold up the pictures of the others, too.
    listed = pictures if isinstance(pictures, list) and state is not None else []
    here, unfinished = state or (False, False)
    return RecentProject(
        folder=folder,
        name=_text(entry.get("name"), folder.name),
        opened=_text(entry.get("opened"), ""),
        images=_count(entry.get("images"), 0),
        flagged=_count(entry.get("flagged"), -1),
        decided=_count(entry.get("decided"), 0),
        missing=not here,
        unfinished=unfinished,
        thumbnails=tuple(Path(path) for path in listed[:THUMBNAILS] if isinstance(path, str)),
        planes=_rule(entry.get("planes")),
    )


def _rule(value: object) -> Planes:
    with contextlib.suppress(ValueError):
        return planes_of(value)
    return FIRST


def _text(value: object, default: str) -> str:
    return value[:_LONGEST_TEXT] if isinstance(value, str) else default


def _count(value: object, default: int) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _MOST_IMAGES:
        return value
    return default


def forget_project(folder: Path) -> None:
    """Removes a project from the list of recent projects; its files stay."""
    recents.forget(recents.recent_file(), folder)
