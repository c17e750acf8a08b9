"""Images for the screen, from the decoder of the training; does not import torch."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ahsml_app.base.types import ByteArray
from ahsml_app.core.data.decode import UnreadableImage, decode

__all__ = ["UnreadableImage", "load_picture"]


def load_picture(path: Path, box: int | None = None) -> ByteArray:
    """Decode a picture, upright and in RGB.

    Args:
        path: The file.
        box: Longest side in pixels; a larger picture is reduced to it. None keeps its size.

    Returns:
        (H, W, 3) uint8 array.

    Raises:
        UnreadableImage: If the file cannot be decoded, with the reason.
    """
    image = decode(path, box=box)
    if box is not None and max(image.size) > box:
        image.thumbnail((box, box))
    return np.ascontiguousarray(np.asarray(image.convert("RGB")))
