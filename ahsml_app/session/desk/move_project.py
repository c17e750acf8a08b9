"""Moves a project to another folder; its images stay where they are."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from ahsml_app.base.disk_space import disk_full_message, is_disk_full
from ahsml_app.base.errors import AppError, ProjectError
from ahsml_app.base.events import CancelToken, Event, Notice, Progress, Stage
from ahsml_app.base.message import Message
from ahsml_app.session.project.project import Project
from ahsml_app.store.files.move_folder import copied, removed, renamed
from ahsml_app.store.folder_lock import release_lock
from ahsml_app.store.new_project import DATABASE, LOCK
from ahsml_app.store.project_access import take_project_lock
from ahsml_app.store.project_folder import ProjectFolder


@dataclass(frozen=True, slots=True)
class Move:
    """A project that goes to another folder.

    Attributes:
        folder: Its folder of now.
        target: Its folder to be, which does not exist.
        root: The folder of its images.
    """

    folder: Path
    target: Path
    root: Path


def move_request(project: Project, parent: Path) -> Move:
    """Checks that a project can be moved into a folder.

    Raises:
        ProjectError: If not; says why.
    """
    project.check_writable()
    folder, root = project.folder, project.original.root
    move = Move(folder, parent.absolute() / folder.name, root)
    place = folder.resolve()
    if not parent.is_dir():
        raise ProjectError(
            Message("There is no folder {folder}.", folder=parent), hint="Choose a folder."
        )
    if folder.is_symlink():  # or the link would move, and the project would not
        raise ProjectError(
            Message("{folder} is a link to {place}.", folder=folder, place=place),
            hint="Open the project there to move it.",
        )
    if place == move.target.resolve():
        raise ProjectError(
            Message("The project lies in {folder} already.", folder=parent),
            hint="Choose another folder.",
        )
    if parent.resolve().is_relative_to(place):
        raise ProjectError(
            Message("{folder} is inside the project.", folder=parent),
            hint="Choose a folder outside of it.",
        )
    if root.resolve().is_relative_to(place):
        raise ProjectError(
            Message("The images lie in {folder}, inside the project.", folder=root),
            hint="Close the project, move its whole folder yourself, and open it again.",
        )
    if move.target.exists() or move.target.is_symlink():
        raise ProjectError(
            Message("There is something of this name already: {path}.", path=move.target),
            hint="Choose another folder.",
        )
    return move


def move_project(move: Move, cancel: CancelToken | None = None) -> Generator[Event, None, Path]:
    """Moves a closed project.

    On one disk it has its new place at once. Otherwise it is copied, compared, and removed.

    Args:
        move: What goes where.
        cancel: Requests a stop, which leaves the project where it is.

    Yields:
        Progress, and a notice if something is left behind.

    Returns:
        The new folder.

    Raises:
        ProjectError: If the project is open elsewhere, or cannot be moved; it is where it was.
        Cancelled: If a stop was requested.
    """
    cancel = cancel or CancelToken()
    yield Progress(Stage.WRITE)
    lock, obstacle = take_project_lock(move.folder)
    if lock is None:
        raise obstacle or ProjectError("The project is open elsewhere.")
    held = True
    try:
        if sys.platform == "win32":  # which moves no folder with an open file
            release_lock(lock, remove=True)
            held = False
        at_once = renamed(move.folder, move.target)
        if at_once:
            with contextlib.suppress(OSError):
                (move.target / LOCK).unlink()  # while held, so that no process takes it
        else:
            with contextlib.closing(copied(move.folder, move.target, LOCK)) as steps:
                for done, total in steps:
                    yield Progress(Stage.WRITE, done, total)
                    cancel.check()
    except OSError as error:
        full = is_disk_full(error)
        reason = error.strerror or str(error)
        raise ProjectError(
            disk_full_message(move.target)
            if full
            else Message(
                "The project cannot be moved to {place}: {reason}.",
                place=move.target,
                reason=reason,
            ),
            hint="It is where it was. Choose another folder.",
        ) from error
    finally:
        if held:
            release_lock(lock, remove=True)
    with contextlib.suppress(AppError):  # the images are found by their whole path
        _keep_images(move)
    if not at_once and not removed(move.folder, DATABASE):
        text = Message("A part of the old folder is left: {folder}.", folder=move.folder)
        yield Notice(text, "warning")
    return move.target


def _keep_images(move: Move) -> None:
    """Notes where the images are, seen from the new folder."""
    files = ProjectFolder.open(move.target)
    try:
        if not files.read_only:
            files.set_root(move.root)
    finally:
        files.close()
