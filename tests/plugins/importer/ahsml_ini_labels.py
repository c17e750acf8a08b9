"""Labels in an INI file: a section for each class, with its images."""

from __future__ import annotations

import configparser
from collections.abc import Mapping, Sequence
from pathlib import Path


def read_ini(file: Path) -> Mapping[str, Sequence[object]] | None:
    """Reads the images of each section; None if the file is of another form."""
    if file.suffix.lower() != ".ini":
        return None
    parser = configparser.ConfigParser(allow_no_value=True, delimiters="=")
    parser.optionxform = str
    parser.read(file, encoding="utf-8")
    rows = [(path, section) for section in parser.sections() for path in parser[section]]
    return {"path": [path for path, _ in rows], "label": [label for _, label in rows]}
