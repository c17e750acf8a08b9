"""Rasterises a million points with numpy: first a coarse picture, then all points in slices.

While the map moves, `coarse` draws a random sample of the points for every frame. Once the map
rests, `refinement` draws all points, a slice at a time. It also records which point each pixel
shows, so that hovering and lassos are look-ups.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from ahsml_app.base.disc import Isometry
from ahsml_app.gui.map.point_styles import GHOST, PLAIN, SELECTED, SUSPECT, PointStyles

COARSE = 15_000
"""Points per frame while the map moves."""

SLICE = 40_000
"""Points per slice of the refinement."""

PADDING = 20
"""Pixels around the picture, so that dots need no clipping."""

_REACH = PADDING - 2
"""Largest radius of a dot in pixels."""

_LEVELS = 4
_COVERAGE = 0.3
_SMALLEST, _LARGEST = 0.7, 5.0
_RINGS = (0.45, 0.12)
"""Values of 1 - |w|^2 above which a dot has its full size, and three quarters of it."""

_SHARES = (1.0, 0.75, 0.5)
_GHOST_ALPHA = 0.45

Indices = npt.NDArray[np.int32]
Buffer = npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Cloud:
    """The points in random order, so that the first ones are a sample of all.

    Attributes:
        rows: (M,) rows of the project.
        z: (M,) complex64 points of the disc.
    """

    rows: npt.NDArray[np.int64]
    z: npt.NDArray[np.complex64]


def cloud_of(points: npt.NDArray[np.complex64]) -> Cloud:
    """The points with a position, shuffled."""
    rows = np.random.default_rng(0).permutation(np.flatnonzero(~np.isnan(points)))
    return Cloud(rows, points[rows])


@dataclass(frozen=True, slots=True)
class Screen:
    """Position of the disc in the picture, in device pixels.

    Attributes:
        width: Width of the picture.
        height: Height of the picture.
        radius: Radius of the disc.
        ratio: Device pixels per layout pixel.
        ink: RGB of outlines.
        faded: RGB of ghosts.
    """

    width: int
    height: int
    radius: float
    ratio: float
    ink: tuple[int, int, int]
    faded: tuple[int, int, int]

    @property
    def stride(self) -> int:
        """Pixels per line, including padding."""
        return self.width + 2 * PADDING

    @property
    def size(self) -> int:
        """Pixels of the buffer, including padding."""
        return self.stride * (self.height + 2 * PADDING)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A finished picture.

    Attributes:
        buffer: (size,) premultiplied ARGB.
        picks: (size,) index in the cloud of the point that a pixel shows, -1 for none.
        pixels: (M,) pixel of each point of the cloud, -1 if out of view.
    """

    buffer: Buffer
    picks: Indices
    pixels: Indices


class _Canvas:
    """A pixel buffer that dots are written to, with the colours of the groups."""

    def __init__(self, styles: PointStyles, screen: Screen, dot: float, *, picking: bool) -> None:
        self.buffer = np.zeros(screen.size, dtype=np.uint32)
        self.picks = np.full(screen.size if picking else 0, -1, dtype=np.int32)
        self._picking, self._stride, self._dot = picking, screen.stride, dot
        self._bodies = _tables(styles.palette)
        self._faded = _tables(np.array([screen.faded]), _GHOST_ALPHA)[:, 0]
        self._ink = _tables(np.array([screen.ink]))[:, 0]

    def draw(
        self,
        group: int,
        pixels: Indices,
        rings: npt.NDArray[np.uint8],
        codes: npt.NDArray[np.uint16],
        indices: npt.NDArray[np.intp],
    ) -> None:
        """Draw the dots of one group; outlines first, so that none covers a neighbour."""
        for ring, share in enumerate(_SHARES):
            of_ring = np.flatnonzero(rings == ring)
            if not len(of_ring):
                continue
            targets, colours, picks = pixels[of_ring], codes[of_ring], indices[of_ring]
            radius = max(round(self._dot * share * 4) / 4, 0.5)
            for outlined, level, down, right in sprite(group, radius):
                target = targets + np.int32(down * self._stride + right)
                if group == GHOST:
                    self.buffer[target] = self._faded[level]
                    continue
                ink = self._ink[level] if outlined else self._bodies[level][colours]
                self.buffer[target] = ink
                if self._picking and level >= _LEVELS // 2:
                    self.picks[target] = picks


@lru_cache(maxsize=64)
def sprite(group: int, radius: float) -> tuple[tuple[bool, int, int, int], ...]:
    """The pixels of a dot: whether outline, level of coverage, offset down and right.

    Suspects are diamonds, selected dots are larger, and both have an outline, so that colour is not
    the only difference.
    """
    outline = 0.0 if group in (GHOST, PLAIN) else max(1.0, radius * 0.3)
    body = radius * 1.15 if group == SELECTED else radius
    reach = min(math.ceil(body + outline + 0.5), _REACH)
    pixels = []
    for down in range(-reach, reach + 1):
        for right in range(-reach, reach + 1):
            far = math.hypot(down, right)
            if group == SUSPECT:
                far = (abs(down) + abs(right)) / 1.25
            level = math.ceil(min(max(body - far + 0.5, 0.0), 1.0) * _LEVELS) - 1
            edge = math.ceil(min(max(body + outline - far + 0.5, 0.0), 1.0) * _LEVELS) - 1
            if outline and edge >= 0:
                pixels.append((True, edge, down, right))
            if outline:
                level = _LEVELS - 1 if level >= _LEVELS // 2 else -1
            if level >= 0:
                pixels.append((False, level, down, right))
    return tuple(sorted(pixels, key=lambda pixel: (not pixel[0], pixel[1])))


