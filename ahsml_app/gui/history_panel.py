"""The history: every step by name, with the place where one is."""

from __future__ import annotations

import datetime as dt
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QLabel, QListView, QStackedWidget, QVBoxLayout, QWidget

from ahsml_app.base.decisions import Step
from ahsml_app.gui.empty_state import EmptyState
from ahsml_app.gui.gallery.model import Index
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme import Theme


class _Steps(QAbstractListModel):
    """Newest step first; the last entry is the beginning."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self.steps: list[Step] = []

    def fill(self, steps: list[Step]) -> None:
        self.beginResetModel()
        self.steps = steps[::-1]
        self.endResetModel()

    def number_at(self, row: int) -> int:
        return self.steps[row].number if row < len(self.steps) else 0

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() or not self.steps else len(self.steps) + 1

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if index.row() >= len(self.steps):
            return self.tr("Beginning") if role == Qt.ItemDataRole.DisplayRole else None
        step = self.steps[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return step.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.tr("{0}, undone").format(step.name) if step.undone else step.name
        if role == Qt.ItemDataRole.ToolTipRole:
            when = dt.datetime.fromisoformat(step.time).strftime("%Y-%m-%d %H:%M:%S")
            return self.tr("{0}\n{1} images, {2}").format(step.name, f"{step.samples:,}", when)
        if role == Qt.ItemDataRole.ForegroundRole and step.undone:
            return QColor(self._theme.tokens.muted)
        if role == Qt.ItemDataRole.FontRole and step.undone:
            font = QFont()
            font.setStrikeOut(True)
            return font
        return None


class HistoryPanel(QWidget):
    """Click a step to go back, or forth, to the moment after it."""

    go_to_requested = Signal(int)

    def __init__(self, model: ProjectModel, theme: Theme) -> None:
        super().__init__()
        self._model = model
        self._steps = _Steps(theme, self)
        self.list = QListView()
        self.list.setModel(self._steps)
        self.list.setUniformItemSizes(True)
        self.list.setAccessibleName(self.tr("Steps"))
        self.list.activated.connect(self._on_chosen)
        self.list.clicked.connect(self._on_chosen)
        hint = QLabel(self.tr("Click a step to go to the moment after it."))
        hint.setProperty("role", "small-muted")
        hint.setWordWrap(True)
        hint.setContentsMargins(12, 8, 12, 0)
        self._empty = EmptyState(theme)
        self._empty.show_state(
            "history",
            self.tr("No decisions yet"),
            self.tr("Every step will be here, to be undone at any time."),
        )
        shown = QWidget()
        inner = QVBoxLayout(shown)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(hint)
        inner.addWidget(self.list, 1)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(shown)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        self.setMinimumWidth(240)
        model.project_changed.connect(self.refresh)
        model.decisions_changed.connect(self.refresh)
        self.refresh()

    def showEvent(self, event: Any) -> None:  # noqa: N802 - Qt's
        """Catch up with what was decided while it was hidden."""
        super().showEvent(event)
        self.refresh()

    def refresh(self, _: object = None) -> None:
        """Read the steps anew, if they can be seen."""
        project = self._model.project
        if not self.isVisible():
            return
        steps = [] if project is None else project.steps()
        self._steps.fill(steps)
        self._stack.setCurrentIndex(1 if steps else 0)
        undone = sum(step.undone for step in steps)
        if steps:
            self.list.setCurrentIndex(self._steps.index(undone))

    def _on_chosen(self, index: QModelIndex) -> None:
        self.go_to_requested.emit(self._steps.number_at(index.row()))
