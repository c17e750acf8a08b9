"""A number in large type with its caption below."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget


class KeyFigure(QWidget):
    """A number with a caption below it.

    Args:
        caption: The text below the number.
    """

    def __init__(self, caption: str) -> None:
        super().__init__()
        self.value, self.caption = QLabel(), QLabel(caption)
        self.value.setProperty("role", "title")
        self.caption.setProperty("role", "small-muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.value)
        layout.addWidget(self.caption)

    def show_value(self, value: str, caption: str = "", tip: str = "") -> None:
        """Sets the number and its tooltip, and the caption unless it is empty."""
        self.value.setText(value)
        self.setToolTip(tip)
        if caption:
            self.caption.setText(caption)
        self.setAccessibleName(f"{value} {self.caption.text()}")
