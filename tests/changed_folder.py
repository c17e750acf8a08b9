"""A folder of small images, and a week of work in it: new, renamed, changed and deleted ones."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

CLASSES = ("cat", "dog", "fox", "owl")
PER_CLASS = 500
SHARES = [
    pytest.param(10, id="200 images"),
    pytest.param(1, id="2,000 images", marks=pytest.mark.slow),
]
"""What the week of a test is divided by: tests of a tenth notice the same."""

OLD = 1_600_000_000
"""Earliest time stamp, so old that the hash of a file may be remembered."""


@dataclass(frozen=True)
class Week:
    """What happened to the files, by relative path.

    Attributes:
        new: New files.
        renamed: New path of each renamed file.
        changed: Files with another content.
        deleted: Files that are gone.
    """

    new: tuple[str, ...]
    renamed: dict[str, str]
    changed: tuple[str, ...]
    deleted: tuple[str, ...]


def make_folder(folder: Path, per_class: int) -> Path:
    """Makes images of noise, no two alike, in a folder per class."""
    for number, label in enumerate(CLASSES):
        (folder / label).mkdir(parents=True)
        for index in range(per_class):
            write_image(folder / label / f"{index:04d}.png", number * per_class + index)
    return folder


def write_image(path: Path, seed: int) -> None:
    """Writes an image that depends on the seed alone."""
    pixels = np.random.default_rng(seed).integers(0, 256, (12, 12, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(path)
    os.utime(path, (OLD + seed, OLD + seed))  # each image of its own time, as if taken so


def work_a_week(folder: Path, share: int) -> Week:
    """Changes the folder: 100 new, 50 renamed, 20 changed and 30 deleted images, or a share."""
    new = tuple(f"cat/new-{index:03d}.png" for index in range(100 // share))
    for index, path in enumerate(new):
        write_image(folder / path, 10_000 + index)
    paths = [f"dog/{index:04d}.png" for index in range(100 // share)]
    cut, end = 50 // share, 70 // share
    renamed = {path: path.replace("dog/", "dog/renamed-") for path in paths[:cut]}
    for path, target in renamed.items():
        (folder / path).rename(folder / target)
    changed, deleted = tuple(paths[cut:end]), tuple(paths[end:])
    for index, path in enumerate(changed):
        write_image(folder / path, 20_000 + index)
    for path in deleted:
        (folder / path).unlink()
    return Week(new, renamed, changed, deleted)
