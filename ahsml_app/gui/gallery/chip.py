"""A chip of the filter bar: the name of a filter, its value, and a cross that clears it."""

from __future__ import annotations

import html

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QPushButton

from ahsml_app.gui.widgets.explanations import explain

_CROSS = 24
"""Width in pixels of the area at the right that clears the value."""

_LONGEST = 36


class Chip(QPushButton):
    """A button that shows a filter and its value.

    Args:
        name: Name of the filter, for the object name.
        title: Text of the filter.
        toggles: Whether the filter is only on or off, without a value.

    Signals:
        opened: The person wants to choose a value.
        cleared: The person removed the value, by the cross or by Delete.
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
        """Shows the value of the filter; an empty value, or `on` false, means no filter."""
        self._on = bool(value) if on is None else on
        self.setChecked(self._on)
        shortened = value if len(value) <= _LONGEST else value[: _LONGEST - 1] + "…"
        text = f"{self._title}: {shortened}" if value else self._title
        suffix = "  ×" if self._on else "" if self._toggles else "  ▾"
        self.setText((text + suffix).replace("&", "&&"))  # one alone would mark a key
        # In a tag the text is surely HTML, so that no word of a person is taken for it.
        whole = f"<p>{html.escape(value)}</p>"
        self.setToolTip(whole if shortened != value else self._tip)
        self.setAccessibleName(self.tr("Filter: {0}").format(f"{self._title} {value}".strip()))
        hint = self.tr("Press Delete to remove the filter") if self._on else ""
        self.setAccessibleDescription(hint)

    def explain(self, topic: str) -> None:
        """Sets a tooltip about the filter, shown unless the value needs it."""
        explain(self, topic)
        self._tip = self.toolTip()

    def below(self) -> QPoint:
        """Position below the chip for a menu, in screen coordinates."""
        return self.mapToGlobal(QPoint(0, self.height() + 4))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's
        """Clears on Delete, opens on the down arrow."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self._on:
            self.cleared.emit()
        elif event.key() == Qt.Key.Key_Down and not self._toggles:
            self.opened.emit()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's
        """Clears the value if the cross was clicked."""
        point = event.position().toPoint()
        on_cross = self._on and point.x() >= self.width() - _CROSS and self.rect().contains(point)
        if on_cross and self.isDown():
            self.setDown(False)
            self.cleared.emit()
            return
        super().mouseReleaseEvent(event)

    def _on_clicked(self) -> None:
        self.setChecked(self._on)  # the filter sets the state, not the click
        if self._toggles and self._on:
            self.cleared.emit()
        else:
            self.opened.emit()
