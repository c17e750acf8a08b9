"""Makes thumbnails and keeps them on disk; runs in threads, where Pillow lets the window work."""

from __future__ import annotations

import contextlib
import hashlib
import os
import threading
from pathlib import Path

from PIL import Image
from PySide6.QtGui import QImage

from ahsml_app.base.paths import cache_folder
from ahsml_app.base.reading.planes import FIRST, Planes
from ahsml_app.session.review.load_image import load_image

KEPT_SIDE = 320
"""Longest side of a thumbnail on disk, in pixels."""

MOST_GROWTH = 4
"""How far a small picture is enlarged to fit."""

MOST_DISK_BYTES = 2 << 30
_WORTH_KEEPING = 24_000
"""Bytes of a file from which its thumbnail is put on disk: smaller ones are read as fast."""

_SHARDS = 256
_LOOK_EVERY = 32


def make_thumbnail(path: Path, side: int, planes: Planes = FIRST) -> QImage:
    """Make a picture that fits a square, or read it from the cache on disk.

    Args:
        path: Image file.
        side: Side of the square in pixels; small pictures grow at most fourfold.
        planes: What is read of an image with several pages or channels.

    Raises:
        UnreadableImage: The file cannot be read; carries the reason.
    """
    image = (
        _cached_thumbnail(path, side, planes)
        if side <= KEPT_SIDE
        else Image.fromarray(load_image(path, side, planes))
    )
    scale = min(side / max(image.size), MOST_GROWTH)
    if scale != 1:
        width, height = (max(1, round(length * scale)) for length in image.size)
        image = image.resize((width, height), Image.Resampling.BICUBIC, reducing_gap=2.0)
    return screen_image(image)


def screen_image(image: Image.Image) -> QImage:
    """An RGB picture in the byte order of the screen, which needs no conversion."""
    pixels = image.convert("RGBA").tobytes("raw", "BGRA")
    image_format = QImage.Format.Format_RGB32
    return QImage(pixels, image.width, image.height, 4 * image.width, image_format).copy()


def kept_file(path: Path, planes: Planes = FIRST) -> Path | None:
    """Cache file of a thumbnail, by path, time, size and rule; None if small or missing."""
    try:
        status = path.stat()
    except OSError:
        return None
    if status.st_size < _WORTH_KEEPING:
        return None
    name = f"{os.fspath(path)}\0{status.st_mtime_ns}\0{status.st_size}\0{KEPT_SIDE}"
    if planes != FIRST:
        name += f"\0{planes}"
    digest = hashlib.blake2b(name.encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()
    return cache_folder() / "thumbnails" / digest[:2] / f"{digest}.jpg"


def _cached_thumbnail(path: Path, side: int, planes: Planes) -> Image.Image:
    """Read the thumbnail from disk, or make it."""
    file = kept_file(path, planes)
    if file is not None:
        # A damaged thumbnail may raise anything; it is made again.
        with contextlib.suppress(Exception), Image.open(file, formats=("JPEG",)) as image:
            scale = side / max(image.size)
            image.draft("RGB", tuple(round(length * scale) for length in image.size))  # type: ignore[arg-type]
            return image.convert("RGB")
    thumbnail = Image.fromarray(load_image(path, KEPT_SIDE, planes))
    if file is not None:
        with contextlib.suppress(OSError):
            _store(thumbnail, file)
    return thumbnail


def _store(image: Image.Image, file: Path) -> None:
    """Write a thumbnail, without the slow flush to disk of `atomic_write`."""
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_name(f"{file.name}.{os.getpid()}-{threading.get_ident()}.tmp")
    try:
        image.save(temporary, "JPEG", quality=86)
        temporary.replace(file)
    finally:
        temporary.unlink(missing_ok=True)
    if int(file.name[2:6], 16) % _LOOK_EVERY == 0:
        make_room(file.parent, MOST_DISK_BYTES // _SHARDS)


def make_room(folder: Path, most: int) -> None:
    """Delete the oldest files of a folder until it holds at most `most` bytes.

    Thumbnails are spread evenly over their folders, so each folder is limited by itself.
    """
    with os.scandir(folder) as entries:
        files = [(entry.stat().st_mtime, entry.stat().st_size, entry.path) for entry in entries]
    spare = sum(size for _, size, _ in files) - most
    for _, size, path in sorted(files):
        if spare <= 0:
            break
        Path(path).unlink(missing_ok=True)
        spare -= size
