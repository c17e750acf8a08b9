"""The table of the classes in a scan: picture, name, count."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, QObject, QSize, Qt, QTimer
from PySide6.QtWidgets import QHeaderView, QTableView

from ahsml_app.base.message import shown
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.gui.widgets.format import figure
from ahsml_app.gui.widgets.headed_table_model import HeadedTableModel
from ahsml_app.gui.widgets.qt_types import Index
from ahsml_app.session.pipeline.scan_source import ScannedSource

PICTURE = 44


class _Classes(HeadedTableModel):
    """Table model of pictures, names and counts; fast with thousands of classes."""

    number_columns = (2,)

    def __init__(self, thumbnails: Thumbnails, parent: QObject) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._scan: ScannedSource | None = None
        self._order: list[int] = []
        self._text, self._sort_column, self._descending = "", 1, False
        self.headings = (self.tr("Picture"), self.tr("Class"), self.tr("Images"))
        thumbnails.file_ready.connect(self._on_ready)

    def fill(self, scan: ScannedSource) -> None:
        self._scan = scan
        self._update_order()

    def search(self, text: str) -> None:
        self._text = text.casefold().strip()
        self._update_order()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._sort_column, self._descending = column, order == Qt.SortOrder.DescendingOrder
        self._update_order()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(self._order)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if self._scan is None:
            return None
        label = self._order[index.row()]
        if index.column() == 0:
            if role == Qt.ItemDataRole.DecorationRole and self._scan.examples[label]:
                path = self._scan.table.root / self._scan.examples[label]
                pixmap = self._thumbnails.file_pixmap(path, self._scan.table.planes)
                if pixmap is None:
                    return None
                side = PICTURE - 8
                keep_ratio, smooth = (
                    Qt.AspectRatioMode.KeepAspectRatio,
                    Qt.TransformationMode.SmoothTransformation,
                )
                return pixmap.scaled(side, side, keep_ratio, smooth)
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            if index.column() == 1:
                return shown(self._scan.table.class_names[label])
            return figure(self._scan.class_counts[label])
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() == 2:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def _update_order(self) -> None:
        scan = self._scan
        if scan is None:
            return
        names = scan.table.class_names
        self.beginResetModel()
        rows = [i for i, name in enumerate(names) if self._text in name.casefold()]
        if self._sort_column == 2:
            rows.sort(key=lambda i: int(scan.class_counts[i]), reverse=self._descending)
        else:
            rows.sort(key=lambda i: names[i].casefold(), reverse=self._descending)
        self._order = rows
        self.endResetModel()

    def _on_ready(self, _: object) -> None:
        if self._order:
            last = self.index(len(self._order) - 1, 0)
            self.dataChanged.emit(self.index(0, 0), last, [Qt.ItemDataRole.DecorationRole])


class ClassPreviewTable(QTableView):
    """The sortable table of the classes in a scan."""

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

    def fill(self, scan: ScannedSource) -> None:
        """Shows the classes of a scan."""
        self._rows.fill(scan)
        QTimer.singleShot(0, self.viewport(), self.viewport().update)

    def search(self, text: str) -> None:
        """Shows only the classes whose names contain a text."""
        self._rows.search(text)
