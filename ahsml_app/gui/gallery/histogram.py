"""The histogram of error probabilities with a range that can be dragged."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ahsml_app.base.types import IntArray
from ahsml_app.gui.theme.stylesheet import SMALL
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.theme.tokens import mixed
from ahsml_app.gui.widgets.explanations import explain
from ahsml_app.gui.widgets.format import per_cent
from ahsml_app.session.review.threshold_counts import BINS

STEP = 0.01
_MARGIN = 8
_GRIP = 9
_MIN_BAR = 3.0


class Histogram(QWidget):
    """Shows bars on a logarithmic scale, so that few suspects beside many images are visible.

    Signals:
        range_changed: Lower and upper end while they are dragged.
        range_settled: Lower and upper end after a drag or a key.
    """

    range_changed = Signal(float, float)
    range_settled = Signal(float, float)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._all: IntArray = np.zeros(BINS, dtype=np.int64)
        self._decided = self._all
        self.low, self.high = 0.0, 1.0
        self._dragged_end = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self.setAccessibleName(self.tr("Probability that the label is wrong: lower and upper end"))
        explain(self, "histogram")
        self.setToolTip(
            self.tr("Drag the ends, or use the arrow keys (with Shift for the upper end)")
        )
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's
        """Preferred size."""
        return QSize(320, 30)

    def set_counts(self, images: IntArray, decided: IntArray) -> None:
        """Shows the number of images in each bin; the decided share is darker.

        Args:
            images: (`BINS`,) number of images.
            decided: (`BINS`,) number of decided images.
        """
        self._all, self._decided = images, decided
        self.update()

    def set_range(self, low: float, high: float) -> None:
        """Sets the range without emitting a signal."""
        if (low, high) != (self.low, self.high):
            self.low, self.high = low, high
            self._describe()
            self.update()

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802 - Qt's
        """Paints the bars, pale outside the range, and the two handles."""
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_bars(painter)
        area = self._area()
        painter.setPen(QPen(QColor(tokens.line), 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * SMALL)
        painter.setFont(font)
        for end, moved in ((self.low, self.low > 0), (self.high, self.high < 1)):
            x = area.x() + end * area.width()
            painter.setPen(QPen(QColor(tokens.accent if self.hasFocus() else tokens.muted), 2))
            painter.drawLine(QPointF(x, area.y()), QPointF(x, area.bottom()))
            painter.setBrush(QColor(tokens.surface))
            painter.drawEllipse(QPointF(x, area.bottom()), _GRIP / 2, _GRIP / 2)
            if moved:
                self._paint_value(painter, x, end)
        painter.end()

    def _paint_bars(self, painter: QPainter) -> None:
        tokens, area = self._theme.tokens, self._area()
        max_height = float(np.log1p(max(1, self._all.max(initial=0))))
        width = area.width() / BINS
        inside, pale = QColor(tokens.accent), mixed(tokens.muted, tokens.window, 0.6)
        dark = mixed(tokens.accent, tokens.text, 0.5)
        painter.setPen(Qt.PenStyle.NoPen)
        for index in np.flatnonzero(self._all).tolist():
            in_range = self.low <= (index + 0.5) / BINS <= self.high
            share = float(np.log1p(self._all[index])) / max_height
            height = max(_MIN_BAR, share * area.height())
            x = area.x() + index * width
            painter.setBrush(inside if in_range else pale)
            painter.drawRect(QRectF(x, area.bottom() - height, width - 1, height))
            height *= float(self._decided[index] / self._all[index])
            if height and in_range:
                painter.setBrush(dark)
                painter.drawRect(QRectF(x, area.bottom() - height, width - 1, height))

    def _paint_value(self, painter: QPainter, x: float, end: float) -> None:
        """Paints the value beside an end, on the side with room, with a background."""
        text = per_cent(end)
        metrics = painter.fontMetrics()
        width, height = metrics.horizontalAdvance(text) + 8, metrics.height()
        left = x - width - 4 if x + width + 4 > self.width() else x + 4
        box = QRectF(left, 2, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.tokens.window))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(QColor(self._theme.tokens.text))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's
        """Starts to drag the nearer end."""
        value = self._value_at(event.position().x())
        nearer_low = abs(value - self.low) <= abs(value - self.high)
        self._dragged_end = "low" if nearer_low else "high"
        self._drag(value)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's
        """Drags an end."""
        if self._dragged_end:
            self._drag(self._value_at(event.position().x()))

    def mouseReleaseEvent(self, _: QMouseEvent) -> None:  # noqa: N802 - Qt's
        """Ends the drag."""
        if self._dragged_end:
            self._dragged_end = ""
            self.range_settled.emit(self.low, self.high)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's
        """Moves the lower end with the arrow keys, the upper one with Shift."""
        steps = {
            Qt.Key.Key_Left: -STEP,
            Qt.Key.Key_Right: STEP,
            Qt.Key.Key_Down: -10 * STEP,
            Qt.Key.Key_Up: 10 * STEP,
            Qt.Key.Key_PageDown: -10 * STEP,
            Qt.Key.Key_PageUp: 10 * STEP,
            Qt.Key.Key_Home: -1.0,
            Qt.Key.Key_End: 1.0,
        }
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        upper = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._dragged_end = "high" if upper else "low"
        self._drag((self.high if upper else self.low) + step)
        self._dragged_end = ""
        self.range_settled.emit(self.low, self.high)

    def _area(self) -> QRectF:
        return QRectF(self.rect()).adjusted(_MARGIN, 4, -_MARGIN, -_GRIP)

    def _value_at(self, x: float) -> float:
        area = self._area()
        return float(np.clip((x - area.x()) / max(1.0, area.width()), 0, 1))

    def _drag(self, value: float) -> None:
        value = round(float(np.clip(value, 0, 1)), 2)
        if self._dragged_end == "low":
            self.low = min(value, self.high)
        else:
            self.high = max(value, self.low)
        self._describe()
        self.update()
        self.range_changed.emit(self.low, self.high)

    def _describe(self) -> None:
        self.setAccessibleDescription(
            self.tr("from {0} to {1}").format(per_cent(self.low), per_cent(self.high))
        )
