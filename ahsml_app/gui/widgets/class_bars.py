"""The most likely classes of an image, as bars with their probabilities."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.widgets.format import chance, per_cent

BAR = 6
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


@dataclass(frozen=True, slots=True)
class ClassShare:
    """A class with its probability, and whether it is the given label."""

    name: str
    share: float
    given: bool


class ClassBars(QWidget):
    """Shows name, bar and number; the given class is grey, others are coloured."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.shares: tuple[ClassShare, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_classes(self, shares: list[ClassShare]) -> None:
        """Show classes, the most likely first."""
        self.shares = tuple(shares)
        text = ", ".join(f"{share.name} {chance(share.share)}" for share in shares)
        self.setAccessibleName(self.tr("Most likely classes: {0}").format(text))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's
        """Height of one line per class."""
        return QSize(180, max(1, len(self.shares)) * self._line())

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's
        """Space for a short name and a short bar."""
        return QSize(140, self.sizeHint().height())

    def _line(self) -> int:
        return self.fontMetrics().height() + 5

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802 - Qt's
        """Paint one line per class."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = self.fontMetrics()
        widest = max((metrics.horizontalAdvance(s.name) for s in self.shares), default=0)
        names = min(widest + 10, self.width() * 9 // 20)
        for index, share in enumerate(self.shares):
            self._paint_line(painter, share, index * self._line(), names)
        painter.end()

    def _paint_line(self, painter: QPainter, share: ClassShare, y: int, names: int) -> None:
        tokens, line, metrics = self._theme.tokens, self._line(), self.fontMetrics()
        room = metrics.horizontalAdvance(f">{per_cent(0.99)}") + 8
        painter.setPen(QColor(tokens.text))
        text = metrics.elidedText(share.name, Qt.TextElideMode.ElideRight, names - 8)
        painter.drawText(QRectF(0, y, names, line), _LEFT, text)
        painter.drawText(QRectF(0, y, self.width(), line), _RIGHT, chance(share.share))
        width = max(16, self.width() - names - room)
        track = QRectF(names, y + (line - BAR) / 2, width, BAR)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.line))
        painter.drawRoundedRect(track, BAR / 2, BAR / 2)
        filled = 0.0 if math.isnan(share.share) else width * min(max(share.share, 0.0), 1.0)
        if filled >= 1:
            track.setWidth(max(filled, BAR))
            painter.setBrush(QColor(tokens.muted if share.given else tokens.accent))
            painter.drawRoundedRect(track, BAR / 2, BAR / 2)
