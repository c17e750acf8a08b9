"""Creates and opens projects, and remembers them for the start page."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import asdict
from pathlib import Path

from ahsml_app.base.options.run_options import Source
from ahsml_app.base.paths import projects_folder
from ahsml_app.session.pipeline.check_folder import moved_source
from ahsml_app.session.pipeline.scan_source import ScannedSource
from ahsml_app.session.pipeline.update_project import UpdateRequest
from ahsml_app.session.project.project import Project
from ahsml_app.session.project.recent import remember_project
from ahsml_app.store.project_folder import ProjectFolder


def create_project(folder: Path, name: str, source: Source, scanned: ScannedSource) -> Project:
    """Creates a project from a scanned source; it is on disk when the call returns.

    Raises:
        OutputError: If the folder is in use or cannot be written.
    """
    facts = source_facts(name, source)
    files = ProjectFolder.create(folder, facts, scanned.table, scanned.quarantined)
    project = Project(files)
    remember_project(project)
    return project


def source_facts(name: str, source: Source) -> dict[str, object]:
    """The properties of a new project."""
    return {
        "name": name,
        "source": {k: None if v is None else str(v) for k, v in asdict(source).items()},
        "created": dt.datetime.now().astimezone().isoformat(timespec="seconds"),
    }


def open_project(folder: Path) -> Project:
    """Opens a project, read-only if another window has it open.

    Raises:
        ProjectError: If there is no project, or it cannot be used.
    """
    project = Project(ProjectFolder.open(folder))
    remember_project(project)
    return project


def update_request(project: Project) -> UpdateRequest:
    """Makes the snapshot that the thread of an update works on."""
    classes, original = project.classes, project.original
    positions = {int(index): k for k, index in enumerate(classes.run_indices)}
    labels = {i: positions.get(classes.index(i), -1) for i in original.class_names}
    source = moved_source(project.source, original.root)
    return UpdateRequest(
        project.folder, original, project.states.copy(), source, project.run, labels
    )


def free_project_folder(name: str) -> Path:
    """A folder for a new project of this name; it does not exist yet."""
    plain = re.sub(r"[^\w.-]+", "-", name).strip("-.") or "project"
    folder = projects_folder() / plain
    number = 2
    while folder.exists():
        folder = projects_folder() / f"{plain}-{number}"
        number += 1
    return folder
