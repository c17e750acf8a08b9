"""The tour: five call-outs beside the real buttons, which stay usable."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ahsml_app.gui.theme.stylesheet import scaled
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.widgets.press_keys import PressKeys

WIDTH, GAP, EDGE = 340, 14, 8
FOLLOW = 120
"""Milliseconds between two checks of the position of the outlined widget."""


@dataclass(frozen=True, slots=True)
class TourStep:
    """One call-out.

    Attributes:
        title: What the user does here.
        text: Two or three sentences.
        prepare: Shows the widget.
        target: Returns the widget, or None while it does not exist.
    """

    title: str
    text: str
    prepare: Callable[[], object]
    target: Callable[[], QWidget | None]


class Tour(QWidget):
    """Covers the window, lets mouse events through, and outlines one widget after another."""

    ended = Signal()

    def __init__(self, steps: list[TourStep], theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._steps, self._theme, self._index = steps, theme, 0
        self._target = QRect()
        self.setObjectName("tour")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.card = CallOut(theme, window)
        self.card.next_requested.connect(self.next)
        self.card.back_requested.connect(self.back)
        self.card.skip_requested.connect(self.stop)
        self._timer = QTimer(self)
        self._timer.setInterval(FOLLOW)
        self._timer.timeout.connect(self._follow)
        theme.changed.connect(self.update)

    @property
    def at(self) -> int:
        """Index of the current step, from 0."""
        return self._index

    @property
    def target(self) -> QRect:
        """The outlined rectangle in the window; empty if the widget is not visible."""
        return self._target

    def start(self) -> None:
        """Show the first step."""
        self._timer.start()
        self.go_to(0)

    def next(self) -> None:
        """Go to the next step; after the last step, end the tour."""
        if self._index + 1 < len(self._steps):
            self.go_to(self._index + 1)
        else:
            self.stop()

    def back(self) -> None:
        """Go to the previous step."""
        self.go_to(max(0, self._index - 1))

    def go_to(self, number: int) -> None:
        """Show a step."""
        self._index = number
        step = self._steps[number]
        step.prepare()
        self.card.show_step(step, number, len(self._steps))
        self.show()
        self.card.show()
        self._target = QRect()
        self._follow()
        self.card.take_focus()

    def stop(self) -> None:
        """End the tour and hide the call-out."""
        if self._timer.isActive():
            self._timer.stop()
            self.hide()
            self.card.hide()
            self.ended.emit()

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802 - Qt's
        """Draw an outline around the widget and a pointer from the card to it."""
        if self._target.isEmpty():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = QColor(self._theme.tokens.accent)
        painter.setPen(QPen(colour, 2.5))
        painter.drawRoundedRect(QRectF(self._target).adjusted(1.5, 1.5, -1.5, -1.5), 8, 8)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawPolygon(_pointer(self.card.geometry(), self._target))
        painter.end()

    def _follow(self) -> None:
        """Follow the widget when the window or its panels change."""
        window = self.parentWidget()
        if window is None:
            return
        self.setGeometry(window.rect())
        target = _target_rect(self._steps[self._index].target(), window)
        self.card.adjustSize()
        position = card_position(
            target, self.card.size().width(), self.card.size().height(), window.rect()
        )
        if target != self._target or position != self.card.pos():
            self._target = target
            self.card.move(position)
            self.update()
        self.raise_()
        self.card.raise_()


class CallOut(QFrame):
    """The card with the text and the buttons of a step."""

    next_requested = Signal()
    back_requested = Signal()
    skip_requested = Signal()

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._theme = theme
        self.setObjectName("tour-card")
        self.setProperty("role", "card")
        self.setFixedWidth(scaled(WIDTH))
        self.counter, self.title, self.text = QLabel(), QLabel(), QLabel()
        self.counter.setProperty("role", "small-muted")
        self.title.setProperty("role", "title")
        self.text.setWordWrap(True)
        self.skip, self.previous = QPushButton(self.tr("Skip")), QPushButton(self.tr("Back"))
        self.forward = QPushButton(self.tr("Next"))
        self.skip.setProperty("role", "ghost")
        self.forward.setProperty("role", "primary")
        keys = PressKeys(self)
        row = QHBoxLayout()
        row.addWidget(self.skip)
        row.addStretch(1)
        for button in (self.previous, self.forward):
            row.addWidget(button)
        for button, signal in (
            (self.skip, self.skip_requested),
            (self.previous, self.back_requested),
            (self.forward, self.next_requested),
        ):
            button.clicked.connect(signal)
            button.setAccessibleName(button.text())
            keys.watch(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(6)
        for label in (self.counter, self.title, self.text):
            layout.addWidget(label)
        layout.addSpacing(6)
        layout.addLayout(row)

    def show_step(self, step: TourStep, number: int, count: int) -> None:
        """Show a step on the card."""
        self.counter.setText(self.tr("{0} of {1}").format(number + 1, count))
        self.title.setText(step.title)
        self.text.setText(step.text)
        last = number + 1 == count
        self.forward.setText(self.tr("Done") if last else self.tr("Next"))
        self.forward.setAccessibleName(self.forward.text())
        self.previous.setEnabled(number > 0)
        self.skip.setVisible(not last)
        self.setAccessibleName(f"{step.title}. {step.text}")
        layout = self.layout()
        if layout is not None:
            self.text.setFixedHeight(self.text.heightForWidth(scaled(WIDTH) - 32))
            layout.activate()

    def take_focus(self) -> None:
        """Give the focus to the button for the next step."""
        self.forward.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's
        """Esc skips the tour; the arrow keys change the step."""
        if event.key() == Qt.Key.Key_Escape:
            self.skip_requested.emit()
        elif event.key() == Qt.Key.Key_Right:
            self.next_requested.emit()
        elif event.key() == Qt.Key.Key_Left and self.previous.isEnabled():
            self.back_requested.emit()
        else:
            super().keyPressEvent(event)


def card_position(target: QRect, width: int, height: int, room: QRect) -> QPoint:
    """Position of a card beside a widget: below, left, right or above, where there is room.

    Args:
        target: Rectangle of the widget; if empty, the card is centred.
        width: Width of the card.
        height: Height of the card.
        room: Rectangle that must contain the card.
    """
    if target.isEmpty():
        return room.center() - QPoint(width // 2, height // 2)
    x = min(max(EDGE, target.center().x() - width // 2), room.width() - width - EDGE)
    y = min(max(EDGE, target.center().y() - height // 2), room.height() - height - EDGE)
    if target.bottom() + GAP + height + EDGE <= room.height():
        return QPoint(x, target.bottom() + GAP)
    if target.left() - GAP - width >= EDGE:
        return QPoint(target.left() - GAP - width, y)
    if target.right() + GAP + width + EDGE <= room.width():
        return QPoint(target.right() + GAP, y)
    if target.top() - GAP - height >= EDGE:
        return QPoint(x, target.top() - GAP - height)
    return QPoint(x, y)


def _target_rect(widget: QWidget | None, window: QWidget) -> QRect:
    if widget is None or not widget.isVisible():
        return QRect()
    corner = widget.mapTo(window, QPoint(0, 0))
    return QRect(corner, widget.size()).adjusted(-4, -4, 4, 4).intersected(window.rect())


def _pointer(card: QRect, target: QRect) -> QPolygonF:
    """A triangle in the gap, from the card to the widget."""
    if card.top() >= target.bottom() or card.bottom() <= target.top():
        below = card.top() >= target.bottom()
        base, tip = (card.top(), target.bottom()) if below else (card.bottom(), target.top())
        left, right = max(card.left(), target.left()), min(card.right(), target.right())
        x = (left + right) / 2
        return QPolygonF([QPointF(x - 8, base), QPointF(x + 8, base), QPointF(x, tip)])
    if card.right() <= target.left() or card.left() >= target.right():
        before = card.right() <= target.left()
        base, tip = (card.right(), target.left()) if before else (card.left(), target.right())
        top, bottom = max(card.top(), target.top()), min(card.bottom(), target.bottom())
        y = (top + bottom) / 2
        return QPolygonF([QPointF(base, y - 8), QPointF(base, y + 8), QPointF(tip, y)])
    return QPolygonF()
