"""Converts decoded images to 8 bits in bands of rows, so that a huge one needs little memory."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator

import numpy as np
from PIL import Image, ImageFile

from ahsml_app.base.message import Message
from ahsml_app.base.types import AnyArray, ByteArray

STRETCH_PERCENTILES = (0.5, 99.5)
BAND_PIXELS = 1 << 19
"""Pixels that are converted at a time."""

_STRETCH_SAMPLE = 1_000_000
_WHITE_IS_ZERO = 0
_PHOTOMETRIC_TAG = 262

ReadRows = Callable[[int, int], AnyArray]
"""Returns the samples of the rows from the first number up to the second."""


class NoFiniteSample(Exception):  # noqa: N818 - the name is clear without the suffix
    """Raised for an image of which every sample is NaN or infinite."""


class MissingPlane(Exception):  # noqa: N818 - the name is clear without the suffix
    """Raised for a file that has fewer planes than the number of the chosen one.

    Attributes:
        reason: The reason in plain words.
    """

    def __init__(self, number: int, count: int, *, channels: bool = False) -> None:
        arguments = {"number": number, "count": count}
        self.reason = (
            Message.plural(
                "channel {number:,} was chosen, and it has {count:,} channel",
                "channel {number:,} was chosen, and it has {count:,} channels",
                **arguments,
            )
            if channels
            else Message.plural(
                "page {number:,} was chosen, and it has {count:,} page",
                "page {number:,} was chosen, and it has {count:,} pages",
                **arguments,
            )
        )
        super().__init__(str(self.reason))


def brightest(planes: Iterable[AnyArray], *, inverted: bool = False) -> AnyArray:
    """Returns the brightest sample of each place; NaN only where every plane has it.

    Args:
        planes: Arrays of one shape and type, at least one; only one of them is kept at a time.
        inverted: Whether the lowest samples are white.
    """
    brighter = np.fmin if inverted else np.fmax
    iterator = iter(planes)
    result = np.array(next(iterator))
    for plane in iterator:
        brighter(result, plane, out=result)
    return result


def eight_bit(image: Image.Image, raw_mode: str) -> Image.Image:
    """Converts an image to mode L or RGB.

    Args:
        image: The decoded image.
        raw_mode: How the file stores the samples, which tells their depth.

    Raises:
        NoFiniteSample: If it holds none.
    """
    if _is_deep(image):
        shape = (image.height, image.width)
        return stretched(shape, _reader(image, _kind(raw_mode)), inverted=_is_inverted(image))
    flat = _on_white(image)
    if _is_halved(image, raw_mode):
        _stretch_in_place(flat)
    return flat


def brightest_page(image: ImageFile.ImageFile, raw_mode: str, pages: Iterable[int]) -> Image.Image:
    """Converts the brightest samples of several pages to one image of mode L or RGB.

    Args:
        image: The opened image; one page at a time is loaded.
        raw_mode: As for `eight_bit`.
        pages: Numbers of the pages, from 0 on, which have one size and kind.

    Raises:
        NoFiniteSample: If they hold none.
    """
    kind, is_deep = _kind(raw_mode), _is_deep(image)
    inverted = is_deep and _is_inverted(image)

    def samples() -> Iterator[AnyArray]:
        for page in pages:
            image.seek(page)
            image.load()
            yield _reader(image if is_deep else _on_white(image), kind)(0, image.height)

    values = brightest(samples(), inverted=inverted)
    if is_deep:
        return stretched(values.shape, lambda top, end: values[top:end], inverted=inverted)
    flat = Image.fromarray(values)
    if _is_halved(image, raw_mode):
        _stretch_in_place(flat)
    return flat


def _is_deep(image: Image.Image) -> bool:
    return image.mode in ("I", "F") or image.mode.startswith("I;16")


def _kind(raw_mode: str) -> type[np.uint32] | None:
    """Pillow reads unsigned 32-bit samples as signed ones."""
    return np.uint32 if raw_mode == "I;32N" else None


def _is_inverted(image: Image.Image) -> bool:
    tags = getattr(image, "tag_v2", {})
    return bool(tags.get(_PHOTOMETRIC_TAG) == _WHITE_IS_ZERO)


def _is_halved(image: Image.Image, raw_mode: str) -> bool:
    """Pillow keeps only the upper byte of 16-bit colour: almost black if 12 bits are used."""
    return image.format in ("PNG", "TIFF") and ";16" in raw_mode


def _stretch_in_place(image: Image.Image) -> None:
    """Stretches the samples of an image of 8 bits, without a second image in memory."""
    shape = (image.height, image.width, len(image.getbands()))
    limits = _limits(shape, _reader(image, None), colours=True)
    table = np.full(256, 128, np.uint8) if limits is None else _scaled(np.arange(256), *limits)
    for top, bottom in _bands(image.width, image.height):
        band = image.crop((0, top, image.width, bottom))
        image.paste(band.point(table.tolist() * shape[2]), (0, top))


def stretched(
    shape: tuple[int, ...],
    read: ReadRows,
    *,
    inverted: bool,
    factor: int = 1,
    colours: bool = False,
) -> Image.Image:
    """Scales samples of any range to 0 to 255, robust to outliers, NaN and infinities.

    Colours of 16 bits that go beyond the 14 bits of most sensors are those of a photograph, which
    was developed for the whole range, and keep it.

    Args:
        shape: (H, W) or (H, W, channels).
        read: Reads the samples of some rows.
        inverted: Whether the lowest samples are white.
        factor: Sides of the squares of which each becomes one pixel.
        colours: Whether the channels are red, green and blue.

    Raises:
        NoFiniteSample: If there is none.
    """
    limits = _limits(shape, read, colours=colours)
    mode = "L" if len(shape) == 2 else "RGB"
    size = (math.ceil(shape[1] / factor), math.ceil(shape[0] / factor))
    result = Image.new(mode, size, "#808080")
    if limits is None:
        return result
    # For 16 bits, looking values up is several times faster than scaling each.
    short = read(0, 1).dtype == np.uint16
    table = _scaled(np.arange(1 << 16), *limits) if short else None
    for top, bottom in _bands(shape[1], shape[0], factor):
        values = read(top, bottom)
        scaled = _scaled(values, *limits) if table is None else table[values]
        band = Image.fromarray(255 - scaled if inverted else scaled)
        result.paste(band.reduce(factor), (0, top // factor))
    return result


def _scaled(values: AnyArray, low: float, high: float) -> ByteArray:
    with np.errstate(invalid="ignore", over="ignore"):  # from NaN, and the largest numbers
        # Halves, because the whole range may be larger than the largest number.
        scaled = (values.astype(np.float64) / 2 - low / 2) / (high / 2 - low / 2) * 255
    filled = np.nan_to_num(scaled, nan=0.0, posinf=255.0, neginf=0.0)
    return (np.clip(filled, 0, 255) + 0.5).astype(np.uint8)


def _limits(
    shape: tuple[int, ...], read: ReadRows, *, colours: bool = False
) -> tuple[float, float] | None:
    """Returns the samples that become black and white; None if all are equal."""
    height, width = shape[:2]
    step = max(1, int(np.ceil(np.sqrt(height * width / _STRETCH_SAMPLE))))
    # Whole multiples of the step, so that the sample is that of all rows at once.
    bands = list(_bands(width, height, step))
    # Copies, because a view would keep its whole band in memory.
    sample = np.concatenate([read(*band)[::step, ::step].copy() for band in bands])
    finite = sample[np.isfinite(sample)]
    low, high = np.percentile(finite, STRETCH_PERCENTILES) if finite.size else (0.0, 0.0)
    whole = {"u1": 255.0, "u2": 65535.0}.get(f"{sample.dtype.kind}{sample.dtype.itemsize}")
    if colours and whole is not None and high > whole / 4:
        return 0.0, whole
    if not low < high:  # almost all samples are equal: a few bright spots must not be lost
        low, high = _extremes(bands, read)
    return (float(low), float(high)) if low < high else None


def _extremes(bands: list[tuple[int, int]], read: ReadRows) -> tuple[float, float]:
    lowest, highest = np.inf, -np.inf
    for band in bands:
        values = read(*band)
        finite = values[np.isfinite(values)]
        if finite.size:
            lowest, highest = min(lowest, float(finite.min())), max(highest, float(finite.max()))
    if lowest > highest:
        raise NoFiniteSample
    return lowest, highest


def _on_white(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image if image.mode in ("L", "RGB") else image.convert("RGB")
    straight = image.convert("LA") if image.mode == "La" else image
    bands = list(_bands(image.width, image.height))
    opaque = any(_colours(straight, band).getchannel("A").getextrema()[1] != 0 for band in bands)
    result = Image.new("RGB", image.size)
    for band in bands:
        colours = _colours(straight, band)
        if opaque:  # otherwise all is transparent: the channel is unused
            page = Image.new("RGBA", colours.size, "white")
            page.alpha_composite(colours)
            colours = page
        result.paste(colours.convert("RGB"), (0, band[0]))
    return result


def _colours(image: Image.Image, band: tuple[int, int]) -> Image.Image:
    return _rows(image, *band).convert("RGBA")


def _reader(image: Image.Image, kind: type[np.uint32] | None) -> ReadRows:
    def read(top: int, bottom: int) -> AnyArray:
        values: AnyArray = np.asarray(_rows(image, top, bottom))
        return values if kind is None else values.view(kind)

    return read


def _rows(image: Image.Image, top: int, bottom: int) -> Image.Image:
    if (top, bottom) == (0, image.height):
        return image
    return image.crop((0, top, image.width, bottom))


def _bands(width: int, height: int, multiple: int = 1) -> Iterator[tuple[int, int]]:
    """Yields the first and the last row, exclusive, of bands of a multiple of some rows."""
    rows = max(1, BAND_PIXELS // max(1, width) // multiple) * multiple
    for top in range(0, height, rows):
        yield top, min(top + rows, height)
