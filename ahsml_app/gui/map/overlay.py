"""What is painted around and on top of the points: disc, rings, arcs, prototypes, labels."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from ahsml_app.base.disc import Complex, Isometry, Real, geodesics
from ahsml_app.gui.theme import Tokens, mixed

MOST_LABELS, MOST_ARCS = 60, 20
MOST_CANDIDATES = 400
"""Classes in view, the largest ones, among which labels are chosen."""

_ARC_STEPS = 20
_LABELLED_WITHIN = 0.99
_MARK, _GAP = 6.0, 2.0
_LONGEST_NAME = 28
_RINGS = (1.0, 2.0, 3.0, 4.0)
_ARROW = 7.0


@dataclass(frozen=True, slots=True)
class Classes:
    """What is known of the classes.

    Attributes:
        z: (K,) prototypes in the disc.
        names: K names.
        order: Class indices, the most important first; others are not labelled.
        colours: (K, 3) RGB.
    """

    z: npt.NDArray[np.complex64]
    names: tuple[str, ...]
    order: npt.NDArray[np.int64]
    colours: npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Arcs:
    """Suspects by given and suggested class.

    Attributes:
        start: (M,) given classes.
        end: (M,) suggested classes.
        counts: (M,) images, the most first.
    """

    start: npt.NDArray[np.int64]
    end: npt.NDArray[np.int64]
    counts: npt.NDArray[np.int64]


NO_ARCS = Arcs(*(np.empty(0, dtype=np.int64) for _ in range(3)))


def arcs_of(given: npt.NDArray[np.int64], suggested: npt.NDArray[np.int64], classes: int) -> Arcs:
    """Count the pairs of different classes among some images; the most frequent are kept.

    Args:
        given: (S,) labels of the images.
        suggested: (S,) what is suggested instead.
        classes: K classes that have a place on the map.
    """
    fit = (given >= 0) & (given < classes) & (suggested >= 0) & (given != suggested)
    pairs, counts = np.unique(given[fit] * classes + suggested[fit], return_counts=True)
    most = np.argsort(-counts, kind="stable")[:MOST_ARCS]
    return Arcs(pairs[most] // classes, pairs[most] % classes, counts[most])


@dataclass(frozen=True, slots=True)
class Place:
    """The disc in a picture: size of the picture and radius of the disc, in pixels."""

    width: float
    height: float
    radius: float

    @property
    def middle(self) -> QPointF:
        """Middle of the disc, which is that of the picture."""
        return QPointF(self.width / 2, self.height / 2)

    def point(self, w: complex) -> QPointF:
        """Where a point of the moved disc is painted."""
        return QPointF(
            self.middle.x() + w.real * self.radius, self.middle.y() - w.imag * self.radius
        )

    def pixels(self, w: Complex) -> tuple[Real, Real]:
        """The same for many points: x and y."""
        return self.width / 2 + w.real * self.radius, self.height / 2 - w.imag * self.radius

    def disc(self, point: QPointF) -> complex:
        """The point of the moved disc at a place of the widget; outside where |w| >= 1."""
        gap = point - self.middle
        return complex(gap.x() / self.radius, -gap.y() / self.radius)


def paint_ground(painter: QPainter, place: Place, move: Isometry, tokens: Tokens) -> None:
    """The disc, and rings at even distances from where its centre was moved to."""
    painter.setPen(QPen(QColor(tokens.line), 1.0))
    painter.setBrush(QColor(tokens.surface))
    painter.drawEllipse(place.middle, place.radius, place.radius)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(mixed(tokens.line, tokens.muted, 0.25), 1.0, Qt.PenStyle.DotLine))
    centre = move.point(0j)
    square = abs(centre) ** 2
    for length in _RINGS:
        # A hyperbolic circle is a Euclidean one with another middle (Anderson, section 4.1).
        t = math.tanh(length / 2)
        room = 1 - t * t * square
        radius = t * (1 - square) / room * place.radius
        painter.drawEllipse(place.point(centre * (1 - t * t) / room), radius, radius)


def paint_arcs(
    painter: QPainter, place: Place, move: Isometry, arcs: Arcs, classes: Classes, tokens: Tokens
) -> None:
    """Geodesics from given to suggested prototypes; wider ones stand for more suspects."""
    if not len(arcs.counts):
        return
    z = move(classes.z.astype(np.complex128))
    lines = geodesics(z[arcs.start], z[arcs.end], _ARC_STEPS)
    x, y = place.pixels(lines)
    widest = math.sqrt(float(arcs.counts.max()))
    colour = QColor(tokens.warning)
    for line_x, line_y, count in zip(x.tolist(), y.tolist(), arcs.counts.tolist(), strict=True):
        share = math.sqrt(count) / widest
        colour.setAlphaF(0.2 + 0.6 * share)
        pen = QPen(colour, 0.8 + 2.0 * share)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        points = [QPointF(a, b) for a, b in zip(line_x, line_y, strict=True)]
        painter.drawPolyline(QPolygonF(points))
        _paint_arrow(painter, points[-2], points[-1], _ARROW * (0.6 + 0.6 * share))


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


def paint_classes(
    painter: QPainter, place: Place, move: Isometry, classes: Classes, tokens: Tokens
) -> list[int]:
    """Prototypes with their names, none over another; the classes that were named."""
    order = classes.order
    w = move(classes.z[order].astype(np.complex128))
    x, y = place.pixels(w)
    shown = (np.abs(w) < _LABELLED_WITHIN) & (x > 0) & (y > 0)
    shown &= (x < place.width) & (y < place.height)
    candidates = np.flatnonzero(shown)[:MOST_CANDIDATES]
    metrics = QFontMetricsF(painter.font())
    height = metrics.height()
    taken = np.empty((0, 4))
    named: list[int] = []
    ground, outline = QColor(tokens.surface), QPen(QColor(tokens.text), 1.2)
    ground.setAlphaF(0.82)
    for number in candidates.tolist():
        index = int(order[number])
        name = _short(classes.names[index])
        width = metrics.horizontalAdvance(name) + 8
        left = x[number] + _MARK + _GAP
        if left + width > place.width:
            left = x[number] - _MARK - _GAP - width
        box = np.array([left, y[number] - height / 2, left + width, y[number] + height / 2])
        grown = (min(0, x[number] - 5 - left), -1, max(0, x[number] + 5 - box[2]), 1)
        whole = box + np.array(grown)
        over = (taken[:, 0] < whole[2]) & (taken[:, 2] > whole[0])
        if bool((over & (taken[:, 1] < whole[3]) & (taken[:, 3] > whole[1])).any()):
            continue
        taken = np.vstack([taken, whole])
        named.append(index)
        rectangle = QRectF(box[0], box[1], width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(rectangle, 4, 4)
        middle = QPointF(x[number], y[number])
        painter.setBrush(QColor(tokens.surface))
        painter.setPen(outline)
        painter.drawEllipse(middle, _MARK, _MARK)
        painter.setBrush(QColor(*(int(part) for part in classes.colours[index])))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawEllipse(middle, _MARK / 2, _MARK / 2)
        painter.setPen(outline)
        painter.drawText(rectangle, int(Qt.AlignmentFlag.AlignCenter), name)
        if len(named) >= MOST_LABELS:
            break
    return named


def _short(name: str) -> str:
    """A long name without its middle: beginnings and ends tell classes apart."""
    if len(name) <= _LONGEST_NAME:
        return name
    half = (_LONGEST_NAME - 1) // 2
    return f"{name[:half]}…{name[-half:]}"
