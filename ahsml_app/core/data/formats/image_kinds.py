"""The kinds of image files: their names, their first bytes, and which of them are read."""

from __future__ import annotations

import functools
import importlib

# The plugins by name, because Pillow's own search for them is not thread-safe.
from PIL import (
    AvifImagePlugin,  # noqa: F401
    BmpImagePlugin,  # noqa: F401
    GifImagePlugin,  # noqa: F401
    IcoImagePlugin,  # noqa: F401
    Jpeg2KImagePlugin,  # noqa: F401
    JpegImagePlugin,  # noqa: F401
    MpoImagePlugin,  # noqa: F401
    PcxImagePlugin,  # noqa: F401
    PngImagePlugin,  # noqa: F401
    PpmImagePlugin,  # noqa: F401
    TgaImagePlugin,  # noqa: F401
    TiffImagePlugin,  # noqa: F401
    WebPImagePlugin,  # noqa: F401
)

from ahsml_app.base.message import Message
from ahsml_app.core.data.formats.extra_kinds import JPEG_XL, KIND_OF_SUFFIX, missing_package

IMAGE_SUFFIXES = frozenset(
    {".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", ".png", ".apng", ".webp", ".bmp", ".dib", ".gif"}
    | {".tif", ".tiff", ".btf", ".jp2", ".j2k", ".j2c", ".jpc", ".jpf", ".jpx", ".avif"}
    | {".heic", ".heif", ".hif", ".ppm", ".pgm", ".pbm", ".pnm", ".pfm", ".tga", ".pcx", ".ico"}
)
TIFF = "TIFF"
MAGIC_BYTES = 16
"""How many bytes at the start of a file tell its kind."""

_HEIC = "HEIC"
_FOREIGN = {
    **KIND_OF_SUFFIX,
    ".psd": "Photoshop",
    ".svg": "SVG",
    ".eps": "EPS",
    ".exr": "OpenEXR",
    ".hdr": "Radiance",
    ".xcf": "GIMP",
}
# Listed, because Pillow would otherwise try every format it knows on a file of another kind, and
# some of these start other programs (EPS runs Ghostscript). JPEG includes MPO.
_FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "DIB", "GIF", TIFF, "AVIF", "JPEG2000", "PPM", "ICO")
# These have no first bytes, or only two, of their own: a file is one only if its name says so.
_FORMAT_OF_SUFFIX = {".tga": "TGA", ".pcx": "PCX"}
_MAGIC = {
    b"\xff\xd8\xff": "JPEG",
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"GIF8": "GIF",
    b"II*\0": TIFF,
    b"MM\0*": TIFF,
    b"II+\0": TIFF,
    b"MM\0+": TIFF,
    b"\0\0\0\x0cjP  \r\n\x87\n": "JPEG 2000",
    b"\xff\x4f\xff\x51\xff": "JPEG 2000",
    b"\0\0\0\x0cJXL \r\n\x87\n": JPEG_XL,
}
_SHORT_MAGIC = {b"RIFF": "WebP", b"BM": "BMP", b"\0\0\1\0": "ICO", b"\xff\x0a": JPEG_XL}
_BRANDS = {
    **dict.fromkeys((b"avif", b"avis"), "AVIF"),
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"), _HEIC),
}


def kind_of_bytes(prefix: bytes, *, surely: bool = False) -> str:
    """Returns the kind of image that a file starts like; empty for none.

    Args:
        prefix: Its first `MAGIC_BYTES` bytes.
        surely: Whether a few bytes that may start any other file do not count.
    """
    if prefix[4:8] == b"ftyp":
        return _BRANDS.get(prefix[8:12], "")
    if prefix[:4] == b"RIFF" and prefix[8:12] == b"WEBP":
        return "WebP"
    table = _MAGIC if surely else _MAGIC | _SHORT_MAGIC
    return next((name for magic, name in table.items() if prefix.startswith(magic)), "")


def is_read(suffix: str, prefix: bytes) -> bool:
    """Whether a file whose name does not say so is an image that may be read.

    Args:
        suffix: Suffix of its name in lower case.
        prefix: Its first bytes.
    """
    kind = kind_of_bytes(prefix, surely=True)
    if not kind or missing_package(kind) is not None:
        return False
    # Camera raw files are TIFF with a small preview as their first page.
    return not (kind == TIFF and suffix in _FOREIGN)


def foreign_reason(suffix: str) -> Message | None:
    """Says why an image of another kind is set aside; None if the suffix is that of no image."""
    kind = _FOREIGN.get(suffix)
    return None if kind is None else missing_package(kind) or _not_read(kind)


def pillow_formats(suffix: str, prefix: bytes) -> tuple[str, ...]:
    """Returns the formats that Pillow may try on a file, by its name and its first bytes."""
    formats: tuple[str, ...] = _FORMATS
    if kind_of_bytes(prefix) == _HEIC and _has_heif():
        formats = (*formats, "HEIF")
    own = _FORMAT_OF_SUFFIX.get(suffix)
    return formats if own is None else (*formats, own)


def unidentified_reason(prefix: bytes) -> Message:
    """Says why a file that is none of the formats cannot be decoded."""
    kind = kind_of_bytes(prefix)
    if not kind:
        return Message("it is not a JPEG, PNG, WebP, TIFF or other image of a kind that is read")
    if kind == _HEIC and not _has_heif():
        return Message(
            'it is an HEIC image, for which a package is missing: pip install "ahsml-app[heif]"'
        )
    return Message(
        "it starts like a {kind} image, but is damaged or of a kind that is not supported",
        kind=kind,
    )


def _not_read(kind: str) -> Message:
    return Message("images of the kind {kind} are not read; convert it to PNG or JPEG", kind=kind)


@functools.cache
def _has_heif() -> bool:
    """Whether HEIC can be decoded; makes Pillow know it then."""
    try:
        plugin = importlib.import_module("pillow_heif")
    except ImportError:
        return False
    # The thumbnails and depth maps beside an image are no images of their own.
    plugin.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
    return True
