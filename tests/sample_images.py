"""A small folder of images that any backbone can tell apart, some with a wrong label."""

from __future__ import annotations

from pathlib import Path

import numpy as np
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
