"""The grid: a list view that lays a million cells out in slices."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QPoint,
    QRect,
    QTimer,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QListView

from ahsml_app.gui.gallery.delegate import GalleryDelegate
from ahsml_app.gui.gallery.model import GalleryModel, Index

BATCH = 2000
AHEAD = 2
"""Rows of cells beyond the view whose thumbnails are asked for as well."""


class GalleryView(QListView):
    """Shows the queue; current image and selection are those of the project model."""

    menu_requested = Signal(QPoint)

    def __init__(self, gallery: GalleryModel, delegate: GalleryDelegate) -> None:
        super().__init__()
        self._gallery, self._delegate = gallery, delegate
        self._following = False
        self.setObjectName("gallery")
        self.setAccessibleName(self.tr("Images to review"))
        # ListMode with wrapping lays out in batches; IconMode needs seconds for a million.
        self.setViewMode(QListView.ViewMode.ListMode)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setUniformItemSizes(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setLayoutMode(QListView.LayoutMode.Batched)
        self.setBatchSize(BATCH)
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(False)
        self.setItemDelegate(delegate)
        self.setModel(gallery)
        self.apply_side()
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(60)
        self._settle.timeout.connect(self._on_settled)
        self.verticalScrollBar().valueChanged.connect(self._settle.start)
        self.doubleClicked.connect(self._on_double_clicked)
        model = gallery.model
        model.current_changed.connect(self._on_current_row)
        model.queue_changed.connect(self._on_queue_changed)

    double_clicked = Signal()

    def apply_side(self) -> None:
        """Take the delegate's cell size; the current image stays in view."""
        self._fit_grid()
        self._on_current_row(self._gallery.model.current)

    def select_all(self) -> None:
        """Select the whole queue, as one range."""
        count = self._gallery.rowCount()
        if count:
            whole = QItemSelection(self._gallery.index(0), self._gallery.index(count - 1))
            self.selectionModel().select(whole, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def visualRegionForSelection(self, _: QItemSelection) -> QRegion:  # noqa: N802 - Qt's
        """The whole view: adding up the cells of a large selection takes seconds."""
        return QRegion(self.viewport().rect())

    def currentChanged(self, current: Index, previous: Index) -> None:  # noqa: N802
        """Tell the model which image is under review."""
        super().currentChanged(current, previous)
        if not self._following and current.isValid():
            self._following = True
            self._gallery.model.set_current(self._gallery.row_at(current.row()))
            self._following = False
        self.viewport().update()

    def selectionChanged(self, selected: QItemSelection, removed: QItemSelection) -> None:  # noqa: N802
        """Tell the model what is selected."""
        super().selectionChanged(selected, removed)
        self._gallery.model.set_selection(self.selected_rows())

    def selected_rows(self) -> np.ndarray[Any, np.dtype[np.int64]]:
        """Rows of the table that are selected, range by range."""
        queue = self._gallery.model.queue
        ranges = list(self.selectionModel().selection())  # type: ignore[call-overload]
        parts = [queue[r.top() : r.bottom() + 1] for r in ranges]
        return np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)

    def visible_places(self) -> range:
        """Places of the queue that are in view, and a little beyond."""
        cell, area = self.gridSize(), self.viewport().rect()
        columns = max(1, area.width() // max(1, cell.width()))
        top = self.verticalScrollBar().value() // max(1, cell.height())
        lines = area.height() // max(1, cell.height()) + 1 + AHEAD
        count = self._gallery.rowCount()
        return range(min(count, max(0, top - 1) * columns), min(count, (top + lines) * columns))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's
        """Ask for what has come into view."""
        self._fit_grid()
        super().resizeEvent(event)
        self._settle.start()

    def _fit_grid(self) -> None:
        """Spread the columns over the whole width."""
        cell, width = self._delegate.cell(), self.viewport().width()
        columns = max(1, width // cell.width())
        # One pixel less: a line that is exactly full would wrap.
        cell.setWidth(max(cell.width(), (width - 1) // columns))
        self._delegate.hint = cell
        if cell != self.gridSize():
            self.setGridSize(cell)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - Qt's
        """Let the panel show a menu."""
        self.menu_requested.emit(event.globalPos())

    def scrollTo(  # noqa: N802 - Qt's
        self, index: Index, hint: QListView.ScrollHint = QListView.ScrollHint.EnsureVisible
    ) -> None:
        """Scroll only as far as needed, and by arithmetic while the layout is not done yet."""
        cell, area = self.gridSize(), self.viewport().rect()
        columns = max(1, area.width() // max(1, cell.width()))
        top = index.row() // columns * cell.height()
        bar = self.verticalScrollBar()
        wanted = bar.value()
        if top < wanted or hint == QListView.ScrollHint.PositionAtTop:
            wanted = top
        elif top + cell.height() > wanted + area.height():
            wanted = top + cell.height() - area.height()
        if wanted > bar.maximum():
            super().scrollTo(index, hint)
        else:
            bar.setValue(wanted)

    def _on_settled(self) -> None:
        queue = self._gallery.model.queue
        places = self.visible_places()
        rows = queue[places.start : places.stop]
        self._gallery.thumbnails.keep_only(rows)
        for row in rows[::-1]:
            self._gallery.thumbnails.pixmap(int(row))

    def _on_current_row(self, row: int) -> None:
        if self._following:
            return
        place = self._gallery.model.place(row)
        self._following = True
        if place >= 0:
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.selectionModel().setCurrentIndex(self._gallery.index(place), flags)
        self._following = False
        self.viewport().update()

    def _on_queue_changed(self) -> None:
        self.verticalScrollBar().setValue(0)
        self._on_current_row(self._gallery.model.current)
        self._settle.start()

    def _on_double_clicked(self) -> None:
        self.double_clicked.emit()

    def visible_rectangle(self, place: int) -> QRect:
        """Where a place of the queue lies in the view."""
        return self.visualRect(self._gallery.index(place))
