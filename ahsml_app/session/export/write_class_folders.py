"""Copies or links the images into one folder per class, for headless runs and exports."""

from __future__ import annotations

import os
from collections.abc import Generator, Sequence
from pathlib import Path

from ahsml_app.base.errors import OutputError
from ahsml_app.base.events import CancelToken, Event, Notice, Progress, Stage
from ahsml_app.base.message import Message, some
from ahsml_app.base.options.output_options import TreeMode
from ahsml_app.store.class_folders import TreeEntry, class_folder_names, write_tree

_FILES_PER_EVENT = 50


def write_class_folders(
    folder: Path, entries: Sequence[TreeEntry], mode: TreeMode, cancel: CancelToken
) -> Generator[Event, None, dict[str, str]]:
    """Copies or links the images and reads them back; the originals are only read.

    Args:
        folder: Folder of the class folders; new.
        entries: The files to write.
        mode: Copies, hard links or symbolic links.
        cancel: Checked before every file.

    Yields:
        Progress, and a notice if a link had to become a copy.

    Returns:
        The content hash of each copy, by its path relative to the folder above.

    Raises:
        OutputError: If an image cannot be read, the disk is full, or the folder does not hold
            what was written.
        Cancelled: If a stop was requested.
    """
    digests: dict[str, str] = {}
    copied, steps = 0, write_tree(folder, entries, mode)
    for number in range(len(entries)):
        cancel.check()
        if number % _FILES_PER_EVENT == 0:
            yield Progress(Stage.WRITE, number, len(entries))
        try:
            written = next(steps)
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
        copied += not written.as_asked
        if written.digest:
            digests[f"{folder.name}/{written.target}"] = written.digest
    _check_count(folder, len(entries))
    yield Progress(Stage.WRITE, len(entries), len(entries))
    if copied:
        yield Notice(
            Message.plural(
                "{count:,} file was copied, because no link to it can be made there.",
                "{count:,} files were copied, because no links to them can be made there.",
                count=copied,
            )
        )
    return digests


def renamed_classes(labels: Sequence[str]) -> Message | None:
    """Says which classes have a folder of another name; None if all have their own.

    Args:
        labels: The label of each image; empty for none.
    """
    folders = class_folder_names(sorted(set(labels) - {""}))
    changed = [f"{label} → {name}" for label, name in folders.items() if label != name]
    if not changed:
        return None
    return Message.plural(
        "The folder of {count:,} class has another name, since some file system could not hold "
        "its own: {names}.",
        "The folders of {count:,} classes have other names, since some file system could not "
        "hold their own: {names}.",
        count=len(changed),
        names=some(changed),
    )


def _check_count(folder: Path, count: int) -> None:
    """Counts the files: a file system may hold two names to be one.

    Raises:
        OutputError: Some are missing.
    """
    there = sum(len(files) for _, _, files in os.walk(folder))
    if there != count:
        raise OutputError(
            Message(
                "The class folders do not hold all files after they were written: "
                "{there:,} of {count:,}.",
                there=there,
                count=count,
            ),
            hint="Check that disk, or export to another one.",
        )
