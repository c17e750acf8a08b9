"""A button that shows its key as a small cap, its text, and a number after it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QStyle, QStyleOptionButton, QStylePainter

from ahsml_app.gui.theme.stylesheet import SMALL
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.theme.tokens import mixed
from ahsml_app.gui.widgets.press_keys import PressKeys

GAP, PADDING, TIGHT = 6, 8, 4
LEAST_TEXT = 40


class KeyButton(QPushButton):
    """Never takes the focus from the gallery by a click; Tab reaches it, Space presses it.

    Args:
        theme: Its colours.
        chip: Whether it is a small one among many.
    """

    def __init__(self, theme: Theme, *, chip: bool = False) -> None:
        super().__init__()
        self._theme, self._chip = theme, chip
        self.key, self.label, self.note = "", "", ""
        self._padding = PADDING
        self._hints: dict[int, QSize] = {}
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if chip:
            self.setProperty("role", "chip")
        PressKeys(self).watch(self)
        theme.changed.connect(self.update)

    def show_texts(self, key: str, label: str, note: str = "") -> None:
        """Set the key, the text, which is cut where room is short, and a note that never is."""
        if (key, label, note) == (self.key, self.label, self.note):
            return
        self.key, self.label, self.note = key, label, note
        self._hints.clear()
        self.setAccessibleName(f"{label} {note}".strip())
        self.updateGeometry()
        self.update()

    def set_tight(self, tight: bool) -> None:
        """Set whether space for the button is short."""
        self._padding = TIGHT if tight else PADDING
        self._hints.clear()
        self.updateGeometry()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's
        """Space for key, text and note."""
        return self._hint(100_000, self._padding)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's
        """Space for key, note and the beginning of the text."""
        return self._hint(LEAST_TEXT, TIGHT)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's
        """Recompute the size for the new font."""
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._hints.clear()
        super().changeEvent(event)

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802 - Qt's
        """Paint the style's button with cap, text and note centred."""
        painter = QStylePainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        painter.setRenderHint(QStylePainter.RenderHint.Antialiasing)
        tokens = self._theme.tokens
        faded = mixed(tokens.muted, tokens.window, 0.45)
        text = QColor(tokens.text) if self.isEnabled() else faded
        muted = QColor(tokens.muted) if self.isEnabled() else faded
        metrics = QFontMetrics(self._font())
        cap, note = self._cap(), self._advance(self.note)
        taken = cap + (GAP if cap else 0) + (note + GAP if note else 0)
        room = max(0, self.width() - 2 * self._padding - taken)
        label = metrics.elidedText(self.label, Qt.TextElideMode.ElideRight, room)
        width = taken + metrics.horizontalAdvance(label) + 1
        x = max(self._padding, (self.width() - width) // 2)
        if cap:
            self._paint_cap(painter, x, cap, muted)
            x += cap + GAP
        painter.setFont(self._font())
        flags = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        painter.setPen(text)
        painter.drawText(QRect(x, 0, room, self.height()), flags, label)
        x += metrics.horizontalAdvance(label) + 1 + GAP
        painter.setPen(muted)
        painter.drawText(QRect(x, 0, note, self.height()), flags, self.note)
        painter.end()

    def _paint_cap(self, painter: QStylePainter, x: int, width: int, colour: QColor) -> None:
        high = self._cap_metrics().height() + 2
        box = QRectF(x + 0.5, (self.height() - high) / 2, width - 1, high)
        painter.setPen(QPen(QColor(self._theme.tokens.line), 1))
        painter.setBrush(QColor(self._theme.tokens.window))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(colour)
        painter.setFont(self._cap_font())
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), self.key)

    def _font(self) -> QFont:
        return self._cap_font() if self._chip else self.font()

    def _cap_font(self) -> QFont:
        font = QFont(self.font())
        if not self._chip and font.pointSizeF() > 0:  # a chip's style has made it small already
            font.setPointSizeF(font.pointSizeF() * SMALL)
        return font

    def _cap_metrics(self) -> QFontMetrics:
        return QFontMetrics(self._cap_font())

    def _cap(self) -> int:
        """Width of the key's cap."""
        if not self.key:
            return 0
        return max(18, self._cap_metrics().horizontalAdvance(self.key) + 10)

    def _advance(self, text: str) -> int:
        """Width of a text; a pixel more than the rounded one, or it would be cut."""
        return QFontMetrics(self._font()).horizontalAdvance(text) + 1 if text else 0

    def _hint(self, most_text: int, padding: int) -> QSize:
        """Size for a text width; cached, because layouts ask for it often."""
        if most_text not in self._hints:
            text = min(self._advance(self.label), most_text)
            widths = [width for width in (self._cap(), text, self._advance(self.note)) if width]
            width = sum(widths) + GAP * (len(widths) - 1) + 2 * padding
            high = self._cap_metrics().height() + (10 if self._chip else 14)
            self._hints[most_text] = QSize(width, high)
        return self._hints[most_text]
