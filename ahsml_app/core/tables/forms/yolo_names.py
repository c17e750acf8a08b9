"""The names of YOLO's classes: read, and written with further ones behind them.

Numbers of classes are places in the list, so a new class comes last, and all that was there stays.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NAMES_FILES = ("data.yaml", "dataset.yaml", "classes.txt", "obj.names")
"""Files that name the classes of YOLO."""

_NAMES = "names"
_KEYS = re.compile(r"""^(["']?)(?:names|nc|path|train|val)\1[ \t]*:(?:\s|$)""", re.MULTILINE)
"""What tells YAML from lines of names."""

_COUNT = re.compile(r"^((?:nc[ \t]*:|classes[ \t]*=)[ \t]*)([0-9]+)", re.MULTILINE)
_SEPARATOR = re.compile(r"\s*,\s*")


@dataclass(frozen=True, slots=True)
class _List:
    """The names in a file, and where and how further ones are written.

    Attributes:
        names: The names.
        place: Where a further name is put in; -1 if it is not clear how.
        before: What stands before a further name.
        first: What stands before the first name, if there is none yet.
        quote: The quotation mark around the last name, or nothing.
        is_map: Whether each name has its number before it.
        is_plain: Whether it is lines of text, not YAML.
    """

    names: list[str]
    place: int = -1
    before: str = ""
    first: str = ""
    quote: str = ""
    is_map: bool = False
    is_plain: bool = False


def names_files(folder: Path) -> Iterator[Path]:
    """The files that name the classes of a YOLO folder: in it, or in one of the two above.

    The first is the one that counts.
    """
    places = (folder, folder.parent, folder.parent.parent)
    files = (place / name for place in places for name in NAMES_FILES)
    return (file for file in files if file.is_file())


def read_names(file: Path | None) -> list[str]:
    """Reads the names in a file; none if there is no file.

    Raises:
        OSError: If the file cannot be read.
        UnicodeError: If it is not in UTF-8.
    """
    return [] if file is None else yolo_names(file.read_bytes().decode("utf-8-sig"))


def yolo_names(text: str) -> list[str]:
    """Reads names of classes from `data.yaml`, or from lines such as those of `classes.txt`.

    YAML that is damaged, or of another shape, names none.
    """
    return _parsed(text).names


def with_names(text: str, names: Sequence[str]) -> str:
    """Returns a file that names classes with further ones, and their number, all else as it was.

    Args:
        text: The file.
        names: Its names, and the further ones.

    Raises:
        ValueError: If it cannot hold them.
    """
    found = _parsed(text)
    new = names[len(found.names) :]
    if not new:
        return text
    added, before = "", found.before if found.names else found.first
    for number, name in enumerate(new, len(found.names)):
        written = name if found.is_plain else _written(name, found.quote)
        added += before + (f"{number}: " if found.is_map else "") + written
        before = found.before
    added = text[: found.place] + added + text[found.place :]
    edited = added if found.is_plain else with_count(added, len(names))
    if found.place < 0 or yolo_names(edited) != list(names):
        raise ValueError(f"the list of names cannot take {', '.join(map(repr, new))}")
    return edited


def with_count(text: str, count: int) -> str:
    """Raises the number of classes that `data.yaml` or `obj.data` tells, if it tells any."""
    return _COUNT.sub(lambda found: found[1] + str(max(int(found[2]), count)), text)


def _parsed(text: str) -> _List:
    newline = "\r\n" if "\r\n" in text else "\n"
    if _KEYS.search(text) is None:
        names = [line.strip() for line in text.splitlines() if line.strip()]
        end = len(text.rstrip())
        end += len(text[end:]) - len(text[end:].lstrip(" \t"))
        return _List(names, end, newline, is_plain=True)
    top = _composed(text)
    if top is None:
        return _List([])
    before = f"{newline}  "
    for key, value in top.value:
        if key.value == _NAMES:
            if value.id == "scalar":  # nothing, or what are no names
                place = -1 if value.value else _line_end(text, key.end_mark.index)
                return _List([], place, before, before, is_map=True)
            return _listed(text, value, newline)
    place = -1 if top.flow_style else len(text.rstrip())
    return _List([], place, before, f"{newline}{_NAMES}:{before}", is_map=True)


def _composed(text: str) -> Any:
    """The node of the mapping that a YAML file is; None if it is none, or damaged."""
    import yaml  # type: ignore[import-untyped] # few folders have such a file

    try:
        top = next(yaml.compose_all(text, yaml.SafeLoader), None)
    except (yaml.YAMLError, RecursionError):
        return None
    return top if isinstance(top, yaml.MappingNode) else None


def _listed(text: str, node: Any, newline: str) -> _List:
    """The names in a node of YAML, a sequence or a mapping from their numbers."""
    is_map = node.id == "mapping"
    pairs = node.value if is_map else [(value, value) for value in node.value]
    values = [value for _, value in pairs]
    if any(part.id != "scalar" for pair in pairs for part in pair):
        return _List([])
    names = [value.value for value in values]
    if is_map:
        names = _numbered({key.value: value.value for key, value in pairs})
    quote = values[-1].style if values and values[-1].style in ("'", '"') else ""
    if not node.flow_style:
        is_open = values[-1].style in ("|", ">")  # its end is not that of its line
        place = -1 if is_open else _line_end(text, values[-1].end_mark.index)
        before = newline + " " * node.start_mark.column + ("" if is_map else "- ")
        return _List(names, place, before, quote=quote, is_map=is_map)
    place = values[-1].end_mark.index if values else node.start_mark.index + 1
    between = ", "
    if len(values) > 1:
        between = text[values[-2].end_mark.index : pairs[-1][0].start_mark.index]
    before = between if _SEPARATOR.fullmatch(between) else ", "
    return _List(names, place, before, quote=quote, is_map=is_map)


def _line_end(text: str, place: int) -> int:
    """Where the line of a place ends."""
    end = text.find("\n", place)
    line = text[: len(text) if end < 0 else end]
    return len(line.removesuffix("\r"))


def _numbered(pairs: dict[str, str]) -> list[str]:
    """The names in the order of their numbers; one that is missing is called by its number."""
    named = {int(number): name for number, name in pairs.items() if number.isdecimal()}
    return [named.get(number, str(number)) for number in range(max(named, default=-1) + 1)]


def _written(name: str, quote: str) -> str:
    """A name as YAML writes it, in quotation marks where it needs them or the others have them."""
    import yaml

    style = {"default_style": quote or None, "default_flow_style": True}
    text: str = yaml.safe_dump([name], **style, allow_unicode=True, width=math.inf)
    return text.strip().removeprefix("[").removesuffix("]")
