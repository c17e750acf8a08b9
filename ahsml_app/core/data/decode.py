"""The only image decoder, for training and for the window: any image file to 8-bit RGB."""

from __future__ import annotations

import contextlib
import functools
import io
import logging
import re
import stat
import warnings
from collections.abc import Iterator
from pathlib import Path

from PIL import ExifTags, Image, ImageFile, UnidentifiedImageError

from ahsml_app.base.message import Message, as_message
from ahsml_app.base.reading.planes import FIRST, MAXIMUM, Planes
from ahsml_app.core.data.formats.extra_kinds import (
    BYTES_PER_PIXEL,
    JPEG_XL,
    KIND_OF_SUFFIX,
    decode_extra,
    extra_kind,
    missing_package,
    pixels_to_decode,
)
from ahsml_app.core.data.formats.image_kinds import (
    IMAGE_SUFFIXES,
    MAGIC_BYTES,
    TIFF,
    kind_of_bytes,
    pillow_formats,
    unidentified_reason,
)
from ahsml_app.core.data.formats.pixels import (
    MissingPlane,
    NoFiniteSample,
    brightest_page,
    eight_bit,
)
from ahsml_app.core.data.formats.tiff import Stream, TiffHeader, UnsupportedTiff, read_header
from ahsml_app.core.data.formats.tiff_planes import (
    brightest_bytes,
    chosen_plane,
    has_planes,
    hidden_planes,
    load_brightest,
    pages_alike,
)
from ahsml_app.core.data.in_flight import in_flight, stamp_of
from ahsml_app.core.data.memory_budget import (
    decoding_budget,
    decoding_bytes,
    largest_image_bytes,
)

PIXEL_LIMIT = 500_000_000

_TRANSPOSE = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# How many times larger than the box an image stays. After the caller's resampling, a reduction
# right down to the box differs from none by 34 dB, and one to twice the box by 47 dB. The latter
# costs a fifth more time; no reduction costs three times as much (JPEG of 1600 x 1200, box 128).
_GAP = 2
# Bytes up to which a file is read at once, because after each piece a thread would wait for the
# interpreter's lock. Larger files are read in pieces, so file and pixels are never both in memory.
_AT_ONCE = 2**20
_KEPT_BYTES = 8
"""Bytes per pixel of a projection: the brightest samples so far, and those of the next page."""
_TOO_LARGE = Message(
    "it is too large: more than {count} million pixels", count=PIXEL_LIMIT // 10**6
)

# Pillow warns from half its error limit on and fails at twice MAX_IMAGE_PIXELS. Its own limit of
# 179 megapixels is below the usual output of a gigapixel camera or a slide scanner.
Image.MAX_IMAGE_PIXELS = PIXEL_LIMIT // 2
logging.getLogger("PIL").setLevel(logging.CRITICAL)  # as `hush_pillow` does with its warnings


class UnreadableImage(Exception):  # noqa: N818 - the name is clear without the suffix
    """Raised for a file that cannot be decoded.

    Attributes:
        reason: The reason in plain words, without the file's name.
    """

    def __init__(self, reason: Message | str) -> None:
        super().__init__(str(reason))
        self.reason = as_message(reason)


def decode(path: Path, *, box: int | None = None, planes: Planes = FIRST) -> Image.Image:
    """Decodes an image as 8-bit RGB, upright; safe to call from any thread.

    Transparency is laid on white: cut-outs are mostly drawn for a white page, and the colours
    hidden under transparent pixels are arbitrary. Samples of more than 8 bits are stretched
    between their 0.5th and 99.5th percentile, because their range seldom fills the type.

    Args:
        path: The file.
        box: The shorter side (pixels) that the caller will resize to. A larger image is
            reduced to a shorter side between two and four times `box`: several times faster,
            and close enough to the original for one more good resampling.
        planes: What is read of a TIFF or DICOM file with several pages or channels; of an
            animation, the first frame is read.

    Returns:
        The image, mode RGB, fully loaded; its `info["stored_size"]` is width and height, upright,
        before any reduction.

    Raises:
        UnreadableImage: For any failure, with the reason.
    """
    hush_pillow()
    try:
        status = path.stat()
    except (OSError, ValueError) as error:
        raise UnreadableImage(_reason(error, b"")) from error
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableImage("it is not a regular file")
    if status.st_size == 0:
        raise UnreadableImage("the file is empty (0 bytes)")
    stamp, recorder = stamp_of(path, status, planes), in_flight()
    attempt = functools.partial(decode_unrecorded, planes=planes)
    reason = recorder.reason_against(stamp, attempt, box)
    if reason is not None:
        raise UnreadableImage(reason)
    with recorder.recording(stamp):
        return attempt(path, box)


