"""Finds what became of a project's images: new, renamed, changed, missing, or there again.

A file is the same image as long as its content is: by path first, then by content hash anywhere in
the folder. So moved and renamed files keep their decisions, and a file that was replaced does not.
"""

from __future__ import annotations

import contextlib
import os
from collections import defaultdict
from collections.abc import Collection, Generator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PureWindowsPath

import numpy as np

from ahsml_app.base.events import CancelToken, Event, Notice, relay
from ahsml_app.base.folder_changes import FolderChanges, SampleState
from ahsml_app.base.options.run_options import Source
from ahsml_app.base.types import UNLABELLED, Int8Array, Quarantined, SampleTable
from ahsml_app.core.data.split_folders import FIRST_FOLDER_PATTERN
from ahsml_app.session.pipeline.stages import content_hashed


@dataclass(frozen=True, slots=True)
class FolderListing:
    """The image folder of a project as it is now.

    Attributes:
        table: The images that belong to the project, with content hashes; their labels are those of
            now.
        others: Content hash of each image that the manifest does not list, by its path: a sample
            that was renamed may be among them.
        unreadable: Paths of images that are there, but cannot be read.
        quarantined: Files set aside.
    """

    table: SampleTable
    others: Mapping[str, str]
    unreadable: frozenset[str]
    quarantined: tuple[Quarantined, ...]


def check_folder(
    table: SampleTable, states: Int8Array, source: Source, cancel: CancelToken | None = None
) -> Generator[Event, None, FolderChanges]:
    """Compares the samples of a project with its image folder; writes nothing.

    Files whose size and time have not changed are not read again.

    Args:
        table: The samples with their given labels and the content hashes that are known.
        states: (N,) `SampleState` of each.
        source: Where the images and labels are now; without a manifest that is gone.
        cancel: Requests a stop.

    Yields:
        Progress.

    Raises:
        InputError: If the folder is gone, or holds no image at all.
        LabelsError: If the labels cannot be used.
        Cancelled: If a stop was requested.
    """
    listing = yield from _list_folder(table, source, cancel)
    return compare(table, states, listing)


def compare(table: SampleTable, states: Int8Array, listing: FolderListing) -> FolderChanges:
    """Compares the samples of a project with the listing of its folder.

    Args:
        table: The samples with their given labels and the content hashes that are known.
        states: (N,) `SampleState` of each.
        listing: The folder as it is now.
    """
    files = {**dict(zip(listing.table.paths, listing.table.hashes, strict=True)), **listing.others}
    known = table.hashes or ("",) * len(table)
    paths = {  # of every sample that is there
        row: path
        for row, path in enumerate(table.paths)
        if path in listing.unreadable or (path in files and known[row] in ("", files[path]))
    }
    free = files.keys() - paths.values()
    # Of two samples with one content, the one that was there last time has the file.
    order = sorted(
        (row for row in range(len(table)) if row not in paths),
        key=lambda row: (states[row] == SampleState.MISSING, row),
    )
    with_hash = [row for row in order if known[row]]
    renamed = _renamed(with_hash, table, {path: files[path] for path in free})
    paths |= renamed
    free -= set(renamed.values())
    changed = {row: files[table.paths[row]] for row in order if table.paths[row] in free}
    changed = {row: digest for row, digest in changed.items() if row not in renamed}
    paths |= {row: table.paths[row] for row in changed}
    free -= {table.paths[row] for row in changed}
    missing = [row for row in range(len(table)) if row not in paths]
    new = _new_samples(table, listing.table, free)
    taken = {*paths.values(), *new.paths}
    return FolderChanges(
        new=new,
        renamed=renamed,
        displaced={
            row: _free_name(table.paths[row], row, taken)
            for row in missing
            if table.paths[row] in taken
        },
        changed=changed,
        missing=tuple(row for row in missing if states[row] != SampleState.MISSING),
        returned=tuple(sorted(row for row in paths if states[row] == SampleState.MISSING)),
        relabelled=_relabelled(table, listing.table, paths),
        hashes={r: files[p] for r, p in paths.items() if not known[r] and p in files},
        quarantined=listing.quarantined,
    )


