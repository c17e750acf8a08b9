"""Lists the image files under a folder: fast, in a fixed order, without looping."""

from __future__ import annotations

import heapq
import os
import time
from collections import Counter
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path

from ahsml_app.base.errors import InputError
from ahsml_app.base.events import CancelToken, Event, Progress, Stage
from ahsml_app.base.message import Message
from ahsml_app.base.paths import holds_results
from ahsml_app.base.types import Quarantined
from ahsml_app.core.data.decode import describe_os_error, is_image_name
from ahsml_app.core.data.formats.image_kinds import MAGIC_BYTES, foreign_reason, is_read
from ahsml_app.core.data.lost_folder import check_not_lost

_PROGRESS_SECONDS = 0.1
# What network drives, file managers, bins and archives put among the images: copies and remains.
_NEVER_CLASSES = frozenset(
    {"@eadir", "#recycle", "#snapshot", "$recycle.bin", "system volume information", "__macosx"}
    | {"lost+found", "@recycle", "@recently-snapshot", "@tmp", "recycler", "found.000"}
    | {"network trash folder", "temporary items", "__pycache__"}
)


@dataclass(slots=True)
class Listing:
    """The files under a folder.

    Attributes:
        paths: Relative paths of the images, forward slashes, sorted by code point.
        quarantined: Unusable files and folders, with the reason.
        ignored: Number of other files, by suffix.
        skipped_links: Links to folders that are listed already under another path.
        skipped_results: Folders with results of this program, whose images are copies.
        skipped_folders: Hidden folders, and those of systems and programs.
        empty_folders: The highest folders below which there is no image, nor what looks like one.
    """

    paths: list[str] = field(default_factory=list)
    quarantined: list[Quarantined] = field(default_factory=list)
    ignored: Counter[str] = field(default_factory=Counter)
    skipped_links: list[str] = field(default_factory=list)
    skipped_results: list[str] = field(default_factory=list)
    skipped_folders: list[str] = field(default_factory=list)
    empty_folders: list[str] = field(default_factory=list)


def list_images(root: Path, cancel: CancelToken | None = None) -> Generator[Event, None, Listing]:
    """Finds the images under a folder by their suffix, without decoding them.

    Of a file without a suffix, and of one that is named like an image of a kind that is not read,
    the first bytes are read: they tell what it is. Hidden files and folders (leading dot) are
    skipped, and folders that systems and programs make. Links are followed. Each real folder is
    listed once, under its own path if that lies inside `root`, so no link can loop or make one
    image count twice. A folder inside `root` that holds results of this program is skipped,
    because its class folders hold the same images once more.

    Args:
        root: The folder.
        cancel: Asks to stop.

    Yields:
        Progress with an unknown total.

    Returns:
        The listing.

    Raises:
        InputError: If `root` itself cannot be listed, or not until the end.
        Cancelled: When asked to stop.
    """
    listing = Listing()
    seen: set[tuple[int, int]] = set()
    folders, links, listed = [""], list[str](), list[str]()
    reported = time.monotonic()
    while folders or links:
        if cancel is not None:
            cancel.check()
        # Links are followed after all real folders, because a folder's real path takes precedence.
        is_link = not folders
        relative = heapq.heappop(links) if is_link else folders.pop()
        if _is_new(root, relative, seen, listing, is_link=is_link):
            if relative and holds_results(root / relative):
                listing.skipped_results.append(relative)
                continue
            listed.append(relative)
            inner_folders, inner_links = _list_one(root, relative, listing)
            folders += inner_folders
            for link in inner_links:
                heapq.heappush(links, link)  # by name, because the disk's order may vary
        if time.monotonic() - reported >= _PROGRESS_SECONDS:
            reported = time.monotonic()
            yield Progress(Stage.SCAN, len(listing.paths), 0)
    if listing.quarantined:
        check_not_lost(root)
    listing.paths.sort()
    listing.empty_folders = _empty(listed, listing)
    listing.skipped_results.sort()
    listing.skipped_folders.sort()
    listing.quarantined.sort(key=lambda item: item.path)
    return listing


