"""The grid: a view of a million cells that needs no layout, because each place is arithmetic."""

from __future__ import annotations

from collections.abc import Iterator

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
)
from PySide6.QtWidgets import QAbstractItemView

from ahsml_app.base.types import IntArray
from ahsml_app.gui.gallery.delegate import GalleryDelegate
from ahsml_app.gui.gallery.gallery_model import GalleryModel
from ahsml_app.gui.project_model import NO_RANGES
from ahsml_app.gui.widgets.qt_types import Index

AHEAD = 2
"""Lines of cells beyond the view whose thumbnails are asked for as well."""

MARGIN = 4
"""At the left and right of the grid; with the gaps of the cells it lines up with the header."""

_ASK_MILLISECONDS, _FEW_CELLS = 30, 8
_MOST_RANGES = 500  # that Qt is told of: its work grows with their square
_Action = QAbstractItemView.CursorAction


class GalleryView(QAbstractItemView):
    """Shows the queue; current image and selection are those of the project model.

    Not a QListView: that lays a million cells out in slices for seconds, during which the scroll
    bar is wrong and far places cannot be reached.
    """

    menu_requested = Signal(QPoint)
    double_clicked = Signal()

    def __init__(self, gallery: GalleryModel, delegate: GalleryDelegate) -> None:
        super().__init__()
        self._gallery, self._delegate = gallery, delegate
        self._following = self._taking = False
        self._columns, self._cell = 1, delegate.cell()
        self._chosen = NO_RANGES  # selected places
        self._pressed = QPoint()
        self.setObjectName("gallery")
        self.setAccessibleName(self.tr("Images to review"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        # Opaque, so that scrolling moves what is there and paints only what comes into view.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setItemDelegate(delegate)
        self._ask = QTimer(self)
        self._ask.setSingleShot(True)
        self._ask.setInterval(_ASK_MILLISECONDS)
        self._ask.timeout.connect(self._on_ask)
        self.setModel(gallery)
        self.apply_side()
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self.doubleClicked.connect(self._on_double_clicked)
        model = gallery.model
        model.current_changed.connect(self._on_current_row)
        model.queue_changed.connect(self._on_queue_changed)
        model.selection_changed.connect(self._on_selected_elsewhere)

    def apply_side(self) -> None:
        """Take the delegate's cell size; the current image stays in view."""
        self.updateGeometries()
        self.viewport().update()
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())
        self._on_scrolled()

    def select_all(self) -> None:
        """Select the whole queue, as one range."""
        self.selectAll()

    def selectAll(self) -> None:  # noqa: N802 - Qt's
        """Select the whole queue, as one range."""
        count = self._gallery.rowCount()
        if count:
            whole = QItemSelection(self._gallery.index(0), self._gallery.index(count - 1))
            self.selectionModel().select(whole, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def selected_rows(self) -> IntArray:
        """Rows of the table that are selected, in the order of the queue."""
        queue = self._gallery.model.queue
        parts = [queue[first : last + 1] for first, last in self._chosen.tolist()]
        return np.concatenate(parts) if parts else queue[:0]

    def visible_places(self, ahead: int = 0) -> range:
        """Places of the queue that are in view, and some lines before and after."""
        beyond = ahead * self._cell.height()
        return self._places_between(-beyond, self.viewport().height() - 1 + beyond)

    def visible_rectangle(self, place: int) -> QRect:
        """Where a place of the queue lies in the view."""
        line, column = divmod(place, self._columns)
        x, y = MARGIN + column * self._cell.width(), line * self._cell.height()
        return QRect(QPoint(x, y - self.verticalOffset()), self._cell)

    def visualRect(self, index: Index) -> QRect:  # noqa: N802 - Qt's
        """Where an image lies in the view."""
        return self.visible_rectangle(index.row()) if index.isValid() else QRect()

    def indexAt(self, point: QPoint) -> QModelIndex:  # noqa: N802 - Qt's
        """The image at a point of the view."""
        place = self._place_at(point)
        return QModelIndex() if place < 0 else self._gallery.index(place)

    def scrollTo(  # noqa: N802 - Qt's
        self,
        index: Index,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        """Scroll only as far as needed."""
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
        """The image that a key leads to."""
        count = self._gallery.rowCount()
        if not count:
            return QModelIndex()
        page = max(1, self.viewport().height() // self._cell.height()) * self._columns
        here = self.currentIndex().row()
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
        if here < 0 or action in ends:
            return self._gallery.index(max(0, ends.get(action, 0)))
        place = here + steps[action]
        if action in (_Action.MovePageUp, _Action.MovePageDown):
            place = min(max(place, 0), count - 1)
        elif place >= count and here // self._columns < (count - 1) // self._columns:
            place = count - 1  # the last line is shorter
        return self._gallery.index(place if 0 <= place < count else here)

    def horizontalOffset(self) -> int:  # noqa: N802 - Qt's
        """Nothing scrolls sideways."""
        return 0

    def verticalOffset(self) -> int:  # noqa: N802 - Qt's
        """How far the view is scrolled, in pixels."""
        return self.verticalScrollBar().value()

    def isIndexHidden(self, _: Index) -> bool:  # noqa: N802 - Qt's
        """No image is hidden; filtering changes the queue."""
        return False

    def setSelection(  # noqa: N802 - Qt's
        self, area: QRect, command: QItemSelectionModel.SelectionFlag
    ) -> None:
        """Select what lies between two corners in the order of the queue, as a text would be."""
        start, end = area.topLeft(), area.bottomRight()
        if self.state() == QAbstractItemView.State.DragSelectingState:
            # Qt hands a rectangle without direction over; the corner of the press gives it back.
            start = self._pressed - QPoint(0, self.verticalOffset())
            other_x = area.left() if abs(start.x() - area.right()) <= 1 else area.right()
            other_y = area.top() if abs(start.y() - area.bottom()) <= 1 else area.bottom()
            end = QPoint(other_x, other_y)
        single = area.width() == 1 and area.height() == 1
        first = self._place_at(start) if single else self._nearest_place(start)
        last = first if single else self._nearest_place(end)
        chosen = QItemSelection()
        if first >= 0 and last >= 0:
            low, high = min(first, last), max(first, last)
            chosen.select(self._gallery.index(low), self._gallery.index(high))
        self.selectionModel().select(chosen, command)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:  # noqa: N802
        """The cells in view; the whole view if there are many, as adding them up takes long."""
        region, shown = QRegion(), self.visible_places()
        parts = list(_ranges(selection))
        if len(parts) > _FEW_CELLS:
            return QRegion(self.viewport().rect())
        for part in parts:
            places = range(max(part.start, shown.start), min(part.stop, shown.stop))
            if len(places) > _FEW_CELLS:
                return QRegion(self.viewport().rect())
            for place in places:
                region += self.visible_rectangle(place)
        return region

    def currentChanged(self, current: Index, previous: Index) -> None:  # noqa: N802 - Qt's
        """Tell the model which image is under review."""
        super().currentChanged(current, previous)
        if not self._following and current.isValid():
            self._following = True
            self._gallery.model.set_current(self._gallery.row_at(current.row()))
            self._following = False
        for index in (current, previous):
            self.viewport().update(self.visualRect(index))

    def selectionChanged(  # noqa: N802 - Qt's
        self, selected: QItemSelection, removed: QItemSelection
    ) -> None:
        """Tell the model what is selected."""
        super().selectionChanged(selected, removed)
        self._take_selection()

    def updateGeometries(self) -> None:  # noqa: N802 - Qt's
        """Spread the columns over the whole width and set the scroll bar."""
        super().updateGeometries()
        least, room, bar = self._delegate.cell(), self.viewport().size(), self.verticalScrollBar()
        # Room for the bar whether it is there or not: it depends on the number of columns.
        width = max(1, self.width() - bar.sizeHint().width() - 2 * MARGIN)
        self._columns = max(1, width // least.width())
        least.setWidth(max(1, width // self._columns))
        self._cell = self._delegate.hint = least
        lines = -(-self._gallery.rowCount() // self._columns)
        bar.setRange(0, max(0, lines * least.height() - room.height()))
        bar.setPageStep(max(least.height(), room.height() // least.height() * least.height()))
        bar.setSingleStep(max(1, least.height() // 3))  # a notch of the wheel is a line

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's
        """Paint the cells that are in the exposed area."""
        region = event.region()
        area = region.boundingRect()
        places = self._places_between(area.top(), area.bottom())
        width, top = self._cell.width(), self.verticalOffset()
        corners = []
        for place in places:
            line, column = divmod(place, self._columns)
            corners.append(QPoint(MARGIN + column * width, line * self._cell.height() - top))
        exposed = list(range(len(places)))
        if area != self.viewport().rect():
            exposed = [n for n in exposed if region.intersects(QRect(corners[n], self._cell))]
        rows = self._gallery.model.queue[places.start : places.stop][exposed]
        chosen = self._selected_between(places)[exposed].tolist()
        with self._gallery.thumbnails.held(), QPainter(self.viewport()) as painter:
            painter.fillRect(area, self.palette().base())
            shown = [corners[n] for n in exposed]
            self._delegate.paint_cells(painter, self._cell, rows, shown, chosen)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's
        """Keep the topmost images in view when the number of columns changes."""
        top = self.verticalOffset() // self._cell.height() * self._columns
        columns = self._columns
        super().resizeEvent(event)
        self.updateGeometries()
        if self._columns != columns:
            self.verticalScrollBar().setValue(top // self._columns * self._cell.height())
        self._on_scrolled()

    def scrollContentsBy(self, _dx: int, dy: int) -> None:  # noqa: N802 - Qt's
        """Move what is painted already, unless little of it stays in view.

        Painting through a region of many rectangles takes twice as long as the whole view does.
        """
        self.scrollDirtyRegion(0, dy)
        if 2 * abs(dy) > self.viewport().height():
            self.viewport().update()
        else:
            self.viewport().scroll(0, dy)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's
        """Remember where a selection by dragging begins."""
        self._pressed = event.position().toPoint() + QPoint(0, self.verticalOffset())
        super().mousePressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - Qt's
        """Let the panel show a menu; by key it opens at the current image."""
        place = event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard and self.currentIndex().isValid():
            place = self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).center())
        self.menu_requested.emit(place)

    def _place_at(self, point: QPoint) -> int:
        """Place of the queue at a point, -1 for none."""
        column = (point.x() - MARGIN) // self._cell.width()
        if not 0 <= column < self._columns or point.y() + self.verticalOffset() < 0:
            return -1
        line = (point.y() + self.verticalOffset()) // self._cell.height()
        place = line * self._columns + column
        return place if place < self._gallery.rowCount() else -1

    def _nearest_place(self, point: QPoint) -> int:
        """Place of the queue at a point, or the nearest one; -1 for an empty queue."""
        column = (point.x() - MARGIN) // self._cell.width()
        line = max(0, (point.y() + self.verticalOffset()) // self._cell.height())
        place = line * self._columns + min(max(column, 0), self._columns - 1)
        return min(place, self._gallery.rowCount() - 1)

    def _places_between(self, top: int, bottom: int) -> range:
        """Places of the queue in the lines between two heights of the view."""
        height, count = self._cell.height(), self._gallery.rowCount()
        offset = self.verticalOffset()
        first, last = max(0, (offset + top) // height), (offset + bottom) // height + 1
        return range(min(count, first * self._columns), min(count, last * self._columns))

    def _selected_between(self, places: range) -> npt.NDArray[np.bool_]:
        """Which of the places are selected."""
        selected = np.zeros(len(places), dtype=bool)
        low = np.searchsorted(self._chosen[:, 1], places.start)
        high = np.searchsorted(self._chosen[:, 0], places.stop)
        for first, last in self._chosen[low:high].tolist():
            selected[max(first - places.start, 0) : last + 1 - places.start] = True
        return selected

    def _take_selection(self) -> None:
        parts = _ranges(self.selectionModel().selection())
        runs = sorted((part.start, part.stop - 1) for part in parts)
        self._chosen = np.array(runs, dtype=np.int64).reshape(-1, 2)
        self._taking = True
        self._gallery.model.set_selection(self.selected_rows())
        self._taking = False

    def _on_selected_elsewhere(self, rows: IntArray) -> None:
        """Show what another view selected."""
        if self._taking:
            return
        self._chosen = self._gallery.model.ranges(rows)
        chosen, model = QItemSelection(), self.selectionModel()
        if len(self._chosen) <= _MOST_RANGES:
            for first, last in self._chosen.tolist():
                chosen.select(self._gallery.index(first), self._gallery.index(last))
        with QSignalBlocker(model):
            model.select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.viewport().update()

    def _on_scrolled(self) -> None:
        if not self._ask.isActive():
            self._ask.start()

    def _on_ask(self) -> None:
        """Ask for what is in view, then for what is near it."""
        if not self.isVisible():
            return
        queue, shown, near = (
            self._gallery.model.queue,
            self.visible_places(),
            self.visible_places(AHEAD),
        )
        after, before = range(shown.stop, near.stop), range(near.start, shown.start)
        rows = [queue[part.start : part.stop] for part in (shown, after, before)]
        self._gallery.thumbnails.want(np.concatenate(rows).tolist())

    def _on_current_row(self, row: int) -> None:
        if self._following:
            return
        place = self._gallery.model.position(row)
        self._following = True
        if place >= 0:
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.selectionModel().setCurrentIndex(self._gallery.index(place), flags)
        self._following = False
        self.viewport().update()

    def _on_queue_changed(self) -> None:
        self._take_selection()
        self.updateGeometries()
        self.verticalScrollBar().setValue(0)
        self._on_current_row(self._gallery.model.current)
        self._on_scrolled()

    def _on_double_clicked(self) -> None:
        self.double_clicked.emit()


def _ranges(selection: QItemSelection) -> Iterator[range]:
    """The places of a selection, range by range."""
    for part in list(selection):  # type: ignore[call-overload]
        yield range(part.top(), part.bottom() + 1)
