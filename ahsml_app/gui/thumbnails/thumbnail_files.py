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
from ahsml_app.session.review.load_image import load_picture

KEPT_SIDE = 320
"""Longest side of a thumbnail on disk, in pixels."""

MOST_GROWTH = 4
"""How far a small picture is enlarged to fit."""

MOST_DISK_BYTES = 2 << 30
_WORTH_KEEPING = 24_000
"""Bytes of a file from which its thumbnail is put on disk: smaller ones are read as fast."""

_SHARDS = 256
_LOOK_EVERY = 32


def make_thumbnail(path: Path, side: int) -> QImage:
    """A picture that fits a square, from the disk if it was made before.

    Args:
        path: The file.
        side: Of the square in pixels; small pictures grow at most fourfold.

    Raises:
        UnreadableImage: With the reason in words.
    """
    image = _kept(path, side) if side <= KEPT_SIDE else Image.fromarray(load_picture(path, side))
    scale = min(side / max(image.size), MOST_GROWTH)
    if scale != 1:
        width, height = (max(1, round(length * scale)) for length in image.size)
        image = image.resize((width, height), Image.Resampling.BICUBIC, reducing_gap=2.0)
    return screen_image(image)


def screen_image(image: Image.Image) -> QImage:
    """An RGB picture in the order of bytes that the screen wants, so that nobody converts it."""
    words = image.convert("RGBA").tobytes("raw", "BGRA")
    form = QImage.Format.Format_RGB32
    return QImage(words, image.width, image.height, 4 * image.width, form).copy()


def kept_file(path: Path) -> Path | None:
    """Where the thumbnail of a file lies, by its path, time of change and size."""
    try:
        facts = path.stat()
    except OSError:
        return None
    if facts.st_size < _WORTH_KEEPING:
        return None
    name = f"{os.fspath(path)}\0{facts.st_mtime_ns}\0{facts.st_size}\0{KEPT_SIDE}"
    digest = hashlib.blake2b(name.encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()
    return cache_folder() / "thumbnails" / digest[:2] / f"{digest}.jpg"


def _kept(path: Path, side: int) -> Image.Image:
    """The thumbnail on disk, made now if there is none."""
    file = kept_file(path)
    if file is not None:
        # Whatever a damaged file provokes: it is only a copy, and made anew.
        with contextlib.suppress(Exception), Image.open(file, formats=("JPEG",)) as image:
            scale = side / max(image.size)
            image.draft("RGB", tuple(round(length * scale) for length in image.size))  # type: ignore[arg-type]
            return image.convert("RGB")
    made = Image.fromarray(load_picture(path, KEPT_SIDE))
    if file is not None:
        with contextlib.suppress(OSError):
            _keep(made, file)
    return made


def _keep(image: Image.Image, file: Path) -> None:
    """Write a thumbnail; without the flush to the disk of `atomic_write`, which takes longer."""
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
    """Delete the oldest files of a folder until it holds at most so many bytes.

    Thumbnails are spread evenly over their folders, so each may be looked at by itself.
    """
    with os.scandir(folder) as entries:
        found = [(entry.stat().st_mtime, entry.stat().st_size, entry.path) for entry in entries]
    spare = sum(size for _, size, _ in found) - most
    for _, size, path in sorted(found):
        if spare <= 0:
            break
        Path(path).unlink(missing_ok=True)
        spare -= size