def _empty(folders: list[str], listing: Listing) -> list[str]:
    """The highest of the folders without an image."""
    filled = {""}
    for path in (*listing.paths, *(item.path for item in listing.quarantined)):
        while (path := path.rpartition("/")[0]) not in filled:
            filled.add(path)
    inside = {*listing.skipped_folders, *listing.skipped_results, *listing.skipped_links}
    holds_skipped = {path.rpartition("/")[0] for path in inside}
    return sorted(
        folder
        for folder in folders
        if folder not in filled
        and folder not in holds_skipped
        and folder.rpartition("/")[0] in filled
    )


def is_never_class(name: str) -> bool:
    """Whether a file or folder is hidden, or one that systems and programs make."""
    return name.startswith(".") or name.casefold() in _NEVER_CLASSES


def printable(path: str) -> str:
    r"""Makes a path encodable as UTF-8: bytes that are not UTF-8 become `\xNN`."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _is_new(
    root: Path, relative: str, seen: set[tuple[int, int]], listing: Listing, *, is_link: bool
) -> bool:
    try:
        status = (root / relative).stat()
    except OSError as error:
        _refuse(relative, error, listing)
        return False
    identity = (status.st_dev, status.st_ino)
    if identity in seen:
        if is_link:
            listing.skipped_links.append(relative)
        return False
    seen.add(identity)
    return True


def _list_one(root: Path, relative: str, listing: Listing) -> tuple[list[str], list[str]]:
    """Adds one folder's images to the listing; returns its folders and its links to folders."""
    folders: list[str] = []
    links: list[str] = []
    try:
        with os.scandir(root / relative) as entries:
            for entry in entries:
                path = f"{relative}/{entry.name}" if relative else entry.name
                if is_never_class(entry.name):
                    if _is_folder(entry):
                        listing.skipped_folders.append(printable(path))
                elif not _can_be_written(path):
                    reason = Message("its name is not valid UTF-8; rename it")
                    listing.quarantined.append(Quarantined(printable(path), reason))
                elif _is_folder(entry):
                    (links if entry.is_symlink() else folders).append(path)
                else:
                    _add_file(entry, path, listing)
    except OSError as error:
        _refuse(relative, error, listing)
    return folders, links


def _add_file(entry: os.DirEntry[str], path: str, listing: Listing) -> None:
    if not is_listed(entry):
        suffix = Path(entry.name).suffix.lower()
        reason = foreign_reason(suffix)
        if reason is None:
            listing.ignored[suffix or "no suffix"] += 1
        else:
            listing.quarantined.append(Quarantined(path, reason))
        return
    try:
        if entry.is_file():
            listing.paths.append(path)
        elif entry.is_symlink():
            listing.quarantined.append(
                Quarantined(path, Message("it is a link that leads nowhere"))
            )
        else:  # opening a pipe, socket or device could block
            listing.quarantined.append(Quarantined(path, Message("it is not a regular file")))
    except OSError as error:
        listing.quarantined.append(Quarantined(path, describe_os_error(error)))


def is_listed(entry: os.DirEntry[str]) -> bool:
    """Whether a file counts as an image, by its name or, where that says nothing, its bytes."""
    if is_image_name(entry.name):
        return True
    suffix = Path(entry.name).suffix.lower()
    return not (suffix and foreign_reason(suffix) is None) and is_read(suffix, _first_bytes(entry))


def _first_bytes(entry: os.DirEntry[str]) -> bytes:
    """Returns what tells the kind of a file; nothing where it cannot be read."""
    try:
        if not entry.is_file():  # opening a pipe could block
            return b""
        with open(entry.path, "rb") as stream:  # noqa: PTH123 - many files, quick
            return stream.read(MAGIC_BYTES)
    except OSError:
        return b""


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _can_be_written(path: str) -> bool:
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _refuse(relative: str, error: OSError, listing: Listing) -> None:
    reason = describe_os_error(error)
    if not relative:
        raise InputError(
            Message("The image folder cannot be listed: {reason}.", reason=reason),
            hint="Check the folder's permissions.",
            details=repr(error),
        ) from error
    listing.quarantined.append(
        Quarantined(relative, Message("the folder cannot be listed: {reason}", reason=reason))
    )
