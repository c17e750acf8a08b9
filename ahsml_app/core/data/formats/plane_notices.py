"""Says by which rule files of several pages or channels are read."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Sequence
from pathlib import Path

from ahsml_app.base.message import Message, some
from ahsml_app.base.reading.planes import FIRST, MAXIMUM, Planes
from ahsml_app.core.data.formats.extra_kinds import DICOM, frames_of, is_kind
from ahsml_app.core.data.formats.tiff import read_header
from ahsml_app.core.data.formats.tiff_planes import has_pages, hidden_planes

SUFFIXES = (".tif", ".tiff", ".btf")
NOTICED = 200
"""How many of the files of a folder that may have several planes are looked at."""


def plane_notices(root: Path, paths: Sequence[str], planes: Planes = FIRST) -> list[Message]:
    """Says which rule was followed for files of several pages or channels, and how to change it.

    Args:
        root: Image folder.
        paths: Relative paths of all images; at most `NOTICED` TIFF and DICOM files among them are
            opened.
        planes: The rule.
    """
    files = [path for path in paths if path.lower().endswith(SUFFIXES) or is_kind(path, DICOM)]
    channels, pages = list[str](), list[str]()
    for path in files[:: max(1, math.ceil(len(files) / NOTICED))]:
        with contextlib.suppress(Exception):  # it is damaged, or gone: decoding says so
            has_channels, is_stack = _planes_of(root / path)
            channels += [path] * has_channels
            pages += [path] * is_stack
    if planes == FIRST:
        return _first(channels, pages)
    several = list(dict.fromkeys([*pages, *channels]))
    if not several:
        return []
    if planes == MAXIMUM:
        return [
            Message(
                "Of files with several pages or channels, the brightest sample of all is read "
                "(--planes max): {names}.",
                names=some(several),
            )
        ]
    return [
        Message(
            "Of files with several pages, page {number:,} is read, and of one page with several "
            "channels that channel (--planes {number}): {names}.",
            number=planes,
            names=some(several),
        )
    ]


def _first(channels: list[str], pages: list[str]) -> list[Message]:
    notices = []
    if channels:
        notices.append(
            Message(
                "Of TIFF files with several channels, the first three are read, and of two the "
                "first: {names}. --planes reads others.",
                names=some(channels),
            )
        )
    if pages:
        notices.append(
            Message(
                "Of files with several pages, the first is read: {names}. --planes reads others.",
                names=some(pages),
            )
        )
    return notices


def _planes_of(path: Path) -> tuple[bool, bool]:
    """Whether a file has channels that are left out, and whether it has several pages."""
    if is_kind(path.name, DICOM):
        return False, frames_of(path) > 1
    with path.open("rb") as stream:
        header = read_header(stream)
        if header is None:
            return False, False
        stack = False
        with contextlib.suppress(Exception):  # the second page is damaged
            stack = has_pages(header) or hidden_planes(header) > 1
        return bool(header.left_out), stack
