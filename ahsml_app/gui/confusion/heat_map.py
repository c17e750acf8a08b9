"""The heat map as a widget: mouse, keys, cursor and selection over the picture."""

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
"""Pixels around the mouse in which the largest cell is meant where cells are smaller than one."""

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
    """Shows a matrix. Rows are given, columns suggested classes, both by place.

    `pointed` tells the cell under the mouse, (-1, -1) for none; `moved` that of the cursor;
    `chosen` the block that was clicked or drawn. `review_requested` follows Enter or a double
    click, `menu_requested` the right button or the menu key.

    Attributes:
        picture: What is drawn.
        grid: Which part of it, and how large.
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
        self._drawn: QPixmap | None = None
        self._pressed: QPointF | None = None
        self._along_rows: bool | None = None  # True or False while labels are drawn over
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
        """The cells that are selected, None for none."""
        return self._marks.block

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's
        """As large as it gets."""
        return QSize(640, 560)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's
        """Room for labels and some cells."""
        return QSize(320, 280)

    def show_matrix(self, raster: Raster, names: tuple[str, ...], measure: Measure) -> None:
        """Show another matrix, or other values of the same; zoom and cursor stay if they can."""
        picture, whole = self.picture, self.grid.whole
        if len(names) < self.grid.size:
            self._marks.clear()
            self._hovered, whole = NOWHERE, True
        if names != picture.names:
            picture.set_names(names)
        picture.raster, picture.measure = raster, measure
        area = self._area()
        grid = replace(self.grid, size=len(names), width=area.width(), height=area.height())
        self._set_grid(grid.fitted() if whole else grid.resized(area.width(), area.height()))
        self.redraw()

    def set_diagonal(self, *, shown: bool) -> None:
        """Show or hide the cells in which label and suggestion agree."""
        self.picture.diagonal = shown
        self.redraw()

    def redraw(self) -> None:
        """Draw anew what does not follow the mouse."""
        self._drawn = None
        self.update()

    def zoom(self, factor: float) -> None:
        """Larger or smaller cells, around the cursor if it is in view."""
        x, y, width, height = self.grid.box(self._cell_block(self.cursor_cell))
        at = QPointF(x + width / 2, y + height / 2)
        area = QRectF(0, 0, self.grid.width, self.grid.height)
        if self.cursor_cell == NOWHERE or not area.contains(at):
            at = area.center()
        self._set_grid(self.grid.zoomed(factor, at.x(), at.y()))

    def reset_zoom(self) -> None:
        """Show all classes."""
        self._set_grid(self.grid.fitted())

    def set_cursor(self, row: int, column: int, *, extend: bool = False) -> None:
        """Put the cursor on a cell and bring it into view; `extend` draws the block along."""
        size = self.grid.size
        if not size:
            return
        cell = (min(max(row, 0), size - 1), min(max(column, 0), size - 1))
        self._marks.take_cell(cell, extend=extend)
        self._show_cursor()

    def choose_line(self, place: int, *, row: bool, extend: bool = False) -> None:
        """Select a whole row or column; `extend` also those from the one before on."""
        if not self.grid.size:
            return
        cursor = self.cursor_cell if self.cursor_cell != NOWHERE else self._first()
        top, bottom, left, right = self.grid.visible()
        cell = (
            (place, min(max(cursor[1], left), right - 1))
            if row
            else (min(max(cursor[0], top), bottom - 1), place)
        )
        self._marks.take_line(cell, self.grid.size, row=row, extend=extend)
        self._show_cursor()

    def _show_cursor(self) -> None:
        self._set_grid(self.grid.showing(*self.cursor_cell))
        self.update()
        self.moved.emit(*self.cursor_cell)

    def cell_point(self, row: int, column: int) -> QPoint:
        """Middle of a cell, for whoever wants to click it."""
        x, y, width, height = self.grid.box((row, row + 1, column, column + 1))
        area = self._area()
        return QPointF(area.x() + x + width / 2, area.y() + y + height / 2).toPoint()

    def event(self, event: QEvent) -> bool:
        """Keys of the map go before those of the window."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and (
                _takes_line(event)
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
        """Arrows move the cursor, with Shift they draw a block; Shift and Space select the row.

        Ctrl and Space select the column, as in spreadsheets; `_commands` holds the other keys.
        """
        key, chord = Qt.Key(event.key()), event.modifiers() & _CHORD
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if _takes_line(event) and self.picture.raster is not None:
            cursor = self.cursor_cell if self.cursor_cell != NOWHERE else self._first()
            self.choose_line(cursor[0 if shift else 1], row=shift)
        elif chord or self.picture.raster is None:
            super().keyPressEvent(event)
        elif key in _ARROWS:
            row, column = self.cursor_cell if self.cursor_cell != NOWHERE else self._first()
            if self.cursor_cell != NOWHERE:
                row, column = row + _ARROWS[key][0], column + _ARROWS[key][1]
            self.set_cursor(row, column, extend=shift)
        elif key in self._commands:
            self._commands[key]()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's
        """Begin a click or a block; a label stands for its row or column.

        The middle button, or Ctrl, draws the map along.
        """
        at, button = event.position(), event.button()
        if self.picture.raster is None:
            return
        ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        label = self.picture.label_at(self.grid, self._area(), at)
        left = button == Qt.MouseButton.LeftButton
        if button == Qt.MouseButton.MiddleButton or (left and ctrl):
            self._panned_from = at
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif left and self._cell_at(at) != NOWHERE:
            self._pressed = at
            self.set_cursor(*self._cell_at(at), extend=shift)
        elif left and label is not None:
            self._pressed, self._along_rows = at, label[1]
            self.choose_line(label[0], row=label[1], extend=shift)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's
        """Draw a block, or the map along, or tell what lies here."""
        at = event.position()
        if self._panned_from is not None:
            way, self._panned_from = at - self._panned_from, at
            self._set_grid(self.grid.moved(way.x(), way.y()))
        elif self._pressed is not None:
            if (at - self._pressed).manhattanLength() >= QApplication.startDragDistance():
                self._draw_to(self._nearest(at))
        else:
            self._hover(self._cell_at(at))

    def mouseReleaseEvent(self, _: QMouseEvent) -> None:  # noqa: N802 - Qt's
        """What was clicked or drawn is chosen."""
        if self._panned_from is not None:
            self._panned_from = None
            self.unsetCursor()
        elif self._pressed is not None:
            self._pressed = self._along_rows = None
            self.chosen.emit(self.block)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's
        """Review what was clicked."""
        at = event.position()
        label = self.picture.label_at(self.grid, self._area(), at)
        inside = self._cell_at(at) != NOWHERE or label is not None
        if event.button() == Qt.MouseButton.LeftButton and inside:
            self.review_requested.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's
        """Zoom around the mouse."""
        at = event.position() - self._area().topLeft()
        factor = ZOOM_STEP ** (event.angleDelta().y() / _NOTCH)
        self._set_grid(self.grid.zoomed(factor, at.x(), at.y()))
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - Qt's
        """The menu of the cell under the mouse, or under the cursor."""
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            cell = self._cell_at(QPointF(event.pos()))
            if cell == NOWHERE:
                return
            if self.block is None or not _holds(self.block, cell):
                self.set_cursor(*cell)
            self.menu_requested.emit(event.globalPos())
        else:
            self._menu_at_cursor()

    def leaveEvent(self, _: object) -> None:  # noqa: N802 - Qt's
        """Nothing is under the mouse."""
        self._hover(NOWHERE)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's
        """Show the cursor."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's
        """Show it fainter."""
        super().focusOutEvent(event)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's
        """What was whole stays whole."""
        super().resizeEvent(event)
        area = self._area()
        self._set_grid(self.grid.resized(area.width(), area.height()))

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802 - Qt's
        """The picture, then selection, cursor and what is under the mouse."""
        scale = self.devicePixelRatioF()
        if self._drawn is None or self._drawn.devicePixelRatioF() != scale:
            self._drawn = QPixmap(self.size() * scale)
            self._drawn.setDevicePixelRatio(scale)
            self._drawn.fill(QColor(self._theme.tokens.window))
            onto = QPainter(self._drawn)
            onto.setRenderHint(QPainter.RenderHint.TextAntialiasing)
            self.picture.draw(onto, self.grid, self._area())
            onto.end()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._drawn)
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

    def _cell_at(self, at: QPointF) -> Cell:
        """The cell at a point; where cells are tiny, the largest one near it."""
        place = at - self._area().topLeft()
        row, column = self.grid.cell_at(place.x(), place.y())
        raster = self.picture.raster
        if row < 0 or raster is None or self.grid.cell >= _NEAR:
            return row, column
        near, size = int(_NEAR / self.grid.cell), self.grid.size
        rows = max(0, row - near), min(size, row + near + 1)
        columns = max(0, column - near), min(size, column + near + 1)
        found = raster.hottest((*rows, *columns))
        return (row, column) if found is None else found

    def _draw_to(self, cell: Cell) -> None:
        """Select what lies between where the mouse was pressed and here."""
        if self._along_rows is None:
            self.set_cursor(*cell, extend=True)
        else:
            place = cell[0] if self._along_rows else cell[1]
            self.choose_line(place, row=self._along_rows, extend=True)

    def _nearest(self, at: QPointF) -> Cell:
        place = at - self._area().topLeft()
        return self.grid.nearest(place.x(), place.y())

    def _hover(self, cell: Cell) -> None:
        if cell != self._hovered:
            self._hovered = cell
            self.update()
            self.pointed.emit(*cell)

    def _first(self) -> Cell:
        """Where the cursor begins: the largest cell in view."""
        raster, block = self.picture.raster, self.grid.visible()
        found = None if raster is None else raster.hottest(block)
        return (block[0], block[2]) if found is None else found

    def _menu_at_cursor(self) -> None:
        if self.cursor_cell != NOWHERE:
            self.menu_requested.emit(self.mapToGlobal(self.cell_point(*self.cursor_cell)))

    def _cell_block(self, cell: Cell) -> Block:
        return cell[0], cell[0] + 1, cell[1], cell[1] + 1


def _takes_line(event: QKeyEvent) -> bool:
    """Whether it is Shift or Ctrl with Space."""
    keys = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
    return event.key() == Qt.Key.Key_Space and event.modifiers() in keys


def _holds(block: Block, cell: Cell) -> bool:
    return block[0] <= cell[0] < block[1] and block[2] <= cell[1] < block[3]
