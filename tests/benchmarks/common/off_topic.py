"""Made images that belong to no set: plain colours, damaged files, pages of text, charts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

SIDE = 224
_WORDS = ("invoice", "total", "date", "name", "item", "price", "order", "of", "and", "the", "for")


def plain_colour(random: np.random.Generator, _: Path) -> Image.Image:
    """One colour, or a gradient of two."""
    ends = random.integers(0, 256, (2, 3))
    if random.random() < 0.7:
        ends[1] = ends[0]
    ramp = np.linspace(0, 1, SIDE)[:, None, None]
    pixels = np.broadcast_to(ends[0] * (1 - ramp) + ends[1] * ramp, (SIDE, SIDE, 3))
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def damaged(random: np.random.Generator, photograph: Path) -> Image.Image:
    """A photograph as a damaged file decodes: grey from somewhere on, shifted, scrambled, noise."""
    with Image.open(photograph) as stored:
        pixels = np.array(stored.convert("RGB").resize((SIDE, SIDE)))
    kind = random.integers(4)
    if kind == 0:
        pixels[int(SIDE * random.uniform(0.03, 0.25)) :] = 128
    elif kind == 1:
        for start in range(0, SIDE, 8):
            rolled = np.roll(pixels[start : start + 8], int(random.integers(SIDE)), axis=1)
            pixels[start : start + 8] = rolled[..., random.permutation(3)]
    elif kind == 2:
        blocks = pixels.reshape(14, 16, 14, 16, 3).swapaxes(1, 2).reshape(196, 16, 16, 3)
        blocks = blocks[random.permutation(196)].reshape(14, 14, 16, 16, 3)
        pixels = blocks.swapaxes(1, 2).reshape(SIDE, SIDE, 3)
    else:
        pixels = random.integers(0, 256, pixels.shape)
    return Image.fromarray(pixels.astype(np.uint8))


def page(random: np.random.Generator, _: Path) -> Image.Image:
    """A page of text."""
    image = Image.new("RGB", (SIDE, SIDE), "white")
    draw = ImageDraw.Draw(image)
    draw.text((20, 10), random.choice(_WORDS).upper(), fill="black", font_size=18)
    for line in range(int(random.integers(8, 15))):
        words = " ".join(random.choice(_WORDS, random.integers(3, 9)))
        draw.text((20, 38 + 12 * line), words, fill=(30, 30, 30), font_size=9)
    return image


def chart(random: np.random.Generator, _: Path) -> Image.Image:
    """A chart of bars."""
    image = Image.new("RGB", (SIDE, SIDE), "white")
    draw = ImageDraw.Draw(image)
    draw.line([(24, 16), (24, 200), (210, 200)], fill="black", width=2)
    colour = tuple(random.integers(0, 200, 3).tolist())
    count = int(random.integers(4, 10))
    for bar in range(count):
        left = 30 + bar * 175 // count
        top = int(random.integers(20, 190))
        draw.rectangle([left, top, left + 120 // count, 199], fill=colour)
    return image


KINDS: dict[str, Callable[[np.random.Generator, Path], Image.Image]] = {
    "plain": plain_colour,
    "damaged": damaged,
    "page": page,
    "chart": chart,
}
"""How to make each kind of image, from random draws and the path of a photograph."""


def write_images(folder: Path, kind: str, count: int, photographs: list[Path], seed: int) -> None:
    """Write images of a kind into a folder.

    Args:
        folder: Folder to write to; it must exist.
        kind: One of `KINDS`.
        count: Number of images.
        photographs: What damaged images are made from.
        seed: Of all random draws.
    """
    random = np.random.default_rng([seed, list(KINDS).index(kind)])
    for number in range(count):
        photograph = photographs[int(random.integers(len(photographs)))]
        KINDS[kind](random, photograph).save(folder / f"{kind}-{number:03d}.png")
