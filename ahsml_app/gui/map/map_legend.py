"""The legend of the map in one line."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QLinearGradient, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ahsml_app.gui.map.map_raster import sprite
from ahsml_app.gui.map.point_styles import PLAIN, SELECTED, SUSPECT, score_ramp
from ahsml_app.gui.theme.stylesheet import SMALL
from ahsml_app.gui.theme.theme import Theme

_HEIGHT, _BAR, _GAP, _DOT = 22, 96, 14, 3.5


class MapLegend(QWidget):
    """Shows sample dots, and a colour scale when the colour is a score."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme, self._score = theme, ""
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * SMALL)
        self.setFont(font)
        self._items = (
            (PLAIN, self.tr("image")),
            (SUSPECT, self.tr("probably wrong")),
            (SELECTED, self.tr("selected")),
        )
        self.setAccessibleName(self.tr("Legend"))
        theme.changed.connect(self.update)

    def show_score(self, name: str) -> None:
        """Show the scale of a score; an empty name stands for class colours."""
        self._score = name
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's
        """One line."""
        metrics = QFontMetricsF(self.font())
        texts = [text for _, text in self._items]
        width = sum(metrics.horizontalAdvance(text) + 12 + _GAP for text in texts)
        if self._score:
            width += sum(metrics.horizontalAdvance(text) for text in (self._score, "0", "1"))
            width += _BAR + 28
        return QSize(round(width), _HEIGHT)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's
        """The legend is never clipped."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's
        """Paint the scale, then the sample dots."""
        metrics, middle = QFontMetricsF(self.font()), self.height() / 2
        base = middle + (metrics.ascent() - metrics.descent()) / 2
        x = 0.0
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            muted = QColor(self._theme.tokens.muted)
            if self._score:
                x = self._paint_scale(painter, metrics, base)
            for group, text in self._items:
                self._paint_dot(painter, group, QPointF(round(x) + 6, round(middle)))
                painter.setPen(muted)
                painter.drawText(QPointF(x + 16, base), text)
                x += metrics.horizontalAdvance(text) + 12 + _GAP

    def _paint_scale(self, painter: QPainter, metrics: QFontMetricsF, base: float) -> float:
        painter.setPen(QColor(self._theme.tokens.muted))
        x = 0.0
        for text in (self._score, "0"):
            painter.drawText(QPointF(x, base), text)
            x += metrics.horizontalAdvance(text) + 6
        box = QRectF(x, self.height() / 2 - 4, _BAR, 8)
        gradient = QLinearGradient(box.topLeft(), box.topRight())
        ramp = score_ramp(dark=self._theme.dark)[::32]
        for number, colour in enumerate(ramp.tolist()):
            gradient.setColorAt(number / (len(ramp) - 1), QColor(*colour))
        painter.fillRect(box, gradient)
        painter.drawText(QPointF(box.right() + 6, base), "1")
        return box.right() + 6 + metrics.horizontalAdvance("1") + 10

    def _paint_dot(self, painter: QPainter, group: int, at: QPointF) -> None:
        """Paint a dot with the same pixels as the map."""
        tokens = self._theme.tokens
        for outlined, level, down, right in sprite(group, _DOT):
            colour = QColor(tokens.text if outlined else tokens.muted)
            colour.setAlphaF((level + 1) / 4)
            painter.setPen(QPen(colour, 1))
            painter.fillRect(QRectF(at.x() + right, at.y() + down, 1, 1), colour)
