"""Joins the rows of a manifest with the images of a folder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ahsml_app.base.errors import LabelsError
from ahsml_app.base.events import CancelToken
from ahsml_app.base.message import Message, some
from ahsml_app.base.options.run_options import ConflictRule
from ahsml_app.base.types import Quarantined
from ahsml_app.core.tables.columns.column_names import (
    ANNOTATOR,
    LABEL_COLUMN,
    PATH_COLUMN,
    annotator_column,
)
from ahsml_app.core.tables.find_images import Locator, Way
from ahsml_app.core.tables.manifest import Manifest
from ahsml_app.core.tables.raw_table import shortened

_WAYS: dict[Way, Message] = {
    "case": Message("in another case"),
    "suffix": Message("with another suffix"),
    "stem": Message("names without suffix"),
    "tail": Message("paths of another place"),
    "name": Message("names in any folder"),
    "zeros": Message("numbers without leading zeros"),
    "upload": Message("names of uploads"),
}
"""How images were found, for the notice; nothing if they were found as written."""


@dataclass(slots=True)
class JoinedManifest:
    """The images that a manifest lists.

    Attributes:
        rows: The first row of each image, by its relative path.
        labels: Label of each image; empty for none.
        opinions: Label that each annotator gave an image, by its relative path; empty if the
            manifest names no annotators.
        quarantined: Rows without an image.
        unfound: Labels of those rows.
        notices: What is unusual.
    """

    rows: dict[str, int] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    opinions: dict[str, dict[str, str]] = field(default_factory=dict)
    quarantined: list[Quarantined] = field(default_factory=list)
    unfound: set[str] = field(default_factory=set)
    notices: list[Message] = field(default_factory=list)

    def set_aside(self, text: str, label: str, place: str, problem: Message) -> None:
        """Adds a row without an image."""
        reason = Message("listed in {place}, but {problem}", place=place, problem=problem)
        self.quarantined.append(Quarantined(text, reason))
        self.unfound.add(label)


def join_manifest(
    root: Path,
    manifest: Manifest,
    locate: Locator,
    on_conflict: ConflictRule = "first",
    cancel: CancelToken | None = None,
) -> JoinedManifest:
    """Finds the image of each row.

    An image that has several rows counts once. If they give it different labels, it has that of
    its first row, which the training judges as any other, or none.

    Args:
        root: Image folder, for messages.
        manifest: The rows.
        locate: Finds the images.
        on_conflict: Which label an image has whose rows give it different ones.
        cancel: Asks to stop.

    Raises:
        LabelsError: If no image is in the folder.
        Cancelled: When asked to stop.
    """
    joined, ways = JoinedManifest(), Counter[Way]()
    repeated, several = list[int](), dict[str, str]()
    ambiguous: tuple[str, tuple[str, ...]] | None = None
    opinions_in = _opinions_of(manifest)
    for row, text in enumerate(manifest.paths):
        if cancel is not None:
            cancel.check()
        found = locate.find(text)
        path, label = found.path, manifest.labels[row]
        if path and (given := opinions_in(row)) is not None:
            joined.opinions.setdefault(path, {}).update(given)
        if found.problem:
            joined.set_aside(text, label, manifest.place(row), found.problem)
        elif path not in joined.rows:
            ways[found.way] += 1
            joined.rows[path], joined.labels[path] = row, label
            if row in manifest.ties:
                several[path] = manifest.place(row)
        elif label == joined.labels[path]:
            repeated.append(row)
        elif path in several or (label and joined.labels[path]):
            several.setdefault(path, manifest.place(joined.rows[path]))
        else:
            joined.labels[path] = label or joined.labels[path]
            repeated.append(row)
        ambiguous = ambiguous or ((text, found.fits) if found.fits else None)
    if not joined.rows:
        raise _nothing_found(root, manifest, ambiguous)
    if on_conflict == "unlabelled":
        joined.labels |= dict.fromkeys(several, "")
    joined.notices += [
        *_reading_notices(manifest, ways, len(joined.rows)),
        *(*_zero_notices(manifest, ways), *manifest.notices),
        *_overruled_notices(manifest, joined),
        *_row_notices(manifest, repeated, several, on_conflict),
    ]
    return joined


def _opinions_of(manifest: Manifest) -> Callable[[int], Mapping[str, str] | None]:
    """What annotators say in a row; None if it names none."""
    annotators = manifest.columns.get(annotator_column(manifest.columns) or ANNOTATOR)

    def opinions(row: int) -> Mapping[str, str] | None:
        who = annotators[row].strip() if annotators else ""
        own = {who: manifest.labels[row]} if who else None
        return {**(own or {}), **manifest.opinions[row]} if manifest.opinions else own

    return opinions


def _nothing_found(
    root: Path, manifest: Manifest, ambiguous: tuple[str, tuple[str, ...]] | None
) -> LabelsError:
    if not manifest.paths:
        return LabelsError(
            Message("{name} lists no image.", name=manifest.name),
            hint="It needs a row with a path and a label for each image.",
        )
    if ambiguous is not None:
        text, fits = ambiguous
        return LabelsError(
            Message(
                "No path of {name} fits one file only in {root}; '{path}' fits several: {names}.",
                name=manifest.name,
                root=root,
                path=shortened(text),
                names=some(fits),
            ),
            hint="Write the folders of the files into the paths.",
        )
    return LabelsError(
        Message.plural(
            "The only file that {name} lists is not in {root}: '{path}'.",
            "None of the {count:,} files that {name} lists is in {root}; the first is '{path}'.",
            count=len(manifest.paths),
            name=manifest.name,
            root=root,
            path=shortened(manifest.paths[0]),
        ),
        hint="Its paths are relative to the image folder.",
    )


def _reading_notices(manifest: Manifest, ways: Counter[Way], count: int) -> list[Message]:
    """Says how the table was read, unless it was in the program's own form."""
    way, _ = ways.most_common(1)[0]
    own = (PATH_COLUMN, LABEL_COLUMN)
    if way == "written" and own == (manifest.path_column, manifest.label_column):
        return []
    labels = Message("'{column}'", column=manifest.label_column)
    if manifest.scores:
        labels = Message("the largest of {count} columns", count=len(manifest.scores))
    elif manifest.annotators and manifest.label_column not in manifest.source_columns:
        labels = Message("most of {count} annotators", count=len(manifest.annotators))
    column = Message("'{column}'", column=manifest.path_column)
    if way != "written":
        column = Message("'{column}' ({way})", column=manifest.path_column, way=_WAYS[way])
    return [
        Message.plural(
            "{file}: images from {column}, labels from {labels}; {count:,} image found.",
            "{file}: images from {column}, labels from {labels}; {count:,} images found.",
            count=count,
            file=manifest.name,
            column=column,
            labels=labels,
        )
    ]


