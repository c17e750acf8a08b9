"""What a view shows while it has nothing: what will be here, and the button that gets there."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from ahsml_app.gui.icons import picture
from ahsml_app.gui.theme import Theme

_ICON, _WIDTH = 40, 420


class EmptyState(QWidget):
    """Icon, headline, a sentence and at most one button, in the middle."""

    pressed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme, self._name = theme, ""
        self._icon, self._title, self._text = QLabel(), QLabel(), QLabel()
        self._title.setProperty("role", "title")
        self._text.setProperty("role", "muted")
        self._text.setWordWrap(True)
        self._text.setFixedWidth(_WIDTH)
        self._button = QPushButton()
        self._button.setProperty("role", "primary")
        self._button.clicked.connect(self.pressed)
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addStretch(2)
        for widget in (self._icon, self._title, self._text, self._button):
            if isinstance(widget, QLabel):
                widget.setAlignment(Qt.AlignmentFlag.AlignCenter)
            layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)
        theme.changed.connect(self._paint_icon)

    def show_state(self, icon: str, title: str, text: str, button: str = "") -> None:
        """Fill it."""
        self._name = icon
        self._title.setText(title)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self._text.setFixedHeight(max(0, self._text.heightForWidth(_WIDTH)))
        self._button.setText(button)
        self._button.setAccessibleName(button)
        self._button.setVisible(bool(button))
        self._paint_icon()

    def _paint_icon(self) -> None:
        if self._name:
            scale = self.devicePixelRatioF()
            self._icon.setPixmap(picture(self._name, self._theme.tokens.muted, _ICON, scale))
