"""Labels in files beside the images of an archive, as webdataset has them: 12.jpg and 12.cls."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from ahsml_app.core.tables.columns.column_names import (
    LABEL_COLUMN,
    LABEL_NAMES,
    OWN_COLUMNS,
    plain_name,
)

LARGEST = 1 << 16
"""Bytes of a file that may be a label."""

_CLASS, _JSON, _TEXT = ".cls", ".json", ".txt"
_LONGEST_LABEL = 100
_MOST_BYTES = 256 << 20
_FEWEST_NUMBERS = 5  # of a line that places a box
_T = TypeVar("_T")


class Sidecars:
    """Collects the images of an archive, and the small files beside them.

    Attributes:
        unclear: Paths of images that `table` gave no label, because their archive has two images
            or two labels of one name.
    """

    def __init__(self) -> None:
        self.unclear: list[str] = []
        self._images: dict[str, dict[str, str]] = {}
        self._files: dict[str, dict[str, tuple[str, bytes]]] = {}
        self._doubtful: set[str] = set()
        self._rows: list[dict[str, str]] = []
        self._bytes = 0

    def takes(self, name: str, size: int) -> bool:
        """Whether a file may be a label, of which the content is to be added."""
        small = size <= LARGEST and self._bytes + size <= _MOST_BYTES
        return small and _split(name)[1] in (_CLASS, _JSON, _TEXT)

    def add_image(self, name: str, path: str, cells: Mapping[str, str] | None = None) -> None:
        """Adds an image: its name in the archive, and its path where it was unpacked.

        Args:
            name: The name.
            path: The path.
            cells: What stands beside it in the row of a data set; None for a file.
        """
        if cells is not None:
            self._rows.append({"path": path, **cells})
            return
        key, suffix = _split(name)
        self._add(self._images, key, sys.intern(suffix), path)

    def add_file(self, name: str, path: str, content: bytes) -> None:
        """Adds a file that may be a label, with the path where it would be unpacked."""
        key, suffix = _split(name)
        self._add(self._files, key, suffix, (path, content))
        self._bytes += len(content)

    def table(self) -> tuple[list[str], list[list[str]]] | None:
        """The columns and rows of the labels; None if most images have none beside them."""
        if self._rows:
            return _as_table(self._rows)
        captions = self._are_captions()
        found: list[dict[str, str]] = []
        labelled = 0
        for key, images in self._images.items():
            paths = images.values()
            cells = _cells(self._files.get(key, {}), captions=captions)
            if key in self._doubtful:
                self.unclear += paths if cells.get(LABEL_COLUMN) else ()
                cells = {}
            labelled += len(paths) if cells.get(LABEL_COLUMN) else 0
            found += ({"path": path, **cells} for path in paths)
        if 2 * labelled <= len(found):
            return None
        names = ["path", LABEL_COLUMN]
        names += [name for name in OWN_COLUMNS if any(name in cells for cells in found)]
        return names, [[cells.get(name, "") for name in names] for cells in found]

    def others(self, *, used: bool) -> Iterator[tuple[str, bytes]]:
        """Path and content of the files that are in no table.

        Args:
            used: Whether there is a table, which holds what lies beside an image.
        """
        for key, files in self._files.items():
            if not used or key not in self._images or key in self._doubtful:
                yield from files.values()

    def _add(self, found: dict[str, dict[str, _T]], key: str, suffix: str, value: _T) -> None:
        """Adds a file to those of a sample, in which no two should have one suffix."""
        files = found.setdefault(key, {})
        if suffix in files:
            self._doubtful.add(key)
            suffix = f"{suffix}/{len(files)}"  # as no name has
        files[suffix] = value

    def _are_captions(self) -> bool:
        """Whether texts beside the images describe them, and are no classes."""
        files = (files for key, files in self._files.items() if key in self._images)
        texts = [_text(found[_TEXT][1]) for found in files if _TEXT in found]
        lines = [len(text.split()) >= _FEWEST_NUMBERS and _is_numbers(text) for text in texts]
        long = any("\n" in text or len(text) > _LONGEST_LABEL for text in texts)
        return long or any(lines) or 2 * len(set(texts)) > len(texts)


def _as_table(rows: list[dict[str, str]]) -> tuple[list[str], list[list[str]]]:
    names = list(dict.fromkeys(name for cells in rows for name in cells))
    if {cells.get("split") for cells in rows} == {"test"}:  # there is nothing else to train on
        names.remove("split")
    return names, [[cells.get(name, "") for name in names] for cells in rows]


def _split(name: str) -> tuple[str, str]:
    """The key of a sample and the rest of a name, from the first dot of its last part."""
    folder, slash, last = name.rpartition("/")
    stem, dot, rest = last.partition(".")
    return f"{folder}{slash}{stem}", f"{dot}{rest}".lower()


def _cells(files: Mapping[str, tuple[str, bytes]], *, captions: bool) -> dict[str, str]:
    cells = _fields(files[_JSON][1]) if _JSON in files else {}
    if _CLASS in files:
        cells[LABEL_COLUMN] = _text(files[_CLASS][1])
    if LABEL_COLUMN not in cells and _TEXT in files and not captions:
        cells[LABEL_COLUMN] = _text(files[_TEXT][1])
    return cells


def _fields(content: bytes) -> dict[str, str]:
    """The label of a JSON file, and its other columns that mean something."""
    try:
        found: Any = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {LABEL_COLUMN: _cell(found)} if _cell(found) else {}
    fields = {plain_name(name): _cell(value) for name, value in found.items()}
    label = next((fields[name] for name in LABEL_NAMES if fields.get(name)), "")
    others = {name: fields[name] for name in OWN_COLUMNS if fields.get(name)}
    return {LABEL_COLUMN: label, **others} if label else others


def _cell(value: object) -> str:
    """A single value as text; nothing for others."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value).strip()


def _text(content: bytes) -> str:
    return content.decode("utf-8-sig", "replace").strip()


def _is_numbers(text: str) -> bool:
    return all(part.lstrip("-").replace(".", "", 1).isdigit() for part in text.split())
