"""Notices of a scan: files left out, odd manifests, classes that are too small."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Container, Sequence
from pathlib import Path

from ahsml_app.base.message import Message, some
from ahsml_app.base.types import UNLABELLED, SampleTable
from ahsml_app.core.data.split_folders import folders_in_each, split_of_name
from ahsml_app.core.data.walk import Listing


def unlisted_notices(file: Path, listed: Container[str], listing: Listing) -> list[Message]:
    """Returns a notice about the images that a manifest does not list."""
    unlisted = [path for path in listing.paths if path not in listed]
    if not unlisted:
        return []
    return [
        Message.plural(
            "{count} image in the folder that {file} does not list was left out: {names}.",
            "{count} images in the folder that {file} does not list were left out: {names}.",
            count=len(unlisted),
            file=file.name,
            names=some(unlisted),
        )
    ]


def listing_notices(listing: Listing) -> list[Message]:
    """Returns notices for the user about the files of an image folder."""
    notices: list[Message] = []
    if listing.skipped_folders:
        notices.append(
            Message.plural(
                "{count} folder that is never a class was left out: {names}.",
                "{count} folders that are never classes were left out: {names}.",
                count=len(listing.skipped_folders),
                names=some(listing.skipped_folders),
            )
        )
    if listing.empty_folders:
        notices.append(
            Message.plural(
                "{count} folder holds no image: {names}.",
                "{count} folders hold no images: {names}.",
                count=len(listing.empty_folders),
                names=some(listing.empty_folders),
            )
        )
    ignored = +listing.ignored
    if ignored:
        kinds = ", ".join(f"{count} {suffix}" for suffix, count in ignored.most_common(5))
        notices.append(Message("Files that are not images were left out: {kinds}.", kinds=kinds))
    if listing.skipped_links:
        notices.append(
            Message.plural(
                "{count} link to a folder that is listed already was not followed: {names}.",
                "{count} links to folders that are listed already were not followed: {names}.",
                count=len(listing.skipped_links),
                names=some(listing.skipped_links),
            )
        )
    if listing.skipped_results:
        notices.append(
            Message.plural(
                "{count} folder that holds results of this program was left out: {names}.",
                "{count} folders that hold results of this program were left out: {names}.",
                count=len(listing.skipped_results),
                names=some(listing.skipped_results),
            )
        )
    return notices


def part_notices(paths: Sequence[str], names: Collection[str]) -> list[Message]:
    """Returns a notice where the first folders, read as classes, may be parts of the data set.

    Args:
        paths: Relative paths of the images.
        names: The classes.
    """
    if names and all(map(split_of_name, names)):
        return [
            Message(
                "The classes are named {names}: if these are parts of the data set, "
                "use --class-from '*/{{class}}/**'.",
                names=some(sorted(names)),
            )
        ]
    inside = folders_in_each(paths)
    if len(inside) < 2:
        return []
    return [
        Message(
            "Each of the classes {names} holds the folders {inside}: if these are the classes, "
            "use --class-from '*/{{class}}/**'.",
            names=some(sorted(names)),
            inside=some(inside),
        )
    ]


def class_notices(
    names: Sequence[str], everywhere: Counter[int], training: Counter[int]
) -> list[Message]:
    """Returns notices about classes that can hardly be judged, or whose names look alike."""
    notices: list[Message] = []
    single = [names[index] for index, count in sorted(everywhere.items()) if count == 1]
    if single:
        notices.append(
            Message.plural(
                "A class with one image can hardly be judged: {names}. "
                "Add images, or merge it with another class.",
                "{count} classes with one image each can hardly be judged: {names}. "
                "Add images, or merge them with other classes.",
                count=len(single),
                names=some(single),
            )
        )
    untrained = [names[index] for index in sorted(everywhere) if index not in training]
    if untrained:
        notices.append(
            Message(
                "Classes with test images only are never learned: {names}.",
                names=some(untrained),
            )
        )
    folded = Counter(name.casefold() for name in names)
    similar = [name for name in names if folded[name.casefold()] > 1]
    if similar:
        notices.append(
            Message(
                "Classes that differ in upper and lower case only: {names}.", names=some(similar)
            )
        )
    return notices


def lost_classes_notice(names: Sequence[str]) -> Message:
    """Names the classes of which every file was set aside."""
    return Message.plural(
        "No file of the class {names} could be used, so it is left out; see quarantine.csv.",
        "No file of {count} classes could be used, so they are left out: {names}; "
        "see quarantine.csv.",
        count=len(names),
        names=some(names),
    )


def lost_classes(before: SampleTable, after: SampleTable) -> list[str]:
    """Returns the names of the classes that had images before and have none after."""
    lost = set(before.labels.tolist()) - set(after.labels.tolist()) - {UNLABELLED}
    return [before.class_names[label] for label in sorted(lost)]


def too_few_classes(table: SampleTable, names: Sequence[str], *, tested: bool) -> Message:
    """Describes the only trainable class, or none; `tested` if the test split has others."""
    if not names:
        return Message(
            "There is no class in {root}; wrong labels need at least two.", root=table.root
        )
    if tested:
        return Message(
            "There is only one class, '{name}', outside the test split in {root}; "
            "wrong labels need at least two.",
            name=names[0],
            root=table.root,
        )
    return Message(
        "There is only one class, '{name}', in {root}; wrong labels need at least two.",
        name=names[0],
        root=table.root,
    )


def unlabelled_notice(paths: Sequence[str], class_from: str | None) -> Message:
    """Lists images to which no class folder, or no match of the pattern, gives a label."""
    if class_from is None:
        return Message.plural(
            "{count} image lies in no class folder and counts as unlabelled: {names}.",
            "{count} images lie in no class folder and count as unlabelled: {names}.",
            count=len(paths),
            names=some(paths),
        )
    return Message.plural(
        "{count} image does not match '{pattern}' and counts as unlabelled: {names}.",
        "{count} images do not match '{pattern}' and count as unlabelled: {names}.",
        count=len(paths),
        pattern=class_from,
        names=some(paths),
    )
