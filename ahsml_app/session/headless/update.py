"""Updates a project from its image folder, without a window."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ahsml_app.base.events import CancelToken, Event
from ahsml_app.base.message import Message
from ahsml_app.session.pipeline.update_project import update_project
from ahsml_app.session.project.library import open_project, refuse_images, update_request


@dataclass(frozen=True, slots=True)
class UpdateSummary:
    """The summary of an update, for its closing lines.

    Attributes:
        project: Folder of the project.
        images: Images in the project after the update, missing ones included.
        counts: Number of images by what became of them, as in `FolderChanges.counts`.
        changes: The same as one line.
        reopened: Decisions that no longer count, because the content of their files has changed.
        embedded: Images that features were extracted from.
        judged: Images with scores by the models of the newest training.
    """

    project: Path
    images: int
    counts: Mapping[str, int]
    changes: Message
    reopened: int
    embedded: int
    judged: int


def update_job(
    folder: Path, cancel: CancelToken | None = None, *, trust_images: bool = False
) -> Generator[Event, None, UpdateSummary]:
    """Takes in what changed in the image folder of a project.

    Args:
        folder: Folder of the project.
        cancel: Requests that the update stop.
        trust_images: Reads the images of a project that this user has not opened before.

    Yields:
        Progress and notices.

    Raises:
        AppError: With a message and a hint; the project is as before.
        Cancelled: If a stop was requested; the project is as before.
    """
    project = open_project(folder, None if trust_images else refuse_images)
    try:
        project.check_writable()
        decided = int((project.kinds != 0).sum())
        outcome = yield from update_project(update_request(project), cancel)
        project = project.accept_update(outcome)
        return UpdateSummary(
            folder,
            len(project.table),
            outcome.changes.counts,
            outcome.changes.summary(),
            decided - int((project.kinds != 0).sum()),
            outcome.embedded,
            outcome.judged,
        )
    finally:
        project.close()
