"""Augmentations: altered copies of an image that depend only on its content and a number.

Of torchvision's transforms v2 only the functional resize is used, in uint8. The finished
transforms draw from torch's global generator, so an augmentation would depend on which thread was
first. Their colour and crop operations also run in torch's own threads on top of the decoding
ones, and took up to 9 ms an augmentation; the same in numpy takes 0.5 ms.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence

import numpy as np
from PIL import Image

from ahsml_app.base.types import ByteArray

VERSION = 2
"""Raised whenever the pixels of an image change, as decoded or as augmented, so that cached
features become invalid."""

AREA = (0.6, 1.0)
ASPECT = (3 / 4, 4 / 3)
JITTER = 0.2
_TRIES = 10
LUMA = np.array([0.299, 0.587, 0.114], dtype=np.float32)  # ITU-R BT.601


def augment_image(
    image: Image.Image, size: int, numbers: Sequence[int], seed_text: str
) -> ByteArray:
    """Returns augmentations of one image, and the plain image as number 0.

    Args:
        image: The image, mode RGB.
        size: Side of the square results in pixels.
        numbers: 0 is the plain image: the whole image, resized to the square whatever its shape.
            From 1 on: a crop of 60 to 100 % of the area with an aspect of 3:4 to 4:3, resized,
            mirrored half of the time, and with brightness, contrast and saturation changed by up
            to 20 %.
        seed_text: The content hash. An augmentation depends only on it and on its number.

    Returns:
        (len(numbers), 3, size, size) pixels.
    """
    whole = np.array(image)
    pixels = np.empty((len(numbers), 3, size, size), dtype=np.uint8)
    for row, number in zip(pixels, numbers, strict=True):
        row[:] = _augmented(whole, size, number, seed_text) if number else _resized(whole, size)
    return pixels


def jittered(pixels: ByteArray, brightness: float, contrast: float, saturation: float) -> ByteArray:
    """Changes brightness, then contrast about the mean gray, then saturation.

    All three are linear, so one pass is enough: with gray = luma . x and the mean gray m,
    y = bcs x + bc(1 - s) gray + (1 - c) b m. Unlike torchvision, it neither clips
    nor rounds in between.

    Args:
        pixels: (3, S, S).
        brightness: Factor b, as in torchvision's `adjust_brightness`; 1 changes nothing.
        contrast: Factor c.
        saturation: Factor s.

    Returns:
        (3, S, S) pixels.
    """
    values = pixels.astype(np.float32)
    gray = values[0] * LUMA[0]
    gray += values[1] * LUMA[1]
    gray += values[2] * LUMA[2]
    offset = (1 - contrast) * brightness * float(gray.mean())
    values *= np.float32(brightness * contrast * saturation)
    gray *= np.float32(brightness * contrast * (1 - saturation))
    gray += np.float32(offset + 0.5)
    values += gray
    return np.clip(values, 0, 255, out=values).astype(np.uint8)


def _augmented(whole: ByteArray, size: int, number: int, seed_text: str) -> ByteArray:
    digest = hashlib.blake2b(f"{seed_text}/{number}".encode(), digest_size=16).digest()
    generator = np.random.default_rng(int.from_bytes(digest, "little"))
    top, left, height, width = _crop_box(whole.shape[0], whole.shape[1], generator)
    # Copied, because torch would copy a slice of an array with all of its threads.
    crop = np.ascontiguousarray(whole[top : top + height, left : left + width])
    pixels = _resized(crop, size)
    if generator.random() < 1 / 2:
        pixels = pixels[:, :, ::-1]
    brightness, contrast, saturation = generator.uniform(1 - JITTER, 1 + JITTER, 3)
    return jittered(pixels, brightness, contrast, saturation)


def _resized(image: ByteArray, size: int) -> ByteArray:
    """Resizes (H, W, 3) to (3, size, size); Pillow gives the same pixels in twice the time."""
    import torch  # lazily: a run with cached features needs no torch
    from torchvision.transforms.v2 import functional

    planes = torch.from_numpy(image).permute(2, 0, 1)
    square: ByteArray = functional.resize(planes, [size, size], antialias=True).numpy()
    return square


def _crop_box(height: int, width: int, generator: np.random.Generator) -> tuple[int, int, int, int]:
    """Draws top, left, height and width of a crop, as torchvision's RandomResizedCrop does."""
    for _ in range(_TRIES):
        area = height * width * generator.uniform(*AREA)
        aspect = math.exp(generator.uniform(math.log(ASPECT[0]), math.log(ASPECT[1])))
        wide, high = round(math.sqrt(area * aspect)), round(math.sqrt(area / aspect))
        if 0 < wide <= width and 0 < high <= height:
            top = int(generator.integers(height - high + 1))
            return top, int(generator.integers(width - wide + 1)), high, wide
    # No crop of so long an image has both the area and the aspect: take the middle.
    wide = max(1, min(width, round(height * ASPECT[1])))
    high = max(1, min(height, round(width / ASPECT[0])))
    return (height - high) // 2, (width - wide) // 2, high, wide
