"""Boxes of objects: Pascal VOC (XML) and YOLO (text), read, and written with new labels.

Only the label of a box that changes is touched, and the boxes that are left out.
"""

from __future__ import annotations

import math
from codecs import BOM_UTF8
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.parsers import expat
from xml.sax.saxutils import escape

from ahsml_app.core.tables.forms.cvat_images import XMLRefusedError, strict_parser

BoxChanges = Mapping[int, str | None]
"""New label of each box that changes, by its number in the file; None for one that is left out."""

_SIDES = ("xmin", "ymin", "xmax", "ymax")


@dataclass(frozen=True, slots=True)
class Box:
    """A box of an annotation file.

    Attributes:
        number: Its number in the file, from 0.
        label: Class of the object.
        sides: Left, top, right and bottom; pixels, or shares of the image if `relative`.
        relative: Whether they are shares.
    """

    number: int
    label: str
    sides: tuple[float, float, float, float]
    relative: bool


@dataclass(slots=True)
class _Object:
    """An object of VOC, with the places of its bytes."""

    start: int
    end: int = -1
    name: str = ""
    name_start: int = -1
    name_end: int = -1


def read_voc(content: bytes) -> tuple[str, list[Box]]:
    """Reads the name of the image and its boxes; an object without numbers is left out.

    Raises:
        XMLRefusedError: If the file cannot be read.
    """
    image, objects, sides = _parse_voc(content)
    boxes = [
        Box(
            number,
            found.name,
            (own["xmin"], own["ymin"], own["xmax"], own["ymax"]),
            relative=False,
        )
        for number, (found, own) in enumerate(zip(objects, sides, strict=True))
        if len(own) == len(_SIDES)
    ]
    return image, boxes


def edit_voc(content: bytes, changes: BoxChanges) -> bytes:
    """Returns the file with new labels.

    Raises:
        XMLRefusedError: If the file cannot be read.
        UnicodeError: If it is not in UTF-8.
    """
    content.decode("utf-8")
    _, objects, _ = _parse_voc(content)
    for number, new in sorted(changes.items(), reverse=True):
        if not 0 <= number < len(objects):
            raise ValueError(f"there is no box {number}")
        found = objects[number]
        if new is None:
            start = len(content[: found.start].rstrip(b" \t\r\n"))
            content = content[:start] + content[found.end :]
        else:
            text = escape(new).encode()
            start, end = found.name_start, found.name_end
            if content[start - 2 : start] == b"/>":
                start = content.rindex(b"<", 0, start)
                text = b"<name>" + text + b"</name>"
            content = content[:start] + text + content[end:]
    return content


def read_yolo(text: str, names: Sequence[str]) -> list[Box]:
    """Reads the boxes of an image: number of the class, centre, width and height, or a polygon.

    Raises:
        ValueError: If a line is no box.
    """
    boxes = []
    for number, line in enumerate(_lines(text)):
        fields = line.split()
        numbers = [_finite(field) for field in fields[1:]]
        label = int(fields[0])
        if len(numbers) < 4:
            raise ValueError(f"box {number} has {len(numbers)} numbers")
        if len(numbers) in (4, 5):  # the fifth is a confidence
            x, y, width, height = numbers[:4]
            sides = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
        else:
            across, down = numbers[0::2], numbers[1::2]
            sides = (min(across), min(down), max(across), max(down))
        name = names[label] if 0 <= label < len(names) else str(label)
        boxes.append(Box(number, name, sides, relative=True))
    return boxes


def yolo_numbers(content: bytes) -> set[int]:
    """The numbers of the classes of the boxes in a file.

    Raises:
        ValueError: If a line is no box.
    """
    lines = content.removeprefix(BOM_UTF8).splitlines()
    return {int(line.split()[0]) for line in lines if line.strip()}


def edit_yolo(content: bytes, numbers: Mapping[str, int], changes: BoxChanges) -> bytes:
    """Returns the file with new labels.

    Args:
        content: The file.
        numbers: Number of each class that has a name; others are called by their number.
        changes: New label of each box that changes.

    Raises:
        ValueError: If a new class has neither a name nor a number.
    """
    number, kept = -1, []
    for line in content.splitlines(keepends=True):
        if line.strip():
            number += 1
            new = changes.get(number, "")
            if new is None:
                continue
            if new:
                first = line.removeprefix(BOM_UTF8).split()[0]
                line = line.replace(first, str(int(numbers.get(new, new))).encode(), 1)
        kept.append(line)
    return b"".join(kept)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is no place in an image")
    return number


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _parse_voc(content: bytes) -> tuple[str, list[_Object], list[dict[str, float]]]:
    inside, text = list[str](), list[str]()
    image, objects, sides = [""], list[_Object](), list[dict[str, float]]()
    parser = strict_parser()

    def start(element: str, _: dict[str, str]) -> None:
        inside.append(element)
        text.clear()
        if inside[1:] == ["object"]:
            objects.append(_Object(parser.CurrentByteIndex))
            sides.append({})
        elif inside[1:] == ["object", "name"]:
            begin = parser.CurrentByteIndex
            objects[-1].name_start = content.index(b">", begin) + 1

    def end(element: str) -> None:
        value, place = "".join(text).strip(), parser.CurrentByteIndex
        if inside[1:] == ["filename"]:
            image[0] = value
        elif inside[1:] == ["object"]:
            objects[-1].end = content.index(b">", place) + 1
        elif inside[1:] == ["object", "name"]:
            objects[-1].name, objects[-1].name_end = value, place
        elif inside[1:-1] == ["object", "bndbox"] and element in _SIDES:
            sides[-1][element] = _finite(value)
        inside.pop()
        text.clear()

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = text.append
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError) as error:
        raise XMLRefusedError(str(error)) from error
    return image[0], objects, sides