def coarse(cloud: Cloud, styles: PointStyles, move: Isometry, screen: Screen) -> tuple[Buffer, int]:
    """Draw a sample of the points for one frame.

    Returns:
        The buffer, and the approximate number of all points in view.
    """
    chunk = slice(0, COARSE)
    pixels, rings = _pixels(cloud.z[chunk], move, screen)
    shown = np.flatnonzero(pixels >= 0)
    rows = cloud.rows[shown]
    groups, codes = styles.groups[rows], styles.codes[rows]
    canvas = _Canvas(styles, screen, dot_radius(len(shown), screen), picking=False)
    for group in (GHOST, PLAIN, SUSPECT, SELECTED):
        of_group = groups == group
        indices = shown[of_group]
        canvas.draw(group, pixels[indices], rings[indices], codes[of_group], indices)
    return canvas.buffer, len(shown) * max(1, round(len(cloud.z) / COARSE))


def dot_radius(count: int, screen: Screen) -> float:
    """Radius of a dot in pixels, so that `count` dots cover a fixed share of the disc."""
    side = 2 * screen.radius
    area = min(side, screen.width) * min(side, screen.height) * math.pi / 4
    radius = math.sqrt(_COVERAGE * area / (math.pi * max(count, 1)))
    return min(max(radius, _SMALLEST * screen.ratio), _LARGEST * screen.ratio)


def refinement(
    cloud: Cloud, styles: PointStyles, move: Isometry, screen: Screen, count: int
) -> Iterator[Drawn | None]:
    """Draw all points, one slice per step; the last step yields the picture, all others None.

    Args:
        cloud: The points.
        styles: How each of them is painted.
        move: Isometry of the moved map.
        screen: Position of the disc.
        count: Approximate number of points in view.
    """
    canvas = _Canvas(styles, screen, dot_radius(count, screen), picking=True)
    pixels = np.full(len(cloud.z), -1, dtype=np.int32)
    later: list[tuple[int, npt.NDArray[np.intp], npt.NDArray[np.uint8]]] = []
    for first in range(0, len(cloud.z), SLICE):
        chunk = slice(first, first + SLICE)
        pixels[chunk], rings = _pixels(cloud.z[chunk], move, screen)
        shown = np.flatnonzero(pixels[chunk] >= 0)
        rings, indices = rings[shown], shown + first
        groups = styles.groups[cloud.rows[indices]]
        for group in (GHOST, PLAIN):
            of_group = groups == group
            if group == GHOST:
                of_group &= canvas.buffer[pixels[indices]] == 0
            members = indices[of_group]
            codes = styles.codes[cloud.rows[members]]
            canvas.draw(group, pixels[members], rings[of_group], codes, members)
        special = ((group, groups == group) for group in (SUSPECT, SELECTED))
        later.extend((group, indices[mask], rings[mask]) for group, mask in special)
        yield None
    later.sort(key=lambda item: item[0])
    for number, (group, indices, rings) in enumerate(later):
        codes = styles.codes[cloud.rows[indices]]
        canvas.draw(group, pixels[indices], rings, codes, indices)
        if number % 4 == 3:
            yield None
    yield Drawn(canvas.buffer, canvas.picks, pixels)


def nearest_pick(drawn: Drawn, screen: Screen, x: float, y: float, reach: int) -> int:
    """Index in the cloud of the dot nearest to a pixel; -1 if none is within reach."""
    column, line = round(x) + PADDING, round(y) + PADDING
    lines = screen.height + 2 * PADDING
    if not (0 <= column < screen.stride and 0 <= line < lines):
        return -1
    top, bottom = max(0, line - reach), min(lines, line + reach + 1)
    left, right = max(0, column - reach), min(screen.stride, column + reach + 1)
    window = drawn.picks.reshape(lines, screen.stride)[top:bottom, left:right]
    downs, rights = np.nonzero(window >= 0)
    if not len(downs):
        return -1
    squares = (downs + top - line) ** 2 + (rights + left - column) ** 2
    best = int(squares.argmin())
    return int(window[downs[best], rights[best]]) if squares[best] <= reach**2 else -1


def _pixels(
    z: npt.NDArray[np.complex64], move: Isometry, screen: Screen
) -> tuple[Indices, npt.NDArray[np.uint8]]:
    """(M,) pixel of each point, -1 if out of view, and (M,) index of its dot's size."""
    w = move(z)
    x, y = w.real * np.float32(screen.radius), w.imag * np.float32(-screen.radius)
    x += np.float32(screen.width / 2 + PADDING)
    y += np.float32(screen.height / 2 + PADDING)
    column, line = x.astype(np.int32), y.astype(np.int32)
    inside = (column >= _REACH) & (column < screen.stride - _REACH)
    inside &= (line >= _REACH) & (line < screen.height + 2 * PADDING - _REACH)
    pixels = np.where(inside, line * np.int32(screen.stride) + column, np.int32(-1))
    room = 1 - (w.real**2 + w.imag**2)
    rings = (room < _RINGS[0]).astype(np.uint8) + (room < _RINGS[1])
    return pixels, rings


def _tables(palette: npt.NDArray[np.integer], alpha: float = 1.0) -> npt.NDArray[np.uint32]:
    """(LEVELS, C) premultiplied ARGB of each colour at each level of coverage."""
    shares = alpha * np.arange(1, _LEVELS + 1) / _LEVELS
    channels = np.concatenate([np.full((len(palette), 1), 255), palette], axis=1)
    scaled = np.round(channels[None] * shares[:, None, None]).astype(np.uint32)
    red, green, blue = scaled[..., 1], scaled[..., 2], scaled[..., 3]
    return np.asarray(scaled[..., 0] << 24 | red << 16 | green << 8 | blue, dtype=np.uint32)
