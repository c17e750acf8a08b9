"""A small folder of images that any backbone can tell apart; archives of images."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import tifffile
from hostile import sample_image
from PIL import Image

CLASSES = ("checks", "discs", "stripes")


def make_images(folder: Path, *, per_class: int = 16, wrong: int = 2, seed: int = 0) -> set[str]:
    """Writes `per_class` images of each class; returns the paths of those with a wrong label."""
    random = np.random.default_rng(seed)
    planted = set()
    for index, name in enumerate(CLASSES):
        for number in range(per_class):
            label = CLASSES[(index + 1) % 3] if number < wrong else name
            path = folder / label / f"{name}-{number}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(_pixels(name, random)).save(path)
            if label != name:
                planted.add(path.relative_to(folder).as_posix())
    return planted


def _pixels(name: str, random: np.random.Generator) -> np.ndarray:
    rows, columns = np.mgrid[0:48, 0:48]
    period = random.integers(8, 14)
    if name == "stripes":
        mask = (columns + random.integers(0, 9)) % period < period // 2
    elif name == "checks":
        mask = (rows // (period // 2) + columns // (period // 2)) % 2 == 0
    else:
        mask = (rows - 24) ** 2 + (columns - 24) ** 2 < random.integers(10, 18) ** 2
    colour = random.integers(60, 255, 3)
    pixels = np.where(mask[..., None], colour, 255 - colour) + random.normal(0, 6, (48, 48, 3))
    return pixels.clip(0, 255).astype(np.uint8)


def jpeg(number: int) -> bytes:
    """Content of a small image; each number has another one."""
    buffer = io.BytesIO()
    sample_image(number).save(buffer, "JPEG")
    return buffer.getvalue()


def class_folders(count: int = 3, *, top: str = "") -> dict[str, bytes]:
    """Names and contents of images of two classes."""
    names = [f"{top}{label}/{n}.jpg" for label in ("cat", "dog") for n in range(count)]
    return {name: jpeg(number) for number, name in enumerate(names)}


def webdataset(count: int = 6) -> dict[str, bytes]:
    """Images with the number of a class beside each."""
    members = {}
    for number in range(count):
        members[f"{number:06}.jpg"] = jpeg(number)
        members[f"{number:06}.cls"] = b"%d" % (number % 2)
    return members


def write_zip(path: Path, members: Mapping[str, bytes]) -> Path:
    """Writes a zip archive."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return path


def write_tar(path: Path, members: Mapping[str, bytes], mode: str = "w") -> Path:
    """Writes a tar archive, compressed as the mode says."""
    with tarfile.open(path, mode) as file:
        for name, content in members.items():
            add_to_tar(file, name, content)
    return path


def add_to_tar(file: tarfile.TarFile, name: str, content: bytes) -> None:
    """Adds a file to an archive."""
    header = tarfile.TarInfo(name)
    header.size = len(content)
    file.addfile(header, io.BytesIO(content))


def make_stacks(folder: Path, per_class: int, *, side: int = 64) -> Path:
    """Writes stacks of 8 bits: noise, a dark page, and one that shows the class."""
    random = np.random.default_rng(0)
    for name in ("bars", "dots"):
        (folder / name).mkdir(parents=True)
        for number in range(per_class):
            stack = np.zeros((3, side, side), np.uint8)
            stack[0] = random.integers(0, 60, (side, side))
            stack[2] = random.integers(0, 90, (side, side))
            if name == "bars":
                stack[2, number % 8 :: 8] = 250
            else:
                stack[2, 16:-16, 16 + number : 40 + number] = 250
            path = folder / name / f"{number:02d}.tif"
            tifffile.imwrite(path, stack, photometric="minisblack")
    return folder
