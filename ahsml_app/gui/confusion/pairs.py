"""The most confused pairs as a table that can be sorted."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from ahsml_app.gui.confusion.confusion_picture import number_text
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.widgets.format import figure
from ahsml_app.gui.widgets.qt_types import Index
from ahsml_app.session.analysis.confusion_matrix import Confusion, Measure

MOST_PAIRS = 1000
"""Maximum number of listed pairs; those with the largest sort value are listed."""

SHARE_ROLE = int(Qt.ItemDataRole.UserRole) + 1
_BAR, _BAR_ALPHA = 3, 0.6

_COLUMNS: tuple[Measure | None, ...] = (None, "images", "errors", "found")
_FOUND = 3


class PairsModel(QAbstractTableModel):
    """Table model of the pairs of a given and a suggested class.

    Attributes:
        cells: (P,) indices of the listed cells in the matrix, in the order of the list.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._confusion: Confusion | None = None
        self._names: tuple[str, ...] = ()
        self._sorted: Measure = "errors"
        self._by_name, self._reversed = False, False
        self.cells: npt.NDArray[np.intp] = np.empty(0, dtype=np.intp)
        self._values: npt.NDArray[np.float64] = np.empty(0)
        self._most = 0.0

    def fill(self, confusion: Confusion | None, names: tuple[str, ...]) -> None:
        """Shows a matrix with the names by position."""
        self._confusion, self._names = confusion, names
        self._update_order()

    def pair(self, row: int) -> tuple[int, int]:
        """Positions of the given and the suggested class of a line."""
        confusion = self._confusion
        if confusion is None or not 0 <= row < len(self.cells):
            return -1, -1
        return int(confusion.rows[self.cells[row]]), int(confusion.columns[self.cells[row]])

    def line_of(self, row: int, column: int) -> int:
        """Line of a cell, -1 if it is not listed."""
        confusion = self._confusion
        if confusion is None:
            return -1
        matches = (confusion.rows[self.cells] == row) & (confusion.columns[self.cells] == column)
        lines = np.flatnonzero(matches)
        return int(lines[0]) if len(lines) else -1

    def sort(  # noqa: D102 - Qt's
        self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder
    ) -> None:
        measure = _COLUMNS[column]
        self._by_name = measure is None
        self._sorted = measure or self._sorted
        self._reversed = (order == Qt.SortOrder.AscendingOrder) != self._by_name
        self._update_order()

    def _update_order(self) -> None:
        self.beginResetModel()
        confusion = self._confusion
        if confusion is None:
            self.cells = self.cells[:0]
        else:
            cells = confusion.worst(self._sorted, MOST_PAIRS)
            self._values = confusion.values(self._sorted)
            self._most = float(self._values[cells].max(initial=0.0))
            if self._by_name:
                keys = [self._text(confusion, cell).casefold() for cell in cells.tolist()]
                cells = cells[np.argsort(np.array(keys, dtype=object), kind="stable")]
            self.cells = cells[::-1] if self._reversed else cells
        self.endResetModel()

    def _share(self, cell: int) -> float:
        """Value of a cell as a share of the largest in the list."""
        return float(self._values[cell]) / max(self._most, 1e-9)

    def _text(self, confusion: Confusion, cell: int) -> str:
        given = self._names[confusion.rows[cell]]
        return f"{given} → {self._names[confusion.columns[cell]]}"

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, D102, N802
        return 0 if parent.isValid() else len(self.cells)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, D102, N802
        return 0 if parent.isValid() else len(_COLUMNS)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:  # noqa: D102
        confusion = self._confusion
        if confusion is None:
            return None
        cell, column = int(self.cells[index.row()]), index.column()
        if role == Qt.ItemDataRole.TextAlignmentRole and column:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.DisplayRole:
            if column == 0:
                return self._text(confusion, cell)
            if column == 1:
                return figure(confusion.images[cell])
            if column == _FOUND:
                return figure(confusion.found[cell])
            return number_text(float(confusion.errors[cell]), "errors")
        if role == Qt.ItemDataRole.ToolTipRole and column == 0:
            return self._text(confusion, cell)
        if role == SHARE_ROLE:
            return self._share(cell)
        return None

    def headerData(  # noqa: D102, N802
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = int(Qt.ItemDataRole.DisplayRole),
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            titles = (self.tr("Given → suggested"), self.tr("Images"), self.tr("Errors"))
            return (*titles, self.tr("Found"))[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            if not section:
                return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ToolTipRole and section == 2:
            return self.tr("Expected number of wrong labels: the sum of the error probabilities")
        if role == Qt.ItemDataRole.ToolTipRole and section == _FOUND:
            return self.tr("Images that came with the first label and were given the second one")
        return None


class _PairDelegate(QStyledItemDelegate):
    """Paints the text and a bar that compares the pair with the worst one."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        share = float(index.data(SHARE_ROLE) or 0.0)
        colour = QColor(self._theme.tokens.warning)
        colour.setAlphaF(_BAR_ALPHA)
        row = QRectF(option.rect)
        bar = QRectF(row.x(), row.bottom() - _BAR, row.width() * share, _BAR)
        super().paint(painter, option, index)
        painter.fillRect(bar, colour)


class PairsTable(QTableView):
    """The sortable table of the pairs.

    Signals:
        pointed: Positions of the pair in the current line.
        chosen: Positions of the clicked pair.
        opened: Positions of the pair of Enter or a double click.
    """

    pointed = Signal(int, int)
    chosen = Signal(int, int)
    opened = Signal(int, int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.pairs = PairsModel(self)
        self.setModel(self.pairs)
        self.setAccessibleName(self.tr("Most confused pairs"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setItemDelegateForColumn(0, _PairDelegate(theme, self))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSortingEnabled(True)
        self.sortByColumn(2, Qt.SortOrder.DescendingOrder)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 12)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        # Without padding, the sort indicator covers the text.
        header.setStyleSheet("QHeaderView::section { padding-right: 18px; }")
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (1, 2, _FOUND):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            header.resizeSection(column, 80)
        self.selectionModel().currentRowChanged.connect(self._on_current)
        self.clicked.connect(self._on_clicked)
        self.activated.connect(self._on_activated)

    def show_pair(self, row: int, column: int) -> None:
        """Selects the line of a cell without emitting a signal."""
        line = self.pairs.line_of(row, column)
        model = self.selectionModel()
        blocked = self.blockSignals(True)
        if line < 0:
            model.clear()
        elif line != self.currentIndex().row():
            self.setCurrentIndex(self.pairs.index(line, 0))
        self.blockSignals(blocked)

    def _on_current(self, index: Index, _: Index) -> None:
        if index.isValid():
            self.pointed.emit(*self.pairs.pair(index.row()))

    def _on_clicked(self, index: Index) -> None:
        self.chosen.emit(*self.pairs.pair(index.row()))

    def _on_activated(self, index: Index) -> None:
        self.opened.emit(*self.pairs.pair(index.row()))
