"""Draws the disc: a sample of the points while it moves, all points when it rests."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QImage,
    QPainter,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from ahsml_app.base.disc import Isometry, dragging
from ahsml_app.gui.map.map_overlay import (
    NO_ARCS,
    Arcs,
    Classes,
    Labels,
    Viewport,
    arc_lines,
    paint_arcs,
    paint_ground,
)
from ahsml_app.gui.map.map_raster import (
    PADDING,
    Buffer,
    Cloud,
    Drawn,
    Screen,
    coarse,
    refinement,
)
from ahsml_app.gui.map.point_styles import PointStyles
from ahsml_app.gui.theme.stylesheet import SMALL
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.theme.tokens import mixed

MARGIN = 14
SETTLE_MILLISECONDS = 80
MOST_ZOOM = 40.0
_GRASP = 0.97
"""Radius to which a drag outside the disc is clamped."""


class MapCanvas(QWidget):
    """Shows a cloud of points with its classes.

    Attributes:
        movement: Isometry from the stored disc to the one on the screen.
        zoom: Size of the disc relative to the widget.
        arcs_shown: Whether arcs of suspects are drawn.
        named: Classes whose names the last frame shows.
    """

    settled = Signal()  # all points are drawn

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.movement, self.zoom = Isometry(), 1.0
        self.arcs_shown = True
        self.theme = theme
        self.cloud: Cloud | None = None
        self.styles: PointStyles | None = None
        self.drawn: Drawn | None = None
        self.classes: Classes | None = None
        self.named: list[int] = []
        self._arcs = NO_ARCS
        self._labels: Labels | None = None
        self._buffer: Buffer | None = None
        self._steps: Iterator[Drawn | None] | None = None
        self._count = 0
        self._rest, self._slices = QTimer(self), QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(SETTLE_MILLISECONDS)
        self._rest.timeout.connect(self._slices.start)
        self._slices.setInterval(0)
        self._slices.timeout.connect(self._on_slice)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(240, 240)
        theme.changed.connect(self.redraw)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's
        """The preferred size."""
        return QSize(700, 700)

    def show_cloud(self, cloud: Cloud | None) -> None:
        """Show another map, centred; `show_styles` follows."""
        self.cloud, self.classes, self.styles = cloud, None, None
        self.drawn = self._buffer = self._steps = None
        self._slices.stop()
        self.go_home()

    def show_styles(self, styles: PointStyles, classes: Classes, arcs: Arcs) -> None:
        """Recolour the points; the old picture stays until the new one is complete."""
        self.styles, self.classes, self._arcs, self._labels = styles, classes, arcs, None
        self.redraw()

    def redraw(self) -> None:
        """Draw all points again without moving the map."""
        self._steps = self._labels = None
        if self.drawn is None:
            self._moved()
        elif self.cloud is not None:
            self._slices.start()
        self.update()

    @property
    def is_settled(self) -> bool:
        """Whether all points are drawn at their current positions."""
        return self.drawn is not None and not self._slices.isActive()

    @property
    def viewport(self) -> Viewport:
        """Position of the disc in the widget."""
        radius = (min(self.width(), self.height()) / 2 - MARGIN) * self.zoom
        return Viewport(self.width(), self.height(), max(radius, 1.0))

    def go_home(self) -> None:
        """Reset movement and zoom, so that the whole map is in view."""
        self.movement, self.zoom = Isometry(), 1.0
        self._moved()

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom; the point of the map under `at` stays there.

        The disc stays centred in the widget, so an isometry drags the point back under `at`.
        """
        before = self.viewport.disc(at) if at is not None else 0j
        zoom = min(max(self.zoom * factor, 1.0), MOST_ZOOM)
        after = before * self.zoom / zoom
        self.zoom = zoom
        if abs(before) < _GRASP and abs(after) < _GRASP:
            self.movement = dragging(before, after).after(self.movement)
        self._moved()

    def drag(self, start: complex, end: complex) -> None:
        """Drag a point of the displayed disc to another point."""
        self.movement = dragging(_grasped(start), _grasped(end)).after(self.movement)
        self._moved()

    def finish(self) -> None:
        """Draw all points now."""
        self._rest.stop()
        while self.cloud is not None and self.styles is not None and not self.is_settled:
            self._slices.start()
            self._on_slice()

    def paint_ground(self, painter: QPainter, viewport: Viewport) -> None:
        """Paint the disc and rings below the points."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_ground(painter, viewport, self.movement, self.theme.tokens)

    def paint_points(self, painter: QPainter, surface: Screen) -> None:
        """Paint the current picture of the points."""
        if self._buffer is not None:
            image = image_of(self._buffer, surface)
            gap = -PADDING / surface.ratio
            painter.drawImage(QPointF(gap, gap), image)

    def paint_classes(
        self, painter: QPainter, viewport: Viewport, *, letters: bool = False
    ) -> None:
        """Paint arcs, prototypes and class names; with `letters`, names are vector text."""
        if self.classes is None:
            return
        tokens, fine = self.theme.tokens, self.drawn is not None
        if self.arcs_shown:
            lines = arc_lines(self._arcs, self.classes, self.movement, fine=fine)
            paint_arcs(painter, viewport, self._arcs, lines, tokens, fine=fine)
        labels = self._labels
        if labels is None or letters:
            font = QFont(self.font())
            font.setPointSizeF(font.pointSizeF() * SMALL)
            ratio = 0.0 if letters else self.devicePixelRatioF()
            labels = Labels(self.classes, tokens, font, ratio)
        if not letters:
            self._labels = labels
        self.named = labels.paint(painter, viewport, self.movement)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's
        """Fit the disc to the new size."""
        super().resizeEvent(event)
        self._moved()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's
        """Redraw for another pixel ratio or font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.DevicePixelRatioChange, QEvent.Type.FontChange):
            self._labels = None
            self._moved()

    def surface(self, ratio: float = 0.0) -> Screen:
        """Position of the disc in device pixels, or in pixels of a picture with this ratio."""
        ratio, tokens = ratio or self.devicePixelRatioF(), self.theme.tokens
        ink, faded = QColor(tokens.text), mixed(tokens.muted, tokens.surface, 0.5)
        return Screen(
            width=round(self.width() * ratio),
            height=round(self.height() * ratio),
            radius=self.viewport.radius * ratio,
            ratio=ratio,
            ink=(ink.red(), ink.green(), ink.blue()),
            faded=(faded.red(), faded.green(), faded.blue()),
        )

    def _moved(self) -> None:
        """Draw a sample of the points now, and all of them when the map rests."""
        self._slices.stop()
        self._steps = self.drawn = None
        if self.cloud is not None and self.styles is not None:
            self._buffer, self._count = coarse(
                self.cloud, self.styles, self.movement, self.surface()
            )
            self._rest.start()
        self.update()

    def _on_slice(self) -> None:
        if self.cloud is None or self.styles is None:
            self._slices.stop()
            return
        if self._steps is None:
            self._steps = refinement(
                self.cloud, self.styles, self.movement, self.surface(), self._count
            )
        drawn = next(self._steps)
        if drawn is not None:
            self._slices.stop()
            self._steps, self.drawn, self._buffer = None, drawn, drawn.buffer
            self.update()
            self.settled.emit()


def _grasped(w: complex) -> complex:
    return w if abs(w) <= _GRASP else w * (_GRASP / abs(w))


def image_of(buffer: Buffer, surface: Screen) -> QImage:
    """A picture of the points, including padding; it shares the memory of the buffer."""
    lines = len(buffer) // surface.stride
    image = QImage(
        buffer.view(np.uint8).data,
        surface.stride,
        lines,
        surface.stride * 4,
        QImage.Format.Format_ARGB32_Premultiplied,
    )
    image.setDevicePixelRatio(surface.ratio)
    return image