def moved_source(source: Source, root: Path) -> Source:
    """The source of a project whose images are in another folder than when it was made.

    A manifest that is gone is looked for beside the images, by its place or else by its name.

    Args:
        source: The source that the project was made from, perhaps on another system.
        root: Where the images are now.

    Returns:
        The source of now; its `labels` may name a file that does not exist.
    """
    if source.labels is None or source.labels.is_file():
        return replace(source, folder=root)
    name = PureWindowsPath(str(source.labels)).name  # reads both kinds of slashes
    places = [root / name, root.parent / name]
    if source.labels.is_absolute() and source.folder.is_absolute():
        with contextlib.suppress(ValueError):  # on another drive
            places.insert(0, root / os.path.relpath(source.labels, source.folder))
    labels = next((place for place in places if place.is_file()), source.labels)
    return replace(source, folder=root, labels=Path(os.path.normpath(labels)))


def _list_folder(
    table: SampleTable, source: Source, cancel: CancelToken | None
) -> Generator[Event, None, FolderListing]:
    from ahsml_app.core.data.scan import scan
    from ahsml_app.core.data.walk import list_images

    if source.labels is None and source.class_from is None and "split" not in table.columns:
        # When the project was made, the first folder was the class, whatever came to it since.
        source = replace(source, class_from=FIRST_FOLDER_PATTERN)
    # The user has read the notices when the project was made.
    scanned = yield from relay(scan(source, cancel), _without_notices)
    listed, unreadable = yield from content_hashed(scanned.table, cancel)
    quarantined = (*scanned.quarantined, *unreadable)
    others: dict[str, str] = {}
    if source.labels is not None and not set(table.paths) <= set(scanned.table.paths):
        images = yield from list_images(source.folder, cancel)
        unlisted = sorted(set(images.paths) - set(scanned.table.paths))
        unlabelled = np.full(len(unlisted), UNLABELLED, dtype=np.int64)
        further = SampleTable(source.folder, tuple(unlisted), unlabelled, ())
        further, _ = yield from content_hashed(further, cancel)
        others = dict(zip(further.paths, further.hashes, strict=True))
    return FolderListing(listed, others, frozenset(i.path for i in unreadable), quarantined)


def _without_notices(event: Event) -> tuple[Event, ...]:
    return () if isinstance(event, Notice) else (event,)


def _renamed(rows: list[int], table: SampleTable, free: Mapping[str, str]) -> dict[int, str]:
    """New path of each sample whose content is in a file that no sample has."""
    wanted = {table.hashes[row] for row in rows}
    by_hash: dict[str, list[str]] = defaultdict(list)
    for path in sorted(free):
        if free[path] in wanted:
            by_hash[free[path]].append(path)
    renamed: dict[int, str] = {}
    for row in rows:
        candidates = by_hash[table.hashes[row]]
        if candidates:
            name = table.paths[row].rpartition("/")[2]
            renamed[row] = next((p for p in candidates if p.endswith(f"/{name}")), candidates[0])
            candidates.remove(renamed[row])
    return renamed


def _new_samples(table: SampleTable, now: SampleTable, free: Collection[str]) -> SampleTable:
    """The samples of `now` at these paths, with the classes of the project and new ones."""
    rows = np.array([row for row, path in enumerate(now.paths) if path in free], dtype=np.intp)
    selected = now.select(rows)
    texts = [selected.label_name(row) for row in range(len(selected))]
    names = (*table.class_names, *sorted(set(now.class_names) - set(table.class_names)))
    index = {name: number for number, name in enumerate(names)} | {"": UNLABELLED}
    labels = np.array([index[text] for text in texts], dtype=np.int64)
    return replace(selected, labels=labels, class_names=names)


def _relabelled(table: SampleTable, now: SampleTable, paths: Mapping[int, str]) -> dict[int, str]:
    """The given label of now of each sample where it is another one than before."""
    rows = {path: row for row, path in enumerate(now.paths)}
    pairs = ((row, rows[path]) for row, path in paths.items() if path in rows)
    labels = ((row, table.label_name(row), now.label_name(other)) for row, other in pairs)
    return {row: after for row, before, after in labels if before != after}


def _free_name(path: str, row: int, taken: Collection[str]) -> str:
    """A name for a missing image whose path another image has; no file has this name."""
    name = f"{path} (gone, {row})"
    while name in taken:
        name += "'"
    return name