def decode_unrecorded(path: Path, box: int | None, planes: Planes = FIRST) -> Image.Image:
    """Decodes as `decode`, but leaves no trace if that ends the process."""
    prefix, suffix = b"", path.suffix.lower()
    try:
        if suffix in KIND_OF_SUFFIX and (extra := _read_extra(path, box, planes)) is not None:
            return extra
        with path.open("rb") as stream:
            if path.stat().st_size > _AT_ONCE:
                prefix = stream.read(MAGIC_BYTES)
                return _read(stream, box, (suffix, prefix), planes)
            data = stream.read()
        prefix = data[:MAGIC_BYTES]
        return _read(io.BytesIO(data), box, (suffix, prefix), planes)
    except UnreadableImage:
        raise
    except (UnsupportedTiff, MissingPlane) as error:
        raise UnreadableImage(error.reason) from error
    except NoFiniteSample as error:
        raise UnreadableImage("it holds no finite sample") from error
    except Exception as error:  # a damaged file must not affect any other
        raise UnreadableImage(_reason(error, prefix)) from error


def thumbnail_jpeg(path: Path, side: int, planes: Planes = FIRST, *, quality: int = 80) -> bytes:
    """Encodes the image as a JPEG that fits a square; a smaller image keeps its size.

    Args:
        path: The file.
        side: Side of the square in pixels.
        planes: As for `decode`.
        quality: JPEG quality, 1 to 95.

    Returns:
        The bytes of the JPEG file.

    Raises:
        UnreadableImage: As `decode`.
    """
    image = decode(path, box=side, planes=planes)
    image.thumbnail((side, side), Image.Resampling.LANCZOS)
    image.info.clear()  # a report must not contain a comment of the original
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def is_image_name(name: str) -> bool:
    """Whether a file's name has the suffix of an image, in upper or lower case."""
    suffix = Path(name).suffix.lower()
    return suffix in IMAGE_SUFFIXES or bool(extra_kind(suffix))


def describe_os_error(error: OSError) -> Message:
    """Describes an operating system's error in plain words, without the file's name."""
    if isinstance(error, FileNotFoundError):
        return Message("the file has vanished")
    if isinstance(error, PermissionError):
        return Message("permission denied")
    reason = error.strerror or str(error) or type(error).__name__
    return Message("{reason}", reason=reason)


def _read(stream: Stream, box: int | None, name: tuple[str, bytes], planes: Planes) -> Image.Image:
    """Decodes an image that is no DICOM and no camera raw.

    Args:
        stream: The file.
        box: As for `decode`.
        name: Its suffix, and its first bytes.
        planes: As for `decode`.
    """
    if kind_of_bytes(name[1]) == JPEG_XL:
        stream.seek(0)
        return _decode_extra(JPEG_XL, stream.read(), box)
    header = read_header(stream) if kind_of_bytes(name[1]) == TIFF else None
    is_projected = False
    if header is not None and planes == MAXIMUM:
        is_projected = has_planes(header)
    elif header is not None and isinstance(planes, int):
        header = chosen_plane(header, planes)
    if header is not None and (
        header.is_beyond_pillow or (is_projected and (header.left_out or hidden_planes(header) > 1))
    ):
        return _read_tiff(header, box, is_projected)
    stream.seek(0)
    try:
        opened = Image.open(stream, formats=pillow_formats(*name))
    except UnidentifiedImageError:
        if header is None:
            raise
        return _read_tiff(header, box, is_projected)
    with opened as image:
        if header is not None and header.page.index:
            image.seek(header.page.index)
        return _read_opened(image, box, header if is_projected else None)


def _read_opened(
    image: ImageFile.ImageFile, box: int | None, projected: TiffHeader | None
) -> Image.Image:
    """Decodes the present page of an image, or the brightest samples of all pages."""
    _check_pixels(image.size)
    stored_size = image.size
    if box is not None and image.format in ("JPEG", "MPO"):
        # libjpeg scales by 1/2, 1/4 or 1/8 and never below the requested size.
        image.draft(None, (_GAP * box, _GAP * box))
    needed = decoding_bytes(image, stored_size[0] * stored_size[1])
    if projected is not None:
        needed += _KEPT_BYTES * image.width * image.height
    with _memory(stored_size, needed):
        raw_mode = _raw_mode(image)
        if projected is not None:
            pages = (plane.page.index for plane in pages_alike(projected))
            flat = brightest_page(image, raw_mode, pages)
        else:
            image.load()
            flat = eight_bit(image, raw_mode)
        # After load, because Pillow rotates a TIFF itself while loading, but not a JPEG.
        return _finish(flat, box, stored_size, _orientation(image))


