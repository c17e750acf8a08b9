"""Paints what surrounds and covers the points: disc, rings, arcs, prototypes, labels."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPixmap, QPolygonF

from ahsml_app.base.disc import Isometry, geodesics
from ahsml_app.base.types import ComplexArray, RealArray
from ahsml_app.gui.theme.tokens import Tokens, mixed

MOST_LABELS, MOST_ARCS = 50, 20
MOST_CANDIDATES = 200
"""Most visible classes, largest first, that are considered for a label."""

_ARC_STEPS = 16
_LABELLED_WITHIN = 0.99
_MARK, _GAP = 6.0, 2.0
_LONGEST_NAME = 28
_RINGS = (1.0, 2.0, 3.0, 4.0)
_ARROW = 7.0
_CELL = 4
"""Cell size in pixels of the grid that marks where names are painted."""

_ROUGH_ARCS = 10


@dataclass(frozen=True, slots=True)
class Classes:
    """The classes on the map.

    Attributes:
        z: (K,) prototypes in the disc.
        names: K names.
        order: Indices of the classes to label, the most important first.
        colours: (K, 3) RGB.
    """

    z: npt.NDArray[np.complex64]
    names: tuple[str, ...]
    order: npt.NDArray[np.int64]
    colours: npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Arcs:
    """Numbers of suspects by given and suggested class.

    Attributes:
        start: (M,) given classes.
        end: (M,) suggested classes.
        counts: (M,) numbers of images, descending.
    """

    start: npt.NDArray[np.int64]
    end: npt.NDArray[np.int64]
    counts: npt.NDArray[np.int64]


NO_ARCS = Arcs(*(np.empty(0, dtype=np.int64) for _ in range(3)))


def arcs_of(given: npt.NDArray[np.int64], suggested: npt.NDArray[np.int64], classes: int) -> Arcs:
    """Count pairs of given and suggested class; keep the most frequent pairs.

    Args:
        given: (S,) labels of the images.
        suggested: (S,) suggested labels.
        classes: Number K of classes on the map.
    """
    mask = (given >= 0) & (given < classes) & (suggested >= 0) & (given != suggested)
    pairs, counts = np.unique(given[mask] * classes + suggested[mask], return_counts=True)
    most = np.argsort(-counts, kind="stable")[:MOST_ARCS]
    return Arcs(pairs[most] // classes, pairs[most] % classes, counts[most])


@dataclass(frozen=True, slots=True)
class Viewport:
    """Maps the disc to a picture: size of the picture and radius of the disc, in pixels."""

    width: float
    height: float
    radius: float

    @property
    def middle(self) -> QPointF:
        """Centre of the disc and of the picture."""
        return QPointF(self.width / 2, self.height / 2)

    def point(self, w: complex) -> QPointF:
        """Pixel position of a point of the moved disc."""
        return QPointF(
            self.middle.x() + w.real * self.radius, self.middle.y() - w.imag * self.radius
        )

    def pixels(self, w: ComplexArray) -> tuple[RealArray, RealArray]:
        """Pixel positions of many points: x and y."""
        return self.width / 2 + w.real * self.radius, self.height / 2 - w.imag * self.radius

    def disc(self, point: QPointF) -> complex:
        """The point of the moved disc at a pixel position; |w| >= 1 outside the disc."""
        gap = point - self.middle
        return complex(gap.x() / self.radius, -gap.y() / self.radius)


def paint_ground(painter: QPainter, viewport: Viewport, move: Isometry, tokens: Tokens) -> None:
    """Paint the disc, and rings at even distances from its moved centre."""
    painter.setPen(QPen(QColor(tokens.line), 1.0))
    painter.setBrush(QColor(tokens.surface))
    painter.drawEllipse(viewport.middle, viewport.radius, viewport.radius)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(mixed(tokens.line, tokens.muted, 0.25), 1.0, Qt.PenStyle.DotLine))
    centre = move.point(0j)
    square = abs(centre) ** 2
    for length in _RINGS:
        # A hyperbolic circle is a Euclidean one with another centre (Anderson, section 4.1).
        t = math.tanh(length / 2)
        room = 1 - t * t * square
        radius = t * (1 - square) / room * viewport.radius
        painter.drawEllipse(viewport.point(centre * (1 - t * t) / room), radius, radius)


def arc_lines(arcs: Arcs, classes: Classes, move: Isometry, *, fine: bool = True) -> ComplexArray:
    """Geodesics from given to suggested prototypes, in the order of `arcs`.

    Args:
        arcs: Suspects by given and suggested class.
        classes: Prototypes of the classes.
        move: Isometry of the moved disc.
        fine: Whether to return all arcs; fewer while the map moves.

    Returns:
        (M', S) points of the disc, M' <= M.
    """
    most = slice(0, MOST_ARCS if fine else _ROUGH_ARCS)
    start, end = (move(classes.z[i[most]].astype(np.complex128)) for i in (arcs.start, arcs.end))
    return geodesics(start, end, _ARC_STEPS)


def paint_arcs(
    painter: QPainter,
    viewport: Viewport,
    arcs: Arcs,
    lines: ComplexArray,
    tokens: Tokens,
    *,
    fine: bool = True,
) -> None:
    """Paint the lines of `arc_lines`; a wider line has more suspects.

    While the map moves, lines are thin and not antialiased: smooth wide curves take half a frame.
    """
    if not len(lines):
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, fine)
    x, y = viewport.pixels(lines)
    widest = math.sqrt(float(arcs.counts.max()))
    colour = QColor(tokens.warning)
    for line_x, line_y, count in zip(
        x.tolist(), y.tolist(), arcs.counts[: len(lines)].tolist(), strict=True
    ):
        share = math.sqrt(count) / widest
        colour.setAlphaF(0.2 + 0.6 * share)
        pen = QPen(colour, 0.8 + 2.0 * share if fine else 1.0)
        pen.setJoinStyle(Qt.PenJoinStyle.BevelJoin)  # other joins are slow
        painter.setPen(pen)
        points = [QPointF(a, b) for a, b in zip(line_x, line_y, strict=True)]
        painter.drawPolyline(points)
        if fine:
            _paint_arrow(painter, points[-2], points[-1], _ARROW * (0.6 + 0.6 * share))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)


def _paint_arrow(painter: QPainter, before: QPointF, tip: QPointF, size: float) -> None:
    gap = tip - before
    length = math.hypot(gap.x(), gap.y())
    if length < 1e-3:
        return
    along = gap / length
    aside = QPointF(-along.y(), along.x())
    tip -= along * (_MARK + 1)
    back = tip - along * size
    painter.drawPolyline(QPolygonF([back + aside * size / 2, tip, back - aside * size / 2]))


class Labels:
    """Paints prototypes with class names; each class's picture is cached.

    Args:
        classes: Classes to name.
        tokens: Colours.
        font: Font of the names.
        ratio: Device pixels per layout pixel; 0 paints text directly, for files.
    """

    def __init__(self, classes: Classes, tokens: Tokens, font: QFont, ratio: float) -> None:
        self._classes, self._tokens, self._font, self._ratio = classes, tokens, font, ratio
        self._metrics = QFontMetricsF(font)
        self._height = math.ceil(max(self._metrics.height(), 2 * _MARK)) + 2
        self._widths: dict[int, int] = {}
        self._pictures: dict[tuple[int, bool], QPixmap] = {}

    def paint(self, painter: QPainter, viewport: Viewport, move: Isometry) -> list[int]:
        """Paint the most important names without overlap.

        Returns:
            The classes whose names were painted.
        """
        order = self._classes.order
        w = move(self._classes.z[order].astype(np.complex128))
        x, y = viewport.pixels(w)
        shown = (np.abs(w) < _LABELLED_WITHIN) & (x > 0) & (y > 0)
        shown &= (x < viewport.width) & (y < viewport.height)
        candidates = np.flatnonzero(shown)[:MOST_CANDIDATES]
        occupied = np.zeros(
            (int(viewport.height) // _CELL + 2, int(viewport.width) // _CELL + 2), bool
        )
        facts = (order[candidates], x[candidates], y[candidates])
        spots = zip(*(column.tolist() for column in facts), strict=True)
        named: list[int] = []
        for index, left, middle in spots:
            width = self._width(index)
            flipped = left - _MARK + width > viewport.width
            left += _MARK - width if flipped else -_MARK
            top = middle - self._height / 2
            columns = slice(max(0, int(left) // _CELL), int(left + width) // _CELL + 1)
            lines = slice(max(0, int(top) // _CELL), int(top + self._height) // _CELL + 1)
            if occupied[lines, columns].any():
                continue
            occupied[lines, columns] = True
            named.append(index)
            if self._ratio:
                painter.drawPixmap(QPointF(left, top), self._picture(index, flipped=flipped))
            else:
                self._draw(painter, QPointF(left, top), index, flipped=flipped)
            if len(named) >= MOST_LABELS:
                break
        return named

    def _width(self, index: int) -> int:
        if index not in self._widths:
            advance = self._metrics.horizontalAdvance(_short(self._classes.names[index]))
            self._widths[index] = math.ceil(advance + 2 * _MARK + _GAP + 8)
        return self._widths[index]

    def _picture(self, index: int, *, flipped: bool) -> QPixmap:
        key = index, flipped
        if key not in self._pictures:
            size = QSizeF(self._width(index), self._height) * self._ratio
            pixmap = QPixmap(size.toSize())
            pixmap.setDevicePixelRatio(self._ratio)
            pixmap.fill(Qt.GlobalColor.transparent)
            with QPainter(pixmap) as painter:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                self._draw(painter, QPointF(0, 0), index, flipped=flipped)
            self._pictures[key] = pixmap
        return self._pictures[key]

    def _draw(self, painter: QPainter, corner: QPointF, index: int, *, flipped: bool) -> None:
        width, ground = self._width(index), QColor(self._tokens.surface)
        ground.setAlphaF(0.82)
        mark, text = width - _MARK if flipped else _MARK, 0.0 if flipped else 2 * _MARK + _GAP
        middle = corner + QPointF(mark, self._height / 2)
        box = QRectF(corner.x() + text, corner.y() + 1, width - 2 * _MARK - _GAP, self._height - 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(QPen(QColor(self._tokens.text), 1.2))
        painter.setBrush(QColor(self._tokens.surface))
        painter.drawEllipse(middle, _MARK - 0.6, _MARK - 0.6)
        painter.setFont(self._font)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), _short(self._classes.names[index]))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(*(int(channel) for channel in self._classes.colours[index])))
        painter.drawEllipse(middle, _MARK / 2, _MARK / 2)


def _short(name: str) -> str:
    """Shorten a long name in the middle; beginning and end tell classes apart."""
    if len(name) <= _LONGEST_NAME:
        return name
    half = (_LONGEST_NAME - 1) // 2
    return f"{name[:half]}…{name[-half:]}"
