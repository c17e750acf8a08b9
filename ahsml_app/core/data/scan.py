"""Builds the table of samples from an image folder, with or without a manifest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ahsml_app.base.errors import InputError, LabelsError
from ahsml_app.base.events import CancelToken, Event, Notice, Progress, Stage
from ahsml_app.base.message import Message, some
from ahsml_app.base.types import UNLABELLED, Quarantined, SampleTable
from ahsml_app.core.data.class_pattern import LabelOf, compile_class_pattern
from ahsml_app.core.data.manifest import Locator, Manifest, read_manifest
from ahsml_app.core.data.scan_notices import (
    class_notices,
    listing_notices,
    lost_classes_notice,
    manifest_notices,
    too_few_classes,
    unlabelled_notice,
)
from ahsml_app.core.data.split_folders import read_classes, split_of_name
from ahsml_app.core.data.walk import Listing, list_images


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


def scan(
    source: Path,
    *,
    labels: Path | None = None,
    label_column: str | None = None,
    class_from: str | None = None,
    cancel: CancelToken | None = None,
) -> Generator[Event, None, ScanResult]:
    """Finds the images and their given labels; no image is opened.

    Without a manifest, an image's class is the first folder level below `source`, or the second
    where all of the first are splits (see `read_split_folders`), or the one that `class_from`
    gives; an image without any is unlabelled. With a manifest, the samples are
    its rows, in its order.

    Args:
        source: Image folder.
        labels: Manifest (CSV or Parquet); its paths are relative to `source` or, if no such
            file exists there, to the manifest's own folder.
        label_column: The manifest's column with the labels; None for `label`.
        class_from: Path pattern for `compile_class_pattern`; not together with `labels`.
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
    root = _check_source(source)
    pattern = _check_options(labels, label_column, class_from)
    manifest = None if labels is None else read_manifest(labels, label_column=label_column)
    listing = yield from list_images(root, cancel)
    if labels is not None:
        _forget_manifest(root, labels, listing)
    if not listing.paths and not listing.quarantined:
        raise InputError(
            Message("There are no images in {root}.", root=root),
            hint="Images end in .jpg, .png, .webp, .bmp, .gif, .tif, .heic, .avif and the like.",
        )
    if manifest is not None:
        table, quarantined, notices = _from_manifest(root, manifest, listing, cancel)
    else:
        table, quarantined, notices = _from_folders(root, listing, pattern, class_from)
    lost = _lost_classes(table, listing, manifest, pattern)
    for notice in lost:
        yield Notice(notice, "warning")
    notices = [*listing_notices(listing), *notices, *check_labels(table)]
    for notice in notices:
        yield Notice(notice)
    notices += lost
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
    table: SampleTable, listing: Listing, manifest: Manifest | None, pattern: LabelOf | None
) -> list[Message]:
    """Returns a notice of the classes of which every file was set aside, if there are any."""
    if manifest is not None:
        names = set(manifest.labels)
    else:
        set_aside = [item.path for item in listing.quarantined]
        texts, _ = read_classes([*listing.paths, *set_aside], pattern) if set_aside else ([], None)
        names = set(texts[len(listing.paths) :])
    lost = sorted(names - set(table.class_names) - {""})
    return [lost_classes_notice(lost)] if lost else []


def _check_source(source: Path) -> Path:
    root = source.absolute()
    if not root.exists():
        raise InputError(
            Message("The image folder {source} does not exist.", source=source),
            hint="Check the path for typing errors.",
        )
    if not root.is_dir():
        raise InputError(
            Message("{source} is a file, not a folder.", source=source),
            hint="Give the folder that holds the images; a manifest goes after --labels.",
        )
    return root


def _check_options(
    labels: Path | None, label_column: str | None, class_from: str | None
) -> LabelOf | None:
    if labels is not None and class_from is not None:
        raise LabelsError(
            "Labels come either from a manifest or from the paths, not from both.",
            hint="Leave out --labels or --class-from.",
        )
    if labels is None and label_column is not None:
        raise LabelsError(
            Message(
                "The label column '{label_column}' was chosen, but there is no manifest.",
                label_column=label_column,
            ),
            hint="Add --labels FILE.",
        )
    return None if class_from is None else compile_class_pattern(class_from)


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
    names = {text for text in texts if text}
    if pattern is None and found is None and names and all(map(split_of_name, names)):
        notices.append(
            Message(
                "The classes are named {names}: if these are parts of the data set, "
                "use --class-from '*/{{class}}/**'.",
                names=some(sorted(names)),
            )
        )
    return replace(_table(root, listing.paths, texts), columns=columns), [], notices


def _from_manifest(
    root: Path, manifest: Manifest, listing: Listing, cancel: CancelToken | None
) -> tuple[SampleTable, list[Quarantined], list[Message]]:
    quarantined: list[Quarantined] = []
    rows: dict[str, int] = {}
    repeated: list[int] = []
    locate = Locator(root, manifest.file.absolute().parent, listing.paths)
    refused = {item.path for item in listing.quarantined}
    for row, text in enumerate(manifest.paths):
        if cancel is not None:
            cancel.check()
        path, problem = locate(text)
        if problem:
            if text not in refused:
                reason = Message(
                    "listed in {place}, but {problem}",
                    place=manifest.place(row),
                    problem=problem,
                )
                quarantined.append(Quarantined(text, reason))
        elif path in rows:
            _check_repeated(manifest, path, rows[path], row)
            repeated.append(row)
        else:
            rows[path] = row
    if not rows:
        raise LabelsError(
            Message.plural(
                "The only file that {name} lists is not in {root}: '{path}'.",
                "None of the {count:,} files that {name} lists is in {root}; the first is "
                "'{path}'.",
                count=len(manifest.paths),
                name=manifest.file.name,
                root=root,
                path=manifest.paths[0] if manifest.paths else "",
            ),
            hint="Its paths are relative to the image folder.",
        )
    order = list(rows.values())
    table = replace(
        _table(root, list(rows), [manifest.labels[row] for row in order]),
        columns={
            name: tuple(cells[row] for row in order) for name, cells in manifest.columns.items()
        },
        source_columns=manifest.source_columns,
        label_column=manifest.label_column,
    )
    return table, quarantined, manifest_notices(manifest, rows, repeated, listing)


def _check_repeated(manifest: Manifest, path: str, first: int, second: int) -> None:
    labels = manifest.labels[first], manifest.labels[second]
    if labels[0] != labels[1]:
        raise LabelsError(
            Message(
                "{place} and {unit} {line} give '{path}' different labels: '{label}' "
                "and '{label_2}'.",
                place=manifest.place(first),
                unit=manifest.unit,
                line=manifest.lines[second],
                path=path,
                label=labels[0],
                label_2=labels[1],
            ),
            hint="Keep one row per image; several opinions go into several label columns.",
        )


def _table(root: Path, paths: Sequence[str], texts: Sequence[str]) -> SampleTable:
    names = tuple(sorted(set(texts) - {""}))
    index = {name: number for number, name in enumerate(names)} | {"": UNLABELLED}
    return SampleTable(
        root=root,
        paths=tuple(paths),
        labels=np.array([index[text] for text in texts], dtype=np.int64),
        class_names=names,
    )
