"""The disc on the screen: moves by isometries, coarse while it moves, all points at rest."""

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
    Place,
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
from ahsml_app.gui.map.point_styles import Looks
from ahsml_app.gui.theme.stylesheet import SMALL
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.theme.tokens import mixed

MARGIN = 14
SETTLE_MILLISECONDS = 80
MOST_ZOOM = 40.0
_GRASP = 0.97
"""A drag that leaves the disc goes on at this radius."""


class MapCanvas(QWidget):
    """Shows a cloud of points with its classes.

    Attributes:
        movement: Isometry from the stored disc to the one on the screen.
        zoom: How much larger than the widget the disc is.
        arcs_shown: Whether suspects are drawn as arcs.
        named: Classes whose names were painted last.
    """

    settled = Signal()  # all points are drawn as they lie

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.movement, self.zoom = Isometry(), 1.0
        self.arcs_shown = True
        self.theme = theme
        self.cloud: Cloud | None = None
        self.looks: Looks | None = None
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
        """As large as there is room."""
        return QSize(700, 700)

    def show_cloud(self, cloud: Cloud | None) -> None:
        """Show another map, from its middle; the looks follow."""
        self.cloud, self.classes, self.looks = cloud, None, None
        self.drawn = self._buffer = self._steps = None
        self._slices.stop()
        self.go_home()

    def show_looks(self, looks: Looks, classes: Classes, arcs: Arcs) -> None:
        """Colour the points anew; what is on the screen stays until that is done."""
        self.looks, self.classes, self._arcs, self._labels = looks, classes, arcs, None
        self.redraw()

    def redraw(self) -> None:
        """Draw all points again, where they are."""
        self._steps = self._labels = None
        if self.drawn is None:
            self._moved()
        elif self.cloud is not None:
            self._slices.start()
        self.update()

    @property
    def is_settled(self) -> bool:
        """Whether all points are drawn as they lie now."""
        return self.drawn is not None and not self._slices.isActive()

    @property
    def place(self) -> Place:
        """Where the disc lies in the widget."""
        radius = (min(self.width(), self.height()) / 2 - MARGIN) * self.zoom
        return Place(self.width(), self.height(), max(radius, 1.0))

    def go_home(self) -> None:
        """Back to the middle of the map, all of it in view."""
        self.movement, self.zoom = Isometry(), 1.0
        self._moved()

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Enlarge the disc; what lies at a point of the widget stays there.

        The disc keeps its middle in the widget, so the point is dragged along towards it.
        """
        before = self.place.disc(at) if at is not None else 0j
        zoom = min(max(self.zoom * factor, 1.0), MOST_ZOOM)
        after = before * self.zoom / zoom
        self.zoom = zoom
        if abs(before) < _GRASP and abs(after) < _GRASP:
            self.movement = dragging(before, after).after(self.movement)
        self._moved()

    def drag(self, start: complex, end: complex) -> None:
        """Move a point of the disc on the screen to another one."""
        self.movement = dragging(_grasped(start), _grasped(end)).after(self.movement)
        self._moved()

    def finish(self) -> None:
        """Draw all points now."""
        self._rest.stop()
        while self.cloud is not None and self.looks is not None and not self.is_settled:
            self._slices.start()
            self._on_slice()

    def paint_ground(self, painter: QPainter, place: Place) -> None:
        """Paint what lies below the points."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_ground(painter, place, self.movement, self.theme.tokens)

    def paint_points(self, painter: QPainter, surface: Screen) -> None:
        """Paint the picture of the points as it is now."""
        if self._buffer is not None:
            image = image_of(self._buffer, surface)
            gap = -PADDING / surface.ratio
            painter.drawImage(QPointF(gap, gap), image)

    def paint_classes(self, painter: QPainter, place: Place, *, letters: bool = False) -> None:
        """Paint arcs, prototypes and their names; as letters, for files that can hold them."""
        if self.classes is None:
            return
        tokens, fine = self.theme.tokens, self.drawn is not None
        if self.arcs_shown:
            lines = arc_lines(self._arcs, self.classes, self.movement, fine=fine)
            paint_arcs(painter, place, self._arcs, lines, tokens, fine=fine)
        labels = self._labels
        if labels is None or letters:
            font = QFont(self.font())
            font.setPointSizeF(font.pointSizeF() * SMALL)
            ratio = 0.0 if letters else self.devicePixelRatioF()
            labels = Labels(self.classes, tokens, font, ratio)
        if not letters:
            self._labels = labels
        self.named = labels.paint(painter, place, self.movement)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's
        """Fit the disc."""
        super().resizeEvent(event)
        self._moved()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's
        """Follow the screen's density."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.DevicePixelRatioChange, QEvent.Type.FontChange):
            self._labels = None
            self._moved()

    def surface(self, ratio: float = 0.0) -> Screen:
        """Where the disc lies in pixels of the device, or of a picture of so many per pixel."""
        ratio, tokens = ratio or self.devicePixelRatioF(), self.theme.tokens
        ink, faded = QColor(tokens.text), mixed(tokens.muted, tokens.surface, 0.5)
        return Screen(
            width=round(self.width() * ratio),
            height=round(self.height() * ratio),
            radius=self.place.radius * ratio,
            ratio=ratio,
            ink=(ink.red(), ink.green(), ink.blue()),
            faded=(faded.red(), faded.green(), faded.blue()),
        )

    def _moved(self) -> None:
        """Draw a part of the points at once, all of them when the map rests."""
        self._slices.stop()
        self._steps = self.drawn = None
        if self.cloud is not None and self.looks is not None:
            self._buffer, self._count = coarse(
                self.cloud, self.looks, self.movement, self.surface()
            )
            self._rest.start()
        self.update()

    def _on_slice(self) -> None:
        if self.cloud is None or self.looks is None:
            self._slices.stop()
            return
        if self._steps is None:
            self._steps = refinement(
                self.cloud, self.looks, self.movement, self.surface(), self._count
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
    """A picture of the points, padding included; it lives as long as the buffer does."""
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
