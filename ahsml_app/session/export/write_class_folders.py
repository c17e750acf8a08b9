"""Copies or links the images into one folder per class, for headless runs and exports."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from pathlib import Path

from ahsml_app.base.errors import OutputError
from ahsml_app.base.events import CancelToken, Event, Notice, Progress, Stage
from ahsml_app.base.message import Message
from ahsml_app.base.options.run_options import TreeMode
from ahsml_app.store.class_folders import TreeEntry, write_tree

_FILES_PER_EVENT = 50


def write_class_folders(
    folder: Path, entries: Sequence[TreeEntry], mode: TreeMode, cancel: CancelToken
) -> Generator[Event, None, None]:
    """Copies or links the images; the originals are only read.

    Args:
        folder: Folder of the class folders.
        entries: The files to write.
        mode: Copies, hard links or symbolic links.
        cancel: Checked before every file.

    Yields:
        Progress, and a notice if a link had to become a copy.

    Raises:
        OutputError: If an image cannot be read, or the disk is full.
        Cancelled: If a stop was requested.
    """
    copied, steps = 0, write_tree(folder, entries, mode)
    for number in range(len(entries)):
        cancel.check()
        if number % _FILES_PER_EVENT == 0:
            yield Progress(Stage.WRITE, number, len(entries))
        try:
            copied += not next(steps)
        except OSError as error:
            raise OutputError(
                Message(
                    "The image {source} cannot be exported: {reason}.",
                    source=entries[number].source,
                    reason=error.strerror,
                ),
                hint="See that the file is there and that the disk has room, then export again.",
                details=repr(error),
            ) from error
    yield Progress(Stage.WRITE, len(entries), len(entries))
    if copied:
        yield Notice(
            Message.plural(
                "{count:,} file was copied, because no link to it can be made there.",
                "{count:,} files were copied, because no links to them can be made there.",
                count=copied,
            )
        )
