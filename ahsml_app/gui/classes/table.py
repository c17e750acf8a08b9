"""The table of classes, painted row by row."""

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
    SIDE,
    RowMarks,
    RowPainter,
    pictures_in,
)
from ahsml_app.gui.theme.stylesheet import scaled
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.session.analysis.class_overview import EXAMPLES_PER_CLASS

WIDTHS = {
    Column.COUNT: 66,
    Column.WRONG: 158,
    Column.SPREAD: 64,
    Column.WEIGHT: 64,
}
NAMES, LEAST_PICTURES = (120, 300), 2
"""Minimum and maximum width in pixels of the two columns with class names."""

REQUEST_DELAY = 30
"""Milliseconds from painting to the request of missing pictures; keeps scrolling smooth."""


class ClassTable(QTableView):
    """Shows a class in each row; a click on a heading sorts.

    Signals:
        chosen: The selection changed; indices of its classes.
        opened: A class was double-clicked, or Enter was pressed.
        sorted_by: A click on a heading changed the order.
    """

    chosen = Signal(object)
    opened = Signal()
    sorted_by = Signal()

    def __init__(self, classes: ClassTableModel, thumbnails: Thumbnails, theme: Theme) -> None:
        super().__init__()
        self._classes, self._thumbnails, self._selecting = classes, thumbnails, False
        self._rows = RowPainter(classes, thumbnails, theme)
        self._hovered = -1
        self._selected_rows: npt.NDArray[np.bool_] = np.zeros(0, dtype=bool)  # mask of the rows
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
        rows.setDefaultSectionSize(self._rows.row_height)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setHighlightSections(False)
        header.setSectionsClickable(True)
        header.sectionClicked.connect(self._on_heading)
        self._request_timer = QTimer(self)
        self._request_timer.setSingleShot(True)
        self._request_timer.setInterval(REQUEST_DELAY)
        self._request_timer.timeout.connect(self._request_pictures)
        thumbnails.ready.connect(self._on_ready)
        theme.changed.connect(self._on_theme)
        self.activated.connect(self._on_opened)

    def sort_by(self, column: Column, *, descending: bool) -> None:
        """Sorts; the selected classes stay selected."""
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        selected = self.selected_indices()
        self._classes.sort(column, order)
        self.select_indices(selected)

    def selected_indices(self) -> IntArray:
        """Indices of the selected classes."""
        return self._classes.order[self._selected_rows]

    def select_indices(self, indices: IntArray) -> None:
        """Selects classes by index and scrolls to the first one."""
        rows = self._classes.rows_of(indices)
        selection, last = QItemSelection(), self._classes.columnCount() - 1
        for row_range in np.split(rows, np.flatnonzero(np.diff(rows) != 1) + 1):
            if len(row_range):
                first, end = int(row_range[0]), int(row_range[-1])
                selection.select(self._classes.index(first, 0), self._classes.index(end, last))
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self._selecting = True
        if len(rows):
            first_cell = self._classes.index(int(rows[0]), 0)
            no_change = QItemSelectionModel.SelectionFlag.NoUpdate
            self.selectionModel().setCurrentIndex(first_cell, no_change)
            self.scrollTo(first_cell)
        self.selectionModel().select(selection, flags)
        self._selecting = False

    def selectionChanged(  # noqa: N802 - Qt's
        self, selected: QItemSelection, removed: QItemSelection
    ) -> None:
        """Emits the selected classes."""
        super().selectionChanged(selected, removed)
        # By ranges, because Qt's list of rows asks the model about every row.
        self._selected_rows[:] = False
        for row_range in list(self.selectionModel().selection()):  # type: ignore[call-overload]
            self._selected_rows[row_range.top() : row_range.bottom() + 1] = True
        if not self._selecting:
            self.chosen.emit(self.selected_indices())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's
        """Paints the exposed rows and schedules the request of missing pictures.

        A delegate for each cell would take twice as long.
        """
        area, count = event.region().boundingRect(), self._classes.rowCount()
        first, last = self.rowAt(area.top()), self.rowAt(area.bottom())
        rows = range(first, count if last < 0 else last + 1) if first >= 0 else range(0)
        columns = [
            (self.columnViewportPosition(column), self.columnWidth(column)) for column in Column
        ]
        current = self.currentIndex().row() if self.hasFocus() else -1
        selected = self._selected_rows[rows.start : rows.stop].tolist()
        marks = RowMarks(selected, self._hovered, current)
        with self._thumbnails.held(), QPainter(self.viewport()) as painter:
            painter.fillRect(area, self.palette().base())
            self._rows.paint_rows(painter, rows, self.rowViewportPosition(first), columns, marks)
        if self._rows.incomplete and not self._request_timer.isActive():
            self._rows.incomplete = False
            self._request_timer.start()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's
        """Highlights the row under the mouse."""
        super().mouseMoveEvent(event)
        self._hover(self.rowAt(event.position().toPoint().y()))

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's
        """Removes the highlight."""
        super().leaveEvent(event)
        self._hover(-1)

    def _hover(self, row: int) -> None:
        for changed in {row, self._hovered} if row != self._hovered else ():
            self._update_row(changed)
        self._hovered = row

    def _update_row(self, row: int) -> None:
        if row >= 0:
            top = self.rowViewportPosition(row)
            self.viewport().update(0, top, self.viewport().width(), self._rows.row_height)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's
        """Gives the pictures the width that numbers and names leave."""
        super().resizeEvent(event)
        least, most = map(scaled, NAMES)
        numbers = {column: scaled(width) for column, width in WIDTHS.items()}
        room = self.viewport().width() - sum(numbers.values())
        count = pictures_in((room - 2 * least) // 2)
        count = min(max(count, LEAST_PICTURES), EXAMPLES_PER_CLASS)
        strip = count * (SIDE + GAP) - GAP + 2 * EDGE
        name = min(max((room - 2 * strip) // 2, least), most)
        widths = {**numbers, Column.NAME: name, Column.NEAREST: name}
        widths |= {Column.TYPICAL: strip, Column.DOUBTFUL: max(strip, room - 2 * name - strip)}
        for column, width in widths.items():
            self.setColumnWidth(column, width)

    def _on_heading(self, section: int) -> None:
        column = Column(section)
        if column not in SORTABLE:
            return
        same = column == self._classes.sorted_by
        descending = not self._classes.descending if same else column in DESCENDING
        self.sort_by(column, descending=descending)
        self.sorted_by.emit()

    def _request_pictures(self) -> None:
        """Requests the pictures of all visible rows; this replaces earlier requests."""
        overview, side = self._classes.overview, round(SIDE * self.devicePixelRatioF())
        if overview is None or not self.isVisible():
            return
        columns = []
        for column, rows in (
            (Column.TYPICAL, overview.facts.typical),
            (Column.DOUBTFUL, overview.facts.doubtful),
        ):
            columns.append(rows[self._visible_indices(), : pictures_in(self.columnWidth(column))])
        pictures = np.concatenate(columns, axis=1).ravel()
        self._thumbnails.want(pictures[pictures >= 0].tolist(), side)

    def _on_ready(self, rows: IntArray) -> None:
        """Repaints the rows whose pictures arrived."""
        if not self.isVisible() or self._classes.overview is None:
            return
        facts, indices = self._classes.overview.facts, self._visible_indices()
        pictures = np.concatenate([facts.typical[indices], facts.doubtful[indices]], axis=1)
        first_row = max(self.rowAt(0), 0)
        for row in np.flatnonzero(np.isin(pictures, rows).any(1)).tolist():
            self._update_row(first_row + row)

    def _visible_indices(self) -> IntArray:
        """Indices of the classes in the visible rows."""
        first, last = max(self.rowAt(0), 0), self.rowAt(self.viewport().height() - 1)
        return self._classes.order[first : None if last < 0 else last + 1]

    def _on_reset(self) -> None:
        self._hovered = -1
        self._selected_rows = np.zeros(self._classes.rowCount(), dtype=bool)
        self._rows.measure()

    def _on_theme(self) -> None:
        self._rows.prepare()
        self.viewport().update()

    def _on_opened(self) -> None:
        self.opened.emit()
