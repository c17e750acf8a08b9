"""Colours of classes, the same in every view; never the only sign of a class."""

from __future__ import annotations

import colorsys
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QColor

# Okabe and Ito's colours, then Tol's muted ones: told apart with any kind of colour vision.
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
"""Lightness that a colour needs on a dark ground."""


def class_colour(index: int, count: int, place: int | None = None, *, dark: bool = False) -> QColor:
    """Colour of a class: colour-blind safe up to twelve, hue steps beyond.

    Args:
        index: Of the class.
        count: How many classes there are.
        place: Of the class in the order of the class tree, so that relatives look related; its
            index by default.
        dark: Whether the ground is dark.
    """
    if count <= len(_QUALITATIVE):
        hue, lightness, saturation = _parts(QColor(_QUALITATIVE[index % len(_QUALITATIVE)]))
    else:
        place = index if place is None else place
        hue, saturation = place / count, _SATURATION
        lightness = _LIGHTNESSES[place % len(_LIGHTNESSES)]
    if dark:
        lightness = max(lightness, _LEAST_ON_DARK + 0.12 * lightness)
    return QColor.fromRgbF(*colorsys.hls_to_rgb(hue % 1, lightness, saturation))


def class_palette(
    count: int, order: Sequence[int] | npt.NDArray[np.int64] = (), *, dark: bool = False
) -> npt.NDArray[np.uint8]:
    """(count, 3) RGB of all classes; those that the order of the tree lacks come behind it."""
    return _palette(count, tuple(map(int, order)), dark)


@lru_cache(maxsize=8)
def _palette(count: int, order: tuple[int, ...], dark: bool) -> npt.NDArray[np.uint8]:
    known = [index for index in order if index < count]
    behind = sorted(set(range(count)) - set(known))
    places = {index: place for place, index in enumerate([*known, *behind])}
    colours = [class_colour(i, count, places[i], dark=dark) for i in range(count)]
    rows = [(colour.red(), colour.green(), colour.blue()) for colour in colours]
    return np.array(rows, dtype=np.uint8).reshape(count, 3)


def _parts(colour: QColor) -> tuple[float, float, float]:
    """Hue, lightness and saturation, 0 to 1."""
    return colorsys.rgb_to_hls(colour.redF(), colour.greenF(), colour.blueF())
