"""Writes a COCO file with new labels: all but categories of images stays as it is."""

from __future__ import annotations

import codecs
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from ahsml_app.base.types import SampleTable
from ahsml_app.core.tables.forms.coco_parts import (
    identities,
    identity,
    new_category,
    next_number,
)
from ahsml_app.core.tables.forms.tool_labels import KeptText, text_like

_PLACES = ("bbox", "area", "segmentation")


def edited_coco(content: bytes, samples: SampleTable, labels: Sequence[str | None]) -> bytes | None:
    """Returns a COCO file with new labels; byte for byte the same if there are none.

    The annotations that gave an image its label get the category of the new one, which is added if
    there is none of its name. An image without a label gets an annotation of the whole image, with
    the fields that most others have, as readers expect them in each.
    Images that are dropped, or are no samples, are left out with their annotations.

    Args:
        content: The file that the samples came from.
        samples: The samples with their given labels.
        labels: The new label of each sample; empty for none, None for a dropped one.

    Returns:
        The content; None if the file no longer lists all samples.
    """
    text = content.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    coco = json.loads(text, object_hook=_with_outline_as_text)
    written = samples.columns.get(samples.path_column, samples.paths)
    rows = {path: row for row, path in enumerate(written)}
    found = [
        (item, rows.get(str(item.get("file_name")), -1) if isinstance(item, dict) else -1)
        for item in coco["images"]
    ]
    listed = {row for _, row in found}
    if any(label is not None and row not in listed for row, label in enumerate(labels)):
        return None
    edit = _Edit(coco)
    for item, row in found:
        if row >= 0:
            edit.learn(item, samples.label_name(row))
    for item, row in found:
        label = labels[row] if row >= 0 else None
        if label is None:
            edit.remove(item)
        elif label != samples.label_name(row):
            edit.relabel(item, label)
    if not edit.changes:
        return content
    start = codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""
    return start + edit.text(text).encode()


@dataclass(frozen=True, slots=True)
class _Usual:
    """What annotations with a category have.

    Attributes:
        fields: The value of each field that most have, if it is the same in all; else none.
        next_id: The first number that no annotation has.
    """

    fields: Mapping[str, list[Any]]
    next_id: int


@dataclass(slots=True)
class _Edit:
    """The changes of a COCO file.

    Attributes:
        coco: Its content, which is changed.
        changes: Number of changes.
        removed: Identities of the images and annotations that go.
    """

    coco: dict[str, Any]
    changes: int = 0
    removed: set[int] = field(default_factory=set)
    _of_image: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    _numbers: dict[str, Any] = field(default_factory=dict)
    _added: list[dict[str, Any]] = field(default_factory=list)
    _usual: _Usual | None = None

    def __post_init__(self) -> None:
        for item in self.coco["annotations"]:
            if isinstance(item, dict) and "category_id" in item:
                self._of_image.setdefault(identity(item.get("image_id")), []).append(item)
        for item in self.coco.setdefault("categories", []):
            if isinstance(item, dict) and "id" in item:
                self._numbers.setdefault(str(item.get("name", item["id"])).strip(), item["id"])

    def learn(self, image: dict[str, Any], label: str) -> None:
        """Takes the category of an image for that of its label, however it is written."""
        number = _first_category(self._of_image.get(identity(image.get("id")), ()))
        if label and number is not None:
            self._numbers.setdefault(label, number)

    def remove(self, image: Any) -> None:
        """Leaves an image out."""
        self.changes += 1
        self.removed.add(id(image))

    def relabel(self, image: dict[str, Any], label: str) -> None:
        """Gives an image another label, or none."""
        self.changes += 1
        own = self._of_image.get(identity(image.get("id")), [])
        first = _first_category(own)
        given = [item for item in own if item["category_id"] == first]
        if not label:
            self.removed.update(map(id, given))
        elif given:
            number = self._category(label)
            for item in given:
                item["category_id"] = number
        else:
            self._usual = self._usual or _usual(self.coco["annotations"])
            new = {"id": self._usual.next_id + len(self._added), "image_id": image.get("id")}
            new["category_id"] = self._category(label)
            self._added.append(_like_others(new, image, self._usual))

    def text(self, before: str) -> str:
        """Returns the file, laid out as it was."""
        gone = self.removed
        numbers = {identity(item.get("id")) for item in self.coco["images"]
                   if id(item) in gone and isinstance(item, dict)}  # fmt: skip
        self.coco["images"] = [item for item in self.coco["images"] if id(item) not in gone]
        self.coco["annotations"] = [
            item
            for item in (*self.coco["annotations"], *self._added)
            if id(item) not in gone
            and not (isinstance(item, dict) and identity(item.get("image_id")) in numbers)
        ]
        return text_like(before, self.coco)

    def _category(self, label: str) -> Any:
        if label not in self._numbers:
            self._numbers[label] = new_category(self.coco, label)
        return self._numbers[label]


def _first_category(annotations: Iterable[Mapping[str, Any]]) -> Any:
    """The category that gave an image its label; None if none has any."""
    numbers = (item["category_id"] for item in annotations)
    return next((number for number in numbers if number is not None), None)


def _usual(annotations: Sequence[Any]) -> _Usual:
    items = [item for item in annotations if isinstance(item, dict) and "category_id" in item]
    counts = Counter(key for item in items for key in item)
    fields: dict[str, list[Any]] = {}
    for key, number in counts.items():
        values = [item[key] for item in items if key in item]
        if key in _PLACES:
            is_same = all(map(_is_empty, values))
        else:
            is_same = number > 1 and all(value == values[0] for value in values)
        if 2 * number > len(items):
            fields[key] = values[:1] if is_same else []
    return _Usual(fields, next_number(identities(annotations)))


def _like_others(own: dict[str, Any], image: Mapping[str, Any], usual: _Usual) -> dict[str, Any]:
    """An annotation of a whole image with the fields of others, in their order.

    A box is that of the image, unless the others have none.
    """
    known = {"iscrowd": 0, **_whole(image), **own}
    new: dict[str, Any] = {}
    for key, same in usual.fields.items():
        if key in _PLACES and same:  # none has a box
            new[key] = deepcopy(same[0])
        elif key in known or same:
            new[key] = known[key] if key in known else deepcopy(same[0])
    return new | own


def _whole(image: Mapping[str, Any]) -> dict[str, Any]:
    """Where the whole of an image is; nothing if the file does not tell its size."""
    width, height = image.get("width"), image.get("height")
    if not isinstance(width, int | float) or not isinstance(height, int | float):
        return {}
    corners = [0, 0, width, 0, width, height, 0, height]
    return dict(zip(_PLACES, ([0, 0, width, height], width * height, [corners]), strict=True))


def _with_outline_as_text(item: dict[str, Any]) -> dict[str, Any]:
    """An annotation whose outline takes little memory: outlines are most of a large file."""
    outline = item.get("segmentation")
    if isinstance(outline, list | dict) and not _is_empty(outline) and "image_id" in item:
        item["segmentation"] = KeptText(outline)
    return item


def _is_empty(value: Any) -> bool:
    return not value or (isinstance(value, list) and not any(value))
