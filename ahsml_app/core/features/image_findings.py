"""Findings about the picture itself: blank, dark, bright, blurred, of an odd size or shape.

Everything is measured on the plain image that the extraction has decoded anyway, and cached. Limits
were chosen on photographs, microscope pictures and altered copies of them; the rules are ours.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ahsml_app.base.types import IMAGE_FINDINGS, BoolArray, ByteArray, Float64Array, IntArray

MEASURES = ("low", "high", "spread", "entropy", "sharpness", "width", "height")
"""What is measured: 5th and 99th percentile of the gray levels, distance of their 1st and 99th
percentile, entropy in bits, detail for the contrast, and the sides in pixels."""

BLANK_SPREAD = 8
"""Gray levels between the 1st and the 99th percentile up to which an image is blank."""

DARK_HIGH, BRIGHT_LOW = 70, 235
"""99th percentile up to which an image is dark, and 5th percentile from which it is bright."""

LEAST_ENTROPY = 2.5
"""Bits of the gray levels below which an image holds little information; 8 are possible."""

BLURRED, BLURRED_SHARE = 0.06, 0.35
"""Sharpness below which an image is blurred, if it is also below this share of the median of all:
pictures of a microscope may all be soft."""

NARROW = 1 / 3
"""Shorter side as a share of the longer one below which the shape is odd."""

COMMON = 0.1
"""Share of the images above which something is no finding."""

ODD_SIZE = 4.0
"""How many times larger or smaller than the median an image is of an odd size, by the root of its
area; or five times as far as the middle half of the images reaches, where sizes differ more."""


def measure(pixels: ByteArray, size: tuple[int, int]) -> npt.NDArray[np.float32]:
    """Measures an image.

    Args:
        pixels: (3, S, S) uint8 of the plain image.
        size: Width and height of the file's picture in pixels.

    Returns:
        (7,) numbers, see `MEASURES`.
    """
    gray = (pixels.sum(0, dtype=np.uint16) // 3).astype(np.int16)
    counts = np.bincount(gray.ravel(), minlength=256)
    total = np.cumsum(counts)
    lowest, low, high = np.searchsorted(total, np.array([0.01, 0.05, 0.99]) * total[-1])
    share = counts[counts > 0] / total[-1]
    around = gray[:-2, 1:-1] + gray[2:, 1:-1] + gray[1:-1, :-2] + gray[1:-1, 2:]
    detail = np.abs(around - 4 * gray[1:-1, 1:-1]).mean()
    values = (
        *(low, high, high - lowest, -(share * np.log2(share)).sum()),
        *(detail / max(float(gray.std()), 1.0), *size),
    )
    return np.array(values, dtype=np.float32)


def image_findings(measures: npt.NDArray[np.float32]) -> IntArray:
    """Returns the (N,) findings: bit n stands for `IMAGE_FINDINGS[n]`.

    What is blank is only that: it is no wonder that it is dark or holds little information. What
    more than `COMMON` of the images have is how this set is, and no finding about any of them.

    Args:
        measures: (N, 7) of `measure`.
    """
    low, high, spread, entropy, sharpness, width, height = measures.astype(np.float64).T
    blank = spread <= BLANK_SPREAD
    usual = np.median(sharpness[~blank]) if not blank.all() else 0.0
    masks: dict[str, BoolArray] = {
        "blank": blank,
        "dark": ~blank & (high <= DARK_HIGH),
        "bright": ~blank & (low >= BRIGHT_LOW),
        "blurred": ~blank & (sharpness < min(BLURRED, BLURRED_SHARE * float(usual))),
        "low_information": ~blank & (entropy < LEAST_ENTROPY),
        "odd_size": _odd_size(width, height),
        "odd_aspect_ratio": np.minimum(width, height) < NARROW * np.maximum(width, height),
    }
    findings = np.zeros(len(measures), dtype=np.int64)
    for bit, name in enumerate(IMAGE_FINDINGS):
        if name == "blank" or masks[name].sum() <= max(1, COMMON * len(measures)):
            findings |= masks[name].astype(np.int64) << bit
    return findings


def _odd_size(width: Float64Array, height: Float64Array) -> BoolArray:
    logs = np.log(np.maximum(width * height, 1.0)) / 2
    if not len(logs):
        return np.zeros(0, dtype=bool)
    first, median, third = np.quantile(logs, (0.25, 0.5, 0.75))
    reach = max(np.log(ODD_SIZE), 2.5 * float(third - first))
    odd: BoolArray = np.abs(logs - median) > reach
    return odd
