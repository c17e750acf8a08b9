"""Metadata of an image file for the screen: size, format and EXIF; does not import torch."""

from __future__ import annotations

import contextlib
import datetime as dt
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PIL import ExifTags, Image

from ahsml_app.base.disk_space import readable_bytes
from ahsml_app.base.message import Message
from ahsml_app.base.reading.planes import FIRST, MAXIMUM, Planes
from ahsml_app.core.data.decode import describe_os_error, hush_pillow
from ahsml_app.core.data.formats.pixels import MissingPlane
from ahsml_app.core.data.formats.tiff import read_header
from ahsml_app.core.data.formats.tiff_planes import chosen_plane

__all__ = ["Fact", "facts", "image_size"]

_LONGEST = 120
_SIDEWAYS = frozenset({5, 6, 7, 8})
_FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "DIB", "GIF", "TIFF")

Fact = tuple[Message, "Message | str"]
"""Name and value; the value is text if it comes from the file."""

_MODES = {
    "1": Message("black and white"),
    "L": Message("gray"),
    "LA": Message("gray, transparent"),
    "P": Message("palette"),
    "RGB": Message("colour"),
    "RGBA": Message("colour, transparent"),
    "CMYK": Message("print colours"),
    "YCbCr": Message("colour"),
    "I;16": Message("gray, 16 bits"),
    "I": Message("gray, 32 bits"),
    "F": Message("gray, decimal values"),
}


def facts(path: Path, planes: Planes = FIRST) -> list[Fact]:
    """Name and value of each property that helps to judge an image.

    Only the header of the file is read. An error becomes a property named "Not readable"; the
    function never raises.

    Args:
        path: The file.
        planes: What is read of an image with several pages or channels.
    """
    hush_pillow()
    rows: list[Fact] = []
    try:
        status = path.stat()
        with Image.open(path, formats=_FORMATS) as image:
            rows += _image_facts(image, path, planes)
            rows.append((Message("File size"), readable_bytes(status.st_size)))
            rows += _camera_facts(image)
        changed = dt.datetime.fromtimestamp(status.st_mtime).astimezone()
        rows.append((Message("File changed"), changed.strftime("%Y-%m-%d %H:%M")))
    except Exception as error:  # an unreadable file is a fact like any other
        rows.append((Message("Not readable"), _reason(error)))
    return rows


def image_size(path: Path, planes: Planes = FIRST) -> tuple[int, int]:
    """Width and height in pixels as shown, after rotation by the EXIF orientation.

    Args:
        path: The file.
        planes: What is read of an image with several pages or channels.

    Raises:
        OSError: The header cannot be read.
    """
    hush_pillow()
    with Image.open(path, formats=_FORMATS) as image:
        if isinstance(planes, int):
            _choose_page(image, path, planes)
        width, height = image.size
        return (height, width) if _orientation(image) in _SIDEWAYS else (width, height)


def _choose_page(image: Image.Image, path: Path, number: int) -> None:
    """Goes to the page that is decoded of a TIFF file; the decoder says so if there is none."""
    if image.format == "TIFF" and getattr(image, "n_frames", 1) > 1:
        with path.open("rb") as stream, contextlib.suppress(MissingPlane):
            header = read_header(stream)
            if header is not None:
                image.seek(chosen_plane(header, number).page.index)


def _image_facts(image: Image.Image, path: Path, planes: Planes) -> list[Fact]:
    if isinstance(planes, int):
        _choose_page(image, path, planes)
    width, height = image.size
    orientation = _orientation(image)
    if orientation in _SIDEWAYS:
        width, height = height, width
    megapixels = width * height / 1e6
    size = Message("{width:,} × {height:,} pixels", width=width, height=height)
    if megapixels >= 0.95:
        size = Message("{size}, {megapixels:.1f} megapixels", size=size, megapixels=megapixels)
    mode = _MODES.get(image.mode, image.mode)
    kind = Message("{format}, {mode}", format=image.format or Message("unknown"), mode=mode)
    rows: list[Fact] = [(Message("Size"), size), (Message("Format"), kind)]
    frames = getattr(image, "n_frames", 1)
    if frames > 1:
        rows.append((Message("Frames"), _used_frames(image, frames, planes)))
    if orientation > 1:
        upright = Message("shown upright, as its EXIF orientation says")
        rows.append((Message("Turned"), upright))
    return rows


