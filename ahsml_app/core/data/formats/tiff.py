"""Reads the TIFF files that Pillow does not know, or reads as something else."""

from __future__ import annotations

import importlib.util
import io
import logging
import math
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from PIL import Image

from ahsml_app.base.message import Message
from ahsml_app.base.types import AnyArray, ByteArray
from ahsml_app.core.data.formats.pixels import ReadRows, stretched

Stream = io.BufferedReader | io.BytesIO

_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB, _PALETTE = range(4)
_UNSIGNED, _SIGNED = 1, 2
_PLANES = 2
_PLAIN, _DEFLATE = 1, (8, 32946)
_EASY = (_PLAIN, *_DEFLATE, 32773)
_PACKED = range(9, 16)
"""Bits of samples that lie in no bytes of their own."""

_ORIENTATION, _FILL_ORDER = 274, 266
_CHANNELS: Final = 3
_ROWS_AT_ONCE = 1 << 22  # samples
_AT_ONCE = 64 << 20  # bytes of samples that are decoded whole, once instead of twice
logging.getLogger("tifffile").setLevel(logging.CRITICAL)  # the user is told the reasons instead


class UnsupportedTiff(Exception):  # noqa: N818 - the name is clear without the suffix
    """Raised for a sound file of a kind that is not read.

    Attributes:
        reason: The reason in plain words.
    """

    def __init__(self, reason: Message) -> None:
        super().__init__(str(reason))
        self.reason = reason


