"""Names that every usual file system can hold, and that none folds into one."""

from __future__ import annotations

import os
import re
import unicodedata

LONGEST_NAME = 255
"""Bytes of a name that usual file systems take."""

LONGEST_PORTABLE = 200
"""Bytes of a portable name, which may get a number."""

_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f]')
_RESERVED = frozenset(
    ["con", "prn", "aux", "nul", "conin$", "conout$"]
    + [f"{name}{digit}" for name in ("com", "lpt") for digit in "123456789\u00b9\u00b2\u00b3"]
)


class FreeNames:
    """Hands out names that no file system folds into one."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._numbers: dict[str, int] = {}

    def take(self, name: str) -> str:
        """The name, with a number if it was taken already."""
        folder, slash, last = name.rpartition("/")
        name = f"{folder}{slash}{shortened(last, LONGEST_NAME)}"
        planned, key = name, _folded(name)
        number = self._numbers.get(key, 1)
        while _folded(name) in self._taken:
            number += 1
            name = numbered(planned, number)
        self._numbers[key] = number
        self._taken.add(_folded(name))
        return name


def portable(name: str) -> str:
    """A name that every usual file system can hold, and that is not hidden."""
    name = _UNSAFE.sub("_", name).rstrip(". ") or "_"
    if name.startswith(".") or name.split(".")[0].rstrip().casefold() in _RESERVED:
        name = f"_{name}"
    return shortened(name, LONGEST_PORTABLE)


def numbered(path: str, number: int) -> str:
    """The same path with a number behind the stem of its last name."""
    folder, slash, name = path.rpartition("/")
    stem, dot, suffix = name.rpartition(".")
    if not stem:
        stem, dot, suffix = name, "", ""
    end = f" ({number}){dot}{suffix}"
    if len(os.fsencode(end)) > LONGEST_NAME // 2:  # a dot in a long name begins no suffix
        stem, end = name, f" ({number})"
    return f"{folder}{slash}{shortened(stem, LONGEST_NAME - len(os.fsencode(end)))}{end}"


def shortened(name: str, most: int) -> str:
    """The beginning of a name, of at most so many bytes."""
    encoded = os.fsencode(name)
    if len(encoded) <= most:
        return name
    return encoded[:most].decode("utf-8", "ignore").rstrip(". ") or "_"


def _folded(name: str) -> str:
    """What is left of a name where composition, case and invisible characters do not count."""
    if name.isascii():
        return name.lower()
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    return "".join(char for char in folded if unicodedata.category(char) != "Cf")
