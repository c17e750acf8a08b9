"""Finds the files of boxes in a folder, and reads what they say of each image."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ahsml_app.base.errors import InputError, LabelsError
from ahsml_app.base.message import Message
from ahsml_app.core.tables.forms.boxes import Box, read_voc, read_yolo
from ahsml_app.core.tables.forms.coco_boxes import is_coco_boxes, read_coco_boxes
from ahsml_app.core.tables.forms.yolo_names import NAMES_FILES, names_files, read_names

_XML, _TEXT, _JSON = ".xml", ".txt", ".json"
_PLACES_OF_POINTS = re.compile(rb'"keypoints"\s*:\s*\[\s*[-0-9]')


@dataclass(frozen=True, slots=True)
class BoxedImage:
    """An image that a file of boxes names.

    Attributes:
        file: The file.
        name: Name of the image where many images share the file; empty where each has its own.
        boxes: Its boxes; none before the file is read, where each image has its own.
    """

    file: Path
    name: str = ""
    boxes: tuple[Box, ...] = ()

    def read(self) -> tuple[str, tuple[Box, ...]]:
        """Name of the image, where the file has it, and the boxes.

        Raises:
            LabelsError: If the file cannot be read.
        """
        if self.name:
            return self.name, self.boxes
        try:
            if self.file.suffix.lower() == _XML:
                name, boxes = read_voc(self.file.read_bytes())
                return name, tuple(boxes)
            text = self.file.read_text(encoding="utf-8-sig")
            names = read_names(next(names_files(self.file.parent), None))
            return "", tuple(read_yolo(text, names))
        except (OSError, ValueError) as error:
            raise _unreadable(self.file, error) from error


def boxed_images(source: Path) -> Iterator[BoxedImage]:
    """Finds the images that a file of boxes, or those of a folder, name.

    A COCO file that only repeats boxes of others in its folder, as `stuff_train.json` of Datumaro
    those of `instances_train.json`, is left out.

    Args:
        source: A file, or a folder with any below it: XML of Pascal VOC, text of YOLO, or COCO.

    Raises:
        InputError: If it does not exist or cannot be read.
        LabelsError: If a COCO file cannot be read.
    """
    seen = set[int]()
    for file in _box_files(source):
        if file.suffix.lower() != _JSON:
            yield BoxedImage(file)
            continue
        try:
            found = read_coco_boxes(file.read_bytes())
        except (OSError, ValueError) as error:
            raise _unreadable(file, error) from error
        own = {
            hash((file.parent, name, box.label, box.sides))
            for name, boxes in found
            for box in boxes
        }
        if own <= seen:
            continue
        seen |= own
        for name, boxes in found:
            yield BoxedImage(file, name, tuple(boxes))


def _unreadable(file: Path, error: Exception) -> LabelsError:
    return LabelsError(
        Message("{file} cannot be read as boxes: {reason}.", file=file, reason=error),
        hint="It needs XML of Pascal VOC, text of YOLO, or COCO with boxes.",
    )


def _box_files(source: Path) -> list[Path]:
    if not source.exists():
        raise InputError(
            Message("The folder of the boxes, {folder}, does not exist.", folder=source),
            hint="Check the path for typing errors.",
        )
    if source.is_file():
        return [source]
    try:
        found = sorted(
            Path(parent, name)
            for parent, _, names in os.walk(source)
            for name in names
            if name.lower().endswith((_XML, _TEXT, _JSON)) and name not in NAMES_FILES
        )
        xml, text, other = (_of_suffix(found, suffix) for suffix in (_XML, _TEXT, _JSON))
        # Tools leave XML of their own beside the boxes of YOLO, and lists lie beside those of VOC.
        if any(map(_is_voc, xml)):
            return xml
        return _coco_files(other) or text or xml
    except OSError as error:
        raise InputError(
            Message("{folder} cannot be read: {reason}", folder=source, reason=error),
            hint="Check the path of the files of boxes.",
        ) from error


def _of_suffix(files: list[Path], suffix: str) -> list[Path]:
    return [file for file in files if file.suffix.lower() == suffix]


def _coco_files(files: list[Path]) -> list[Path]:
    """Those of COCO with boxes, without the files that repeat boxes of others with key points."""
    with_points, without = list[Path](), list[Path]()
    for file in files:
        content = file.read_bytes()
        if is_coco_boxes(content):
            (with_points if _PLACES_OF_POINTS.search(content) else without).append(file)
    return without or with_points


def _is_voc(file: Path) -> bool:
    content = file.read_bytes().replace(b"\0", b"")  # of UTF-16
    return re.search(rb"<annotation[\s/>]", content) is not None
