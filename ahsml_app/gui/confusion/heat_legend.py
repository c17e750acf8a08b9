"""What the colours of the heat map mean."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ahsml_app.gui.confusion.colours import STEPS, calm_ramp, heat_ramp
from ahsml_app.gui.confusion.confusion_picture import HeatPicture, number_text
from ahsml_app.gui.theme.theme import Theme

_BAR, _SWATCH, _GAP = (160, 10), 12, 8


class Legend(QWidget):
    """A colour bar with three values, and the colour of the diagonal.

    Args:
        theme: Theme of the window.
        picture: The map whose colours are explained.
        agreed: Text about cells in which label and suggestion agree.
    """

    def __init__(self, theme: Theme, picture: HeatPicture, agreed: str) -> None:
        super().__init__()
        self._theme, self._picture, self._agreed = theme, picture, agreed
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFont(picture.font)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's
        """Room for bar, swatch and texts."""
        text_width = self.fontMetrics().horizontalAdvance(self._agreed)
        width = 3 * _GAP + _BAR[0] + _SWATCH + text_width + 12
        return QSize(width, _BAR[1] + self.fontMetrics().height() + 4)

    def refresh(self) -> None:
        """Shows the present values of the map."""
        ends = " – ".join(self._marks())
        self.setAccessibleName(self.tr("Colour scale: {0}").format(ends))
        self.update()

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802 - Qt's
        """Paints the legend."""
        painter = QPainter(self)
        self.draw(painter, QRectF(self.rect()))
        painter.end()

    def draw(self, painter: QPainter, box: QRectF) -> None:
        """Paints the legend at the right of a rectangle."""
        raster, tokens = self._picture.raster, self._theme.tokens
        if raster is None:
            return
        painter.setFont(self._picture.font)
        ramp = np.ascontiguousarray(heat_ramp(tokens)[None, 1:])
        image = QImage(ramp.data, STEPS - 1, 1, 4 * (STEPS - 1), QImage.Format.Format_RGB32)
        bar = QRectF(box.right() - _BAR[0] - 6, box.top(), *_BAR)
        painter.drawImage(bar, image)
        painter.setPen(QColor(tokens.muted))
        below = QRectF(bar.x() - 6, bar.bottom() + 2, bar.width() + 12, box.height())
        flag = Qt.AlignmentFlag
        sides = (flag.AlignLeft, flag.AlignHCenter, flag.AlignRight)
        for text, side in zip(self._marks(), sides, strict=True):
            painter.drawText(below, int(side | flag.AlignTop), text)
        if not self._picture.diagonal:
            return
        text_width = painter.fontMetrics().horizontalAdvance(self._agreed)
        right = bar.x() - 2 * _GAP
        painter.drawText(
            QRectF(
                right - text_width - 2,
                box.top() - 2,
                text_width + 2,
                painter.fontMetrics().height(),
            ),
            int(Qt.AlignmentFlag.AlignVCenter),
            self._agreed,
        )
        swatch = QRectF(right - text_width - _GAP - _SWATCH, box.top(), _SWATCH, _SWATCH)
        painter.fillRect(swatch, QColor.fromRgb(int(calm_ramp(tokens)[STEPS * 2 // 3])))

    def _marks(self) -> tuple[str, str, str]:
        raster, measure = self._picture.raster, self._picture.measure
        if raster is None:
            return "", "", ""
        first, middle, last = (
            number_text(raster.value_at(position), measure) for position in (0, 0.5, 1)
        )
        return first, middle, last
