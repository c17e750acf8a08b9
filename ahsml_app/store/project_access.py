"""Who may write a project: takes its lock, and opens its database accordingly."""

from __future__ import annotations

from pathlib import Path

from filelock import FileLock

from ahsml_app.base.disk_space import disk_full_message, is_disk_full
from ahsml_app.base.errors import ProjectError, ProjectHeldError
from ahsml_app.base.message import Message
from ahsml_app.store.database import (
    WRITE_BYTES,
    DatabaseNotWritableError,
    open_copy,
    open_database,
)
from ahsml_app.store.files.database_checks import ProjectConnection
from ahsml_app.store.folder_lock import take_lock
from ahsml_app.store.new_project import DATABASE, LOCK


def take_project_lock(folder: Path) -> tuple[FileLock | None, ProjectError | None]:
    """The lock, or why nothing can be written."""
    try:
        lock = take_lock(folder / LOCK)
    except OSError as error:
        return None, _not_writable(folder, error)
    if lock is not None:
        return lock, None
    return None, ProjectHeldError(
        Message(
            "The project {name} is open in another window, so nothing can be changed.",
            name=folder.name,
        ),
        hint="Close the other window, then open the project again.",
    )


def open_project_database(
    folder: Path, obstacle: ProjectError | None
) -> tuple[ProjectConnection, ProjectError | None]:
    """The database, for writing if there is no obstacle; and the obstacle."""
    held = isinstance(obstacle, ProjectHeldError)
    if obstacle is None or held:
        try:
            return open_database(folder / DATABASE, read_only=held), obstacle
        except DatabaseNotWritableError as error:
            obstacle = obstacle or _not_writable(folder, error)
    return open_copy(folder / DATABASE), obstacle


def _not_writable(folder: Path, error: OSError | DatabaseNotWritableError) -> ProjectError:
    full = error.full if isinstance(error, DatabaseNotWritableError) else is_disk_full(error)
    return ProjectError(
        disk_full_message(folder, WRITE_BYTES)
        if full
        else Message("The project {folder} cannot be written.", folder=folder),
        hint="It is open for reading, and can be exported. To decide, make room on that disk, and "
        "open the project again."
        if full
        else "It is open for reading, and can be exported. To decide, copy its folder to a place "
        "where you may write, and open that.",
        details=repr(error),
    )
