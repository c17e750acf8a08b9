"""A number in large type with its caption below, and the sum that every total is a part of."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QHelpEvent, QMouseEvent
from PySide6.QtWidgets import QLabel, QToolTip, QVBoxLayout, QWidget

from ahsml_app.gui.i18n import translated
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.session.export.balance import project_balance


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


class BalanceTip(QObject):
    """Adds the line to the tooltip of totals; a click on one shows it at once.

    Args:
        model: The project.
        totals: Widgets that show a number of images; the first is the parent.
    """

    def __init__(self, model: ProjectModel, *totals: QWidget) -> None:
        super().__init__(totals[0])
        self._model = model
        for total in totals:
            total.installEventFilter(self)
            total.setCursor(Qt.CursorShape.WhatsThisCursor)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's
        """Shows the tooltip of a total, with the line below its own text."""
        asked = isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip
        clicked = isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonRelease
        project = self._model.project
        if project is None or not isinstance(watched, QWidget) or not (asked or clicked):
            return False
        if isinstance(watched, QLabel) and watched.hasSelectedText():
            return False  # it was no click, but the end of a selection
        line = translated(project_balance(project))
        text = f"{watched.toolTip()}\n\n{line}" if watched.toolTip() else line
        position = event.globalPos() if asked else event.globalPosition().toPoint()  # type: ignore[attr-defined]
        QToolTip.showText(position, text, watched)
        return not (isinstance(watched, QLabel) and _is_selectable(watched))


def _is_selectable(label: QLabel) -> bool:
    """Whether a label must see the end of each click, because its text can be selected."""
    return bool(label.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse)
