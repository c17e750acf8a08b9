"""The names of YOLO's classes: read, and written with further ones behind them.

Numbers of classes are places in the list, so a new class comes last, and all that was there stays.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

NAMES_FILES = ("data.yaml", "dataset.yaml", "classes.txt", "obj.names")
"""Files that name the classes of YOLO."""

_KEY = re.compile(r"^names[ \t]*:", re.MULTILINE)
_OTHER_KEY = re.compile(r"^(?:nc|path|train|val)[ \t]*:(?:\s|$)", re.MULTILINE)
_COUNT = re.compile(r"^((?:nc[ \t]*:|classes[ \t]*=)[ \t]*)([0-9]+)", re.MULTILINE)
_QUOTED = r"""'(?:[^']|'')*'|"(?:[^"\\]|\\.)*\""""
_TOKEN = re.compile(
    rf"""(?:\s|(?<=\s)\#[^\n]*)*(?P<text>[\[\]{{}},]|:(?=\s)|{_QUOTED}"""
    r"""|[^\s,\[\]{}'"#:](?:[^,\[\]{}\n:#]|:(?=\S)|(?<=\S)\#)*)"""
)
_ENTRY = re.compile(r"""([ \t]*-[ \t]*|[ \t]+(['"]?)([0-9]+)\2[ \t]*:[ \t]*)(.*)""")
_STARTS_QUOTED = re.compile(rf"({_QUOTED})\s*(?:#.*)?")
_PLAIN = re.compile(r"[^\W\d_](?:[\w .()+/-]*[\w)+])?")
_NO_TEXTS = ("y", "n", "yes", "no", "on", "off", "true", "false", "null")
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
    """Reads names of classes from `data.yaml`, or from lines such as those of `classes.txt`."""
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
    key = _KEY.search(text)
    if key is None and _OTHER_KEY.search(text) is None:
        names = [line.strip() for line in text.splitlines() if line.strip()]
        end = len(text.rstrip())
        end += len(text[end:]) - len(text[end:].lstrip(" \t"))
        return _List(names, end, newline, is_plain=True)
    if key is None:
        before = f"{newline}  "
        return _List([], len(text.rstrip()), before, f"{newline}names:{before}", is_map=True)
    start = text[key.end() :].lstrip()[:1]
    if start in ("[", "{"):
        return _flow(text, text.index(start, key.end()))
    return _block(text, key.end(), newline)


def _flow(text: str, start: int) -> _List:
    """The names between brackets or braces."""
    is_map = text[start] == "{"
    step = 3 if is_map else 1  # number, colon and name
    places = _spans(text, start + 1)
    texts = [text[first:last] for first, last in places or ()]
    colons = {number for number, part in enumerate(texts) if part == ":"}
    if (
        places is None
        or len(texts) % step
        or colons != set(range(1, len(texts), 3) if is_map else ())
    ):
        return _List([])
    values = texts[step - 1 :: step]
    before = text[places[-step - 1][1] : places[-step][0]] if len(values) > 1 else ", "
    names = [_value(value) for value in values]
    return _List(
        names=_numbered(dict(zip(map(_value, texts[::3]), names, strict=True)))
        if is_map
        else names,
        place=places[-1][1] if places else start + 1,
        before=before if _SEPARATOR.fullmatch(before) else ", ",
        quote=_quote(values),
        is_map=is_map,
    )


def _spans(text: str, place: int) -> list[tuple[int, int]] | None:
    """Where the texts and colons up to a closing bracket begin and end; None if it is not clear."""
    spans = list[tuple[int, int]]()
    expects_text = True
    while (found := _TOKEN.match(text, place)) is not None:
        part = found["text"].rstrip()
        start, place = found.start("text"), found.start("text") + len(part)
        if part in ("]", "}"):
            return spans
        if part in ("[", "{") or expects_text == (part in (",", ":")):
            break
        if part != ",":
            spans.append((start, place))
        expects_text = part in (",", ":")
    return None


def _block(text: str, start: int, newline: str) -> _List:
    """The names in lines of their own."""
    pairs, values = dict[str, str](), list[str]()
    place, before, kinds = -1, f"{newline}  ", set[bool]()
    for number, line in enumerate(text[start:].splitlines(keepends=True) or [""]):
        body = line.rstrip("\r\n")
        entry = _ENTRY.fullmatch(body) if number else None
        if entry is not None:
            pairs[entry[3] or str(len(values))] = _value(entry[4])
            values.append(entry[4])
            kinds.add(entry[3] is not None)
            indent = body[: len(body) - len(body.lstrip())]
            before = newline + (indent if entry[3] else f"{indent}- ")
        elif number and body[:1] not in ("", " ", "\t", "#"):
            break
        elif body.strip() and not body.strip().startswith("#"):
            kinds |= {True, False}  # neither a name nor nothing
        if entry is not None or not number:
            place = start + len(body)
        start += len(line)
    return _List(
        names=_numbered(pairs),
        place=place if len(kinds) < 2 else -1,
        before=before,
        first=before,
        quote=_quote(values),
        is_map=False not in kinds,
    )


def _numbered(pairs: dict[str, str]) -> list[str]:
    """The names in the order of their numbers; one that is missing is called by its number."""
    named = {int(number): name for number, name in pairs.items() if number.isdecimal()}
    return [named.get(number, str(number)) for number in range(max(named, default=-1) + 1)]


def _value(text: str) -> str:
    """A name as it is meant, without quotation marks and a comment."""
    text = text.strip()
    quoted = _STARTS_QUOTED.fullmatch(text)
    if quoted is None:
        return "" if text.startswith("#") else text.partition(" #")[0].strip()
    inner = quoted[1][1:-1]
    if text[0] == "'":
        return inner.replace("''", "'")
    try:
        return str(json.loads(quoted[1]))
    except ValueError:  # YAML has more escapes
        return inner


def _quote(values: Sequence[str]) -> str:
    start = values[-1].strip()[:1] if values else ""
    return start if start in ("'", '"') else ""


def _written(name: str, quote: str) -> str:
    """A name as YAML writes it, in quotation marks where it needs them or the others have them."""
    if not quote and _PLAIN.fullmatch(name) and name.lower() not in _NO_TEXTS:
        return name
    if quote == '"' or not name.isprintable():
        return json.dumps(name, ensure_ascii=False)
    return "'" + name.replace("'", "''") + "'"
