"""Checks every file of a project, and repairs what is damaged without losing a decision."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ahsml_app.base.disk_space import disk_full_message, is_disk_full
from ahsml_app.base.errors import ProjectError
from ahsml_app.base.message import Message
from ahsml_app.session.project.library import opened
from ahsml_app.session.project.stored_runs import sound_runs
from ahsml_app.store.decision_log import broken_lines
from ahsml_app.store.files.backups import backup_names, check_backup, set_backup_aside
from ahsml_app.store.files.database_checks import LOGS
from ahsml_app.store.files.safe_folder import SafeFolder
from ahsml_app.store.files.training_arrays import RUNS, check_digests
from ahsml_app.store.folder_lock import release_lock
from ahsml_app.store.new_project import DATABASE
from ahsml_app.store.project_access import take_project_lock
from ahsml_app.store.project_folder import ProjectFolder, is_project
from ahsml_app.store.salvage import rebuild_database

_REBUILT = f".{DATABASE}"


@dataclass(frozen=True, slots=True)
class ProjectCheck:
    """What a check has found.

    Attributes:
        project: Folder of the project.
        images: Number of images; 0 if the project cannot be opened.
        decided: Number of images with a decision.
        steps: Number of steps that can be undone or redone.
        trainings: Number of trainings that can be used.
        backups: Number of backups of the journal.
        problems: What is wrong.
        repaired: What was done about it; empty for a check alone.
    """

    project: Path
    images: int
    decided: int
    steps: int
    trainings: int
    backups: int
    problems: tuple[Message, ...]
    repaired: tuple[Message, ...] = ()


def check_project(folder: Path) -> ProjectCheck:
    """Checks every page, row, property and array of a project and its backups; writes nothing.

    Raises:
        ProjectError: If there is no project.
    """
    safe = SafeFolder(folder)
    names = backup_names(safe)
    if not (is_project(folder) or names):
        raise ProjectError(
            Message("There is no project in {folder}.", folder=folder),
            hint="A project folder holds a file project.sqlite.",
        )
    problems = [
        Message("The backup {name} is damaged.", name=n) for n in names if not check_backup(safe, n)
    ]
    try:
        project = opened(ProjectFolder.inspect(folder))
    except ProjectError as error:
        return ProjectCheck(folder, 0, 0, 0, 0, len(names), (error.message, *problems))
    with contextlib.closing(project):
        problems = [*project.damage, *problems, *broken_lines(project.log())]
        for facts in project.runs():
            try:
                check_digests(folder, facts["number"])
            except ProjectError as error:
                problems.append(error.message)
        decided = int((project.kinds != 0).sum())
        return ProjectCheck(
            folder,
            len(project.table),
            decided,
            len(project.steps()),
            len(project.runs()),
            len(names),
            tuple(problems),
        )


def repair_project(folder: Path) -> ProjectCheck:
    """Repairs a project; keeps every decision that can be read, and what was damaged beside it.

    Returns:
        The check after the repair, with what was wrong before, and what was done.

    Raises:
        ProjectError: If there is no project, it is open or newer, or nothing can be read.
    """
    before = check_project(folder)
    if not before.problems:
        return before
    lock, obstacle = take_project_lock(folder)
    if lock is None:
        raise obstacle or ProjectError("The project is locked.")
    try:
        repaired = [
            *_repaired_database(folder),
            *_repaired_backups(folder),
            *_repaired_trainings(folder),
        ]
    except OSError as error:
        raise ProjectError(
            disk_full_message(folder)
            if is_disk_full(error)
            else Message(
                "{path} cannot be repaired: {reason}.", path=folder, reason=error.strerror
            ),
            hint="Copy the project to a disk with room where you may write, and repair it there.",
            details=repr(error),
        ) from error
    finally:
        release_lock(lock, remove=True)
    after = check_project(folder)
    return replace(after, repaired=tuple(repaired))


def _repaired_database(folder: Path) -> Iterator[Message]:
    """Rebuilds a database that cannot be used, or whose decision log is broken."""
    try:
        project = opened(ProjectFolder.inspect(folder))
        with contextlib.closing(project):
            if not list(broken_lines(project.log())):
                return
    except ProjectError:
        pass
    used_backup = rebuild_database(folder, DATABASE, _REBUILT)
    opened(ProjectFolder.inspect(folder, _REBUILT)).close()  # or the damaged one stays
    safe = SafeFolder(folder)
    number = 1 + sum(f"{DATABASE}.damaged-" in name for name in safe.names())
    kept = f"{DATABASE}.damaged-{number}"
    ends = [end for end in ("", *LOGS) if safe.is_file(DATABASE + end)]
    for end in ends:
        safe.copy(DATABASE + end, kept + end)
    for log in filter(None, ends):  # which SQLite would take for those of the new database
        safe.remove(DATABASE + log)
    safe.rename(_REBUILT, DATABASE)
    if ends:
        yield Message("The database was rebuilt; the damaged one is {name}.", name=kept)
    if used_backup:
        yield Message("What could not be read was taken from a backup.")


def _repaired_backups(folder: Path) -> Iterator[Message]:
    """Sets the damaged backups aside, after what can be read of them was used."""
    safe = SafeFolder(folder)
    for name in backup_names(safe):
        if not check_backup(safe, name):
            yield Message(
                "The damaged backup {name} was set aside as {aside}.",
                name=name,
                aside=set_backup_aside(safe, name),
            )


def _repaired_trainings(folder: Path) -> Iterator[Message]:
    """Sets the trainings aside that cannot be used."""
    safe = SafeFolder(folder)
    files = ProjectFolder.open_locked(folder)
    with contextlib.closing(files):
        sound, _ = sound_runs(files, len(files.table()))
        usable = {facts["number"] for facts in sound}
        for number in [run["number"] for run in files.runs()]:
            try:
                check_digests(folder, number)
            except ProjectError:
                usable.discard(number)
            if number in usable:
                continue
            files.forget_run(number)
            name = f"{RUNS}/{number:04d}"
            if safe.is_folder(name):
                safe.remove(f"{name}-damaged")
                safe.rename(name, f"{name}-damaged")
            yield Message(
                "Training {number} was set aside. Train again to get its scores.", number=number
            )
