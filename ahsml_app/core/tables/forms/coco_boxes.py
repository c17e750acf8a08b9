"""Boxes of objects in COCO, read, and written with new labels.

Only the category of a box that changes is touched, and the boxes that are left out.
"""

from __future__ import annotations

import codecs
import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ahsml_app.core.tables.forms.boxes import Box, BoxChanges
from ahsml_app.core.tables.forms.coco_parts import identity, new_category
from ahsml_app.core.tables.forms.tool_labels import text_like

_KEYS = (b'"images"', b'"annotations"', b'"bbox"')


def is_coco_boxes(content: bytes) -> bool:
    """Whether a file looks like COCO with boxes, without the time to read all of it."""
    start = content[:100].removeprefix(codecs.BOM_UTF8).lstrip()
    return start.startswith(b"{") and all(key in content for key in _KEYS)


def read_coco_boxes(content: bytes) -> list[tuple[str, list[Box]]]:
    """Reads the boxes of each image that has any, with the image's name, in the file's order.

    The number of a box is its place among all annotations. An annotation without a box, such as one
    of a whole image, is left out.

    Raises:
        ValueError: If it cannot be read.
    """
    coco = _parsed(content)
    names = _names(coco)
    of_image: dict[str, list[Box]] = {}
    for number, item in enumerate(coco["annotations"]):
        if not isinstance(item, dict) or not item.get("bbox"):
            continue
        number_of = item.get("category_id")
        label = "" if number_of is None else names.get(identity(number_of), identity(number_of))
        box = Box(number, label, _sides(number, item["bbox"]), relative=False)
        of_image.setdefault(identity(item.get("image_id")), []).append(box)
    found = []
    for image in coco["images"]:
        own = of_image.pop(identity(image.get("id")), None) if isinstance(image, dict) else None
        if own is not None:
            found.append((str(image.get("file_name") or f"image {image.get('id')}"), own))
    return found + [(f"image {image}", boxes) for image, boxes in of_image.items()]


def lacking_classes(content: bytes, classes: Iterable[str]) -> list[str]:
    """Which classes a file has no category of.

    Raises:
        ValueError: If it cannot be read.
    """
    known = _numbers(_parsed(content))
    return [name for name in classes if name not in known]


def edit_coco_boxes(content: bytes, changes: BoxChanges, classes: Iterable[str] = ()) -> bytes:
    """Returns the file with new labels, laid out as it was.

    Args:
        content: The file.
        changes: New label of each box that changes.
        classes: Classes that get categories in this order before others, if they have none; the
            same for all files of a data set, so that a number means one class in all of them.

    Raises:
        ValueError: If it cannot be read, or lacks a box.
    """
    coco = _parsed(content)
    annotations, numbers = coco["annotations"], _numbers(coco)
    for name in (*classes, *(new for new in changes.values() if new is not None)):
        if name not in numbers:
            numbers[name] = new_category(coco, name)
    for number, new in changes.items():
        if not 0 <= number < len(annotations) or not isinstance(annotations[number], dict):
            raise ValueError(f"there is no box {number}")
        if new is not None:
            annotations[number]["category_id"] = numbers[new]
    gone = {number for number, new in changes.items() if new is None}
    coco["annotations"] = [item for n, item in enumerate(annotations) if n not in gone]
    start = codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""
    return start + text_like(_text(content), coco).encode()


def _text(content: bytes) -> str:
    return content.removeprefix(codecs.BOM_UTF8).decode("utf-8")


def _parsed(content: bytes) -> dict[str, Any]:
    try:
        coco = json.loads(_text(content))
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    keys = ("images", "annotations")
    if not isinstance(coco, dict) or not all(isinstance(coco.get(key), list) for key in keys):
        raise ValueError("it is no COCO file")
    return coco


def _categories(coco: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Name and number of each category, in the order of the file."""
    categories = coco.get("categories")
    for item in categories if isinstance(categories, list) else ():
        if isinstance(item, dict) and "id" in item:
            yield str(item.get("name", item["id"])).strip(), item["id"]


def _names(coco: Mapping[str, Any]) -> dict[str, str]:
    """The name of each number."""
    return {identity(number): name for name, number in _categories(coco)}


def _numbers(coco: Mapping[str, Any]) -> dict[str, Any]:
    """The number of each name; of several with one name, that which most boxes have."""
    listed = list(_categories(coco))
    known = {identity(number) for _, number in listed}
    used = Counter[str]()
    for item in coco["annotations"]:
        number = item.get("category_id") if isinstance(item, dict) else None
        used[identity(number)] += 1
        if number is not None and identity(number) not in known:  # a class without a name
            known.add(identity(number))
            listed.append((identity(number), number))
    numbers: dict[str, Any] = {}
    for name, number in listed:
        if name not in numbers or used[identity(number)] > used[identity(numbers[name])]:
            numbers[name] = number
    return numbers


def _sides(number: int, box: Any) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a box of left, top, width and height."""
    try:
        left, top, width, height = map(float, box)
    except (TypeError, ValueError) as error:
        raise ValueError(f"the box of annotation {number} is no list of four numbers") from error
    sides = (left, top, left + width, top + height)
    if not all(map(math.isfinite, sides)):
        raise ValueError(f"the box of annotation {number} is no place in an image")
    return sides
