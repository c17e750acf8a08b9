"""The table of the files that a scan set aside, with their reasons."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, QObject, Qt
from PySide6.QtWidgets import QHeaderView, QTableView

from ahsml_app.base.message import shown
from ahsml_app.base.types import Quarantined
from ahsml_app.gui.i18n import translated
from ahsml_app.gui.widgets.headed_table_model import HeadedTableModel
from ahsml_app.gui.widgets.qt_types import Index


class _Files(HeadedTableModel):
    """Table model of paths and reasons."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._files: tuple[Quarantined, ...] = ()
        self.headings = (self.tr("File"), self.tr("Why it was set aside"))

    def fill(self, files: tuple[Quarantined, ...]) -> None:
        self.beginResetModel()
        self._files = files
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(self._files)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        item = self._files[index.row()]
        return shown(item.path) if index.column() == 0 else translated(item.reason)


class QuarantineTable(QTableView):
    """Shows path and reason of each file."""

    def __init__(self, parent: QObject) -> None:
        super().__init__()
        self._rows = _Files(parent)
        self.setModel(self._rows)
        self.setAccessibleName(self.tr("Files set aside"))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        self.setStyleSheet("QTableView::item { padding: 0 8px; }")
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 14)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setHighlightSections(False)

    def fill(self, files: tuple[Quarantined, ...]) -> None:
        """Shows these files."""
        self._rows.fill(files)
