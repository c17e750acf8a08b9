"""Files of boxes with the new labels of their crops, which `crop_boxes` cut out."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ahsml_app.base.errors import OutputError
from ahsml_app.base.message import Message
from ahsml_app.core.tables.forms.boxes import (
    BoxChanges,
    edit_voc,
    edit_yolo,
    names_file,
    yolo_names,
)
from ahsml_app.core.tables.forms.coco_boxes import edit_coco_boxes, lacking_classes

if TYPE_CHECKING:
    import pyarrow as pa

_COCO = ".json"
ANNOTATION, BOX = "annotation", "box"
"""Columns of `crops.csv`: the file of boxes, and the number of the box in it."""


def edited_boxes(labels: pa.Table) -> dict[str, bytes]:
    """Makes each file of boxes with its new labels; one without changes stays as it is.

    Boxes whose crops were dropped, or have lost their label, are left out; those without a crop
    stay.

    Args:
        labels: The labels of the crops.

    Returns:
        Content of each file by its name, relative to the folder that holds all of them.

    Raises:
        OutputError: If the images are no crops, or a file cannot be read or take a label.
    """
    if not {ANNOTATION, BOX} <= set(labels.column_names):
        raise OutputError(
            "These images are no crops of boxes.",
            hint="Cut boxes out with ahsml_app.crop_boxes, and take its crops.csv for the labels.",
        )
    by_file: dict[str, dict[int, str | None]] = {}
    for row in labels.to_pylist():
        changes = by_file.setdefault(row[ANNOTATION], {})
        if row["decision"] == "drop" or row["label"] != row["given_label"]:
            changes[_number(row)] = row["label"] or None  # no form has boxes without a class
    parents = {os.path.dirname(file) for file in by_file}  # noqa: PTH120 - text of a table
    root = os.path.commonpath(parents) if len(parents) > 1 else next(iter(parents), "")
    classes = _new_categories(by_file)
    return {
        Path(os.path.relpath(file, root)).as_posix(): _edited(Path(file), changes, classes)
        for file, changes in by_file.items()
    }


def _new_categories(by_file: Mapping[str, BoxChanges]) -> list[str]:
    """The classes that a COCO file lacks, so that all get the same categories for them."""
    lacking = set[str]()
    for file, changes in by_file.items():
        wanted = {new for new in changes.values() if new is not None}
        if wanted and Path(file).suffix.lower() == _COCO:
            with _writing(Path(file)):
                lacking.update(lacking_classes(Path(file).read_bytes(), wanted))
    return sorted(lacking)


def _number(row: dict[str, Any]) -> int:
    try:
        return int(row[BOX])
    except ValueError as error:
        raise OutputError(
            Message("{path} names no number of a box.", path=row["path"]),
            hint="Take crops.csv as ahsml_app.crop_boxes wrote it.",
        ) from error


def _edited(file: Path, changes: BoxChanges, classes: Sequence[str]) -> bytes:
    with _writing(file):
        content = file.read_bytes()
        if not changes:
            return content
        if file.suffix.lower() == ".xml":
            return edit_voc(content, changes)
        if file.suffix.lower() == _COCO:
            return edit_coco_boxes(content, changes, classes)
        names = names_file(file.parent)
        listed = [] if names is None else yolo_names(names.read_text(encoding="utf-8-sig"))
        return edit_yolo(content, listed, changes)


@contextmanager
def _writing(file: Path) -> Iterator[None]:
    """Tells which file of boxes cannot take its labels."""
    try:
        yield
    except (OSError, ValueError) as error:
        raise OutputError(
            Message("The boxes of {file} cannot be written: {reason}.", file=file, reason=error),
            hint="See that the files of boxes are as they were when the crops were made.",
        ) from error
