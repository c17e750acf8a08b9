"""Reads the names of classes whose numbers a table holds."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from pathlib import Path

from ahsml_app.base.errors import LabelsError
from ahsml_app.base.message import Message
from ahsml_app.core.tables.read_table import read_bytes
from ahsml_app.core.tables.text_tables import decode_text

USUAL_FILES = (
    *("classes.txt", "labels.txt", "class_names.txt", "names.txt", "classes.json", "labels.json"),
    *("class_names.json", "label_names.json", "label_num_to_disease_map.json"),
)
"""Names that a file of class names often has."""

_NUMBERED = re.compile(r"([0-9]+)[\s:,;=]+(\S.*)")


def read_class_names(file: Path, numbers: Collection[str]) -> Mapping[str, str]:
    """Reads which name each number of a class has.

    The file holds a name in each line, or a number and a name, or a JSON list or map. Names
    without numbers are counted from 0, or from 1 where the last number says so.

    Args:
        file: The file.
        numbers: The labels of the table.

    Returns:
        Name of each number, both as text.

    Raises:
        LabelsError: If the file cannot be read or holds no names.
    """
    text, _ = decode_text(file, read_bytes(file))
    try:
        content = json.loads(text) if text.lstrip()[:1] in ("[", "{") else None
    except (ValueError, RecursionError):
        content = None
    if isinstance(content, dict):
        pairs = {str(key): str(value) for key, value in content.items()}
        if not all(key.isdecimal() for key in pairs):  # from names to numbers
            pairs = {number: name for name, number in pairs.items()}
        names = pairs
    elif isinstance(content, list):
        names = _counted([str(name) for name in content], numbers)
    else:
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        numbered = [_NUMBERED.fullmatch(line) for line in lines]
        if lines and all(numbered):
            names = {match[1]: match[2] for match in numbered if match is not None}
        else:
            names = _counted(lines, numbers)
    if not names:
        raise LabelsError(
            Message("{file} holds no names of classes.", file=file),
            hint="It needs a name in each line, or a JSON list or map.",
        )
    return names


def likely_file(table: Path, labels: Collection[str]) -> Path | None:
    """A file beside a table that may name its classes, if all of them are numbers."""
    if not labels or not all(label.isdecimal() for label in labels):
        return None
    files = (table.parent / name for name in USUAL_FILES)
    return next((file for file in files if file != table and file.is_file()), None)


def _counted(names: list[str], numbers: Collection[str]) -> dict[str, str]:
    from_one = "0" not in numbers and str(len(names)) in numbers
    return {str(number): name for number, name in enumerate(names, int(from_one))}
