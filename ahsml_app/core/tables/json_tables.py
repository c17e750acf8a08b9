"""Reads tables of labels in JSON: lines, a list of objects, columns, a map, and COCO."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from ahsml_app.base.errors import LabelsError
from ahsml_app.base.message import Message
from ahsml_app.core.tables.columns.column_names import (
    LABEL_COLUMN,
    LABEL_NAMES,
    PATH_COLUMN,
    PATH_NAMES,
    plain_name,
)
from ahsml_app.core.tables.columns.several_choices import is_list_of_texts
from ahsml_app.core.tables.forms.coco_parts import identity
from ahsml_app.core.tables.raw_table import RawTable, cell_texts, refused
from ahsml_app.core.tables.text_tables import is_file_name
from ahsml_app.core.tables.tool_tables import tool_json

_LINES = (".jsonl", ".ndjson")
_JSON = (".json", ".geojson", ".ipynb")
_KINDS = {
    "shapes": Message("an annotation of LabelMe"),
    "_via_img_metadata": Message("a project of the VGG Image Annotator"),
    "_via_settings": Message("a project of the VGG Image Annotator"),
    "cells": Message("a notebook"),
    "features": Message("GeoJSON"),
    "items": Message("Datumaro"),
}
"""What a JSON object is that has a key."""
_NO_TABLE = Message("JSON without a row for each image")
_MOST_DEEP = 1000
"""Characters of a nested value that are kept as text."""


def _without_outline(item: dict[str, Any]) -> dict[str, Any]:
    """An annotation of COCO without its outline: most of a large file, and nothing about labels."""
    if "segmentation" in item and {"id", "image_id", "category_id"} <= item.keys():
        del item["segmentation"]
    return item


_DECODER = json.JSONDecoder(object_hook=_without_outline)


def read_json(file: Path, text: str) -> RawTable | None:
    """Reads the cells of a JSON table; None if the text is not JSON.

    Raises:
        LabelsError: If it is JSON, but no table of labels, or if only its name says JSON.
    """
    start = text.lstrip("\ufeff \t\r\n")[:1]
    suffix = file.suffix.lower()
    if start not in ("{", "["):
        return None if suffix not in (*_LINES, *_JSON) else _broken(file, 1)
    content: Any
    if start == "{" and (lines := _objects(file, text)) is not None:
        numbers, rows = lines
        if len(rows) > 1 or suffix in _LINES:
            return _from_rows(file, "JSON lines", numbers, rows)
        content = rows[0]  # one object alone may be a whole file of another form
    else:
        try:
            content = _DECODER.decode(text.lstrip("\ufeff"))
        except (ValueError, RecursionError) as error:
            if suffix in (*_LINES, *_JSON):
                return _broken(file, getattr(error, "lineno", 1))
            return None
    found = tool_json(file, content)
    if found is not None:
        return found
    if isinstance(content, list):
        if content and all(isinstance(row, list) and len(row) > 1 for row in content):
            return _from_lists(file, content)
        if (objects := json_rows(file, content)) is None:
            raise refused(file, _NO_TABLE)
        return _from_rows(file, "JSON", list(range(1, len(objects) + 1)), objects)
    return _from_object(file, content)


def json_rows(file: Path, content: Any) -> list[dict[str, Any]] | None:
    """The objects of JSON that is a list of them, or an object with one such list; else None."""
    if isinstance(content, dict) and _pairs(file, content) is None:
        lists = [value for value in content.values() if isinstance(value, list) and value
                 and all(isinstance(row, dict) for row in value)]  # fmt: skip
        return lists[0] if len(lists) == 1 else None
    if isinstance(content, list) and content and all(isinstance(row, dict) for row in content):
        return content
    return None


def is_label_map(content: Any) -> bool:
    """Whether JSON is a map of paths to labels."""
    return (
        isinstance(content, dict)
        and bool(content)
        and all(isinstance(value, str | int | float | None) for value in content.values())
    )


def _broken(file: Path, line: int) -> RawTable:
    raise LabelsError(
        Message("{name} line {line} is not valid JSON.", name=file.name, line=line),
        hint="Write it again, or give a CSV file.",
    )


def _objects(file: Path, text: str) -> tuple[list[int], list[dict[str, Any]]] | None:
    """Line number and object of each line; None if the first line is no object of its own."""
    numbers, rows = list[int](), list[dict[str, Any]]()
    place = 1 if text.startswith("\ufeff") else 0
    for number in count(1):
        if place >= len(text):
            break
        stop = text.find("\n", place)
        stop = len(text) if stop < 0 else stop
        row, is_blank = _object(text, place, stop)
        place = stop + 1
        if is_blank:
            continue
        if row is None:
            if len(rows) > 1 or (rows and file.suffix.lower() in _LINES):
                _broken(file, number)
            return None
        numbers.append(number)
        rows.append(row)
    return numbers, rows


def _object(text: str, start: int, stop: int) -> tuple[dict[str, Any] | None, bool]:
    """The object in a line, or none, and whether the line is blank; a long line is not copied."""
    while start < stop and text[start].isspace():
        start += 1
    while start < stop and text[stop - 1].isspace():
        stop -= 1
    if text[stop - 1 : stop] != "}":
        return None, start == stop
    try:
        row, end = _DECODER.raw_decode(text, start)
    except (ValueError, RecursionError):
        return None, False
    return (row if isinstance(row, dict) and end == stop else None), False


def _from_rows(
    file: Path, form: str, numbers: list[int], rows: Sequence[Mapping[str, Any]]
) -> RawTable:
    rows = [_flat(row) for row in rows]
    header = list(dict.fromkeys(name for row in rows for name in row))
    return RawTable(
        file=file,
        form=form,
        unit="line" if form == "JSON lines" else "row",
        header=tuple(header),
        lines=numbers,
        columns=[_cells([row.get(name) for row in rows]) for name in header],
    )


def _flat(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """A row whose inner objects are columns of their own: `image.path`."""
    if not any(isinstance(value, dict) for value in row.values()):
        return row
    flat: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, dict) and list(value) == ["choices"]:
            flat[name] = value["choices"]  # several choices, as Label Studio writes them
        elif isinstance(value, dict):
            flat |= {f"{name}.{inner}": each for inner, each in value.items()}
        else:
            flat[name] = value
    return flat


def _from_lists(file: Path, rows: Sequence[Sequence[Any]]) -> RawTable:
    """Reads rows without names, or with names in the first one."""
    width = max(map(len, rows))
    cells = [_cells([*row, *[None] * (width - len(row))]) for row in rows]
    return RawTable(
        file=file,
        form="JSON",
        unit="row",
        header=tuple(cells[0]),
        lines=list(range(2, len(rows) + 1)),
        columns=[list(column) for column in zip(*cells[1:], strict=True)] or [[] for _ in cells[0]],
        header_line=1,
    )


def _pairs(file: Path, content: Mapping[str, Any]) -> RawTable | None:
    """Reads a map of paths to lists of a label or to objects, or of classes to lists of paths."""
    usual = {plain_name(name) for name in content}.intersection((*PATH_NAMES, *LABEL_NAMES))
    values = list(content.values())
    if usual or not values:
        return None
    inner = {plain_name(name) for value in values if isinstance(value, dict) for name in value}
    if all(isinstance(value, dict) for value in values) and inner.intersection(LABEL_NAMES):
        rows = [{PATH_COLUMN: path, **value} for path, value in content.items()]
        return _from_rows(file, "JSON", list(range(1, len(rows) + 1)), rows)
    if not all(isinstance(value, list) and value for value in values):
        return None
    if all(isinstance(each, str) and is_file_name(each) for value in values for each in value):
        pairs = [(path, label) for label, paths in content.items() for path in paths]
    elif all(map(is_file_name, content)):
        pairs = [(path, label) for path, labels in content.items() for label in labels]
    else:
        return None
    rows = [{PATH_COLUMN: path, LABEL_COLUMN: label} for path, label in pairs]
    return _from_rows(file, "JSON", list(range(1, len(rows) + 1)), rows)


def _from_object(file: Path, content: Mapping[str, Any]) -> RawTable:
    if isinstance(content.get("images"), list) and isinstance(content.get("annotations"), list):
        return _from_coco(file, content)
    for key, kind in _KINDS.items():
        if key in content:
            raise refused(file, kind)
    if (found := _pairs(file, content)) is not None:
        return found
    values = list(content.values())
    if (rows := json_rows(file, content)) is not None:
        return _from_rows(file, "JSON", list(range(1, len(rows) + 1)), rows)
    if is_label_map(content):
        return RawTable(
            file=file,
            form="JSON",
            unit="row",
            header=("path", "label"),
            lines=list(range(1, len(values) + 1)),
            columns=[list(content), cell_texts(values)],
        )
    if values and all(isinstance(value, dict) for value in values):
        # A table of pandas: each column maps the names of rows to cells.
        rows = list(dict.fromkeys(name for value in values for name in value))
        columns = [_cells([value.get(row) for row in rows]) for value in values]
    elif (
        values
        and all(isinstance(value, list) for value in values)
        and len(set(map(len, values))) == 1
    ):
        columns = [_cells(value) for value in values]
    else:
        raise refused(file, _NO_TABLE)
    return RawTable(
        file=file,
        form="JSON",
        unit="row",
        header=tuple(content),
        lines=list(range(1, len(columns[0]) + 1)),
        columns=columns,
    )


def _from_coco(file: Path, content: Mapping[str, Any]) -> RawTable:
    """Reads the categories of whole images; an image with several has a row for each."""
    categories = content.get("categories")
    names = {
        identity(item.get("id")): str(item.get("name", item.get("id")))
        for item in (categories if isinstance(categories, list) else ())
        if isinstance(item, dict)
    }
    of_image: dict[str, dict[str, None]] = {}
    for item in content["annotations"]:
        if isinstance(item, dict) and item.get("category_id") is not None:
            category = identity(item["category_id"])
            labels = of_image.setdefault(identity(item.get("image_id")), {})
            labels[names.get(category, category)] = None
    numbers, paths, labels_of = list[int](), list[str](), list[str]()
    for number, item in enumerate(content["images"], 1):
        if not isinstance(item, dict) or not isinstance(item.get("file_name"), str):
            continue
        for label in of_image.get(identity(item.get("id"))) or ("",):
            numbers.append(number)
            paths.append(item["file_name"])
            labels_of.append(label)
    if not paths:
        raise refused(file, Message("COCO without images"))
    return RawTable(
        file=file,
        form="COCO",
        unit="image",
        header=("file_name", "category"),
        lines=numbers,
        columns=[paths, labels_of],
        notices=tuple(_box_notices(file, content["annotations"])),
    )


def _box_notices(file: Path, annotations: Sequence[Any]) -> Iterator[Message]:
    """Says that images with several boxes are taken whole."""
    boxed = [item.get("image_id") for item in annotations
             if isinstance(item, dict) and item.get("bbox")]  # fmt: skip
    if len(boxed) > len(set(map(str, boxed))):
        yield Message(
            "{file} names boxes of objects, but whole images are judged; --crop-boxes cuts the "
            "boxes out, to judge each.",
            file=file.name,
        )


def _cells(values: Sequence[Any]) -> list[str]:
    values = [
        value[0] if isinstance(value, list) and len(value) == 1 else value for value in values
    ]
    plain = [
        json.dumps(value, ensure_ascii=False)[: None if is_list_of_texts(value) else _MOST_DEEP]
        if isinstance(value, list | dict)
        else value
        for value in values
    ]
    return cell_texts(plain)
