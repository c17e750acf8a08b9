"""What a file of another tool says of images, and how its JSON is laid out."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_BARE_SLASH = re.compile(r"(?<!\\)/")

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


def text_like(before: str, content: Any) -> str:
    """Writes JSON as a file was written before: indent, separators, escapes, line ends and end."""
    lines = before.strip().split("\n", 2)
    second = lines[1] if len(lines) > 1 else ""
    indent = second[: len(second) - len(second.lstrip())] if second.strip() else None
    comma = "," if indent is not None else ", "
    separators = (comma, ": ") if '": ' in before else (",", ":")
    end = before[len(before.rstrip()) :]
    text = json.dumps(content, ensure_ascii=before.isascii(), indent=indent, separators=separators)
    if "\\/" in before and not _BARE_SLASH.search(before):  # as pandas and PHP write them
        text = text.replace("/", "\\/")
    # Inside of texts, line breaks are escaped.
    return (text.replace("\n", "\r\n") if "\r\n" in before else text) + end
