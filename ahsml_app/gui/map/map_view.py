"""Mouse and keyboard control of the map: hover, pick, open and lasso images."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRect, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QWheelEvent,
)

from ahsml_app.base.types import IntArray
from ahsml_app.gui.map.map_canvas import MapCanvas
from ahsml_app.gui.map.map_raster import PADDING, Cloud, nearest_pick
from ahsml_app.gui.map.point_styles import GHOST
from ahsml_app.gui.theme.theme import Theme

REACH = 12
"""Largest distance in pixels between the pointer and the dot it points at."""

ZOOM_STEP = 1.25
KEY_STEP = 0.12
"""Share of the radius by which an arrow key moves the map."""

_CLICK = 4
"""Most pixels that the pointer may move during a click."""

_NOTCH = 120
_KEYS = Qt.Key
_STEPS = {
    _KEYS.Key_Left: KEY_STEP + 0j,
    _KEYS.Key_Right: -KEY_STEP + 0j,
    _KEYS.Key_Up: -KEY_STEP * 1j,
    _KEYS.Key_Down: KEY_STEP * 1j,
}
_ZOOMS = {
    _KEYS.Key_Plus: ZOOM_STEP,
    _KEYS.Key_Equal: ZOOM_STEP,
    _KEYS.Key_Minus: 1 / ZOOM_STEP,
}
_OTHERS = (_KEYS.Key_Home, _KEYS.Key_Return, _KEYS.Key_Enter, _KEYS.Key_Escape)
_OWN_KEYS = frozenset((*_STEPS, *_ZOOMS, *_OTHERS))
_MODIFIERS = Qt.KeyboardModifier


class MapView(MapCanvas):
    """Lets the user move the map and choose images on it.

    Attributes:
        lassoing: Whether dragging draws a lasso instead of moving the map.
    """

    pointed = Signal(int)  # row under the pointer or the cross hairs, -1 for none
    picked = Signal(int)  # row that was clicked
    opened = Signal(int)  # row to review, by Enter
    lassoed = Signal(object, bool)  # rows, and whether they are added to the selection
    cleared = Signal()  # the selection should be cleared

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.lassoing = False
        self._row, self._z = -1, 0j
        self._by_keys = False
        self._pressed: QPointF | None = None
        self._grasped: QPointF | None = None
        self._lasso: list[QPointF] = []
        self.setObjectName("map")
        self.setAccessibleName(self.tr("Map of all images"))
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.settled.connect(self._on_settled)

    def show_cloud(self, cloud: Cloud | None) -> None:
        """Show another map, centred; `show_styles` follows."""
        self.point_at(-1)
        super().show_cloud(cloud)

    @property
    def pointed_row(self) -> int:
        """Row of the image under the pointer, -1 for none."""
        return self._row

    def position_of(self, row: int) -> QPointF | None:
        """Position of an image in the widget; None if it is not on the map."""
        z = self._stored(row)
        return None if z is None else self.viewport.point(self.movement.point(z))

    def point_at(self, row: int) -> None:
        """Mark an image as the pointer does; -1 removes the mark."""
        if row == self._row:
            return
        z = self._stored(row)
        self.update(self._ring())
        self._row, self._z = (-1, 0j) if z is None else (row, z)
        self.update(self._ring())
        self.pointed.emit(self._row)

    def row_near(self, point: QPointF, reach: float = REACH) -> int:
        """Row of the image painted nearest to a point; -1 if none is within reach."""
        if self.drawn is None or self.cloud is None or not self.is_settled:
            return -1
        ratio = self.devicePixelRatioF()
        index = nearest_pick(
            self.drawn, self.surface(), point.x() * ratio, point.y() * ratio, round(reach * ratio)
        )
        return -1 if index < 0 else int(self.cloud.rows[index])

    def rows_inside(self, lasso: QPolygonF) -> IntArray:
        """Rows of the queue inside a polygon of the widget."""
        self.finish()
        if self.drawn is None or self.cloud is None or self.styles is None:
            return np.empty(0, dtype=np.int64)
        screen, ratio = self.surface(), self.devicePixelRatioF()
        lines = screen.height + 2 * PADDING
        # A picture of the polygon turns the test into a look-up.
        mask = QImage(screen.stride, lines, QImage.Format.Format_Grayscale8)
        mask.fill(0)
        with QPainter(mask) as painter:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor("white"))
            painter.translate(PADDING, PADDING)
            painter.scale(ratio, ratio)
            painter.drawPolygon(lasso)
        bits = np.frombuffer(mask.constBits(), dtype=np.uint8).reshape(lines, -1)
        inside = np.ascontiguousarray(bits[:, : screen.stride]).ravel() > 0
        seen = np.flatnonzero(self.drawn.pixels >= 0)
        rows = self.cloud.rows[seen[inside[self.drawn.pixels[seen]]]]
        chosen: IntArray = rows[self.styles.groups[rows] != GHOST]
        return chosen

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's
        """Paint the map, the mark of the image pointed at, and the lasso."""
        tokens = self.theme.tokens
        accent, viewport = QColor(tokens.accent), self.viewport
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(tokens.window))
            self.paint_ground(painter, viewport)
            self.paint_points(painter, self.surface())
            self.paint_classes(painter, viewport)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            if self._row >= 0:
                painter.setPen(QPen(accent, 2.0))
                painter.drawEllipse(viewport.point(self.movement.point(self._z)), 8, 8)
            if self.hasFocus() and self._by_keys:
                painter.setPen(QPen(accent, 1.5))
                for step in (QPointF(6, 0), QPointF(0, 6)):
                    painter.drawLine(viewport.middle - step, viewport.middle + step)
            if self._lasso:
                painter.setPen(QPen(accent, 1.5, Qt.PenStyle.DashLine))
                accent.setAlphaF(0.12)
                painter.setBrush(accent)
                painter.drawPolygon(QPolygonF(self._lasso))

    def event(self, event: QEvent) -> bool:
        """Claim the keys of the map before actions that use the same keys."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() in _OWN_KEYS
            and not event.modifiers() & (_MODIFIERS.ControlModifier | _MODIFIERS.AltModifier)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's
        """Arrows move, plus and minus zoom, Home resets, Enter opens, Escape clears."""
        key = Qt.Key(event.key())
        if key in _STEPS:
            self.drag(0j, _STEPS[key] / self.zoom)
        elif key in _ZOOMS:
            self.zoom_by(_ZOOMS[key])
        elif key == _KEYS.Key_Home:
            self.go_home()
        elif key in (_KEYS.Key_Return, _KEYS.Key_Enter):
            self._open()
            return
        elif key == _KEYS.Key_Escape and (self._lasso or self.lassoing):
            self._lasso = []
            self.update()
            return
        elif key == _KEYS.Key_Escape:
            self.cleared.emit()
            return
        else:
            super().keyPressEvent(event)
            return
        self._by_keys = True

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's
        """Start dragging the map or drawing a lasso."""
        if event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        self._by_keys = False
        self._pressed = event.position()
        if self.lassoing or event.modifiers() & _MODIFIERS.ShiftModifier:
            self._lasso = [event.position()]
        else:
            self._grasped = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's
        """Drag the map, draw the lasso, or point at an image."""
        at = event.position()
        if self._lasso:
            self._lasso.append(at)
            self.update()
        elif self._grasped is not None and self._pressed is not None:
            if self._far(at):
                self.point_at(-1)
                self.setCursor(Qt.CursorShape.ClosedHandCursor)
                self.drag(self.viewport.disc(self._grasped), self.viewport.disc(at))
                self._grasped = at
        else:
            self._by_keys = False
            self.point_at(self.row_near(at))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's
        """End the drag or the lasso; a press without movement is a click."""
        lasso, self._lasso = self._lasso, []
        self._grasped = None
        self.unsetCursor()
        at, pressed = event.position(), self._pressed
        self._pressed = None
        adding = bool(event.modifiers() & _MODIFIERS.ControlModifier)
        if len(lasso) > 2 and self._wide(lasso):
            self.lassoed.emit(self.rows_inside(QPolygonF(lasso)), adding)
        elif pressed is not None and math.dist(pressed.toTuple(), at.toTuple()) <= _CLICK:
            self._click(at, adding=adding)
        self.update()

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:  # noqa: N802 - Qt's
        """Reset the map."""
        self.go_home()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's
        """Zoom at the pointer."""
        self.point_at(-1)
        self.zoom_by(ZOOM_STEP ** (event.angleDelta().y() / _NOTCH), event.position())
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's
        """Remove the mark when the pointer leaves."""
        super().leaveEvent(event)
        if not self._by_keys:
            self.point_at(-1)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's
        """Hide the cross hairs of the keyboard."""
        super().focusOutEvent(event)
        if self._by_keys:
            self._by_keys = False
            self.point_at(-1)

    def _click(self, at: QPointF, *, adding: bool) -> None:
        self.finish()
        row = self.row_near(at)
        if row < 0:
            self.cleared.emit()
        elif adding:
            self.lassoed.emit(np.array([row], dtype=np.int64), True)
        else:
            self.picked.emit(row)

    def _open(self) -> None:
        self.finish()
        row = self._row if self._row >= 0 else self._middle_row()
        if row >= 0:
            self.opened.emit(row)

    def _middle_row(self) -> int:
        """Row of the image nearest to the centre of the widget."""
        return self.row_near(self.viewport.middle, math.hypot(self.width(), self.height()))

    def _moved(self) -> None:
        """Remove the mark; the image has moved."""
        self.point_at(-1)
        super()._moved()

    def _on_settled(self) -> None:
        if self._by_keys:
            self.point_at(self._middle_row())

    def _ring(self) -> QRect:
        """Area to repaint when the mark changes."""
        if self._row < 0:
            return QRect()
        at = self.viewport.point(self.movement.point(self._z)).toPoint()
        return QRect(at.x() - 12, at.y() - 12, 24, 24)

    def _stored(self, row: int) -> complex | None:
        """Position of an image in the stored disc."""
        if self.cloud is None or row < 0:
            return None
        (indices,) = np.nonzero(self.cloud.rows == row)
        return complex(self.cloud.z[indices[0]]) if len(indices) else None

    def _far(self, at: QPointF) -> bool:
        """Whether a press has become a drag."""
        if self._pressed is None or self._grasped is None:
            return False
        dragging = self._grasped != self._pressed
        return dragging or math.dist(self._pressed.toTuple(), at.toTuple()) > _CLICK

    def _wide(self, lasso: list[QPointF]) -> bool:
        box = QPolygonF(lasso).boundingRect()
        return max(box.width(), box.height()) > _CLICK
