"""Creates and opens projects, and the finished example; the start page remembers them."""

from __future__ import annotations

import datetime as dt
import json
import logging
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Generator
from dataclasses import asdict
from pathlib import Path

import numpy as np

from ahsml_app.base.errors import AppError, Cancelled, OutputError, ProjectError
from ahsml_app.base.events import CancelToken, Event
from ahsml_app.base.message import Message
from ahsml_app.base.options.own_files import OWN_FILES_STATE, recalled_files
from ahsml_app.base.options.run_options import Source
from ahsml_app.base.paths import projects_folder, resources_folder
from ahsml_app.session.pipeline.check_folder import moved_source
from ahsml_app.session.pipeline.demo import scan_demo
from ahsml_app.session.pipeline.scan_source import ScannedSource
from ahsml_app.session.pipeline.train_project import TrainOutcome
from ahsml_app.session.pipeline.update_project import UpdateRequest
from ahsml_app.session.project.find_project import projects_of, source_of
from ahsml_app.session.project.logged_decisions import logged_steps
from ahsml_app.session.project.project import Project
from ahsml_app.session.project.recent import knows_images, remember_project
from ahsml_app.session.project.replay import replay_steps
from ahsml_app.store.files.training_arrays import write_run
from ahsml_app.store.project_folder import ProjectFolder, damaged_project

MayRead = Callable[[tuple[Path, ...]], bool]
"""Whether the images in these folders may be read, and the files that label them."""

logger = logging.getLogger(__name__)


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


def make_example(name: str, cancel: CancelToken | None = None) -> Generator[Event, None, Path]:
    """Makes the finished example, trained and partly reviewed, unless there is one.

    Its images are those of the demo, in a folder of their own; the rest comes with the program
    (see `packaging/example_project.py`). It is there whole, or not at all.

    Args:
        name: Name of a new project.
        cancel: Requests a stop.

    Returns:
        The folder of the project, which is not open.

    Raises:
        OutputError: If it cannot be written.
    """
    places = projects_folder()
    source, scanned = yield from scan_demo(cancel, places.parent / "example-photographs")
    existing = projects_of(source)
    if existing:
        return existing[0].folder
    folder = free_project_folder(name)
    try:
        places.mkdir(parents=True, exist_ok=True)
        # Beside the folder of the projects, where none that is half made is taken for one.
        with tempfile.TemporaryDirectory(
            prefix=".example-", dir=places.parent, ignore_cleanup_errors=True
        ) as staging:
            unfinished = Path(staging) / folder.name
            _fill_example(unfinished, name, source, scanned)
            shutil.move(unfinished, folder)
    except OSError as error:
        raise OutputError(
            Message(
                "The example cannot be written to {folder}: {reason}.",
                folder=folder,
                reason=error.strerror or error,
            ),
            hint="See whether the disk has room and you may write to the project.",
            details=repr(error),
        ) from error
    return folder


def _fill_example(folder: Path, name: str, source: Source, scanned: ScannedSource) -> None:
    stored = resources_folder() / "example"
    facts = json.loads((stored / "run.json").read_text("utf-8"))
    facts["settings"]["source"] = str(source.folder)
    properties = source_facts(name, source)
    files = ProjectFolder.create(folder, properties, scanned.table, scanned.quarantined)
    project = Project(files)
    try:
        with np.load(stored / "arrays.npz", allow_pickle=False) as arrays:
            write_run(folder, facts["number"], arrays)
        project.accept(TrainOutcome(facts["number"], facts, scanned.quarantined))
        replay_steps(project, logged_steps(stored / "decisions.txt"))
    finally:
        project.close()


def source_facts(name: str, source: Source) -> dict[str, object]:
    """The properties of a new project."""
    return {
        "name": name,
        "source": {k: None if v is None else str(v) for k, v in asdict(source).items()},
        "created": dt.datetime.now().astimezone().isoformat(timespec="seconds"),
    }


def open_project(folder: Path, may_read: MayRead | None = None) -> Project:
    """Opens a project; for reading only if it is open elsewhere or cannot be written.

    Args:
        folder: Folder of the project.
        may_read: Called if this user has not opened the project with these images before: it may
            come from somebody else, and name any folder. No image has been read by then. None
            for a caller that has asked already.

    Raises:
        ProjectError: If there is no project, or it cannot be used.
        Cancelled: If `may_read` returns False.
    """
    files = ProjectFolder.open(folder)
    try:
        _confirm_images(files, may_read)
    except BaseException:
        files.close()
        raise
    project = opened(files)
    remember_project(project)
    return project


def refuse_images(places: tuple[Path, ...]) -> bool:
    """Refuses to read images without a window to ask in.

    Raises:
        ProjectError: Always; says how to allow it.
    """
    raise ProjectError(
        Message(
            "The project was not opened here before, and would read its images and labels from "
            "{places}.",
            places=", ".join(map(str, places)),
        ),
        hint="If these are the images that you mean, add --trust-images, or open the project once "
        "in the window.",
    )


def _confirm_images(files: ProjectFolder, may_read: MayRead | None) -> None:
    facts = files.facts()
    if may_read is None or knows_images(files.folder, facts):
        return
    folders = [Path(facts["root"])]
    if facts.get("relative_root") is not None:
        folders.append(Path(os.path.normpath(files.folder.absolute() / facts["relative_root"])))
    labels = (moved_source(source_of(facts["source"]), folder).labels for folder in folders)
    own = recalled_files(files.screen(OWN_FILES_STATE)).values()
    places = [*folders, *(path for path in (*labels, *own) if path is not None)]
    if not may_read(tuple(dict.fromkeys(places))):
        raise Cancelled


def opened(files: ProjectFolder) -> Project:
    """The project of opened files, which are closed if they are damaged.

    Raises:
        ProjectError: If they are damaged.
    """
    try:
        return Project(files)
    except AppError:
        files.close()
        raise
    except Exception as error:  # values that no check foresees
        files.close()
        logger.exception("the project %s cannot be used", files.folder)
        raise damaged_project(files.folder, error) from error


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
