"""The empty state of a view: what will appear here, and a button that leads there."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ahsml_app.gui.theme.icons import picture
from ahsml_app.gui.theme.stylesheet import scaled
from ahsml_app.gui.theme.theme import Theme

_ICON = 40


class EmptyState(QWidget):
    """Shows a centred icon, headline, sentence and at most one button."""

    pressed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme, self._name = theme, ""
        self._icon, self._title, self._text = QLabel(), QLabel(), QLabel()
        self._title.setProperty("role", "title")
        self._text.setProperty("role", "muted")
        self._text.setWordWrap(True)
        self._text.setMaximumWidth(scaled(460))
        self._button = QPushButton()
        self._button.setProperty("role", "primary")
        self._button.clicked.connect(self.pressed)
        self._button.hide()
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addStretch(2)
        for widget in (self._icon, self._title, self._text, self._button):
            if isinstance(widget, QLabel):
                widget.setAlignment(Qt.AlignmentFlag.AlignCenter)
            if widget is self._text:
                # Stretch instead of alignment, so that the layout computes the height.
                row = QHBoxLayout()
                row.addStretch(1)
                row.addWidget(widget, 100)
                row.addStretch(1)
                layout.addLayout(row)
            else:
                layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)
        theme.changed.connect(self._paint_icon)

    def show_state(self, icon: str, title: str, text: str, button: str = "") -> None:
        """Set icon, texts and button."""
        self._name = icon
        self._title.setText(title)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self._button.setText(button)
        self._button.setAccessibleName(button)
        self._button.setVisible(bool(button))
        self._paint_icon()

    def _paint_icon(self) -> None:
        if self._name:
            scale = self.devicePixelRatioF()
            self._icon.setPixmap(picture(self._name, self._theme.tokens.muted, _ICON, scale))


def stacked(view: QWidget, empty: EmptyState, body: QWidget) -> QStackedWidget:
    """Fill a view with a stack of an empty state and a body that scrolls if necessary."""
    scroll = QScrollArea()
    scroll.setWidget(body)
    scroll.setWidgetResizable(True)
    scroll.setFrameShape(QScrollArea.Shape.NoFrame)
    stack = QStackedWidget()
    stack.addWidget(empty)
    stack.addWidget(scroll)
    layout = QVBoxLayout(view)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(stack)
    return stack
