"""The table of the classes."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt, QTimer, Signal
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from ahsml_app.base.types import IntArray
from ahsml_app.gui.classes.delegate import EDGE, GAP, ROW_HEIGHT, SIDE, ClassDelegate
from ahsml_app.gui.classes.model import DESCENDING, SORTABLE, ClassTableModel, Column
from ahsml_app.gui.theme import Theme
from ahsml_app.gui.thumbnails import Thumbnails
from ahsml_app.session.classes import PICTURES

WIDTHS = {
    Column.COUNT: 66,
    Column.WRONG: 158,
    Column.SPREAD: 64,
    Column.WEIGHT: 64,
}
NAMES, LEAST_PICTURES = (120, 300), 2
"""Least and most width of the columns with names: the class, and its nearest ones."""

ASK_AGAIN = 300
"""Milliseconds until pictures are asked for again that were scrolled out of view meanwhile."""


class ClassTable(QTableView):
    """Sorted by its headings; `chosen` tells the places of the selected classes.

    Signals:
        chosen: The selection, as places of classes.
        opened: A class was double-clicked, or Enter was pressed.
        sorted_by: A heading was clicked, and the order is another one now.
    """

    chosen = Signal(object)
    opened = Signal()
    sorted_by = Signal()

    def __init__(self, classes: ClassTableModel, thumbnails: Thumbnails, theme: Theme) -> None:
        super().__init__()
        self._classes, self._following = classes, False
        self._delegate = ClassDelegate(classes, thumbnails, theme)
        self.setObjectName("classes")
        self.setAccessibleName(self.tr("Classes"))
        self.setItemDelegate(self._delegate)
        self.setModel(classes)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        rows, header = self.verticalHeader(), self.horizontalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(ROW_HEIGHT)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setHighlightSections(False)
        header.setSectionsClickable(True)
        header.sectionClicked.connect(self._on_heading)
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(ASK_AGAIN)
        self._again.timeout.connect(self.viewport().update)
        thumbnails.ready.connect(self._on_ready)
        theme.changed.connect(self.viewport().update)
        self.activated.connect(self._on_opened)

    def sort_by(self, column: Column, *, descending: bool) -> None:
        """Sort; the selected classes stay selected."""
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        chosen = self.selected_places()
        self._classes.sort(column, order)
        self.select_places(chosen)

    def selected_places(self) -> IntArray:
        """Places of the selected classes."""
        rows = [index.row() for index in self.selectionModel().selectedRows()]
        return self._classes.order[np.array(rows, dtype=np.int64)]

    def select_places(self, places: IntArray) -> None:
        """Select the classes of some places and bring the first one into view."""
        rows = self._classes.rows_of(places)
        chosen, last = QItemSelection(), self._classes.columnCount() - 1
        for run in np.split(rows, np.flatnonzero(np.diff(rows) != 1) + 1):
            if len(run):
                first, end = int(run[0]), int(run[-1])
                chosen.select(self._classes.index(first, 0), self._classes.index(end, last))
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self._following = True
        if len(rows):
            index = self._classes.index(int(rows[0]), 0)
            quiet = QItemSelectionModel.SelectionFlag.NoUpdate
            self.selectionModel().setCurrentIndex(index, quiet)
            self.scrollTo(index)
        self.selectionModel().select(chosen, flags)
        self._following = False

    def selectionChanged(  # noqa: N802 - Qt's
        self, selected: QItemSelection, removed: QItemSelection
    ) -> None:
        """Tell which classes are selected."""
        super().selectionChanged(selected, removed)
        if not self._following:
            self.chosen.emit(self.selected_places())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's
        """Paint, and ask again for what could not be shown."""
        self._delegate.missing = False
        super().paintEvent(event)
        if self._delegate.missing:
            self._again.start()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's
        """Give the pictures the room that numbers and names leave."""
        super().resizeEvent(event)
        least, most = NAMES
        rest = self.viewport().width() - sum(WIDTHS.values())
        count = self._delegate.pictures_in((rest - 2 * least) // 2)
        count = min(max(count, LEAST_PICTURES), PICTURES)
        strip = count * (SIDE + GAP) - GAP + 2 * EDGE
        name = min(max((rest - 2 * strip) // 2, least), most)
        widths = {**WIDTHS, Column.NAME: name, Column.NEAREST: name}
        widths |= {Column.TYPICAL: strip, Column.DOUBTFUL: max(strip, rest - 2 * name - strip)}
        for column, width in widths.items():
            self.setColumnWidth(column, width)

    def _on_heading(self, section: int) -> None:
        column = Column(section)
        if column not in SORTABLE:
            return
        again = column == self._classes.sorted_by
        descending = not self._classes.descending if again else column in DESCENDING
        self.sort_by(column, descending=descending)
        self.sorted_by.emit()

    def _on_ready(self, _rows: IntArray) -> None:
        if self.isVisible():
            self.viewport().update()

    def _on_opened(self) -> None:
        self.opened.emit()
