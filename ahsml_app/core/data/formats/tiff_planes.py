"""The planes of a TIFF file: its pages or, of one page with several channels, the channels."""

from __future__ import annotations

import contextlib
import itertools
import math
import struct
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from PIL import Image

from ahsml_app.base.types import AnyArray
from ahsml_app.core.data.formats.pixels import MissingPlane, brightest
from ahsml_app.core.data.formats.tiff import TiffHeader


def has_pages(header: TiffHeader) -> bool:
    """Whether there is another page that is no smaller copy, and no mask, of one before it."""
    return next(itertools.islice(pages_of(header), 1, None), None) is not None


def has_planes(header: TiffHeader) -> bool:
    """Whether a file has several planes, so that a rule has to choose."""
    return bool(header.left_out) or hidden_planes(header) > 1 or has_pages(header)


def pages_of(header: TiffHeader) -> Iterator[TiffHeader]:
    """Yields the pages of a file, without smaller copies and masks of them.

    Args:
        header: The first page.

    Raises:
        ValueError: If the end of a stack is missing.
    """
    yield header
    page, pages, seen = header.page, header.page.parent.pages, {header.page.offset}
    for number in itertools.count(1):
        try:
            page = pages[number]
        except IndexError:
            # Some programs write anything behind the only page of a file.
            if number > 1 and _leads_on(page):
                raise ValueError("truncated") from None
            return
        if page.offset in seen:  # a damaged file whose pages form a circle
            return
        seen.add(page.offset)
        if not (page.is_reduced or page.is_mask):
            yield replace(header, page=page)


def hidden_planes(header: TiffHeader) -> int:
    """Returns how many planes lie one behind the other, with a page for the first of them only.

    So ImageJ writes stacks of more than 4 GB, and MetaMorph all. 1 for any other file.
    """
    page, file = header.page, header.page.parent
    kind = None if page.dtype is None else np.dtype(page.dtype)
    if not (page.is_imagej or page.is_shaped or page.is_stk) or file.is_ome or kind is None:
        return 1
    plain = page.compression == 1 and page.is_contiguous
    if not plain or page.bitspersample != 8 * kind.itemsize or has_pages(header):
        return 1
    with contextlib.suppress(Exception):  # what the file says of itself may be anything
        if page.is_imagej and page.samplesperpixel == 1:
            # Also if the file is cut off, which tifffile takes for a single plane.
            return max(1, int(file.imagej_metadata.get("images", 1)))
        return max(1, int(file.series[0].size) // int(math.prod(page.shaped)))
    return 1


def chosen_plane(header: TiffHeader, number: int) -> TiffHeader:
    """Returns a plane by its number, from 1 on; the only page of a file without several planes.

    Args:
        header: The first page.
        number: Number of the page or, in a file of one page with several channels, of the channel.

    Raises:
        MissingPlane: If the file has fewer.
    """
    if has_pages(header):
        count = 0
        for page in pages_of(header):
            count += 1
            if count == number:
                return page
        raise MissingPlane(number, count)
    hidden = hidden_planes(header)
    if hidden > 1:
        if number > hidden:
            raise MissingPlane(number, hidden)
        return replace(header, offset=(number - 1) * _plane_bytes(header))
    if header.left_out:
        channels = header.channels
        if number > len(channels):
            raise MissingPlane(number, len(channels), channels=True)
        return replace(header, channel=channels[number - 1])
    return header


def pages_alike(header: TiffHeader) -> Iterator[TiffHeader]:
    """Yields the pages, or what lies behind the only one, of the size and kind of the first."""
    hidden = hidden_planes(header)
    if hidden > 1:
        for number in range(hidden):
            yield replace(header, offset=number * _plane_bytes(header))
        return
    for plane in pages_of(header):
        if _kind(plane) == _kind(header):
            yield plane


def load_brightest(header: TiffHeader, least: int | None) -> Image.Image:
    """Decodes the brightest samples of all pages and, if some were left out, of all channels.

    Args:
        header: The first page.
        least: As for `TiffHeader.picture`.

    Raises:
        UnsupportedTiff: If the samples are of a kind that is not read.
        NoFiniteSample: If every sample is NaN or infinite.
    """
    return header.picture(brightest(_arrays(header), inverted=header.is_inverted), least)


def brightest_bytes(header: TiffHeader) -> int:
    """Returns about how much memory `load_brightest` takes, however many pages there are."""
    page = header.page
    itemsize = 1 if page.dtype is None else np.dtype(page.dtype).itemsize
    return header.decoding_bytes + int(math.prod(page.shaped)) * itemsize


def _arrays(header: TiffHeader) -> Iterator[AnyArray]:
    for plane in pages_alike(header):
        if header.left_out:
            samples = plane.every_channel()
            for channel in header.channels:
                yield samples[..., channel]
        else:
            yield plane.samples()


def _leads_on(page: Any) -> bool:
    """Whether a page says that there is another one."""
    kind, file = page.parent.tiff, page.parent.filehandle
    file.seek(page.offset)
    (tags,) = struct.unpack(kind.tagnoformat, file.read(kind.tagnosize))
    file.seek(page.offset + kind.tagnosize + tags * kind.tagsize)
    return any(file.read(kind.offsetsize))


def _kind(header: TiffHeader) -> tuple[object, ...]:
    page = header.page
    return page.shaped, page.dtype, page.photometric, page.extrasamples


def _plane_bytes(header: TiffHeader) -> int:
    samples = int(math.prod(header.page.shaped))
    return samples * int(np.dtype(header.page.dtype).itemsize)
