"""The folder of a project that holds the checkpoints of a training until it is recorded."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

from ahsml_app.base.disk_space import disk_full_message, is_disk_full
from ahsml_app.base.errors import ProjectError
from ahsml_app.base.message import Message
from ahsml_app.base.paths import holds_results
from ahsml_app.store.files.safe_folder import SafeFolder

TRAINING = "training"

_NAMES = ("training.json", "engines.json")
_SUFFIXES = (".safetensors", ".bin", ".keys", ".rows", ".tmp")


def training_folder(project: Path) -> Path:
    """The folder of the checkpoints of a training, made if needed, without any link in it.

    Raises:
        ProjectError: If it is a link itself, or cannot be made.
    """
    folder = SafeFolder(project)
    try:
        path = folder.make_folder(TRAINING)
        folder.remove_links(TRAINING)
    except OSError as error:
        raise ProjectError(
            disk_full_message(project)
            if is_disk_full(error)
            else Message("{path} cannot be made: {reason}.", path=project / TRAINING, reason=error),
            hint="See whether the disk has room and you may write to the project.",
            details=repr(error),
        ) from error
    return path


def checkpoint_files(project: Path) -> Iterator[Path]:
    """The files that a training has left; what a person keeps among them is not ours.

    Raises:
        ProjectError: If the folder is a link.
    """
    for parent, folders, files in os.walk(SafeFolder(project).path(TRAINING)):
        if holds_results(Path(parent)):  # somebody has exported to it
            folders.clear()
        else:
            yield from (Path(parent, name) for name in files if _is_checkpoint(name))


def remove_checkpoints(project: Path) -> None:
    """Removes the checkpoints of a training that is recorded, and folders that are empty then."""
    with contextlib.suppress(OSError, ProjectError):
        for path in list(checkpoint_files(project)):
            path.unlink()
        for parent, _, _ in os.walk(project / TRAINING, topdown=False):
            with contextlib.suppress(OSError):  # it holds other files
                Path(parent).rmdir()


def _is_checkpoint(name: str) -> bool:
    """Whether a training writes a file of this name; temporary arrays have no suffix."""
    return name in _NAMES or name.endswith(_SUFFIXES) or re.fullmatch(r"tmp\w+", name) is not None
