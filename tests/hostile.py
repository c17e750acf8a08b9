"""A folder with every kind of damaged or unusual image file."""

from __future__ import annotations

import io
import os
import struct
import sys
import tempfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

SIDE = 48
CLASSES = ("cats", "d\u00f6gs")
ORIENTATION = 0x0112


@dataclass(frozen=True)
class Hostile:
    """The expected result of a run on the folder."""

    good: dict[str, str]  # relative path -> class; every one is scored
    bad: dict[str, str]  # relative path -> part of the reason in quarantine.csv
    ignored: int  # files that are not images


def sample_image(seed: int, side: int = SIDE, hue: int = 0) -> Image.Image:
    """A colourful image with some structure, different for each seed."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 256, (6, 6, 3), dtype=np.uint8)
    coarse[..., hue % 3] //= 4
    return Image.fromarray(coarse).resize((side, side), Image.Resampling.BICUBIC)


def make_hostile_folder(folder: Path, plain: int = 12) -> Hostile:
    """Fills `folder` with two classes of `plain` ordinary images each, and every odd file."""
    good: dict[str, str] = {}
    for number, name in enumerate(CLASSES):
        (folder / name).mkdir(parents=True)
        for index in range(plain):
            # The same file names in both folders.
            path = f"{name}/{index:03d}.jpg"
            sample_image(1000 * number + index, hue=number).save(folder / path)
            good[path] = name
    odd = folder / CLASSES[0] / "odd but sound"
    odd.mkdir()
    for name, save in _SOUND.items():
        save(odd / name)
        good[odd.relative_to(folder).as_posix() + f"/{name}"] = CLASSES[0]
    bad = {}
    broken = folder / CLASSES[1] / "broken"
    broken.mkdir()
    for name, (data, reason) in _broken().items():
        (broken / name).write_bytes(data)
        bad[broken.relative_to(folder).as_posix() + f"/{name}"] = reason
    for name in ("notes.txt", "Thumbs.db", "archive.zip"):
        (folder / CLASSES[0] / name).write_bytes(b"no picture")
    (folder / ".hidden").mkdir()
    sample_image(1).save(folder / ".hidden" / "never.png")
    sample_image(1).save(folder / CLASSES[0] / ".never.png")
    if sys.platform != "win32":
        bad |= _add_links_and_pipes(folder)
    return Hostile(good, bad, ignored=3 if sys.platform == "win32" else 4)


def _add_links_and_pipes(folder: Path) -> dict[str, str]:
    (folder / CLASSES[0] / "loop").symlink_to(folder, target_is_directory=True)
    (folder / CLASSES[0] / "itself").symlink_to("itself")
    (folder / CLASSES[0] / "dangling.jpg").symlink_to("nowhere.jpg")
    os.mkfifo(folder / CLASSES[0] / "pipe.jpg")
    bad = {
        f"{CLASSES[0]}/dangling.jpg": "leads nowhere",
        f"{CLASSES[0]}/pipe.jpg": "not a regular file",
    }
    try:
        (folder / CLASSES[0] / os.fsdecode(b"latin\xe9.jpg")).write_bytes(b"x")
    except OSError:  # macOS refuses such names
        return bad
    return bad | {f"{CLASSES[0]}/latin\\xe9.jpg": "UTF-8"}


def _save(mode: str, **options: object) -> Callable[[Path], None]:
    def save(path: Path) -> None:
        sample_image(len(path.name)).convert(mode).save(path, **options)

    return save


def _save_array(values: np.ndarray) -> Callable[[Path], None]:
    return lambda path: Image.fromarray(values).save(path)


def _save_frames(path: Path) -> None:
    sample_image(5).save(path, save_all=True, append_images=[sample_image(6), sample_image(7)])


def _save_rotated(path: Path) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    sample_image(9).resize((SIDE, SIDE // 2)).save(path, exif=exif)


def _save_transparent(path: Path) -> None:
    clear = sample_image(8).convert("RGBA")
    clear.putalpha(Image.linear_gradient("L").resize(clear.size))
    clear.save(path)


def _deep(scale: float, kind: str) -> np.ndarray:
    values = np.asarray(sample_image(11).convert("L"), np.float64)
    return (values * scale).astype(kind)


def _with_gaps() -> np.ndarray:
    values = _deep(1e-3, "float32")
    values[:3, :3], values[4, 4], values[5, 5] = np.nan, np.inf, -np.inf
    return values


_SOUND: dict[str, Callable[[Path], None]] = {
    "UPPER.JPG": _save("RGB", format="JPEG"),
    "gray.jpeg": _save("L"),
    "cmyk.jpg": _save("CMYK"),
    "rotated.jpg": _save_rotated,
    "progressive.jpe": _save("RGB", format="JPEG", progressive=True),
    "palette.png": _save("P"),
    "bits.png": _save("1"),
    "gray alpha.png": _save("LA"),
    "transparent.png": _save_transparent,
    "deep.png": _save_array(_deep(16, "uint16")),
    "animated.png": _save_frames,
    "animated.gif": _save_frames,
    "animated.webp": _save_frames,
    "lossless.webp": _save("RGBA", lossless=True),
    "plain.bmp": _save("RGB"),
    "pages.tif": _save_frames,
    "deep.tif": _save_array(_deep(16, "uint16")),
    "whole numbers.tiff": _save_array(_deep(1000, "int32")),
    "gaps.tif": _save_array(_with_gaps()),
    "constant.tif": _save_array(np.full((SIDE, SIDE), 700, np.uint16)),
    "na\u00efve \u732b \U0001f408.png": _save("RGB"),
    "decomposed e\u0301.png": _save("RGB"),
    "one pixel.png": lambda path: Image.new("RGB", (1, 1), "red").save(path),
    "sliver.png": lambda path: Image.new("RGB", (900, 2), "red").save(path),
    'comma, "quote".png' if sys.platform != "win32" else "comma, quote.png": _save("RGB"),
}


def _encoded(suffix: str, image: Image.Image | None = None, **options: object) -> bytes:
    buffer = io.BytesIO()
    (image or sample_image(3, side=200)).save(buffer, suffix, **options)
    return buffer.getvalue()


def huge_png(width: int = 40_000, height: int = 40_000) -> bytes:
    """A PNG of a few bytes that claims to have 1,600 megapixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + checksum

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    data = zlib.compress(b"\0" * 1000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    )


