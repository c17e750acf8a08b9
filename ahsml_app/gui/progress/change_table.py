"""The images whose suggested label changed, as a table."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, Qt, Signal
from PySide6.QtWidgets import QHeaderView, QTableView

from ahsml_app.base.message import shown
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.widgets.format import chance
from ahsml_app.gui.widgets.headed_table_model import HeadedTableModel
from ahsml_app.gui.widgets.qt_types import Index
from ahsml_app.session.analysis.compare_runs import Comparison

PATH, GIVEN, OLD, NEW, OLD_WRONG, NEW_WRONG = range(6)


class _Changes(HeadedTableModel):
    """One row for each changed image; handles a million rows."""

    number_columns = (OLD_WRONG, NEW_WRONG)

    def __init__(self, model: ProjectModel, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self._comparison: Comparison | None = None
        self.headings = (
            self.tr("Image"),
            self.tr("Given label"),
            self.tr("Suggested before"),
            self.tr("Suggested now"),
            self.tr("Wrong before"),
            self.tr("Wrong now"),
        )

    def fill(self, comparison: Comparison | None) -> None:
        self.beginResetModel()
        self._comparison = comparison
        self.endResetModel()

    def row_at(self, index: int) -> int:
        return -1 if self._comparison is None else int(self._comparison.changed[index])

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() or self._comparison is None else len(self._comparison.changed)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.alignment(index.column())
        project, comparison = self._model.project, self._comparison
        if project is None or comparison is None:
            return None
        row = int(comparison.changed[index.row()])
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == PATH:
            return shown(project.table.paths[row])
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if index.column() == PATH:
            return shown(PurePosixPath(project.table.paths[row]).name)
        if index.column() in (OLD_WRONG, NEW_WRONG):
            wrong = comparison.old if index.column() == OLD_WRONG else comparison.new
            return chance(float(wrong[row]))
        if index.column() == GIVEN:
            return shown(project.table.label_name(row))
        suggested = comparison.old_suggested if index.column() == OLD else comparison.new_suggested
        return shown(project.label_name(int(suggested[row])))


class ChangeTable(QTableView):
    """Lists changed suggestions; a click or Enter opens the image."""

    opened = Signal(int)

    def __init__(self, model: ProjectModel) -> None:
        super().__init__()
        self._rows = _Changes(model, self)
        self.setModel(self._rows)
        self.setAccessibleName(self.tr("Changed suggestions"))
        self.setShowGrid(False)
        self.setStyleSheet("QTableView::item { padding: 0 8px; }")
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 12)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        for column in (OLD_WRONG, NEW_WRONG):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self.clicked.connect(self._on_chosen)
        self.activated.connect(self._on_chosen)

    def fill(self, comparison: Comparison | None) -> None:
        """Show another comparison."""
        self._rows.fill(comparison)

    def _on_chosen(self, index: QModelIndex) -> None:
        self.opened.emit(self._rows.row_at(index.row()))