def _read_tiff(header: TiffHeader, box: int | None, is_projected: bool) -> Image.Image:
    _check_pixels(header.size)
    needed = brightest_bytes(header) if is_projected else header.decoding_bytes
    with _memory(header.size, needed):
        least = None if box is None else 2 * _GAP * box  # what is smaller is not reduced
        picture = load_brightest(header, least) if is_projected else header.load(least)
        return _finish(picture, box, header.size, header.orientation)


def _read_extra(path: Path, box: int | None, planes: Planes) -> Image.Image | None:
    """Decodes what its name says; None for an image of another kind with such a name."""
    data = path.read_bytes()
    if kind_of_bytes(data[:MAGIC_BYTES], surely=True) not in ("", TIFF):
        return None
    return _decode_extra(KIND_OF_SUFFIX[path.suffix.lower()], data, box, planes)


def _decode_extra(kind: str, data: bytes, box: int | None, planes: Planes = FIRST) -> Image.Image:
    missing = missing_package(kind)
    if missing is not None:
        raise UnreadableImage(missing)
    size = pixels_to_decode(kind, data)
    _check_pixels(size)
    with _memory(size, size[0] * size[1] * BYTES_PER_PIXEL[kind]):
        image = decode_extra(kind, data, planes)
        return _finish(image, box, image.size, 1)


def _check_pixels(size: tuple[int, int]) -> None:
    if size[0] * size[1] > PIXEL_LIMIT:
        raise UnreadableImage(_TOO_LARGE)


@contextlib.contextmanager
def _memory(size: tuple[int, int], needed: int) -> Iterator[None]:
    """Takes the memory that an image needs, if this machine can have it."""
    if needed > largest_image_bytes():
        raise UnreadableImage(_too_much_memory(size, needed))
    with decoding_budget().taken(needed):
        yield


def _finish(
    image: Image.Image, box: int | None, stored_size: tuple[int, int], orientation: int
) -> Image.Image:
    """Reduces decoded pixels towards the box, and turns them upright."""
    upright = _shrink(image, box)
    if orientation in _TRANSPOSE:
        upright = upright.transpose(_TRANSPOSE[orientation])
    result = upright if upright.mode == "RGB" else upright.convert("RGB")
    sideways = (result.width > result.height) != (stored_size[0] > stored_size[1])
    result.info["stored_size"] = stored_size[::-1] if sideways else stored_size
    return result


def _too_much_memory(size: tuple[int, int], needed: int) -> Message:
    return Message(
        "it is too large for the memory of this machine: its {count:,.0f} million pixels take "
        "{needed:,.1f} GB to decode, and one image may take {most:,.1f} GB",
        count=size[0] * size[1] / 1e6,
        needed=needed / 1e9,
        most=largest_image_bytes() / 1e9,
    )


def _shrink(image: Image.Image, box: int | None) -> Image.Image:
    """Reduces what draft mode did not, so that images waiting in a queue stay small."""
    if box is None or min(image.size) < 2 * _GAP * box:
        return image
    scale = _GAP * box / min(image.size)
    size = (round(image.width * scale), round(image.height * scale))
    # `reducing_gap`, unlike `Image.reduce`, is exact where a side is no multiple of the factor.
    return image.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # damaged EXIF in a sound image: keep its orientation
        return 1


def _raw_mode(image: ImageFile.ImageFile) -> str:
    arguments = image.tile[0][3] if image.tile else ""
    first = arguments[0] if isinstance(arguments, tuple) and arguments else arguments
    return first if isinstance(first, str) else ""


def hush_pillow() -> None:
    """Hides Pillow's warnings about odd files; the user is told the reasons instead."""
    # `warnings.catch_warnings` changes state of the whole process and is not thread-safe, but one
    # permanent filter is. Its presence is checked at each call, because another `catch_warnings`,
    # for instance around the import of this module, removes it at its end.
    entry = ("ignore", None, Warning, re.compile(r"PIL\."), 0)
    if entry not in warnings.filters:
        warnings.filterwarnings("ignore", module=r"PIL\.")


def _reason(error: Exception, prefix: bytes) -> Message:
    if isinstance(error, UnidentifiedImageError):
        return unidentified_reason(prefix)
    if isinstance(error, Image.DecompressionBombError):
        return _TOO_LARGE
    if isinstance(error, MemoryError):
        return Message("there is not enough memory to decode it")
    if isinstance(error, OSError) and error.errno is not None:
        return describe_os_error(error)
    text = " ".join(str(error).split()) or type(error).__name__
    if "truncated" in text.lower():
        return Message("the image is cut off (truncated file)")
    if "conversion" in text:
        return Message("its pixel format is not supported ({reason})", reason=text)
    return Message("the image is damaged ({reason})", reason=text)
