"""A sparkline of a score over the epochs of a training."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ahsml_app.gui.i18n import plural
from ahsml_app.gui.theme.theme import Theme

HEIGHT = 18
_EDGE = 3.0


class Sparkline(QWidget):
    """A curve between 0 and 1; only its base line without a history."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.values: npt.NDArray[np.float32] = np.empty(0, dtype=np.float32)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMaximumWidth(140)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's
        """The height of a line of text."""
        return QSize(72, HEIGHT)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's
        """Enough width to tell rising from falling."""
        return QSize(32, HEIGHT)

    def show_values(self, values: npt.ArrayLike) -> None:
        """Shows the score of each epoch; epochs without a score are skipped."""
        scores = np.asarray(values, dtype=np.float32)
        self.values = np.clip(scores[np.isfinite(scores)], 0.0, 1.0)
        if len(self.values):
            text = plural(
                "From {first:.0%} to {last:.0%} over {count:,} epoch",
                "From {first:.0%} to {last:.0%} over {count:,} epochs",
                count=len(self.values),
                first=float(self.values[0]),
                last=float(self.values[-1]),
            )
            self.setAccessibleDescription(text)
        else:
            self.setAccessibleDescription(self.tr("No history"))
        self.update()

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802 - Qt's
        """Paints base line, curve and last point."""
        tokens, values = self._theme.tokens, self.values
        height, width = self.height() - 2 * _EDGE, self.width() - 2 * _EDGE
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(tokens.line), 1))
        painter.drawLine(QPointF(_EDGE, height + _EDGE), QPointF(_EDGE + width, height + _EDGE))
        if len(values) > 1:
            xs = np.linspace(_EDGE, _EDGE + width, len(values))
            ys = _EDGE + height * (1 - values)
            points = [QPointF(float(x), float(y)) for x, y in zip(xs, ys, strict=True)]
            painter.setPen(QPen(QColor(tokens.accent), 1.5))
            painter.drawPolyline(QPolygonF(points))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.accent))
            painter.drawEllipse(points[-1], 2.25, 2.25)
        painter.end()
