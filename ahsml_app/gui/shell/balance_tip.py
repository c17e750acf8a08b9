"""Shows the line that reconciles the totals at every total of the window."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QHelpEvent, QMouseEvent
from PySide6.QtWidgets import QToolTip, QWidget

from ahsml_app.gui.i18n import translated
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.session.export.balance import project_balance


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
        line = translated(project_balance(project))
        text = f"{watched.toolTip()}\n\n{line}" if watched.toolTip() else line
        position = event.globalPos() if asked else event.globalPosition().toPoint()  # type: ignore[attr-defined]
        QToolTip.showText(position, text, watched)
        return True
