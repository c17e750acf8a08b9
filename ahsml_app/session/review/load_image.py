"""Loads images for the screen with the decoder of the training; does not import torch."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ahsml_app.base.reading.planes import FIRST, Planes
from ahsml_app.base.types import ByteArray
from ahsml_app.core.data.decode import UnreadableImage, decode

__all__ = ["UnreadableImage", "load_image"]


def load_image(path: Path, box: int | None = None, planes: Planes = FIRST) -> ByteArray:
    """Decodes an image, upright and in RGB.

    Args:
        path: The file.
        box: Longest side in pixels; a larger image is reduced to it. None keeps the size.
        planes: What is read of an image with several pages or channels.

    Returns:
        (H, W, 3) uint8 array.

    Raises:
        UnreadableImage: If the file cannot be decoded, with the reason.
    """
    image = decode(path, box=box, planes=planes)
    if box is not None and max(image.size) > box:
        image.thumbnail((box, box))
    return np.ascontiguousarray(np.asarray(image.convert("RGB")))
