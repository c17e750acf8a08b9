"""Reads the names of classes whose numbers a table holds."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Collection, Mapping
from pathlib import Path

from ahsml_app.base.errors import LabelsError
from ahsml_app.base.message import Message
from ahsml_app.core.tables.forms.yolo_names import yolo_names
from ahsml_app.core.tables.read_table import read_bytes
from ahsml_app.core.tables.text_tables import decode_text

USUAL_FILES = (
    *("classes.txt", "labels.txt", "class_names.txt", "names.txt", "classes.json", "labels.json"),
    *("class_names.json", "label_names.json", "label_num_to_disease_map.json"),
)
"""Names that a file of class names often has."""

_YAML = re.compile(r"^names\s*:", re.MULTILINE)
_NUMBERED = re.compile(r"([0-9]+)[\s:,;=]+(\S.*)")


def read_class_names(file: Path, numbers: Collection[str]) -> Mapping[str, str]:
    """Reads which name each number of a class has.

    The file holds a name in each line, or a number and a name, or a table of both, or a JSON list
    or map, or the `names` of a YAML file of YOLO. Names
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
        columns = _two_columns(lines)
        numbered = [_NUMBERED.fullmatch(line) for line in lines]
        if _YAML.search(text):
            names = {str(number): name for number, name in enumerate(yolo_names(text))}
        elif columns:
            names = columns
        elif lines and all(numbered):
            names = {match[1]: match[2] for match in numbered if match is not None}
        else:
            names = _counted(lines, numbers)
    if not names:
        raise LabelsError(
            Message("{file} holds no names of classes.", file=file),
            hint="It needs a name in each line, or a JSON list or map.",
        )
    alone = {number for number in numbers if number.isdecimal() and number not in names}
    return names | {n: names[str(int(n))] for n in alone if str(int(n)) in names}  # of "01"


def likely_file(table: Path, labels: Collection[str]) -> Path | None:
    """A file beside a table that may name its classes, if all of them are numbers."""
    if not labels or not all(label.isdecimal() for label in labels):
        return None
    files = (table.parent / name for name in USUAL_FILES)
    return next((file for file in files if file != table and file.is_file()), None)


def _two_columns(lines: list[str]) -> dict[str, str]:
    """Numbers and names of a table of both, in either order; its columns may have names."""
    for delimiter in ",;\t":
        rows = [[cell.strip() for cell in row] for row in csv.reader(lines, delimiter=delimiter)]
        if not rows or {len(row) for row in rows} != {2}:
            continue
        for number in (0, 1):
            below = rows if rows[0][number].isdecimal() else rows[1:]
            if below and all(row[number].isdecimal() for row in below):
                return {row[number]: row[1 - number] for row in below}
    return {}


def _counted(names: list[str], numbers: Collection[str]) -> dict[str, str]:
    from_one = "0" not in numbers and str(len(names)) in numbers
    return {str(number): name for number, name in enumerate(names, int(from_one))}
