"""Finds the projects that exist for an image folder."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from ahsml_app.base.options.run_options import Source
from ahsml_app.base.paths import projects_folder
from ahsml_app.base.reading.planes import planes_of
from ahsml_app.store.files.answers import answers
from ahsml_app.store.new_project import DATABASE
from ahsml_app.store.project_folder import is_project
from ahsml_app.store.project_samples import read_source
from ahsml_app.store.recent_projects import read_recent, recent_file

MOST_LOOKED_INTO = 100
"""Most projects in the usual folder that are compared with a source."""

_PATIENCE = 5.0  # seconds; without an answer, somebody begins anew what exists


@dataclass(frozen=True, slots=True)
class ExistingProject:
    """A project that exists for an image folder.

    Attributes:
        folder: Folder of the project.
        name: Name of the project.
        source: Its images and where their labels come from.
        same_labels: Whether the labels come from the same place as those that were asked for.
    """

    folder: Path
    name: str
    source: Source
    same_labels: bool


def projects_of(source: Source) -> list[ExistingProject]:
    """The projects for the folder of a source, those with the same labels first, then the newest.

    Args:
        source: An image folder, and where its labels come from.
    """
    folders = dict.fromkeys(_project_folders())
    # Another project may be meant where one does not answer, or has values that no check foresees.
    found = answers([partial(_project_of, folder, source) for folder in folders], None, _PATIENCE)
    existing = [project for project in found if project is not None]
    return sorted(existing, key=lambda project: not project.same_labels)


def source_of(fact: Mapping[str, str | None]) -> Source:
    """The source that a project stores as its fact "source"."""
    labels, names = fact.get("labels"), fact.get("class_names")
    return Source(
        folder=Path(str(fact.get("folder"))),
        labels=None if labels is None else Path(labels),
        label_column=fact.get("label_column"),
        path_column=fact.get("path_column"),
        class_names=None if names is None else Path(names),
        on_conflict="unlabelled" if fact.get("on_conflict") == "unlabelled" else "first",
        class_from=fact.get("class_from"),
        planes=planes_of(fact.get("planes")),
    )


def _project_of(folder: Path, source: Source) -> ExistingProject | None:
    """The project in a folder; None if there is none of this image folder that can be read."""
    if not is_project(folder):
        return None
    stored = read_source(folder / DATABASE)
    if stored is None:
        return None
    name, root, fact = stored
    if not _same(root, source.folder):
        return None
    other = source_of({**fact, "folder": str(root)})
    return ExistingProject(folder, name, other, _same_labels(other, source))


def _project_folders() -> list[Path]:
    """Folders that may hold projects: those opened before, the newest first, and the usual ones.

    Of the latter the newest ones, because somebody waits for the answer.
    """
    recent = [Path(str(entry["folder"])) for entry in read_recent(recent_file())]
    try:
        with os.scandir(projects_folder()) as entries:
            usual = sorted((entry.stat().st_mtime, entry.path) for entry in entries)
    except OSError:
        usual = []
    return [*recent, *(Path(path) for _, path in reversed(usual[-MOST_LOOKED_INTO:]))]


def _same_labels(one: Source, other: Source) -> bool:
    if (one.labels is None) != (other.labels is None):
        return False
    if one.labels is not None and other.labels is not None and not _same(one.labels, other.labels):
        return False
    return replace(one, folder=other.folder, labels=other.labels) == other


def _same(one: Path, other: Path) -> bool:
    """Whether two paths name one file or folder, in any spelling."""
    if one == other:
        return True
    try:
        return one.samefile(other)
    except OSError:
        return one.absolute() == other.absolute()
