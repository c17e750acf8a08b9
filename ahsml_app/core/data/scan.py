"""Builds the table of samples from an image folder, with or without a manifest."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ahsml_app.base.errors import InputError, LabelsError
from ahsml_app.base.events import CancelToken, Event, Notice, Progress, Stage
from ahsml_app.base.message import Message
from ahsml_app.base.options.run_options import Source
from ahsml_app.base.reading.planes import planes_of
from ahsml_app.base.types import OPINIONS, UNLABELLED, Quarantined, SampleTable
from ahsml_app.core.data.class_pattern import LabelOf, compile_class_pattern
from ahsml_app.core.data.scan_notices import (
    class_notices,
    listing_notices,
    lost_classes_notice,
    part_notices,
    too_few_classes,
    unlabelled_notice,
    unlisted_notices,
)
from ahsml_app.core.data.split_folders import read_classes
from ahsml_app.core.data.walk import Listing, list_images
from ahsml_app.core.tables.columns.column_names import PATH_COLUMN
from ahsml_app.core.tables.columns.label_values import join_spellings
from ahsml_app.core.tables.find_images import Locator
from ahsml_app.core.tables.join_manifest import JoinedManifest, join_manifest
from ahsml_app.core.tables.manifest import Manifest, manifest_of_images
from ahsml_app.core.tables.read_table import read_table

_ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".tar.zst", ".7z", ".rar")


@dataclass(frozen=True, slots=True)
class ScanResult:
    """Result of a scan.

    Attributes:
        table: The samples, without content hashes.
        quarantined: Files set aside.
        notices: Notices for the user; also yielded as events.
    """

    table: SampleTable
    quarantined: tuple[Quarantined, ...]
    notices: tuple[Message, ...]


def scan(source: Source, cancel: CancelToken | None = None) -> Generator[Event, None, ScanResult]:
    """Finds the images and their given labels; no image is opened.

    Without a manifest, an image's class is the first folder level below the image folder, or the
    second where all of the first are splits (see `read_split_folders`), or the one that
    `class_from` gives; an image without any is unlabelled. With a manifest, the samples are its
    rows, in its order.

    Args:
        source: The image folder, and where the labels come from. The paths of a manifest are
            relative to the image folder or, if no such file exists there, to its own folder.
        cancel: Asks to stop.

    Yields:
        Progress of the stage "scan", and notices.

    Returns:
        Samples, quarantined files and notices.

    Raises:
        InputError: If the folder is missing, not a folder, unreadable or without images.
        LabelsError: If manifest, pattern or labels cannot be used.
        Cancelled: When asked to stop.
    """
    root = checked_folder(source.folder)
    pattern = _check_options(source)
    raw = None if source.labels is None else read_table(source.labels)
    listing = yield from list_images(root, cancel)
    if source.labels is not None:
        _forget_manifest(root, source.labels, listing)
    if not listing.paths and not listing.quarantined:
        raise InputError(
            Message("There are no images in {root}.", root=root),
            hint="Images end in .jpg, .png, .webp, .bmp, .gif, .tif, .heic, .avif and the like.",
        )
    if raw is not None:
        locate = Locator(root, raw.file.absolute().parent, listing.paths)
        manifest = manifest_of_images(raw, locate, source)
        joined = join_manifest(root, manifest, locate, source.on_conflict, cancel)
        table, quarantined, notices = _from_manifest(root, manifest, joined, listing)
    else:
        table, quarantined, notices = _from_folders(root, listing, pattern, source.class_from)
    table = replace(table, planes=planes_of(source.planes))
    unfound = None if raw is None else joined.unfound
    lost = _lost_classes(table, listing, unfound, pattern)
    for notice in lost:
        yield Notice(notice, "warning")
    notices = [*listing_notices(listing), *notices]
    yield from map(Notice, notices)  # before an error, whose reason they may tell
    odd_classes = check_labels(table)
    yield from map(Notice, odd_classes)
    notices += [*odd_classes, *lost]
    yield Progress(Stage.SCAN, len(table), len(table))
    return ScanResult(table, (*listing.quarantined, *quarantined), tuple(notices))


def check_labels(table: SampleTable) -> list[Message]:
    """Checks that training is possible; to be repeated when samples are set aside.

    Args:
        table: The samples.

    Returns:
        Notices about classes that can hardly be judged.

    Raises:
        LabelsError: If fewer than two classes can be trained on.
    """
    if not (table.labels != UNLABELLED).any():
        raise LabelsError(
            Message.plural(
                "The only image in {root} has no label.",
                "None of the {count:,} images in {root} has a label.",
                count=len(table),
                root=table.root,
            ),
            hint="Put each class into a folder of its own, or give --labels FILE or --class-from.",
        )
    everywhere = Counter(table.labels[table.labels != UNLABELLED].tolist())
    training = Counter(table.labels[table.trainable].tolist())
    if len(training) < 2:
        names = sorted(table.class_names[index] for index in training)
        raise LabelsError(
            too_few_classes(table, names, tested=len(everywhere) > len(training)),
            hint="If the classes lie one folder level deeper, give that folder or "
            "--class-from '*/{class}/**'; or give --labels FILE.",
        )
    return class_notices(table.class_names, everywhere, training)


def _lost_classes(
    table: SampleTable, listing: Listing, unfound: set[str] | None, pattern: LabelOf | None
) -> list[Message]:
    """Returns a notice of the classes of which every file was set aside, if there are any."""
    if unfound is not None:
        names = unfound
    else:
        set_aside = [item.path for item in listing.quarantined]
        texts, _ = read_classes([*listing.paths, *set_aside], pattern) if set_aside else ([], None)
        names = set(texts[len(listing.paths) :])
    lost = sorted(names - set(table.class_names) - {""})
    return [lost_classes_notice(lost)] if lost else []


def checked_folder(source: Path) -> Path:
    """The whole path of an image folder.

    Raises:
        InputError: If there is none.
    """
    root = source.absolute()
    if not root.exists():
        raise InputError(
            Message("The image folder {source} does not exist.", source=source),
            hint="Check the path for typing errors.",
        )
    if not root.is_dir():
        if root.name.lower().endswith(_ARCHIVES):
            raise InputError(
                Message("{source} is an archive.", source=source),
                hint="Unpack it, and give the folder that holds the images.",
            )
        raise InputError(
            Message("{source} is a file, not a folder.", source=source),
            hint="Give the folder that holds the images; a manifest goes after --labels.",
        )
    return root


def _check_options(source: Source) -> LabelOf | None:
    if source.labels is not None and source.class_from is not None:
        raise LabelsError(
            "Labels come either from a manifest or from the paths, not from both.",
            hint="Leave out --labels or --class-from.",
        )
    if source.labels is None and source.label_column is not None:
        raise LabelsError(
            Message(
                "The label column '{label_column}' was chosen, but there is no manifest.",
                label_column=source.label_column,
            ),
            hint="Add --labels FILE.",
        )
    if source.labels is None and source.path_column is not None:
        raise LabelsError(
            Message(
                "The path column '{path_column}' was chosen, but there is no manifest.",
                path_column=source.path_column,
            ),
            hint="Add --labels FILE.",
        )
    if source.labels is None and source.class_names is not None:
        raise LabelsError(
            Message(
                "Names of classes were given by {file}, but there is no manifest.",
                file=source.class_names,
            ),
            hint="Add --labels FILE.",
        )
    return None if source.class_from is None else compile_class_pattern(source.class_from)


def _forget_manifest(root: Path, labels: Path, listing: Listing) -> None:
    """Excludes the manifest itself from the count of files that are not images."""
    suffix = labels.suffix.lower() or "no suffix"
    if labels.resolve().is_relative_to(root.resolve()) and listing.ignored[suffix]:
        listing.ignored[suffix] -= 1


def _from_folders(
    root: Path, listing: Listing, pattern: LabelOf | None, class_from: str | None
) -> tuple[SampleTable, list[Quarantined], list[Message]]:
    notices: list[Message] = []
    columns: dict[str, tuple[str, ...]] = {}
    texts, found = read_classes(listing.paths, pattern)
    if found is not None:
        columns["split"] = found.splits
        notices.append(found.notice())
    unlabelled = [path for path, text in zip(listing.paths, texts, strict=True) if not text]
    if unlabelled:
        notices.append(unlabelled_notice(unlabelled, class_from))
    if pattern is None and found is None:
        notices += part_notices(listing.paths, {text for text in texts if text})
    joined = join_spellings(texts)
    table = replace(_table(root, listing.paths, joined.labels), columns=columns)
    return table, [], [*notices, *joined.notices]


def _from_manifest(
    root: Path, manifest: Manifest, joined: JoinedManifest, listing: Listing
) -> tuple[SampleTable, list[Quarantined], list[Message]]:
    refused = {item.path for item in listing.quarantined}
    quarantined = [item for item in joined.quarantined if item.path not in refused]
    order = list(joined.rows.values())
    columns = {name: tuple(cells[row] for row in order) for name, cells in manifest.columns.items()}
    written = tuple(manifest.paths[row] for row in order)
    if manifest.path_column != PATH_COLUMN or written != tuple(joined.rows):
        columns[manifest.path_column] = written
    if joined.opinions and OPINIONS not in columns:
        columns[OPINIONS] = tuple(
            json.dumps(joined.opinions.get(path, {}), ensure_ascii=False) for path in joined.rows
        )
    table = replace(
        _table(root, list(joined.rows), list(joined.labels.values())),
        columns=columns,
        source_columns=manifest.source_columns,
        path_column=manifest.path_column,
        label_column=manifest.label_column,
    )
    notices = [*joined.notices, *unlisted_notices(manifest.file, joined.rows, listing)]
    return table, quarantined, notices


def _table(root: Path, paths: Sequence[str], texts: Sequence[str]) -> SampleTable:
    names = tuple(sorted(set(texts) - {""}))
    index = {name: number for number, name in enumerate(names)} | {"": UNLABELLED}
    return SampleTable(
        root=root,
        paths=tuple(paths),
        labels=np.array([index[text] for text in texts], dtype=np.int64),
        class_names=names,
    )
