"""Colours of the heat map: perceptually even steps that lightness alone tells apart."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QColor

from ahsml_app.gui.theme.tokens import Tokens, contrast

STEPS = 256

Ramp = npt.NDArray[np.uint32]

# Björn Ottosson, "A perceptual color space for image processing" (2020).
_TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_FINE = 2048
_INKS = ("#000000", "#FFFFFF")

_WARM_LIGHT = ("#FDF5EA", "#F8D3A4", "#E8893F", "#B23A1E", "#571420")
_WARM_DARK = ("#312D2B", "#5E3C25", "#B9622A", "#F3AE5C", "#FFF2D2")


def oklab(colours: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Oklab coordinates of (N, 3) sRGB colours of 0 to 1."""
    linear = np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)
    lab: npt.NDArray[np.float64] = np.cbrt(linear @ _TO_CONES.T) @ _TO_LAB.T
    return lab


@lru_cache(maxsize=8)
def heat_ramp(tokens: Tokens) -> Ramp:
    """(`STEPS`,) colours as 0xffRRGGBB: the surface for empty cells, then pale to strong."""
    stops = _WARM_DARK if tokens.dark else _WARM_LIGHT
    ramp = _even(stops, STEPS - 1)
    return np.concatenate([_packed(_rgb((tokens.surface,))), ramp])


@lru_cache(maxsize=8)
def calm_ramp(tokens: Tokens) -> Ramp:
    """(`STEPS`,) greys as 0xffRRGGBB, for cells in which label and suggestion agree."""
    strong = "#8B9198" if tokens.dark else "#9AA0A6"
    ramp = _even((tokens.hover, strong), STEPS - 1)
    return np.concatenate([_packed(_rgb((tokens.surface,))), ramp])


@lru_cache(maxsize=1024)
def ink_on(colour: int) -> QColor:
    """Black or white, whichever has more contrast on a colour: at least 4.5 on any."""
    ground = f"#{colour & 0xFFFFFF:06x}"
    return QColor(max(_INKS, key=lambda ink: contrast(ink, ground)))


def _even(stops: tuple[str, ...], count: int) -> Ramp:
    """Colours between the stops, evenly spaced in Oklab."""
    points = _rgb(stops)
    fine = np.linspace(0, len(stops) - 1, _FINE)
    samples = np.stack([np.interp(fine, range(len(stops)), points[:, i]) for i in range(3)], axis=1)
    steps = np.linalg.norm(np.diff(oklab(samples), axis=0), axis=1)
    distances = np.concatenate([[0.0], np.cumsum(steps)])
    positions = np.interp(np.linspace(0, distances[-1], count), distances, fine)
    colours = np.stack(
        [np.interp(positions, range(len(stops)), points[:, i]) for i in range(3)], axis=1
    )
    return _packed(colours)


def _rgb(colours: tuple[str, ...]) -> npt.NDArray[np.float64]:
    drawn = [QColor(colour) for colour in colours]
    return np.array([(c.redF(), c.greenF(), c.blueF()) for c in drawn], dtype=np.float64)


def _packed(colours: npt.NDArray[np.float64]) -> Ramp:
    channels = np.round(colours * 255).astype(np.uint32)
    packed = 0xFF000000 | channels[:, 0] << 16 | channels[:, 1] << 8 | channels[:, 2]
    return np.asarray(packed, dtype=np.uint32)
