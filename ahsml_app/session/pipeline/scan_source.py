"""Scans an image folder before a project is created from it."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ahsml_app.base.events import CancelToken, Event, Notice
from ahsml_app.base.message import Message
from ahsml_app.base.options.run_options import Source
from ahsml_app.base.types import UNLABELLED, IntArray, Quarantined, SampleTable
from ahsml_app.core.data.sole_folder import class_folders_in
from ahsml_app.core.data.split_folders import FIRST_FOLDER_PATTERN, read_split_folders
from ahsml_app.session.pipeline.unpack import Unpacked, unpacked_source

__all__ = [
    "FIRST_FOLDER_PATTERN",
    "ScannedSource",
    "class_of_path",
    "enter_or_scan",
    "manifest_columns",
    "opened_source",
    "scan_source",
    "source_inside",
]


@dataclass(frozen=True, slots=True)
class ScannedSource:
    """The result of scanning a source.

    Attributes:
        table: The samples, without content hashes.
        quarantined: Files set aside.
        notices: Messages for the user.
        class_counts: (K,) images of each class.
        examples: Relative path of one image of each class.
        has_splits: Whether the first folders are splits above class folders, which are the classes
            unless the source says otherwise.
        has_planes: Whether there are files of several pages or channels.
    """

    table: SampleTable
    quarantined: tuple[Quarantined, ...]
    notices: tuple[Message, ...]
    class_counts: IntArray
    examples: tuple[str, ...]
    has_splits: bool = False
    has_planes: bool = False


def opened_source(source: Source, out: Path, cancel: CancelToken) -> Generator[Event, None, Source]:
    """Returns the source whose folder holds the class folders, unpacked if it is an archive.

    Args:
        source: Image folder or archive.
        out: What is written later; an archive is unpacked beside it.
        cancel: Requests a stop.

    Yields:
        Progress, and notices of what was unpacked and which folder is read.

    Raises:
        InputError: If an archive cannot be read.
        OutputError: If it cannot be unpacked there.
        Cancelled: If a stop was requested.
    """
    source = yield from unpacked_source(source, out, cancel)
    inside = source_inside(source)
    for notice in inside.notices:
        yield Notice(notice)
    return inside.source


def source_inside(source: Source) -> Unpacked:
    """Returns the source itself or, if a single folder lies around all class folders, that one."""
    if source.labels is not None or source.class_from is not None:
        return Unpacked(source, ())
    inner = class_folders_in(source.folder)
    if inner == source.folder:
        return Unpacked(source, ())
    notice = Message(
        "The images of {folder} lie only in its folder {inner}: the folders in that are the "
        "classes.",
        folder=source.folder,
        inner=inner.relative_to(source.folder).as_posix(),
    )
    return Unpacked(replace(source, folder=inner), (notice,))


def enter_or_scan(
    source: Source, cancel: CancelToken | None = None
) -> Generator[Event, None, Unpacked | ScannedSource]:
    """Returns the folder inside that is to be read instead, or else the result of `scan_source`.

    Looking for it reads folders, as many as hold no image, so a window does it in the background.
    """
    inside = source_inside(source)
    if inside.source != source:
        return inside
    return (yield from scan_source(source, cancel))


def scan_source(
    source: Source, cancel: CancelToken | None = None
) -> Generator[Event, None, ScannedSource]:
    """Finds the images and their given labels; writes nothing.

    No image is opened, apart from the headers of some files that may have several pages.

    Yields:
        Progress and notices.

    Raises:
        InputError: If the folder cannot be used.
        LabelsError: If the labels cannot be used.
        Cancelled: If a stop was requested.
    """
    from ahsml_app.core.data.formats.plane_notices import plane_notices
    from ahsml_app.core.data.scan import scan

    result = yield from scan(source, cancel)
    table = result.table
    labelled = np.flatnonzero(table.labels != UNLABELLED)
    counts = np.bincount(table.labels[labelled], minlength=len(table.class_names))
    classes, first = np.unique(table.labels[labelled], return_index=True)
    examples = [""] * len(table.class_names)
    for label, position in zip(classes, first, strict=True):
        examples[label] = table.paths[labelled[position]]
    of_planes = plane_notices(table.root, table.paths, table.planes)
    has_splits = source.labels is None and read_split_folders(table.paths) is not None
    return ScannedSource(
        table,
        result.quarantined,
        (*result.notices, *of_planes),
        counts.astype(np.int64),
        tuple(examples),
        has_splits,
        bool(of_planes),
    )


def manifest_columns(labels: Path) -> tuple[str, ...]:
    """Columns of a manifest, for choosing those of images and labels.

    Raises:
        LabelsError: If the file is not a manifest.
    """
    from ahsml_app.core.tables.manifest import read_columns

    return read_columns(labels)


def class_of_path(path: str, class_from: str | None) -> str:
    """The class of a relative path, from its first folder or the pattern; "" for none.

    Raises:
        LabelsError: If the pattern cannot be used.
    """
    from ahsml_app.core.data.class_pattern import compile_class_pattern

    if class_from is None:
        return path.split("/", 1)[0] if "/" in path else ""
    return compile_class_pattern(class_from)(path)