@dataclass(frozen=True, slots=True)
class TiffHeader:
    """A page of a TIFF file, of which only the tags are read, or a part of one.

    Attributes:
        page: The page, as tifffile sees it.
        stream: The file, which stays open.
        channel: The channel that is read alone; None for the first three, or the first of fewer.
        offset: Bytes from the samples of the page to those that are read, in a file that has
            several planes and a page for the first of them only.
    """

    page: Any
    stream: Stream
    channel: int | None = None
    offset: int = 0

    @property
    def size(self) -> tuple[int, int]:
        """Width and height as stored."""
        return int(self.page.imagewidth), int(self.page.imagelength)

    @property
    def orientation(self) -> int:
        """How the image is turned, as in EXIF."""
        value = self.page.tags.valueof(_ORIENTATION, 1)
        return int(value) if isinstance(value, int) else 1

    @property
    def decoding_bytes(self) -> int:
        """About how much memory it takes to decode: the samples twice, and the result."""
        samples = math.prod(self.page.shaped)
        return int(samples * math.ceil(self._bits / 8) * 2 + self.size[0] * self.size[1] * 8)

    @property
    def is_beyond_pillow(self) -> bool:
        """Whether Pillow would show something else than the image."""
        page, bits = self.page, self._bits
        if self.channel is not None or self.offset:
            return True
        if page.photometric == _PALETTE:
            return bits == 8 and self._has_small_colours
        if page.planarconfig == _PLANES and page.samplesperpixel > 1 and bits > 8:
            return True
        big_endian = page.parent.byteorder == ">"
        if page.sampleformat == _UNSIGNED:
            # Of colours of 16 bits, Pillow keeps the upper eight.
            deep = bits == 16 and page.samplesperpixel >= _CHANNELS and page.photometric == _RGB
            return bits in _PACKED or (bits == 32 and big_endian) or (deep and self._is_decoded)
        return bool(page.sampleformat == _SIGNED and bits == 8)

    @property
    def left_out(self) -> int:
        """How many channels beside the colours and their transparency are not read."""
        page = self.page
        clear = sum(int(kind) in (1, 2) for kind in page.extrasamples)
        shown = _CHANNELS if page.samplesperpixel >= _CHANNELS else 1
        if page.photometric not in (_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB):
            return 0
        return max(0, int(page.samplesperpixel) - shown - clear)

    @property
    def channels(self) -> list[int]:
        """Numbers of the channels that hold no transparency, from 0 on."""
        extra = self.page.extrasamples
        first = int(self.page.samplesperpixel) - len(extra)
        clear = {first + number for number, kind in enumerate(extra) if int(kind) in (1, 2)}
        return [number for number in range(int(self.page.samplesperpixel)) if number not in clear]

    @property
    def is_inverted(self) -> bool:
        """Whether the lowest samples are white."""
        return bool(self.page.photometric == _WHITE_IS_ZERO)

    def load(self, least: int | None = None) -> Image.Image:
        """Decodes the pixels to mode L or RGB, as they are stored.

        Of several channels the first three are red, green and blue; of two, the first is gray.

        Args:
            least: As for `picture`.

        Raises:
            UnsupportedTiff: If the samples are of a kind that is not read.
            NoFiniteSample: If every sample is NaN or infinite.
        """
        if (strips := self._large_strips()) is not None:
            return self._stretched(strips, least)
        return self.picture(self.samples(), least)

    def picture(self, samples: AnyArray, least: int | None = None) -> Image.Image:
        """Converts samples of this kind to mode L or RGB.

        Args:
            samples: (H, W), or (H, W, 3).
            least: Pixels that the shorter side must have; a deep image may be reduced so far, which
                saves memory. None to reduce nothing.

        Raises:
            NoFiniteSample: If every sample is NaN or infinite.
        """
        if samples.dtype != np.uint8:
            return self._stretched(lambda top, end: samples[top:end], least)
        return Image.fromarray(255 - samples if self.is_inverted else np.ascontiguousarray(samples))

    def samples(self) -> AnyArray:
        """Decodes the samples that are shown, as (H, W), or (H, W, 3) for colours.

        Raises:
            UnsupportedTiff: If they are of a kind that is not read.
        """
        every = self.every_channel()
        if self.page.photometric == _PALETTE:
            colours: AnyArray = np.asarray(self.page.colormap, np.uint8).T
            return colours[every[..., 0]]
        return self._shown(every)

    def every_channel(self) -> AnyArray:
        """Decodes all samples, as (H, W, channels).

        Raises:
            UnsupportedTiff: If they are of a kind that is not read.
        """
        self._check()
        page = self.page
        if self._bits in _PACKED and (rows := self._packed_rows()) is not None:
            array: AnyArray = rows.reshape(page.shaped)
        else:
            array = self._behind() if self.offset else self._decoded()
        if page.planarconfig == _PLANES and page.samplesperpixel > 1:
            return np.moveaxis(array[:, 0, :, :, 0], 0, -1)
        first: AnyArray = array[0, 0]
        return first

    def _shown(self, every: AnyArray) -> AnyArray:
        """The channels of (H, W, channels) that are shown."""
        if self.channel is not None:
            return every[..., self.channel]
        return every[..., :_CHANNELS] if every.shape[-1] >= _CHANNELS else every[..., 0]

    def _stretched(self, rows: ReadRows, least: int | None) -> Image.Image:
        first = rows(0, 1)
        shape = (self.size[1], *first.shape[1:])
        factor = 1 if least is None else max(1, min(self.size) // least)
        colours = self.page.photometric == _RGB and len(shape) > 2
        return stretched(shape, rows, inverted=self.is_inverted, factor=factor, colours=colours)

    def _large_strips(self) -> ReadRows | None:
        """Reads rows of a large image from its strips; None where it is decoded whole.

        Raises:
            UnsupportedTiff: If the samples are of a kind that is not read.
        """
        page = self.page
        is_whole = page.is_tiled or len(page.dataoffsets) < 2 or self.offset
        is_apart = page.planarconfig == _PLANES and page.samplesperpixel > 1
        size = math.prod(page.shaped) * self._bits // 8
        if is_whole or is_apart or page.photometric == _PALETTE or size <= _AT_ONCE:
            return None
        if self._bits % 16 or page.compression not in _EASY:
            return None
        self._check()
        last = (-1, np.empty(0))  # bands and strips end in different rows

        def strip(number: int) -> AnyArray:
            nonlocal last
            if last[0] != number:
                self.stream.seek(page.dataoffsets[number])
                data = self.stream.read(page.databytecounts[number])
                decoded, _, shape = page.decode(data or None, number)
                if decoded is None:  # a strip that was left out
                    decoded = np.full(shape, page.nodata)
                kind = np.dtype(page.dtype)  # that of this machine
                last = number, self._shown(decoded[0, : shape[1]].astype(kind, copy=False))
            return last[1]

        def rows(top: int, end: int) -> AnyArray:
            height = int(page.rowsperstrip)
            first, behind = top // height, -(-end // height)
            parts = [strip(number) for number in range(first, behind)]
            whole = parts[0] if len(parts) == 1 else np.concatenate(parts)
            return whole[top - first * height : end - first * height]

        return rows

    @property
    def _bits(self) -> int:
        bits = self.page.bitspersample
        return int(bits if isinstance(bits, int) else max(bits))

    @property
    def _is_decoded(self) -> bool:
        """Whether the compression is one that needs no further package, or that is there."""
        return self.page.compression in _EASY or importlib.util.find_spec("imagecodecs") is not None

    @property
    def _has_small_colours(self) -> bool:
        """Whether the colours of a palette have 8 bits, though the format gives them 16."""
        colours = self.page.colormap
        return colours is not None and 0 < int(np.max(colours)) < 256

    def _check(self) -> None:
        page = self.page
        known: tuple[int, ...] = (_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB)
        if self.is_beyond_pillow and page.photometric == _PALETTE:
            known = (*known, _PALETTE)
        kind = None if page.dtype is None else np.dtype(page.dtype).kind
        if kind not in ("u", "i", "f") or page.imagedepth != 1 or page.photometric not in known:
            raise UnsupportedTiff(
                Message.plural(
                    "{count} band of {bits} bits of this kind cannot be read: {kind}",
                    "{count} bands of {bits} bits of this kind cannot be read: {kind}",
                    count=int(page.samplesperpixel),
                    bits=self._bits,
                    kind=f"{_name(page.photometric)}, {_name(page.sampleformat)}",
                )
            )
        end = self.stream.seek(0, io.SEEK_END)
        strips = zip(page.dataoffsets, page.databytecounts, strict=True)
        if any(start + size > end for start, size in strips):
            raise ValueError("truncated")
        expected = math.prod(page.shaped) * self._bits // 8
        if page.compression == _PLAIN and sum(page.databytecounts) < expected:
            raise ValueError("truncated")

    def _decoded(self) -> AnyArray:
        try:
            decoded: AnyArray = np.asarray(self.page.asarray(squeeze=False, maxworkers=1))
        except (ValueError, NotImplementedError) as error:
            if "imagecodecs" not in str(error):
                raise
            raise UnsupportedTiff(
                Message(
                    "{bits} bits compressed as {compression} need a further package: "
                    'pip install "ahsml-app[tiff]"',
                    bits=self._bits,
                    compression=_name(self.page.compression),
                )
            ) from error
        return np.reshape(decoded, self.page.shaped)

    def _behind(self) -> AnyArray:
        """Returns the samples that lie behind those of the page, without a page of their own."""
        page = self.page
        kind = np.dtype(page.dtype)
        size = math.prod(page.shaped) * kind.itemsize
        self.stream.seek(page.dataoffsets[0] + self.offset)
        data = self.stream.read(size)
        if len(data) < size:
            raise ValueError("truncated")
        stored = np.frombuffer(data, kind.newbyteorder(page.parent.byteorder))
        return stored.astype(kind).reshape(page.shaped)

    def _packed_rows(self) -> AnyArray | None:
        """Returns the samples of 9 to 15 bits, row by row; None if they lie in another way."""
        page = self.page
        plain = page.compression in (_PLAIN, *_DEFLATE) and page.predictor == 1
        if not plain or page.is_tiled or page.tags.valueof(_FILL_ORDER, 1) != 1:
            return None
        planes, _, height, width, contiguous = page.shaped
        count, rows_in_all = width * contiguous, planes * height
        row_bytes = (count * self._bits + 7) // 8
        result = np.empty((rows_in_all, count), np.uint16)
        row = 0
        for data in self._strips():
            rows = min(len(data) // row_bytes, rows_in_all - row)
            packed = np.frombuffer(data, np.uint8, rows * row_bytes).reshape(rows, row_bytes)
            step = max(1, _ROWS_AT_ONCE // max(1, 16 * count))
            for top in range(0, rows, step):
                part = packed[top : top + step]
                result[row + top : row + top + len(part)] = _unpacked(part, count, self._bits)
            row += rows
        if row < rows_in_all:
            raise ValueError("truncated")
        return result

    def _strips(self) -> Iterator[bytes]:
        page = self.page
        limit = math.prod(page.shaped) * 2
        for start, size in zip(page.dataoffsets, page.databytecounts, strict=True):
            self.stream.seek(start)
            data = self.stream.read(size)
            if page.compression in _DEFLATE:
                data = zlib.decompressobj().decompress(data, limit)
            yield data


def read_header(stream: Stream) -> TiffHeader | None:
    """Reads the tags of the first page; None if they make no sense to tifffile."""
    from tifffile import TiffFile  # here, because most folders hold no TIFF

    try:
        stream.seek(0)
        # Of stacks of ScanImage, tifffile would guess where the pages are, and miss the last.
        page: Any = TiffFile(stream, is_scanimage=False).pages.first
        header = TiffHeader(page, stream)
        sound = min(header.size) > 0 and page.samplesperpixel > 0 and header.decoding_bytes > 0
    except Exception:  # a damaged file: Pillow says what is wrong with it
        return None
    return header if sound else None


def _unpacked(rows: ByteArray, count: int, bits: int) -> AnyArray:
    single = np.unpackbits(rows, axis=1)[:, : count * bits].reshape(len(rows), count, bits)
    wide = np.zeros((len(rows), count, 16), np.uint8)
    wide[:, :, 16 - bits :] = single
    values: AnyArray = np.packbits(wide, axis=2).view(">u2")
    return values[:, :, 0]


def _name(value: Any) -> str:
    return str(getattr(value, "name", value)).lower().replace("_", " ")
