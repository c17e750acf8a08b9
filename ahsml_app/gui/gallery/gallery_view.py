"""The grid of the gallery: a view of a million cells whose geometry is computed on demand."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QRect,
    QSignalBlocker,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QAbstractItemView

from ahsml_app.base.types import IntArray
from ahsml_app.gui.gallery.delegate import GalleryDelegate
from ahsml_app.gui.gallery.gallery_model import GalleryModel
from ahsml_app.gui.gallery.rubber_band import opposite_corner, paint_band, ranges_in, ranges_of
from ahsml_app.gui.project_model import NO_RANGES
from ahsml_app.gui.widgets.qt_types import Index

AHEAD, MARGIN = 2, 4
"""Lines of cells beside the view whose thumbnails are also requested; left and right margin of the
grid, which with the gaps of the cells aligns it with the header."""

_REQUEST_DELAY, _MANY_CELLS = 30, 8  # milliseconds; cells from which all is repainted
_MOST_RANGES = 500  # limit for Qt, whose work grows with their square
_Action = QAbstractItemView.CursorAction


class GalleryView(QAbstractItemView):
    """Shows the queue with the current image and the selection of the project model.

    A QListView would lay a million cells out in batches for seconds. Meanwhile its scroll bar is
    wrong and distant cells cannot be reached.
    """

    menu_requested = Signal(QPoint)
    double_clicked = Signal()

    def __init__(self, gallery: GalleryModel, delegate: GalleryDelegate) -> None:
        super().__init__()
        self._gallery, self._delegate = gallery, delegate
        self._syncing_current = self._syncing_selection = False
        self._columns, self._cell = 1, delegate.cell()
        self._selected_ranges = NO_RANGES  # first and last positions
        self._pressed, self._band = QPoint(), QRect()
        self.setObjectName("gallery")
        self.setAccessibleName(self.tr("Images to review"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        # Opaque, so that scrolling moves the pixels and paints only the exposed strip.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setItemDelegate(delegate)
        self._request_timer = QTimer(self)
        self._request_timer.setSingleShot(True)
        self._request_timer.setInterval(_REQUEST_DELAY)
        self._request_timer.timeout.connect(self._request_thumbnails)
        self.setModel(gallery)
        self.apply_side()
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self.doubleClicked.connect(self.double_clicked)
        model = gallery.model
        model.current_changed.connect(self._on_current_row)
        model.queue_changed.connect(self._on_queue_changed)
        model.selection_changed.connect(self._on_model_selection)

    def apply_side(self) -> None:
        """Applies the delegate's cell size; the current image stays visible."""
        self.updateGeometries()
        self.viewport().update()
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())
        self._on_scrolled()

    def selectAll(self) -> None:  # noqa: N802 - Qt's
        """Selects the whole queue as one range."""
        count = self._gallery.rowCount()
        if count:
            whole = QItemSelection(self._gallery.index(0), self._gallery.index(count - 1))
            self.selectionModel().select(whole, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def selected_rows(self) -> IntArray:
        """Selected rows of the table, in the order of the queue."""
        queue = self._gallery.model.queue
        pieces = [queue[first : last + 1] for first, last in self._selected_ranges.tolist()]
        return np.concatenate(pieces) if pieces else queue[:0]

    def visible_positions(self, ahead: int = 0) -> range:
        """Visible positions of the queue, with `ahead` lines before and after."""
        beyond = ahead * self._cell.height()
        return self._positions_between(-beyond, self.viewport().height() - 1 + beyond)

    def cell_rect(self, position: int) -> QRect:
        """Rectangle of a position of the queue in the viewport."""
        line, column = divmod(position, self._columns)
        x, y = MARGIN + column * self._cell.width(), line * self._cell.height()
        return QRect(QPoint(x, y - self.verticalOffset()), self._cell)

    def visualRect(self, index: Index) -> QRect:  # noqa: N802 - Qt's
        """Rectangle of an image in the viewport."""
        return self.cell_rect(index.row()) if index.isValid() else QRect()

    def indexAt(self, point: QPoint) -> QModelIndex:  # noqa: N802 - Qt's
        """The image at a point of the viewport."""
        position = self._position_at(point)
        return QModelIndex() if position < 0 else self._gallery.index(position)

    def scrollTo(  # noqa: N802 - Qt's
        self,
        index: Index,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        """Scrolls as far as needed to show an image."""
        box, height = self.visualRect(index), self.viewport().height()
        bar, hints = self.verticalScrollBar(), QAbstractItemView.ScrollHint
        if hint == hints.PositionAtCenter:
            bar.setValue(bar.value() + box.center().y() - height // 2)
        elif box.top() < 0 or hint == hints.PositionAtTop or box.height() > height:
            bar.setValue(bar.value() + box.top())
        elif box.bottom() >= height or hint == hints.PositionAtBottom:
            bar.setValue(bar.value() + box.bottom() + 1 - height)

    def moveCursor(  # noqa: N802 - Qt's
        self, action: _Action, _modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        """The image that a cursor key moves to."""
        count = self._gallery.rowCount()
        if not count:
            return QModelIndex()
        page = max(1, self.viewport().height() // self._cell.height()) * self._columns
        present = self.currentIndex().row()
        ends = {_Action.MoveHome: 0, _Action.MoveEnd: count - 1}
        steps = {
            _Action.MoveLeft: -1,
            _Action.MovePrevious: -1,
            _Action.MoveRight: 1,
            _Action.MoveNext: 1,
            _Action.MoveUp: -self._columns,
            _Action.MoveDown: self._columns,
            _Action.MovePageUp: -page,
            _Action.MovePageDown: page,
        }
        if present < 0 or action in ends:
            return self._gallery.index(max(0, ends.get(action, 0)))
        position = present + steps[action]
        if action in (_Action.MovePageUp, _Action.MovePageDown):
            position = min(max(position, 0), count - 1)
        elif position >= count and present // self._columns < (count - 1) // self._columns:
            position = count - 1  # the last line may be shorter
        return self._gallery.index(position if 0 <= position < count else present)

    def horizontalOffset(self) -> int:  # noqa: N802 - Qt's
        """Always 0, because the grid does not scroll sideways."""
        return 0

    def verticalOffset(self) -> int:  # noqa: N802 - Qt's
        """Scroll offset in pixels."""
        return self.verticalScrollBar().value()

    def isIndexHidden(self, _: Index) -> bool:  # noqa: N802 - Qt's
        """Always false, because filters change the queue instead."""
        return False

    def setSelection(  # noqa: N802 - Qt's
        self, area: QRect, command: QItemSelectionModel.SelectionFlag
    ) -> None:
        """Selects the images between two corners: those of a rectangle that is drawn, or a run."""
        start, end = area.topLeft(), area.bottomRight()
        drawn = self.state() == QAbstractItemView.State.DragSelectingState
        if drawn:
            start = self._pressed - QPoint(0, self.verticalOffset())
            end = opposite_corner(area, start)
            self._band = QRect(start, end).normalized()
            self.viewport().update()
        single = area.width() == 1 and area.height() == 1
        first = self._position_at(start) if single else self._nearest_position(start)
        last = first if single else self._nearest_position(end)
        selection = QItemSelection()
        ranges = [(min(first, last), max(first, last))]
        if drawn and first >= 0:
            ranges = ranges_in(first, last, self._columns, self._gallery.rowCount())
        for low, high in ranges if min(first, last) >= 0 else ():
            selection.select(self._gallery.index(low), self._gallery.index(high))
        self.selectionModel().select(selection, command)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:  # noqa: N802
        """Region of the visible cells, or the whole viewport if there are many, which is faster."""
        region, visible = QRegion(), self.visible_positions()
        ranges = list(ranges_of(selection))
        if len(ranges) > _MANY_CELLS:
            return QRegion(self.viewport().rect())
        for span in ranges:
            positions = range(max(span.start, visible.start), min(span.stop, visible.stop))
            if len(positions) > _MANY_CELLS:
                return QRegion(self.viewport().rect())
            for position in positions:
                region += self.cell_rect(position)
        return region

    def currentChanged(self, current: Index, previous: Index) -> None:  # noqa: N802 - Qt's
        """Sets the current image of the project model."""
        super().currentChanged(current, previous)
        if not self._syncing_current and current.isValid():
            self._syncing_current = True
            self._gallery.model.set_current(self._gallery.row_at(current.row()))
            self._syncing_current = False
        for index in (current, previous):
            self.viewport().update(self.visualRect(index))

    def selectionChanged(  # noqa: N802 - Qt's
        self, selected: QItemSelection, removed: QItemSelection
    ) -> None:
        """Sets the selection of the project model."""
        super().selectionChanged(selected, removed)
        self._update_selection()

    def updateGeometries(self) -> None:  # noqa: N802 - Qt's
        """Spreads the columns over the width and updates the scroll bar."""
        super().updateGeometries()
        cell, room, bar = self._delegate.cell(), self.viewport().size(), self.verticalScrollBar()
        # Always reserves the scroll bar's width, because its visibility depends on the columns.
        width = max(1, self.width() - bar.sizeHint().width() - 2 * MARGIN)
        self._columns = max(1, width // cell.width())
        cell.setWidth(max(1, width // self._columns))
        self._cell = self._delegate.hint = cell
        line_count = -(-self._gallery.rowCount() // self._columns)
        bar.setRange(0, max(0, line_count * cell.height() - room.height()))
        bar.setPageStep(max(cell.height(), room.height() // cell.height() * cell.height()))
        bar.setSingleStep(max(1, cell.height() // 3))  # a wheel notch scrolls one line

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's
        """Paints the exposed cells."""
        region = event.region()
        area = region.boundingRect()
        positions = self._positions_between(area.top(), area.bottom())
        width, top = self._cell.width(), self.verticalOffset()
        corners = []
        for position in positions:
            line, column = divmod(position, self._columns)
            corners.append(QPoint(MARGIN + column * width, line * self._cell.height() - top))
        exposed = list(range(len(positions)))
        if area != self.viewport().rect():
            exposed = [n for n in exposed if region.intersects(QRect(corners[n], self._cell))]
        rows = self._gallery.model.queue[positions.start : positions.stop][exposed]
        selected = self._selected_between(positions)[exposed].tolist()
        with self._gallery.thumbnails.held(), QPainter(self.viewport()) as painter:
            painter.fillRect(area, self.palette().base())
            exposed_corners = [corners[n] for n in exposed]
            self._delegate.paint_cells(painter, self._cell, rows, exposed_corners, selected)
            paint_band(painter, self._band, self.palette().highlight().color())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's
        """Keeps the topmost images visible when the number of columns changes."""
        top = self.verticalOffset() // self._cell.height() * self._columns
        columns, current = self._columns, self.currentIndex()
        followed = current.row() in self._positions_between(0, event.oldSize().height() - 1)
        super().resizeEvent(event)
        self.updateGeometries()
        if self._columns != columns:
            self.verticalScrollBar().setValue(top // self._columns * self._cell.height())
        if followed:
            self.scrollTo(current)
        self._on_scrolled()

    def showEvent(self, _: QShowEvent) -> None:  # noqa: N802 - Qt's
        """Shows the current image, which may have been set while the view was hidden."""
        self.scrollTo(self.currentIndex())

    def scrollContentsBy(self, _dx: int, dy: int) -> None:  # noqa: N802 - Qt's
        """Moves the painted pixels, unless few of them stay visible.

        Painting a region of many rectangles takes twice as long as painting the whole view.
        """
        self.scrollDirtyRegion(0, dy)
        if 2 * abs(dy) > self.viewport().height():
            self.viewport().update()
        else:
            self.viewport().scroll(0, dy)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's
        """Stores the start of a selection by dragging."""
        self._pressed = event.position().toPoint() + QPoint(0, self.verticalOffset())
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's
        """Removes the rectangle."""
        super().mouseReleaseEvent(event)
        self._band = QRect()
        self.viewport().update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - Qt's
        """Requests a menu at the mouse, or at the current image for the menu key."""
        point = event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard and self.currentIndex().isValid():
            point = self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).center())
        self.menu_requested.emit(point)

    def _position_at(self, point: QPoint) -> int:
        """Position in the queue at a point, -1 for none."""
        column = (point.x() - MARGIN) // self._cell.width()
        if not 0 <= column < self._columns or point.y() + self.verticalOffset() < 0:
            return -1
        line = (point.y() + self.verticalOffset()) // self._cell.height()
        position = line * self._columns + column
        return position if position < self._gallery.rowCount() else -1

    def _nearest_position(self, point: QPoint) -> int:
        """Position in the queue nearest to a point; -1 for an empty queue."""
        column = (point.x() - MARGIN) // self._cell.width()
        line = max(0, (point.y() + self.verticalOffset()) // self._cell.height())
        position = line * self._columns + min(max(column, 0), self._columns - 1)
        return min(position, self._gallery.rowCount() - 1)

    def _positions_between(self, top: int, bottom: int) -> range:
        """Positions in the lines between two heights of the viewport."""
        height, count = self._cell.height(), self._gallery.rowCount()
        offset = self.verticalOffset()
        first, last = max(0, (offset + top) // height), (offset + bottom) // height + 1
        return range(min(count, first * self._columns), min(count, last * self._columns))

    def _selected_between(self, positions: range) -> npt.NDArray[np.bool_]:
        """Mask of the selected positions."""
        selected = np.zeros(len(positions), dtype=bool)
        low = np.searchsorted(self._selected_ranges[:, 1], positions.start)
        high = np.searchsorted(self._selected_ranges[:, 0], positions.stop)
        for first, last in self._selected_ranges[low:high].tolist():
            selected[max(first - positions.start, 0) : last + 1 - positions.start] = True
        return selected

    def _update_selection(self) -> None:
        chosen = ranges_of(self.selectionModel().selection())
        bounds = sorted((each.start, each.stop - 1) for each in chosen)
        self._selected_ranges = np.array(bounds, dtype=np.int64).reshape(-1, 2)
        self._syncing_selection = True
        self._gallery.model.set_selection(self.selected_rows())
        self._syncing_selection = False

    def _on_model_selection(self, rows: IntArray) -> None:
        """Shows a selection that another view made."""
        if self._syncing_selection:
            return
        self._selected_ranges = self._gallery.model.ranges(rows)
        selection, model = QItemSelection(), self.selectionModel()
        if len(self._selected_ranges) <= _MOST_RANGES:
            for first, last in self._selected_ranges.tolist():
                selection.select(self._gallery.index(first), self._gallery.index(last))
        with QSignalBlocker(model):
            model.select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.viewport().update()

    def _on_scrolled(self) -> None:
        if not self._request_timer.isActive():
            self._request_timer.start()

    def _request_thumbnails(self) -> None:
        """Requests the visible thumbnails, then those nearby."""
        if not self.isVisible():
            return
        queue = self._gallery.model.queue
        visible, nearby = self.visible_positions(), self.visible_positions(AHEAD)
        below, above = range(visible.stop, nearby.stop), range(nearby.start, visible.start)
        rows = [queue[positions.start : positions.stop] for positions in (visible, below, above)]
        self._gallery.thumbnails.want(np.concatenate(rows).tolist())

    def _on_current_row(self, row: int) -> None:
        if self._syncing_current:
            return
        position = self._gallery.model.position(row)
        self._syncing_current = True
        if position >= 0:
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.selectionModel().setCurrentIndex(self._gallery.index(position), flags)
        elif row >= 0:  # an image that the filters hide: no other one shall look like it
            self.selectionModel().clear()
        self._syncing_current = False
        self.viewport().update()

    def _on_queue_changed(self) -> None:
        self._update_selection()
        self.updateGeometries()
        self.verticalScrollBar().setValue(0)
        self._on_current_row(self._gallery.model.current)
        self._on_scrolled()
