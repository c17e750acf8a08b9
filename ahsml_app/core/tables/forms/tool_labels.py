"""What a file of another tool says of images, and how its JSON is laid out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_BARE_SLASH = re.compile(r"(?<!\\)/")
_FIRST_LINES = 60
"""Lines by which the layout of a file is told."""

Changes = Mapping[str, str | None]
"""New label of each image that changes, by its path as the file writes it: empty for none, None for
an image that is left out."""


@dataclass(frozen=True, slots=True)
class ToolLabels:
    """The labels of a file, a row for each opinion about an image.

    Attributes:
        form: Name of the form, for messages.
        columns: Names of what the file says of images, such as questions to annotators, the
            likeliest to be meant first; nothing if it has one label for each image.
        paths: Path of the image of each row.
        labels: Labels of each row, one for each column; empty for none.
        annotators: Who gave them; empty where the file does not say.
        numbers: Number of the image in the file, counted from 1.
    """

    form: str
    columns: Sequence[str] = ()
    paths: list[str] = field(default_factory=list)
    labels: list[Sequence[str]] = field(default_factory=list)
    annotators: list[str] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)

    def add(self, number: int, path: str, label: str | Sequence[str], annotator: str = "") -> None:
        """Adds a row."""
        self.numbers.append(number)
        self.paths.append(path)
        self.labels.append((label,) if isinstance(label, str) else label)
        self.annotators.append(annotator)


class KeptText:
    """A large value of JSON that nobody looks at, kept as its text, which takes a fifth."""

    __slots__ = ("_text",)

    def __init__(self, value: Any) -> None:
        self._text = json.dumps(value, separators=(",", ":"))

    def value(self) -> Any:
        """The value."""
        return json.loads(self._text)


def text_like(before: str, content: Any) -> str:
    """Writes JSON as a file was written before: indent, separators, escapes, line ends and end.

    Each item may have a line of its own, or stand without an indent though what is in it has one.
    """
    lines = before.strip().replace("\r", "").split("\n", _FIRST_LINES)[:_FIRST_LINES]
    colon = ": " if '": ' in before else ":"

    def dumped(value: Any, indent: str | None = None) -> str:
        comma = "," if indent is not None or colon == ":" else ", "
        ascii_only = before.isascii()
        return json.dumps(
            value,
            ensure_ascii=ascii_only,
            indent=indent,
            separators=(comma, colon),
            default=KeptText.value,
        )

    indent = _indent_of(lines[1]) if len(lines) > 1 and lines[1].strip() else None
    opener = next((n for n, line in enumerate(lines[:-1]) if n and line.rstrip()[-1:] in "[{"), 0)
    if indent is None or not content:
        text = dumped(content, indent)
    elif _has_items_in_lines(lines):
        items: Iterable[str] = map(dumped, content)
        if isinstance(content, dict):
            items = (f"{dumped(key)}{colon}{dumped(value)}" for key, value in content.items())
        text = _joined(items, indent, "{}" if isinstance(content, dict) else "[]")
    elif not indent and opener and isinstance(content, list):
        inner = _indent_of(lines[opener + 1])
        text = _joined((dumped(each, inner) for each in content), "", "[]")
    else:
        text = dumped(content, indent)
    if "\\/" in before and not _BARE_SLASH.search(before):  # as pandas and PHP write them
        text = text.replace("/", "\\/")
    # Inside of texts, line breaks are escaped.
    end = before[len(before.rstrip()) :]
    return (text.replace("\n", "\r\n") if "\r\n" in before else text) + end


def _joined(items: Iterable[str], indent: str, brackets: str) -> str:
    return f"{brackets[0]}\n{indent}" + f",\n{indent}".join(items) + f"\n{brackets[1]}"


def _indent_of(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _has_items_in_lines(lines: Sequence[str]) -> bool:
    """Whether lists and objects inside of the outermost one are each in one line."""
    for line in lines[1:]:
        text = line.strip().rstrip(",")
        if text[-1:] in ("[", "{"):
            return False
        if len(text) > 1 and text[-1] in "]}" and text[-2:] not in ("[]", "{}"):
            return True
    return False
