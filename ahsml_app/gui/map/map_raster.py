"""A million points as a picture, by numpy alone: at once a coarse one, then in slices all points.

While the map moves, a random part of the points is drawn anew for every frame (`coarse`). Once it
rests, `refinement` draws them all, a slice at a time, and also notes which point each pixel shows,
so that pointing and lassos are look-ups.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from ahsml_app.base.disc import Isometry
from ahsml_app.gui.map.point_styles import GHOST, PLAIN, SELECTED, SUSPECT, Looks

COARSE = 15_000
"""Points of a frame while the map moves."""

SLICE = 40_000
"""Points of one slice of the refinement."""

PADDING = 20
"""Pixels around the picture, so that no dot has to be cut."""

_REACH = PADDING - 2
"""Most pixels from the middle of a dot to its end."""

_LEVELS = 4
_COVERAGE = 0.3
_SMALLEST, _LARGEST = 0.7, 5.0
_RINGS = (0.45, 0.12)
"""Room 1 - |w|^2 from which a dot has its full size, and from which three quarters of it."""

_SHARES = (1.0, 0.75, 0.5)
_GHOST_ALPHA = 0.45

Indices = npt.NDArray[np.int32]
Buffer = npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Cloud:
    """The points in a random order, so that the first of them are a sample of all.

    Attributes:
        rows: (M,) rows of the project.
        z: (M,) complex64 points of the disc.
    """

    rows: npt.NDArray[np.int64]
    z: npt.NDArray[np.complex64]


def cloud_of(points: npt.NDArray[np.complex64]) -> Cloud:
    """The points that have a place, shuffled."""
    rows = np.random.default_rng(0).permutation(np.flatnonzero(~np.isnan(points)))
    return Cloud(rows, points[rows])


@dataclass(frozen=True, slots=True)
class Screen:
    """Where the disc lies in the picture, in pixels of the device.

    Attributes:
        width: Of the picture.
        height: Of the picture.
        radius: Of the disc.
        ratio: Device pixels for one of the layout.
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
        """Pixels of a line, padding included."""
        return self.width + 2 * PADDING

    @property
    def size(self) -> int:
        """Pixels of the buffer, padding included."""
        return self.stride * (self.height + 2 * PADDING)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A finished picture.

    Attributes:
        buffer: (size,) premultiplied ARGB.
        picks: (size,) place in the cloud of the point that a pixel shows, -1 for none.
        pixels: (M,) pixel of each point of the cloud, -1 where it is out of view.
    """

    buffer: Buffer
    picks: Indices
    pixels: Indices


class _Canvas:
    """A buffer, and the colours of the groups, to write dots into."""

    def __init__(self, looks: Looks, screen: Screen, dot: float, *, picking: bool) -> None:
        self.buffer = np.zeros(screen.size, dtype=np.uint32)
        self.picks = np.full(screen.size if picking else 0, -1, dtype=np.int32)
        self._picking, self._stride, self._dot = picking, screen.stride, dot
        self._bodies = _tables(looks.palette)
        self._faded = _tables(np.array([screen.faded]), _GHOST_ALPHA)[:, 0]
        self._ink = _tables(np.array([screen.ink]))[:, 0]

    def draw(
        self,
        group: int,
        pixels: Indices,
        rings: npt.NDArray[np.uint8],
        codes: npt.NDArray[np.uint16],
        places: npt.NDArray[np.intp],
    ) -> None:
        """Write the dots of one group; edges first, so that none cuts into a neighbour."""
        for ring, share in enumerate(_SHARES):
            of_ring = np.flatnonzero(rings == ring)
            if not len(of_ring):
                continue
            where, colours, ids = pixels[of_ring], codes[of_ring], places[of_ring]
            radius = max(round(self._dot * share * 4) / 4, 0.5)
            for outlined, level, down, right in sprite(group, radius):
                target = where + np.int32(down * self._stride + right)
                if group == GHOST:
                    self.buffer[target] = self._faded[level]
                    continue
                ink = self._ink[level] if outlined else self._bodies[level][colours]
                self.buffer[target] = ink
                if self._picking and level >= _LEVELS // 2:
                    self.picks[target] = ids


@lru_cache(maxsize=64)
def sprite(group: int, radius: float) -> tuple[tuple[bool, int, int, int], ...]:
    """The pixels of a dot: whether of the outline, level of coverage, and offset down and right.

    Suspects are diamonds and selected dots are larger, both with an outline: colour is not the
    only sign.
    """
    outline = 0.0 if group in (GHOST, PLAIN) else max(1.0, radius * 0.3)
    body = radius * 1.15 if group == SELECTED else radius
    reach = min(math.ceil(body + outline + 0.5), _REACH)
    found = []
    for down in range(-reach, reach + 1):
        for right in range(-reach, reach + 1):
            far = math.hypot(down, right)
            if group == SUSPECT:
                far = (abs(down) + abs(right)) / 1.25
            level = math.ceil(min(max(body - far + 0.5, 0.0), 1.0) * _LEVELS) - 1
            edge = math.ceil(min(max(body + outline - far + 0.5, 0.0), 1.0) * _LEVELS) - 1
            if outline and edge >= 0:
                found.append((True, edge, down, right))
            if outline:
                level = _LEVELS - 1 if level >= _LEVELS // 2 else -1
            if level >= 0:
                found.append((False, level, down, right))
    return tuple(sorted(found, key=lambda pixel: (not pixel[0], pixel[1])))


def coarse(cloud: Cloud, looks: Looks, move: Isometry, screen: Screen) -> tuple[Buffer, int]:
    """A picture of part of the points, for a frame, and about how many of all are in view."""
    part = slice(0, COARSE)
    pixels, rings = _pixels(cloud.z[part], move, screen)
    shown = np.flatnonzero(pixels >= 0)
    rows = cloud.rows[shown]
    groups, codes = looks.groups[rows], looks.codes[rows]
    canvas = _Canvas(looks, screen, dot_radius(len(shown), screen), picking=False)
    for group in (GHOST, PLAIN, SUSPECT, SELECTED):
        of_group = groups == group
        found = shown[of_group]
        canvas.draw(group, pixels[found], rings[found], codes[of_group], found)
    return canvas.buffer, len(shown) * max(1, round(len(cloud.z) / COARSE))


def dot_radius(count: int, screen: Screen) -> float:
    """Radius of a dot in pixels: so many dots of that size cover a fixed share of the disc."""
    side = 2 * screen.radius
    area = min(side, screen.width) * min(side, screen.height) * math.pi / 4
    radius = math.sqrt(_COVERAGE * area / (math.pi * max(count, 1)))
    return min(max(radius, _SMALLEST * screen.ratio), _LARGEST * screen.ratio)


def refinement(
    cloud: Cloud, looks: Looks, move: Isometry, screen: Screen, count: int
) -> Iterator[Drawn | None]:
    """Draw all points, a slice for each step; the last one gives the picture.

    Args:
        cloud: The points.
        looks: Their looks.
        move: Where the map was moved to.
        screen: Where the disc lies.
        count: About how many points are in view.
    """
    canvas = _Canvas(looks, screen, dot_radius(count, screen), picking=True)
    pixels = np.full(len(cloud.z), -1, dtype=np.int32)
    later: list[tuple[int, npt.NDArray[np.intp], npt.NDArray[np.uint8]]] = []
    for first in range(0, len(cloud.z), SLICE):
        part = slice(first, first + SLICE)
        pixels[part], rings = _pixels(cloud.z[part], move, screen)
        shown = np.flatnonzero(pixels[part] >= 0)
        rings, places = rings[shown], shown + first
        groups = looks.groups[cloud.rows[places]]
        for group in (GHOST, PLAIN):
            of_group = groups == group
            if group == GHOST:
                of_group &= canvas.buffer[pixels[places]] == 0
            found = places[of_group]
            codes = looks.codes[cloud.rows[found]]
            canvas.draw(group, pixels[found], rings[of_group], codes, found)
        special = ((group, groups == group) for group in (SUSPECT, SELECTED))
        later.extend((group, places[found], rings[found]) for group, found in special)
        yield None
    later.sort(key=lambda item: item[0])
    for number, (group, places, rings) in enumerate(later):
        codes = looks.codes[cloud.rows[places]]
        canvas.draw(group, pixels[places], rings, codes, places)
        if number % 4 == 3:
            yield None
    yield Drawn(canvas.buffer, canvas.picks, pixels)


def nearest_pick(drawn: Drawn, screen: Screen, x: float, y: float, reach: int) -> int:
    """Place in the cloud of the dot that is nearest to a pixel; -1 if none is within reach."""
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
    """(M,) pixel of each point, -1 out of view, and which size its dot has."""
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
    parts = np.concatenate([np.full((len(palette), 1), 255), palette], axis=1)
    scaled = np.round(parts[None] * shares[:, None, None]).astype(np.uint32)
    red, green, blue = scaled[..., 1], scaled[..., 2], scaled[..., 3]
    return np.asarray(scaled[..., 0] << 24 | red << 16 | green << 8 | blue, dtype=np.uint32)
