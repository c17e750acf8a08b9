"""Facts of an image file: size, format, what the camera wrote."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from PIL import ExifTags, Image

_SHOWN = (
    "Make",
    "Model",
    "LensModel",
    "DateTimeOriginal",
    "DateTime",
    "ExposureTime",
    "FNumber",
    "ISOSpeedRatings",
    "FocalLength",
    "Software",
    "ImageDescription",
    "Artist",
)
_LONGEST = 120


def image_facts(path: Path) -> list[tuple[str, str]]:
    """Name and value of each fact; an error is a fact too, never an exception."""
    facts = [("File", path.name), ("Folder", str(path.parent))]
    try:
        stat = path.stat()
        when = dt.datetime.fromtimestamp(stat.st_mtime).astimezone()
        facts.append(("File size", _bytes(stat.st_size)))
        facts.append(("Changed", when.strftime("%Y-%m-%d %H:%M")))
        with Image.open(path) as image:
            facts.append(("Pixels", f"{image.width:,} × {image.height:,}"))
            facts.append(("Format", f"{image.format or 'unknown'}, {image.mode}"))
            facts += _camera(image)
    except Exception as error:
        facts.append(("Unreadable", str(error)[:_LONGEST]))
    return facts


def _camera(image: Image.Image) -> list[tuple[str, str]]:
    exif = image.getexif()
    values = dict(exif) | dict(exif.get_ifd(ExifTags.IFD.Exif))
    named = {ExifTags.TAGS.get(tag, ""): value for tag, value in values.items()}
    found = []
    for name in _SHOWN:
        text = str(named.get(name, "")).replace("\x00", "").strip()
        if text:
            found.append((name, text[:_LONGEST]))
    return found


def _bytes(count: int) -> str:
    size = float(count)
    for unit in ("bytes", "kB", "MB"):
        if size < 1000:
            return f"{size:,.0f} {unit}" if unit == "bytes" else f"{size:,.1f} {unit}"
        size /= 1000
    return f"{size:,.1f} GB"
