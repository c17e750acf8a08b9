"""The classes of boxes, of which some may be new: their numbers, and the files that name them."""

from __future__ import annotations

import os
from codecs import BOM_UTF8
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from ahsml_app.core.tables.forms.boxes import BoxChanges, yolo_numbers
from ahsml_app.core.tables.forms.yolo_names import (
    names_files,
    read_names,
    with_count,
    with_names,
)

_NEW_FILE = "classes.txt"
_DARKNET, _DARKNET_FACTS = "obj.names", "obj.data"
_VOC_NAMES, _VOC_START = "labelmap.txt", "# label:color_rgb"

Told = Callable[[Path], AbstractContextManager[None]]
"""Tells which file it was, if there is an error."""


def yolo_classes(
    changes: Mapping[Path, BoxChanges], told: Told
) -> tuple[dict[Path, Mapping[str, int]], dict[Path, bytes]]:
    """Gives each class without a number the next one behind those of its list of names.

    All lists get the same classes in the same order, and so does every file that names the same
    classes. Where no file names classes but one has to, there is a new one.

    Args:
        changes: New labels of the boxes of each text file of YOLO.
        told: Tells which file it was, if there is an error.

    Returns:
        Number of each class that has a name, by the folder of the files of boxes; and the content
        of each file that names classes.
    """
    wanted = sorted({new for each in changes.values() for new in each.values() if new is not None})
    groups: dict[Path | None, list[Path]] = {}
    for folder in dict.fromkeys(file.parent for file in changes):
        groups.setdefault(next(names_files(folder), None), []).append(folder)
    numbers, contents = dict[Path, Mapping[str, int]](), dict[Path, bytes]()
    for first, folders in groups.items():
        files = [file for file in changes if file.parent in folders]
        with told(first or files[0]):
            listed = read_names(first)
        names = _with_new(listed, wanted, files, told)
        place = {name: number for number, name in reversed(list(enumerate(names)))}
        numbers |= dict.fromkeys(folders, place)
        for file in dict.fromkeys(file for folder in folders for file in names_files(folder)):
            with told(file):
                contents |= _contents(file, listed, names)
        if first is None and names:
            text = "".join(f"{name}\n" for name in names)
            contents[Path(os.path.commonpath(folders)) / _NEW_FILE] = text.encode()
    return numbers, contents


def voc_classes(changes: Mapping[Path, BoxChanges], told: Told) -> dict[Path, bytes]:
    """Adds new classes to the lists that CVAT and Datumaro write beside files of Pascal VOC.

    Args:
        changes: New labels of the boxes of each XML file.
        told: Tells which file it was, if there is an error.

    Returns:
        Content of each list.
    """
    wanted = sorted({new for each in changes.values() for new in each.values() if new is not None})
    places = {place for file in changes for place in list(file.parents)[:3]}
    contents = dict[Path, bytes]()
    for file in sorted(place / _VOC_NAMES for place in places):
        if file.is_file():
            with told(file):
                content = file.read_bytes()
                if content.removeprefix(BOM_UTF8).startswith(_VOC_START.encode()):
                    contents[file] = _edited(content, lambda text: _with_voc_names(text, wanted))
    return contents


def _with_voc_names(text: str, names: Sequence[str]) -> str:
    listed = {line.partition(":")[0].strip() for line in text.splitlines()}
    new = [name for name in names if name not in listed]
    if any(":" in name for name in new):
        raise ValueError("it takes no name with a colon")
    end = "\r\n" if "\r\n" in text else "\n"
    gap = end if new and not text.endswith("\n") else ""
    return text + gap + "".join(f"{name}:::{end}" for name in new)


def _with_new(
    listed: Sequence[str], wanted: Sequence[str], files: Sequence[Path], told: Told
) -> Sequence[str]:
    """The names of a list, and those that it lacks; numbers of boxes without a name keep theirs."""
    lacking = [name for name in wanted if name not in listed]
    if not lacking:
        return listed
    used = set[int]()
    for file in files:
        with told(file):
            used |= yolo_numbers(file.read_bytes())
    if not listed:
        used |= {int(name) for name in lacking if name.isdecimal()}
    unnamed = [str(number) for number in range(len(listed), max(used, default=-1) + 1)]
    new = [name for name in lacking if name not in unnamed]
    return [*listed, *unnamed, *new] if new else listed


def _contents(file: Path, listed: Sequence[str], names: Sequence[str]) -> dict[Path, bytes]:
    """A file with further names, and what tells their number beside it; none of other names."""
    if read_names(file) != listed:
        return {}
    made = {file: file.read_bytes()}
    if names != listed:
        made[file] = _edited(made[file], lambda text: with_names(text, names))
    facts = file.with_name(_DARKNET_FACTS)
    if file.name == _DARKNET and facts.is_file():
        count = len(names)
        made[facts] = _edited(facts.read_bytes(), lambda text: with_count(text, count))
    return made


def _edited(content: bytes, edit: Callable[[str], str]) -> bytes:
    start = BOM_UTF8 if content.startswith(BOM_UTF8) else b""
    return start + edit(content.removeprefix(BOM_UTF8).decode("utf-8")).encode()
