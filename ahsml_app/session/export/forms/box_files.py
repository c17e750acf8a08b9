"""Files of boxes with the new labels of their crops, which `crop_boxes` cut out."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ahsml_app.base.errors import OutputError
from ahsml_app.base.message import Message
from ahsml_app.core.tables.forms.boxes import BoxChanges, edit_voc, edit_yolo
from ahsml_app.core.tables.forms.coco_boxes import edit_coco_boxes, lacking_classes
from ahsml_app.session.export.forms.box_classes import voc_classes, yolo_classes

if TYPE_CHECKING:
    import pyarrow as pa

_VOC, _COCO = ".xml", ".json"
ANNOTATION, BOX = "annotation", "box"
"""Columns of `crops.csv`: the file of boxes, and the number of the box in it."""


def edited_boxes(labels: pa.Table) -> dict[str, bytes]:
    """Makes each file of boxes with its new labels; one without changes stays as it is.

    Boxes whose crops were dropped, or have lost their label, are left out; those without a crop
    stay.

    Args:
        labels: The labels of the crops.

    Returns:
        Content of each file by its name, relative to the folder that holds all of them; of YOLO
        and Pascal VOC with the files that name the classes, in which new classes come last.

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
    made = _edited({Path(file): changes for file, changes in by_file.items()})
    root = os.path.commonpath({file.parent for file in made} or {Path()})
    return {Path(os.path.relpath(file, root)).as_posix(): made[file] for file in made}


def _edited(by_file: Mapping[Path, BoxChanges]) -> dict[Path, bytes]:
    kinds = {file: file.suffix.lower() for file in by_file}
    categories = _new_categories({f: by_file[f] for f, kind in kinds.items() if kind == _COCO})
    yolo = {f: by_file[f] for f, kind in kinds.items() if kind not in (_VOC, _COCO)}
    numbers, made = yolo_classes(yolo, _writing)
    made |= voc_classes({f: by_file[f] for f, kind in kinds.items() if kind == _VOC}, _writing)
    for file, changes in by_file.items():
        with _writing(file):
            content = file.read_bytes()
            if not changes:
                made[file] = content
            elif kinds[file] == _VOC:
                made[file] = edit_voc(content, changes)
            elif kinds[file] == _COCO:
                made[file] = edit_coco_boxes(content, changes, categories)
            else:
                made[file] = edit_yolo(content, numbers[file.parent], changes)
    return made


def _new_categories(by_file: Mapping[Path, BoxChanges]) -> list[str]:
    """The classes that a COCO file lacks, so that all get the same categories for them."""
    lacking = set[str]()
    for file, changes in by_file.items():
        wanted = {new for new in changes.values() if new is not None}
        if wanted:
            with _writing(file):
                lacking.update(lacking_classes(file.read_bytes(), wanted))
    return sorted(lacking)


def _number(row: dict[str, Any]) -> int:
    try:
        return int(row[BOX])
    except ValueError as error:
        raise OutputError(
            Message("{path} names no number of a box.", path=row["path"]),
            hint="Take crops.csv as ahsml_app.crop_boxes wrote it.",
        ) from error


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
