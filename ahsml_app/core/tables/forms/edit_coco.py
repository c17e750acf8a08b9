"""Writes a COCO file with new labels: all but categories of images stays as it is."""

from __future__ import annotations

import codecs
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ahsml_app.base.types import SampleTable
from ahsml_app.core.tables.forms.tool_labels import text_like


def edited_coco(content: bytes, samples: SampleTable, labels: Sequence[str | None]) -> bytes | None:
    """Returns a COCO file with new labels; byte for byte the same if there are none.

    The annotations that gave an image its label get the category of the new one, which is added if
    there is none of its name. An image without a label gets an annotation of the whole image.
    Images that are dropped, or are no samples, are left out with their annotations.

    Args:
        content: The file that the samples came from.
        samples: The samples with their given labels.
        labels: The new label of each sample; empty for none, None for a dropped one.

    Returns:
        The content; None if the file no longer lists all samples.
    """
    text = content.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    coco = json.loads(text)
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


@dataclass(slots=True)
class _Edit:
    """The changes of a COCO file.

    Attributes:
        coco: Its content, which is changed.
        changes: Number of changes.
        removed: Identities of the images that go.
    """

    coco: dict[str, Any]
    changes: int = 0
    removed: list[int] = field(default_factory=list)
    _of_image: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    _numbers: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for item in self.coco["annotations"]:
            if isinstance(item, dict) and "category_id" in item:
                self._of_image.setdefault(str(item.get("image_id")), []).append(item)
        for item in self.coco.setdefault("categories", []):
            if isinstance(item, dict) and "id" in item:
                self._numbers.setdefault(str(item.get("name", item["id"])).strip(), item["id"])

    def learn(self, image: dict[str, Any], label: str) -> None:
        """Takes the category of an image for that of its label, however it is written."""
        own = self._of_image.get(str(image.get("id")))
        if label and own:
            self._numbers.setdefault(label, own[0]["category_id"])

    def remove(self, image: Any) -> None:
        """Leaves an image out."""
        self.changes += 1
        self.removed.append(id(image))

    def relabel(self, image: dict[str, Any], label: str) -> None:
        """Gives an image another label, or none."""
        self.changes += 1
        own = self._of_image.get(str(image.get("id")), [])
        given = [item for item in own if item["category_id"] == own[0]["category_id"]]
        if not label:
            gone = set(map(id, given))
            self.coco["annotations"] = [a for a in self.coco["annotations"] if id(a) not in gone]
        elif given:
            number = self._category(label)
            for item in given:
                item["category_id"] = number
        else:
            new = {"id": _next(self.coco["annotations"]), "image_id": image.get("id")}
            self.coco["annotations"].append(new | {"category_id": self._category(label)})

    def text(self, before: str) -> str:
        """Returns the file, laid out as it was."""
        gone = set(self.removed)
        numbers = {str(item.get("id")) for item in self.coco["images"]
                   if id(item) in gone and isinstance(item, dict)}  # fmt: skip
        self.coco["images"] = [item for item in self.coco["images"] if id(item) not in gone]
        self.coco["annotations"] = [
            item
            for item in self.coco["annotations"]
            if not (isinstance(item, dict) and str(item.get("image_id")) in numbers)
        ]
        return text_like(before, self.coco)

    def _category(self, label: str) -> Any:
        if label not in self._numbers:
            self._numbers[label] = _next(self.coco["categories"])
            new: dict[str, Any] = {"id": self._numbers[label], "name": label}
            if any(isinstance(c, dict) and "supercategory" in c for c in self.coco["categories"]):
                new["supercategory"] = ""
            self.coco["categories"].append(new)
        return self._numbers[label]


def _next(items: list[Any]) -> int:
    """The first number that no item has."""
    numbers = [item.get("id") for item in items if isinstance(item, dict)]
    return max((number for number in numbers if isinstance(number, int)), default=0) + 1
