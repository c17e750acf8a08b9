"""Finds the projects that exist for an image folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ahsml_app.base.options.run_options import Source
from ahsml_app.base.paths import projects_folder
from ahsml_app.store.new_project import DATABASE
from ahsml_app.store.project_folder import is_project
from ahsml_app.store.project_samples import read_root
from ahsml_app.store.recent_projects import read_recent, recent_file


@dataclass(frozen=True, slots=True)
class ExistingProject:
    """A project that exists for an image folder.

    Attributes:
        folder: Folder of the project.
        source: Its images and where their labels come from.
        same_labels: Whether the labels come from the same place as those that were asked for.
    """

    folder: Path
    source: Source
    same_labels: bool


def projects_of(source: Source) -> list[ExistingProject]:
    """The projects for the folder of a source, those with the same labels first, then the newest.

    Args:
        source: An image folder, and where its labels come from.
    """
    existing = []
    for folder in _project_folders():
        stored = read_root(folder / DATABASE)
        if stored is None:
            continue
        root, fact = stored
        other = source_of({**fact, "folder": str(root)})
        if _same(root, source.folder):
            existing.append(ExistingProject(folder, other, _same_labels(other, source)))
    return sorted(existing, key=lambda project: not project.same_labels)


def source_of(fact: Mapping[str, str | None]) -> Source:
    """The source that a project stores as its fact "source"."""
    labels = fact.get("labels")
    return Source(
        folder=Path(str(fact.get("folder"))),
        labels=None if labels is None else Path(labels),
        label_column=fact.get("label_column"),
        class_from=fact.get("class_from"),
    )


def _project_folders() -> Iterator[Path]:
    """Every project that this user has opened, the newest first, and those in the usual folder."""
    recent = [Path(str(entry["folder"])) for entry in read_recent(recent_file())]
    try:
        usual = sorted(projects_folder().iterdir())
    except OSError:
        usual = []
    yield from (folder for folder in dict.fromkeys([*recent, *usual]) if is_project(folder))


def _same_labels(one: Source, other: Source) -> bool:
    if (one.labels is None) != (other.labels is None):
        return False
    if one.labels is not None and other.labels is not None and not _same(one.labels, other.labels):
        return False
    return (one.label_column, one.class_from) == (other.label_column, other.class_from)


def _same(one: Path, other: Path) -> bool:
    """Whether two paths name one file or folder, in any spelling."""
    try:
        return one.samefile(other)
    except OSError:
        return one.absolute() == other.absolute()