def _used_frames(image: Image.Image, frames: int, planes: Planes) -> Message:
    if image.format != "TIFF" or planes == FIRST:
        return Message("{number:,}, of which the first is used", number=frames)
    if planes == MAXIMUM:
        return Message("{number:,}, of which the brightest samples are used", number=frames)
    return Message("{number:,}, of which number {chosen:,} is used", number=frames, chosen=planes)


def _camera_facts(image: Image.Image) -> list[Fact]:
    """Properties from EXIF; none if the EXIF data is damaged."""
    try:
        exif = image.getexif()
        values = {**exif, **exif.get_ifd(ExifTags.IFD.Exif)}
        gps = dict(exif.get_ifd(ExifTags.IFD.GPSInfo))
    except Exception:
        return []
    named = {ExifTags.TAGS.get(tag, ""): value for tag, value in values.items()}
    candidates = (
        (Message("Taken"), _date(named.get("DateTimeOriginal") or named.get("DateTime"))),
        (Message("Camera"), _camera(named)),
        (Message("Lens"), _text(named.get("LensModel"))),
        (Message("Exposure"), _exposure(named)),
        (Message("Place"), _position(gps)),
        (Message("Software"), _text(named.get("Software"))),
        (Message("Description"), _text(named.get("ImageDescription"))),
        (Message("Author"), _text(named.get("Artist"))),
        (Message("Rights"), _text(named.get("Copyright"))),
    )
    return [(name, text) for name, text in candidates if text]


def _camera(named: Mapping[str, Any]) -> str:
    """Maker and model, without repeating the maker."""
    maker, model = _text(named.get("Make")), _text(named.get("Model"))
    return model if model.casefold().startswith(maker.casefold()) else f"{maker} {model}".strip()


def _exposure(named: Mapping[str, Any]) -> str:
    parts = []
    seconds = _number(named.get("ExposureTime"))
    if seconds > 0:
        parts.append(f"1/{1 / seconds:.0f} s" if seconds < 0.5 else f"{seconds:g} s")
    aperture = _number(named.get("FNumber"))
    if aperture > 0:
        parts.append(f"f/{aperture:g}")
    speed = _number(named.get("ISOSpeedRatings"))
    if speed > 0:
        parts.append(f"ISO {speed:.0f}")
    length = _number(named.get("FocalLength"))
    if length > 0:
        parts.append(f"{length:g} mm")
    return ", ".join(parts)


def _position(gps: Mapping[int, Any]) -> str:
    """Latitude and longitude in degrees."""
    try:
        coordinates = [
            sum(float(value) / 60**power for power, value in enumerate(gps[tag][:3]))
            for tag in (2, 4)
        ]
        signs = str(gps[1])[:1], str(gps[3])[:1]
    except Exception:
        return ""
    if not all(math.isfinite(degrees) for degrees in coordinates):
        return ""
    return f"{coordinates[0]:.4f}° {signs[0]}, {coordinates[1]:.4f}° {signs[1]}"


def _number(value: Any) -> float:
    """Converts a number, which EXIF may store as a fraction or a tuple; 0 for anything else."""
    try:
        number = float(value[0] if isinstance(value, tuple) else value)
    except (TypeError, ValueError, ZeroDivisionError, IndexError):
        return 0.0
    return number if math.isfinite(number) else 0.0


def _date(value: Any) -> str:
    """Converts EXIF's 2024:05:01 12:30:00 to 2024-05-01 12:30."""
    text = _text(value)
    if len(text) >= 16 and text[4] == text[7] == ":":
        return f"{text[:4]}-{text[5:7]}-{text[8:16]}"
    return text


def _text(value: Any) -> str:
    """The text as one line without control characters, shortened to `_LONGEST`."""
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    text = "".join(c if c.isprintable() else " " for c in str(value or ""))
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:
        return 1


def _reason(error: Exception) -> Message | str:
    if isinstance(error, OSError) and error.errno is not None:
        return describe_os_error(error)
    return _text(error) or type(error).__name__
