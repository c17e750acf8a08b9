"""The heat map as a widget: mouse, keys, cursor and selection."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from ahsml_app.gui.confusion.confusion_picture import HeatPicture
from ahsml_app.gui.confusion.grid import Grid
from ahsml_app.gui.confusion.heat_raster import Raster
from ahsml_app.gui.confusion.marks import NOWHERE, Cell, Marks
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.session.analysis.confusion_matrix import Block, Measure

ZOOM_STEP = 1.3
_NOTCH = 120
_NEAR = 3
"""Pixels around the mouse in which the largest cell is picked where cells are tiny."""

_ARROWS = {
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
}
_CHORD = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)


class HeatMap(QWidget):
    """Shows a matrix. Rows are given classes, columns suggested ones, both by position.

    Attributes:
        picture: Paints the matrix.
        grid: The visible part of the matrix.

    Signals:
        pointed: Row and column of the cell under the mouse, (-1, -1) for none.
        moved: Row and column of the cursor.
        chosen: The block that was clicked or drawn.
        review_requested: Enter or a double click.
        menu_requested: A right click or the menu key; its position on the screen.
        diagonal_requested: The key that shows or hides the diagonal.
        zoomed: The visible part changed.
    """

    pointed = Signal(int, int)
    moved = Signal(int, int)
    chosen = Signal(object)
    review_requested = Signal()
    menu_requested = Signal(QPoint)
    diagonal_requested = Signal()
    zoomed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        titles = (self.tr("given class"), self.tr("suggested class"))
        self.picture = HeatPicture(theme, self.font(), titles)
        self.grid = Grid()
        self._marks = Marks()
        self._hovered = NOWHERE
        self._pixmap: QPixmap | None = None
        self._pressed: QPointF | None = None
        self._line_is_row: bool | None = None  # whether dragged labels are rows; None for cells
        self._panned_from: QPointF | None = None
        self._commands: dict[int, Callable[[], object]] = {
            Qt.Key.Key_Plus: partial(self.zoom, ZOOM_STEP),
            Qt.Key.Key_Equal: partial(self.zoom, ZOOM_STEP),
            Qt.Key.Key_Minus: partial(self.zoom, 1 / ZOOM_STEP),
            Qt.Key.Key_Home: self.reset_zoom,
            Qt.Key.Key_D: self.diagonal_requested.emit,
            Qt.Key.Key_Return: self.review_requested.emit,
            Qt.Key.Key_Enter: self.review_requested.emit,
            Qt.Key.Key_Menu: self._menu_at_cursor,
        }
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Heat map of given and suggested classes"))
        theme.changed.connect(self.redraw)

    @property
    def cursor_cell(self) -> Cell:
        """Row and column of the cursor, (-1, -1) for none."""
        return self._marks.cursor

    @property
    def block(self) -> Block | None:
        """The selected cells, None for none."""
        return self._marks.block

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's
        """A comfortable size."""
        return QSize(640, 560)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's
        """Room for labels and some cells."""
        return QSize(320, 280)

    def show_matrix(self, raster: Raster, names: tuple[str, ...], measure: Measure) -> None:
        """Shows another matrix or measure; zoom and cursor stay where possible."""
        picture, fitted = self.picture, self.grid.whole
        if len(names) < self.grid.size:
            self._marks.clear()
            self._hovered, fitted = NOWHERE, True
        if names != picture.names:
            picture.set_names(names)
        picture.raster, picture.measure = raster, measure
        area = self._area()
        grid = replace(self.grid, size=len(names), width=area.width(), height=area.height())
        self._set_grid(grid.fitted() if fitted else grid.resized(area.width(), area.height()))
        self.redraw()

    def set_diagonal(self, *, shown: bool) -> None:
        """Shows or hides the cells in which label and suggestion agree."""
        self.picture.diagonal = shown
        self.redraw()

    def redraw(self) -> None:
        """Repaints the whole map."""
        self._pixmap = None
        self.update()

    def zoom(self, factor: float) -> None:
        """Scales the cells, around the cursor if it is visible."""
        row, column = self.cursor_cell
        x, y, width, height = self.grid.box((row, row + 1, column, column + 1))
        point = QPointF(x + width / 2, y + height / 2)
        area = QRectF(0, 0, self.grid.width, self.grid.height)
        if self.cursor_cell == NOWHERE or not area.contains(point):
            point = area.center()
        self._set_grid(self.grid.zoomed(factor, point.x(), point.y()))

    def reset_zoom(self) -> None:
        """Fits all classes into the view."""
        self._set_grid(self.grid.fitted())

    def set_cursor(self, row: int, column: int, *, extend: bool = False) -> None:
        """Moves the cursor to a cell and shows it; `extend` extends the selected block."""
        size = self.grid.size
        if not size:
            return
        cell = (min(max(row, 0), size - 1), min(max(column, 0), size - 1))
        self._marks.select_cell(cell, extend=extend)
        self._show_cursor()

    def choose_line(self, position: int, *, row: bool, extend: bool = False) -> None:
        """Selects a whole row or column; `extend` extends the selected lines."""
        if not self.grid.size:
            return
        cursor = self.cursor_cell if self.cursor_cell != NOWHERE else self._start_cell()
        top, bottom, left, right = self.grid.visible()
        cell = (
            (position, min(max(cursor[1], left), right - 1))
            if row
            else (min(max(cursor[0], top), bottom - 1), position)
        )
        self._marks.select_line(cell, self.grid.size, row=row, extend=extend)
        self._show_cursor()

    def _show_cursor(self) -> None:
        self._set_grid(self.grid.showing(*self.cursor_cell))
        self.update()
        self.moved.emit(*self.cursor_cell)

    def cell_point(self, row: int, column: int) -> QPoint:
        """Middle of a cell in pixels of the widget."""
        x, y, width, height = self.grid.box((row, row + 1, column, column + 1))
        area = self._area()
        return QPointF(area.x() + x + width / 2, area.y() + y + height / 2).toPoint()

    def event(self, event: QEvent) -> bool:
        """Keeps the keys of the map from the window's shortcuts."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and (
                _selects_line(event)
                or (
                    not event.modifiers() & _CHORD
                    and (event.key() in _ARROWS or event.key() in self._commands)
                )
            )
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's
        """Moves the cursor with the arrows, extends with Shift; Shift+Space selects the row.

        Ctrl+Space selects the column, as in spreadsheets; `_commands` holds the other keys.
        """
        key, chord = Qt.Key(event.key()), event.modifiers() & _CHORD
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if _selects_line(event) and self.picture.raster is not None:
            cursor = self.cursor_cell if self.cursor_cell != NOWHERE else self._start_cell()
            self.choose_line(cursor[0 if shift else 1], row=shift)
        elif chord or self.picture.raster is None:
            super().keyPressEvent(event)
        elif key in _ARROWS:
            row, column = self.cursor_cell if self.cursor_cell != NOWHERE else self._start_cell()
            if self.cursor_cell != NOWHERE:
                row, column = row + _ARROWS[key][0], column + _ARROWS[key][1]
            self.set_cursor(row, column, extend=shift)
        elif key in self._commands:
            self._commands[key]()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's
        """Starts a click or a block; a label selects its row or column.

        The middle button, or Ctrl, pans the map.
        """
        point, button = event.position(), event.button()
        if self.picture.raster is None:
            return
        ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        label = self.picture.label_at(self.grid, self._area(), point)
        left = button == Qt.MouseButton.LeftButton
        if button == Qt.MouseButton.MiddleButton or (left and ctrl):
            self._panned_from = point
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif left and self._cell_at(point) != NOWHERE:
            self._pressed = point
            self.set_cursor(*self._cell_at(point), extend=shift)
        elif left and label is not None:
            self._pressed, self._line_is_row = point, label[1]
            self.choose_line(label[0], row=label[1], extend=shift)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's
        """Extends the block, pans the map, or marks the cell under the mouse."""
        point = event.position()
        if self._panned_from is not None:
            distance, self._panned_from = point - self._panned_from, point
            self._set_grid(self.grid.moved(distance.x(), distance.y()))
        elif self._pressed is not None:
            if (point - self._pressed).manhattanLength() >= QApplication.startDragDistance():
                self._extend_to(self._nearest(point))
        else:
            self._hover(self._cell_at(point))

    def mouseReleaseEvent(self, _: QMouseEvent) -> None:  # noqa: N802 - Qt's
        """Chooses the clicked cell or the drawn block."""
        if self._panned_from is not None:
            self._panned_from = None
            self.unsetCursor()
        elif self._pressed is not None:
            self._pressed = self._line_is_row = None
            self.chosen.emit(self.block)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's
        """Requests a review of the clicked cell."""
        point = event.position()
        label = self.picture.label_at(self.grid, self._area(), point)
        inside = self._cell_at(point) != NOWHERE or label is not None
        if event.button() == Qt.MouseButton.LeftButton and inside:
            self.review_requested.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's
        """Zooms around the mouse."""
        point = event.position() - self._area().topLeft()
        factor = ZOOM_STEP ** (event.angleDelta().y() / _NOTCH)
        self._set_grid(self.grid.zoomed(factor, point.x(), point.y()))
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - Qt's
        """Requests the menu of the cell under the mouse or the cursor."""
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            cell = self._cell_at(QPointF(event.pos()))
            if cell == NOWHERE:
                return
            if self.block is None or not _contains(self.block, cell):
                self.set_cursor(*cell)
            self.menu_requested.emit(event.globalPos())
        else:
            self._menu_at_cursor()

    def leaveEvent(self, _: object) -> None:  # noqa: N802 - Qt's
        """Removes the mark under the mouse."""
        self._hover(NOWHERE)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's
        """Repaints the cursor."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's
        """Repaints the cursor."""
        super().focusOutEvent(event)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's
        """Keeps a fitted map fitted."""
        super().resizeEvent(event)
        area = self._area()
        self._set_grid(self.grid.resized(area.width(), area.height()))

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802 - Qt's
        """Paints the cached map, then the marks of selection, cursor and mouse."""
        scale = self.devicePixelRatioF()
        if self._pixmap is None or self._pixmap.devicePixelRatioF() != scale:
            self._pixmap = QPixmap(self.size() * scale)
            self._pixmap.setDevicePixelRatio(scale)
            self._pixmap.fill(QColor(self._theme.tokens.window))
            map_painter = QPainter(self._pixmap)
            map_painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
            self.picture.draw(map_painter, self.grid, self._area())
            map_painter.end()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._pixmap)
        if self.picture.raster is not None and self.grid.size:
            marks, hovered = self._marks, self._hovered
            self.picture.draw_marks(
                painter, self.grid, self._area(), marks, hovered, focused=self.hasFocus()
            )
        painter.end()

    def _area(self) -> QRectF:
        return self.picture.area(self.width(), self.height())

    def _set_grid(self, grid: Grid) -> None:
        if grid != self.grid:
            self.grid = grid
            self.redraw()
            self.zoomed.emit()

    def _cell_at(self, point: QPointF) -> Cell:
        """The cell at a point, or the largest near it where cells are tiny."""
        offset = point - self._area().topLeft()
        row, column = self.grid.cell_at(offset.x(), offset.y())
        raster = self.picture.raster
        if row < 0 or raster is None or self.grid.cell >= _NEAR:
            return row, column
        near, size = int(_NEAR / self.grid.cell), self.grid.size
        rows = max(0, row - near), min(size, row + near + 1)
        columns = max(0, column - near), min(size, column + near + 1)
        cell = raster.hottest((*rows, *columns))
        return (row, column) if cell is None else cell

    def _extend_to(self, cell: Cell) -> None:
        """Extends the selection to a cell."""
        if self._line_is_row is None:
            self.set_cursor(*cell, extend=True)
        else:
            position = cell[0] if self._line_is_row else cell[1]
            self.choose_line(position, row=self._line_is_row, extend=True)

    def _nearest(self, point: QPointF) -> Cell:
        offset = point - self._area().topLeft()
        return self.grid.nearest(offset.x(), offset.y())

    def _hover(self, cell: Cell) -> None:
        if cell != self._hovered:
            self._hovered = cell
            self.update()
            self.pointed.emit(*cell)

    def _start_cell(self) -> Cell:
        """The cell where the cursor starts: the largest visible one."""
        raster, block = self.picture.raster, self.grid.visible()
        cell = None if raster is None else raster.hottest(block)
        return (block[0], block[2]) if cell is None else cell

    def _menu_at_cursor(self) -> None:
        if self.cursor_cell != NOWHERE:
            self.menu_requested.emit(self.mapToGlobal(self.cell_point(*self.cursor_cell)))


def _selects_line(event: QKeyEvent) -> bool:
    """Whether the key is Shift+Space or Ctrl+Space."""
    keys = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
    return event.key() == Qt.Key.Key_Space and event.modifiers() in keys


def _contains(block: Block, cell: Cell) -> bool:
    return block[0] <= cell[0] < block[1] and block[2] <= cell[1] < block[3]
