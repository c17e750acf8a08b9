"""The table of the classes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from ahsml_app.base.types import IntArray
from ahsml_app.gui.classes.classes_model import DESCENDING, SORTABLE, ClassTableModel, Column
from ahsml_app.gui.classes.row_painter import (
    EDGE,
    GAP,
    ROW_HEIGHT,
    SIDE,
    RowMarks,
    RowPainter,
    pictures_in,
)
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.session.analysis.class_overview import PICTURES

WIDTHS = {
    Column.COUNT: 66,
    Column.WRONG: 158,
    Column.SPREAD: 64,
    Column.WEIGHT: 64,
}
NAMES, LEAST_PICTURES = (120, 300), 2
"""Least and most width of the columns with names: the class, and its nearest ones."""

ASK = 30
"""Milliseconds after painting until what was missing is asked for, so that scrolling is smooth."""


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
        self._classes, self._thumbnails, self._following = classes, thumbnails, False
        self._rows = RowPainter(classes, thumbnails, theme)
        self._hovered = -1
        self._marked: npt.NDArray[np.bool_] = np.zeros(0, dtype=bool)  # rows that are selected
        self.setObjectName("classes")
        self.setAccessibleName(self.tr("Classes"))
        self.setModel(classes)
        classes.modelReset.connect(self._on_reset)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
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
        self._ask = QTimer(self)
        self._ask.setSingleShot(True)
        self._ask.setInterval(ASK)
        self._ask.timeout.connect(self._on_ask)
        thumbnails.ready.connect(self._on_ready)
        theme.changed.connect(self._on_theme)
        self.activated.connect(self._on_opened)

    def sort_by(self, column: Column, *, descending: bool) -> None:
        """Sort; the selected classes stay selected."""
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        chosen = self.selected_places()
        self._classes.sort(column, order)
        self.select_places(chosen)

    def selected_places(self) -> IntArray:
        """Places of the selected classes."""
        return self._classes.order[self._marked]

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
        # By ranges: Qt's own list of rows asks the model about each of thousands.
        self._marked[:] = False
        for part in list(self.selectionModel().selection()):  # type: ignore[call-overload]
            self._marked[part.top() : part.bottom() + 1] = True
        if not self._following:
            self.chosen.emit(self.selected_places())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's
        """Paint the rows in the exposed area, and ask a little later for missing pictures.

        Not through a delegate for each cell, which takes twice as long.
        """
        area, count = event.region().boundingRect(), self._classes.rowCount()
        first, last = self.rowAt(area.top()), self.rowAt(area.bottom())
        rows = range(first, count if last < 0 else last + 1) if first >= 0 else range(0)
        columns = [
            (self.columnViewportPosition(column), self.columnWidth(column)) for column in Column
        ]
        current = self.currentIndex().row() if self.hasFocus() else -1
        selected = self._marked[rows.start : rows.stop].tolist()
        marks = RowMarks(selected, self._hovered, current)
        with self._thumbnails.held(), QPainter(self.viewport()) as painter:
            painter.fillRect(area, self.palette().base())
            self._rows.paint_rows(painter, rows, self.rowViewportPosition(first), columns, marks)
        if self._rows.incomplete and not self._ask.isActive():
            self._rows.incomplete = False
            self._ask.start()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's
        """Show which row is under the mouse."""
        super().mouseMoveEvent(event)
        self._hover(self.rowAt(event.position().toPoint().y()))

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's
        """No row is under the mouse."""
        super().leaveEvent(event)
        self._hover(-1)

    def _hover(self, row: int) -> None:
        for changed in {row, self._hovered} if row != self._hovered else ():
            self._update_row(changed)
        self._hovered = row

    def _update_row(self, row: int) -> None:
        if row >= 0:
            top = self.rowViewportPosition(row)
            self.viewport().update(0, top, self.viewport().width(), ROW_HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's
        """Give the pictures the room that numbers and names leave."""
        super().resizeEvent(event)
        least, most = NAMES
        rest = self.viewport().width() - sum(WIDTHS.values())
        count = pictures_in((rest - 2 * least) // 2)
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

    def _on_ask(self) -> None:
        """Ask for the pictures of all rows in view, as earlier wishes are forgotten."""
        overview, side = self._classes.overview, round(SIDE * self.devicePixelRatioF())
        if overview is None or not self.isVisible():
            return
        wanted = []
        for column, rows in (
            (Column.TYPICAL, overview.facts.typical),
            (Column.DOUBTFUL, overview.facts.doubtful),
        ):
            wanted.append(rows[self._places_in_view(), : pictures_in(self.columnWidth(column))])
        pictures = np.concatenate(wanted, axis=1).ravel()
        self._thumbnails.want(pictures[pictures >= 0].tolist(), side)

    def _on_ready(self, rows: IntArray) -> None:
        """Paint the rows whose pictures have come."""
        if not self.isVisible() or self._classes.overview is None:
            return
        facts, shown = self._classes.overview.facts, self._places_in_view()
        pictures = np.concatenate([facts.typical[shown], facts.doubtful[shown]], axis=1)
        first = max(self.rowAt(0), 0)
        for place in np.flatnonzero(np.isin(pictures, rows).any(1)).tolist():
            self._update_row(first + place)

    def _places_in_view(self) -> IntArray:
        """Places of the classes whose rows are in view."""
        first, last = max(self.rowAt(0), 0), self.rowAt(self.viewport().height() - 1)
        return self._classes.order[first : None if last < 0 else last + 1]

    def _on_reset(self) -> None:
        self._hovered = -1
        self._marked = np.zeros(self._classes.rowCount(), dtype=bool)
        self._rows.measure()

    def _on_theme(self) -> None:
        self._rows.prepare()
        self.viewport().update()

    def _on_opened(self) -> None:
        self.opened.emit()
