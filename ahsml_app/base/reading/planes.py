"""Which planes of a file are its picture: a plane is a page or a channel (focus, time, colour)."""

from __future__ import annotations

from typing import Final, Literal

Planes = Literal["first", "max"] | int
"""The first page and its first three channels, the brightest sample of all, or one plane by its
number, from 1 on."""

FIRST: Final = "first"
MAXIMUM: Final = "max"

LARGEST: Final = 999_999_999
"""The largest number of a plane."""


def planes_of(value: object) -> Planes:
    """Reads a rule that was stored as text or as a number.

    Raises:
        ValueError: If it is none.
    """
    if value == FIRST or value is None:
        return FIRST
    if value == MAXIMUM:
        return MAXIMUM
    text = str(value)
    if text.isascii() and text.isdecimal() and len(text) <= len(str(LARGEST)) and int(text) > 0:
        return int(text)
    raise ValueError(f"{text!r} is no rule of planes")
