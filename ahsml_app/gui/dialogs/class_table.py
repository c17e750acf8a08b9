"""The classes that a scan found: picture, name, count."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QSize, Qt, QTimer
from PySide6.QtWidgets import QHeaderView, QTableView

from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.gui.widgets.format import figure
from ahsml_app.gui.widgets.qt_types import Index
from ahsml_app.session.pipeline.scan_source import ScannedSource

PICTURE = 44


class _Classes(QAbstractTableModel):
    """Class, picture and count, in any order; thousands of classes are fine."""

    def __init__(self, thumbnails: Thumbnails, parent: QObject) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._found: ScannedSource | None = None
        self._order: list[int] = []
        self._text, self._by, self._descending = "", 1, False
        self._headers = (self.tr("Picture"), self.tr("Class"), self.tr("Images"))
        thumbnails.file_ready.connect(self._on_ready)

    def fill(self, found: ScannedSource) -> None:
        self._found = found
        self._arrange()

    def search(self, text: str) -> None:
        self._text = text.casefold().strip()
        self._arrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._by, self._descending = column, order == Qt.SortOrder.DescendingOrder
        self._arrange()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(self._order)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: ARG002, B008, N802
        return len(self._headers)

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = 0
    ) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return self._headers[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section == 2 else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if self._found is None:
            return None
        label = self._order[index.row()]
        if index.column() == 0:
            if role == Qt.ItemDataRole.DecorationRole and self._found.examples[label]:
                path = self._found.table.root / self._found.examples[label]
                pixmap = self._thumbnails.file_pixmap(path)
                if pixmap is None:
                    return None
                side = PICTURE - 8
                keep, smooth = (
                    Qt.AspectRatioMode.KeepAspectRatio,
                    Qt.TransformationMode.SmoothTransformation,
                )
                return pixmap.scaled(side, side, keep, smooth)
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            if index.column() == 1:
                return self._found.table.class_names[label]
            return figure(self._found.class_counts[label])
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() == 2:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def _arrange(self) -> None:
        found = self._found
        if found is None:
            return
        names = found.table.class_names
        self.beginResetModel()
        rows = [i for i, name in enumerate(names) if self._text in name.casefold()]
        if self._by == 2:
            rows.sort(key=lambda i: int(found.class_counts[i]), reverse=self._descending)
        else:
            rows.sort(key=lambda i: names[i].casefold(), reverse=self._descending)
        self._order = rows
        self.endResetModel()

    def _on_ready(self, _: object) -> None:
        if self._order:
            last = self.index(len(self._order) - 1, 0)
            self.dataChanged.emit(self.index(0, 0), last, [Qt.ItemDataRole.DecorationRole])


class ClassPreviewTable(QTableView):
    """The classes that were found."""

    def __init__(self, thumbnails: Thumbnails, parent: QObject) -> None:
        super().__init__()
        self._rows = _Classes(thumbnails, parent)
        self.setModel(self._rows)
        self.setAccessibleName(self.tr("Classes"))
        self.setSortingEnabled(True)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setStyleSheet("QTableView::item { padding: 0 8px; }")
        self.setIconSize(QSize(PICTURE - 6, PICTURE - 6))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(PICTURE)
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        header = self.horizontalHeader()
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)
        self.setColumnWidth(0, 84)
        self.setColumnWidth(2, 110)
        self.sortByColumn(1, Qt.SortOrder.AscendingOrder)

    def fill(self, found: ScannedSource) -> None:
        """Show a scan."""
        self._rows.fill(found)
        QTimer.singleShot(0, self.viewport(), self.viewport().update)

    def search(self, text: str) -> None:
        """Show the classes that hold a text."""
        self._rows.search(text)
