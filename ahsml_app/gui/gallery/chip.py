"""A chip of the filter bar: what it filters, its value, and a cross that takes it away."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QPushButton

from ahsml_app.gui.widgets.explanations import explain

_CROSS = 24
"""Width of the part at the right that takes the value away, in pixels."""

_LONGEST = 36


class Chip(QPushButton):
    """`opened` asks for a value; `cleared` takes it away: by the cross, or by Delete.

    Args:
        name: Of the filter, for the object name.
        title: What is filtered.
        toggles: Whether it is on or off and has no value to choose.
    """

    opened = Signal()
    cleared = Signal()

    def __init__(self, name: str, title: str, *, toggles: bool = False) -> None:
        super().__init__()
        self._title, self._toggles = title, toggles
        self._on = False
        self._tip = ""
        self.setCheckable(True)
        self.setProperty("role", "chip")
        self.setObjectName(f"chip-{name}")
        self.clicked.connect(self._on_clicked)
        self.show_value(on=False)

    def show_value(self, value: str = "", *, on: bool | None = None) -> None:
        """Show what the filter has; an empty value, or `on` false, for nothing."""
        self._on = bool(value) if on is None else on
        self.setChecked(self._on)
        short = value if len(value) <= _LONGEST else value[: _LONGEST - 1] + "…"
        text = f"{self._title}: {short}" if value else self._title
        end = "  ×" if self._on else "" if self._toggles else "  ▾"
        self.setText(text + end)
        self.setToolTip(value if short != value else self._tip)
        self.setAccessibleName(self.tr("Filter: {0}").format(f"{self._title} {value}".strip()))
        hint = self.tr("Press Delete to remove the filter") if self._on else ""
        self.setAccessibleDescription(hint)

    def explain(self, topic: str) -> None:
        """Say what the filter is about, where its value needs no tooltip."""
        explain(self, topic)
        self._tip = self.toolTip()

    def below(self) -> QPoint:
        """Where a menu belongs, on the screen."""
        return self.mapToGlobal(QPoint(0, self.height() + 4))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's
        """Delete takes the value away, the arrow down opens."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self._on:
            self.cleared.emit()
        elif event.key() == Qt.Key.Key_Down and not self._toggles:
            self.opened.emit()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's
        """The cross is a part of the chip."""
        place = event.position().toPoint()
        crossed = self._on and place.x() >= self.width() - _CROSS and self.rect().contains(place)
        if crossed and self.isDown():
            self.setDown(False)
            self.cleared.emit()
            return
        super().mouseReleaseEvent(event)

    def _on_clicked(self) -> None:
        self.setChecked(self._on)  # what is shown decides, not the click
        if self._toggles and self._on:
            self.cleared.emit()
        else:
            self.opened.emit()