def tiff_of(values: np.ndarray) -> bytes:
    """An uncompressed TIFF of unsigned samples (H, W, channels); Pillow cannot write them all."""
    height, width, channels = values.shape
    bits = 8 * values.itemsize
    data = values.astype(values.dtype.newbyteorder("<")).tobytes()
    depths = struct.pack(f"<{channels}H", *[bits] * channels)
    start = 8 + len(data) + len(depths)
    short, long = 3, 4
    tags = [
        (256, short, 1, width),
        (257, short, 1, height),
        (258, short, channels, bits if channels == 1 else 8 + len(data)),
        (259, short, 1, 1),
        (262, short, 1, 1 if channels == 1 else 2),
        (273, long, 1, 8),
        (277, short, 1, channels),
        (278, short, 1, height),
        (279, long, 1, len(data)),
    ]
    entries = b"".join(struct.pack("<HHII", *tag) for tag in tags)
    directory = struct.pack("<H", len(tags)) + entries + bytes(4)
    return b"II*\0" + struct.pack("<I", start) + data + depths + directory


def _broken() -> dict[str, tuple[bytes, str]]:
    jpeg, png, gif = _encoded("JPEG"), _encoded("PNG"), _encoded("GIF")
    webp, tiff, bmp = _encoded("WEBP"), _encoded("TIFF"), _encoded("BMP")
    zipped = _encoded("TIFF", compression="tiff_lzw")
    return {
        "empty.jpg": (b"", "empty"),
        "text.jpg": (b"Dear reader, I am no picture.\n" * 20, "not a JPEG"),
        "page.png": (b"<html><body>404 Not Found</body></html>", "not a JPEG"),
        "postscript.jpg": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "not a JPEG"),
        "half.jpg": (jpeg[: len(jpeg) // 2], "cut off"),
        "almost.jpg": (jpeg[: len(jpeg) * 9 // 10], "cut off"),
        "start.jpg": (jpeg[:20], ""),
        "half.png": (png[: len(png) // 2], "cut off"),
        "half.gif": (gif[: len(gif) // 2], "cut off"),
        "half.webp": (webp[: len(webp) // 2], ""),
        "half.tif": (tiff[: len(tiff) // 2], "cut off"),
        "half lzw.tif": (zipped[: len(zipped) // 2], ""),
        "half.bmp": (bmp[: len(bmp) // 2], "cut off"),
        "flipped.png": (png[:100] + bytes(255 - b for b in png[100:140]) + png[140:], "damaged"),
        "huge.png": (huge_png(), "too large"),
        "zeros.jpg": (bytes(5000), "not a JPEG"),
    }


def let_everybody_reach(folder: Path) -> None:
    """Makes a temporary folder accessible to any user, for a test that gives up root."""
    temporary = Path(tempfile.gettempdir())
    for parent in (folder, *folder.parents):
        if parent != temporary and parent.is_relative_to(temporary):
            parent.chmod(0o755)
