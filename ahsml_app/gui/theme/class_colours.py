"""Colours of classes, the same in every view; never the only sign of a class."""

from __future__ import annotations

import colorsys
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QColor

# Okabe and Ito's colours, then Tol's muted ones: distinct for any kind of colour vision.
_QUALITATIVE = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#CC79A7",
    "#56B4E9",
    "#D55E00",
    "#882255",
    "#999933",
    "#332288",
    "#44AA99",
    "#AA4499",
    "#DDCC77",
)
_LIGHTNESSES = (0.42, 0.56, 0.68)
_SATURATION = 0.6
_LEAST_ON_DARK = 0.58
"""Minimum lightness of a colour on a dark background."""


def class_colour(
    index: int, count: int, position: int | None = None, *, dark: bool = False
) -> QColor:
    """Colour of a class: colour-blind safe up to twelve, hue steps beyond.

    Args:
        index: Index of the class.
        count: Number of classes.
        position: Position in the class tree, so that related classes get similar colours; the
            index by default.
        dark: Whether the background is dark.
    """
    if count <= len(_QUALITATIVE):
        hue, lightness, saturation = _parts(QColor(_QUALITATIVE[index % len(_QUALITATIVE)]))
    else:
        position = index if position is None else position
        hue, saturation = position / count, _SATURATION
        lightness = _LIGHTNESSES[position % len(_LIGHTNESSES)]
    if dark:
        lightness = max(lightness, _LEAST_ON_DARK + 0.12 * lightness)
    return QColor.fromRgbF(*colorsys.hls_to_rgb(hue % 1, lightness, saturation))


def class_palette(
    count: int, order: Sequence[int] | npt.NDArray[np.int64] = (), *, dark: bool = False
) -> npt.NDArray[np.uint8]:
    """(count, 3) RGB of all classes; classes missing from the tree's order come last."""
    return _palette(count, tuple(map(int, order)), dark)


@lru_cache(maxsize=8)
def _palette(count: int, order: tuple[int, ...], dark: bool) -> npt.NDArray[np.uint8]:
    ordered = [index for index in order if index < count]
    others = sorted(set(range(count)) - set(ordered))
    positions = {index: position for position, index in enumerate([*ordered, *others])}
    colours = [class_colour(i, count, positions[i], dark=dark) for i in range(count)]
    rows = [(colour.red(), colour.green(), colour.blue()) for colour in colours]
    return np.array(rows, dtype=np.uint8).reshape(count, 3)


def _parts(colour: QColor) -> tuple[float, float, float]:
    """Hue, lightness and saturation, 0 to 1."""
    return colorsys.rgb_to_hls(colour.redF(), colour.greenF(), colour.blueF())
