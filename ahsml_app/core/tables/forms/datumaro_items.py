"""Datumaro: items with label annotations, as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ahsml_app.core.tables.forms.tool_labels import Changes, ToolLabels

FORM = "Datumaro"


def is_datumaro(content: Mapping[str, Any]) -> bool:
    """Whether a JSON object is a file of Datumaro."""
    return isinstance(content.get("items"), list) and isinstance(content.get("categories"), dict)


def read_datumaro(content: Mapping[str, Any]) -> ToolLabels:
    """Reads the labels of each item; boxes and other shapes are no labels of it."""
    found, names = ToolLabels(FORM), _names(content)
    for number, item in enumerate(content["items"], 1):
        path = _path(item)
        if path is None:
            continue
        numbers = [annotation.get("label_id") for annotation in _labels(item)]
        labels = [names[n] for n in numbers if isinstance(n, int) and 0 <= n < len(names)]
        for label in dict.fromkeys(labels) or [""]:
            found.add(number, path, label)
    return found


def edit_datumaro(content: dict[str, Any], changes: Changes, _: int = 0) -> dict[str, Any]:
    """Changes labels in place, and leaves items out; a new class is added."""
    names = _names(content)
    kept = []
    for item in content["items"]:
        path = _path(item)
        new = changes.get(path, "") if path is not None else None
        if new is None:
            continue
        if path in changes:
            _relabel(content, item, new, names)
        kept.append(item)
    content["items"] = kept
    return content


def _relabel(content: dict[str, Any], item: dict[str, Any], label: str, names: list[str]) -> None:
    own = list(_labels(item))
    given = [each for each in own if each.get("label_id") == own[0].get("label_id")]
    if not label:
        gone = set(map(id, given))
        item["annotations"] = [each for each in item["annotations"] if id(each) not in gone]
        return
    if label not in names:
        names.append(label)
        _listed_in(_inner(content["categories"]), "labels").append(
            {"name": label, "parent": "", "attributes": []}
        )
    number = names.index(label)
    for each in given:
        each["label_id"] = number
    if not given:
        new = {"id": 0, "type": "label", "attributes": {}, "group": 0, "label_id": number}
        _listed_in(item, "annotations").append(new)


def _inner(categories: dict[str, Any]) -> dict[str, Any]:
    """The categories of labels, which some files lack."""
    if not isinstance(categories.get("label"), dict):
        categories["label"] = {}
    label: dict[str, Any] = categories["label"]
    return label


def _listed_in(place: dict[str, Any], key: str) -> list[Any]:
    """A list to append to, which may be missing or null in the file."""
    if not isinstance(place.get(key), list):
        place[key] = []
    listed: list[Any] = place[key]
    return listed


def _names(content: Mapping[str, Any]) -> list[str]:
    label = content["categories"].get("label")
    listed = label.get("labels") if isinstance(label, dict) else None
    names = listed if isinstance(listed, list) else []
    return [str(each.get("name", "")) if isinstance(each, dict) else str(each) for each in names]


def _labels(item: Any) -> Iterator[dict[str, Any]]:
    listed = item.get("annotations") if isinstance(item, dict) else None
    for each in listed if isinstance(listed, list) else ():
        if isinstance(each, dict) and each.get("type") == "label":
            yield each


def _path(item: Any) -> str | None:
    """Path of the image of an item, or its name without suffix."""
    if not isinstance(item, dict):
        return None
    image = item.get("image")
    path = image.get("path") if isinstance(image, dict) else None
    text = path or item.get("id")
    return text if isinstance(text, str) and text else None
