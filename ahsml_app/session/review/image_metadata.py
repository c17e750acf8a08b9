"""Facts of an image file for the screen: size, format, what the camera wrote; free of torch."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PIL import ExifTags, Image

from ahsml_app.core.data.decode import describe_os_error, hush_pillow

__all__ = ["facts", "picture_size"]

_LONGEST = 120
_SIDEWAYS = frozenset({5, 6, 7, 8})
_FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "DIB", "GIF", "TIFF")

_MODES = {
    "1": "black and white",
    "L": "gray",
    "LA": "gray, transparent",
    "P": "palette",
    "RGB": "colour",
    "RGBA": "colour, transparent",
    "CMYK": "print colours",
    "YCbCr": "colour",
    "I;16": "gray, 16 bits",
    "I": "gray, 32 bits",
    "F": "gray, decimal values",
}


def facts(path: Path) -> list[tuple[str, str]]:
    """Name and value of each fact that helps to judge an image.

    Whatever goes wrong becomes a fact named "Not readable"; there is never an exception. The
    file's header is read, not its pixels.
    """
    hush_pillow()
    found: list[tuple[str, str]] = []
    try:
        status = path.stat()
        with Image.open(path, formats=_FORMATS) as image:
            found += _picture_facts(image)
            found.append(("File size", _bytes(status.st_size)))
            found += _camera_facts(image)
        changed = dt.datetime.fromtimestamp(status.st_mtime).astimezone()
        found.append(("File changed", changed.strftime("%Y-%m-%d %H:%M")))
    except Exception as error:  # a fact like any other
        found.append(("Not readable", _reason(error)))
    return found


def picture_size(path: Path) -> tuple[int, int]:
    """Width and height as the picture is shown, turned by its EXIF orientation.

    Raises:
        OSError: The header cannot be read.
    """
    hush_pillow()
    with Image.open(path, formats=_FORMATS) as image:
        width, height = image.size
        return (height, width) if _orientation(image) in _SIDEWAYS else (width, height)


def _picture_facts(image: Image.Image) -> list[tuple[str, str]]:
    width, height = image.size
    orientation = _orientation(image)
    if orientation in _SIDEWAYS:
        width, height = height, width
    megapixels = width * height / 1e6
    size = f"{width:,} × {height:,} pixels"
    if megapixels >= 0.95:
        size += f", {megapixels:.1f} megapixels"
    mode = _MODES.get(image.mode, image.mode)
    found = [("Size", size), ("Format", f"{image.format or 'unknown'}, {mode}")]
    frames = getattr(image, "n_frames", 1)
    if frames > 1:
        found.append(("Frames", f"{frames:,}, of which the first is used"))
    if orientation > 1:
        found.append(("Turned", "shown upright, as its EXIF orientation says"))
    return found


def _camera_facts(image: Image.Image) -> list[tuple[str, str]]:
    """What the camera wrote; damaged EXIF beside a sound picture says nothing."""
    try:
        exif = image.getexif()
        values = {**exif, **exif.get_ifd(ExifTags.IFD.Exif)}
        places = dict(exif.get_ifd(ExifTags.IFD.GPSInfo))
    except Exception:
        return []
    named = {ExifTags.TAGS.get(tag, ""): value for tag, value in values.items()}
    made = (
        ("Taken", _date(named.get("DateTimeOriginal") or named.get("DateTime"))),
        ("Camera", _camera(named)),
        ("Lens", _text(named.get("LensModel"))),
        ("Exposure", _exposure(named)),
        ("Place", _place(places)),
        ("Software", _text(named.get("Software"))),
        ("Description", _text(named.get("ImageDescription"))),
        ("Author", _text(named.get("Artist"))),
        ("Rights", _text(named.get("Copyright"))),
    )
    return [(name, text) for name, text in made if text]


def _camera(named: Mapping[str, Any]) -> str:
    """Maker and model, without saying the maker twice."""
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


def _place(places: Mapping[int, Any]) -> str:
    """Latitude and longitude in degrees."""
    try:
        parts = [
            sum(float(value) / 60**place for place, value in enumerate(places[tag][:3]))
            for tag in (2, 4)
        ]
        signs = str(places[1])[:1], str(places[3])[:1]
    except Exception:
        return ""
    if not all(math.isfinite(part) for part in parts):
        return ""
    return f"{parts[0]:.4f}° {signs[0]}, {parts[1]:.4f}° {signs[1]}"


def _number(value: Any) -> float:
    """A number that EXIF may give as a fraction or a tuple; 0 for anything else."""
    try:
        found = float(value[0] if isinstance(value, tuple) else value)
    except (TypeError, ValueError, ZeroDivisionError, IndexError):
        return 0.0
    return found if math.isfinite(found) else 0.0


def _date(value: Any) -> str:
    """EXIF's 2024:05:01 12:30:00 as 2024-05-01 12:30."""
    text = _text(value)
    if len(text) >= 16 and text[4] == text[7] == ":":
        return f"{text[:4]}-{text[5:7]}-{text[8:16]}"
    return text


def _text(value: Any) -> str:
    """One line without control characters, not too long."""
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    text = "".join(sign if sign.isprintable() else " " for sign in str(value or ""))
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:
        return 1


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.errno is not None:
        return describe_os_error(error)
    return _text(error) or type(error).__name__


def _bytes(count: int) -> str:
    size = float(count)
    for unit in ("bytes", "kB", "MB"):
        if size < 1000:
            return f"{size:,.0f} bytes" if unit == "bytes" else f"{size:,.1f} {unit}"
        size /= 1000
    return f"{size:,.1f} GB"