def _zero_notices(manifest: Manifest, ways: Counter[Way]) -> list[Message]:
    if not ways["zeros"]:
        return []
    return [
        Message.plural(
            "{count} image of {file} was found by its number without leading zeros, as 12 for "
            "00012.png.",
            "{count} images of {file} were found by their numbers without leading zeros, as 12 for "
            "00012.png.",
            count=ways["zeros"],
            file=manifest.file.name,
        )
    ]


def _overruled_notices(manifest: Manifest, joined: JoinedManifest) -> list[Message]:
    """A notice about classes of which no row counts."""
    counts = {*joined.labels.values(), *joined.unfound, ""}
    names = sorted(set(manifest.labels) - counts)
    if not names:
        return []
    return [
        Message.plural(
            "{file} has the class {names} only in rows of images whose other rows differ, so it is "
            "left out.",
            "{file} has {count} classes only in rows of images whose other rows differ, so they "
            "are left out: {names}.",
            count=len(names),
            file=manifest.file.name,
            names=some(names),
        )
    ]


def _row_notices(
    manifest: Manifest, repeated: list[int], several: dict[str, str], on_conflict: ConflictRule
) -> list[Message]:
    notices = []
    if repeated:
        notices.append(
            Message.plural(
                "{file} lists {count} image again with the same label; the first row counts: "
                "{places}.",
                "{file} lists {count} images again with the same label; the first row counts: "
                "{places}.",
                count=len(repeated),
                file=manifest.file.name,
                places=some([manifest.place(row) for row in repeated]),
            )
        )
    if several:
        places = some([f"{path} ({place})" for path, place in several.items()])
        notices.append(
            Message.plural(
                "{file} gives {count} image different labels; the first counts: {places}.",
                "{file} gives {count} images different labels; the first counts: {places}.",
                count=len(several),
                file=manifest.file.name,
                places=places,
            )
            if on_conflict == "first"
            else Message.plural(
                "{file} gives {count} image different labels; it counts as unlabelled: {places}.",
                "{file} gives {count} images different labels; they count as unlabelled: {places}.",
                count=len(several),
                file=manifest.file.name,
                places=places,
            )
        )
    return notices
