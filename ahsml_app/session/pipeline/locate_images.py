"""Finds the images of a project in another folder, after they were moved or on another computer.

A folder is the right one if it holds the same files: at the same relative paths or, where folders
inside were renamed too, anywhere in it. Names alone prove nothing, since many data sets number
their images alike.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ahsml_app.base.errors import InputError
from ahsml_app.base.events import CancelToken, Event, Progress, Stage
from ahsml_app.base.message import Message
from ahsml_app.base.paths import content_hash
from ahsml_app.base.types import SampleTable

MOST_READ = 200
"""Number of files whose content is compared, evenly spread over the project or the folder."""

LEAST_SHARE = 0.1
"""Smallest share of the looked-for files that must be there: the rest may have been deleted."""


@dataclass(frozen=True, slots=True)
class LocatedImages:
    """A folder that holds the images of a project.

    Attributes:
        root: The folder that the paths of the project are relative to.
        checked: Number of images that were looked for.
        same: Number of them that are there with the same content.
    """

    root: Path
    checked: int
    same: int


def locate_images(
    table: SampleTable, folder: Path, cancel: CancelToken | None = None
) -> Generator[Event, None, LocatedImages]:
    """Checks whether a folder, its parent or one of its subfolders holds the images of a project.

    Args:
        table: The samples with the content hashes that are known.
        folder: The folder to look in.
        cancel: Requests a stop.

    Yields:
        Progress.

    Raises:
        InputError: If the images are not there.
        Cancelled: If a stop was requested.
    """
    cancel = cancel or CancelToken()
    rows = range(0, len(table), max(1, len(table) // MOST_READ))
    best = LocatedImages(folder.absolute(), len(rows), 0)
    present = 0
    for root in _candidates(folder.absolute()):
        cancel.check()
        yield Progress(Stage.FINGERPRINT)
        found = [row for row in rows if (root / table.paths[row]).is_file()]
        if len(found) <= best.same:
            continue
        same = sum(_is_same(root, table, row, cancel) for row in found)
        if same > best.same:
            present, best = len(found), LocatedImages(root, len(rows), same)
        if same == len(rows):
            break
    if best.same >= max(1, LEAST_SHARE * len(rows)) and 2 * best.same > present:
        return best
    moved = yield from _by_content(table, folder.absolute(), cancel)
    if moved is not None:
        return moved
    raise InputError(
        Message(
            "Of the images that were looked for in {folder}, {same} of {checked} are there with "
            "the same content.",
            checked=len(rows),
            folder=folder,
            same=best.same,
        ),
        hint="Choose the folder that contains the class folders.",
    )


def _candidates(folder: Path) -> Iterator[Path]:
    """The folder itself, then its subfolders and its parent: people choose one level off."""
    yield folder
    try:
        with os.scandir(folder) as entries:
            yield from sorted(Path(entry.path) for entry in entries if entry.is_dir())
    except OSError:
        return
    yield folder.parent


def _is_same(root: Path, table: SampleTable, row: int, cancel: CancelToken) -> bool:
    """Whether a file has the content of a sample, or the content is unknown."""
    cancel.check()
    known = table.hashes[row] if table.hashes else ""
    try:
        return known in ("", content_hash(root / table.paths[row]))
    except OSError:
        return False


def _by_content(
    table: SampleTable, folder: Path, cancel: CancelToken
) -> Generator[Event, None, LocatedImages | None]:
    """Looks for the contents under any name; None if most of the files are others."""
    from ahsml_app.core.data.walk import list_images

    known = set(table.hashes) - {""}
    if not known:
        return None
    listing = yield from list_images(folder, cancel)
    paths: Sequence[str] = listing.paths[:: max(1, len(listing.paths) // MOST_READ)]
    same = 0
    for number, path in enumerate(paths):
        cancel.check()
        yield Progress(Stage.FINGERPRINT, number, len(paths))
        try:
            same += content_hash(folder / path) in known
        except OSError:
            continue
    return LocatedImages(folder, len(paths), same) if 2 * same > len(paths) else None
