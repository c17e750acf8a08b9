"""Paints the heat map, on the screen and into exported pictures."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen

from ahsml_app.gui.confusion.colours import Ramp, calm_ramp, heat_ramp, ink_on
from ahsml_app.gui.confusion.grid import LARGEST_CELL, Grid
from ahsml_app.gui.confusion.heat_raster import Raster
from ahsml_app.gui.confusion.marks import NOWHERE, Cell, Marks
from ahsml_app.gui.theme.stylesheet import SMALL
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.widgets.format import figure, per_cent
from ahsml_app.session.analysis.confusion_matrix import Block, Measure

GAP_FROM, NUMBERS_FROM, LARGE_FROM = 10.0, 30.0, 72.0
"""Side of a cell in pixels from which cells have gaps, numbers, and large numbers."""

LONGEST_LABEL = 132
_MEASURED = 64
"""Number of the longest names that are measured to find the width of the labels."""

_PAD, _TITLE = 6.0, 20.0
_LEAST_MARK = 7.0
_LOOSE = 1.5
"""Distance between labels, in line heights, where there is no room for all."""


def number_text(value: float, measure: Measure) -> str:
    """A value in short form, to fit into a cell."""
    if measure == "share" and value > 0:
        return per_cent(value, int(value < 0.095))
    if measure in ("errors", "excess") and 0 < value < 9.95:
        return figure(value, 1)
    return figure(value)


class HeatPicture:
    """Paints one matrix: cells, and the numbers and labels that fit.

    Attributes:
        raster: Values and colours.
        names: Name of the class at each position.
        measure: The measure that the values show.
        diagonal: Whether cells in which label and suggestion agree are shown.
    """

    def __init__(self, theme: Theme, font: QFont, titles: tuple[str, str]) -> None:
        self._theme, self._titles = theme, titles
        self.font, self._large = QFont(font), QFont(font)
        self.font.setPointSizeF(font.pointSizeF() * SMALL)
        self._metrics = QFontMetricsF(self.font)
        self.raster: Raster | None = None
        self.names: tuple[str, ...] = ()
        self.measure: Measure = "errors"
        self.diagonal = True
        self._label_width = 0
        self._fitted_names: dict[str, tuple[str, float]] = {}

    def set_names(self, names: tuple[str, ...]) -> None:
        """Sets the names by position."""
        self.names = names
        longest = sorted(set(names), key=len)[-_MEASURED:]
        widths = [self._metrics.horizontalAdvance(name) for name in longest]
        self._label_width = math.ceil(min(max(widths, default=0.0), LONGEST_LABEL))
        self._fitted_names = {}

    def area(self, width: float, height: float) -> QRectF:
        """Rectangle of the cells in a picture of this size."""
        left, top = self._left(), self._top(width, height)
        return QRectF(left, top, max(1.0, width - left - 2), max(1.0, height - top - 2))

    def width_for(self, height: float) -> float:
        """Width at which the cells fill a picture of this height."""
        room = height - self._top(self._left() + height, height) - 2
        return self._left() + min(room, LARGEST_CELL * len(self.names)) + 4

    def _left(self) -> float:
        return _TITLE + self._label_width + 2 * _PAD

    def _top(self, width: float, height: float) -> float:
        """Height above the cells: smaller if the column labels fit horizontally."""
        top = _TITLE + self._metrics.height() + _PAD
        cell = min(width - self._left(), height - top) / max(len(self.names), 1)
        horizontal = min(cell, LARGEST_CELL) >= self._label_width + 2 * _PAD
        return top if horizontal else self._left()

    def draw(self, painter: QPainter, grid: Grid, area: QRectF) -> None:
        """Paints everything but the marks of mouse and cursor."""
        if self.raster is None or not grid.size:
            return
        tokens = self._theme.tokens
        painter.setFont(self.font)
        shown = QRectF(area.topLeft(), area.topLeft())
        shown.setSize(area.size())
        shown.setWidth(grid.shown_width)
        shown.setHeight(grid.shown_height)
        painter.save()
        painter.setClipRect(shown)
        painter.fillRect(shown, QColor(tokens.surface))
        self._draw_cells(painter, grid, area, self.raster)
        if grid.cell >= GAP_FROM:
            self._draw_gaps(painter, grid, shown)
        if grid.cell >= NUMBERS_FROM:
            self._draw_numbers(painter, grid, area, self.raster)
        painter.restore()
        painter.setPen(QPen(QColor(tokens.line), 1))
        painter.drawRect(shown.adjusted(-0.5, -0.5, 0.5, 0.5))
        self._draw_titles(painter, area, shown)
        self._draw_labels(painter, grid, area)

    def draw_label(
        self, painter: QPainter, grid: Grid, area: QRectF, position: int, *, row: bool
    ) -> None:
        """Paints one label with a background, above the others."""
        tokens = self._theme.tokens
        painter.setFont(self.font)
        stride = self._label_stride(grid)
        for neighbour in {position // stride * stride, -(-position // stride) * stride} - {
            position
        }:
            overlaps = abs(neighbour - position) * grid.cell < self._metrics.height() + 2
            if overlaps and neighbour < len(self.names):  # erase a neighbour that would stick out
                neighbour_box = self._label_box(grid, area, neighbour, row=row)
                painter.fillRect(neighbour_box.adjusted(-1, -1, 1, 1), QColor(tokens.window))
        box = self._label_box(grid, area, position, row=row)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.selected))
        painter.drawRoundedRect(box.adjusted(-3, -2, 3, 2), 3, 3)
        painter.setPen(QColor(tokens.text))
        painter.save()
        if not row and not self._labels_horizontal(area):
            painter.rotate(-90)
        middle = self._middle(grid, area, position, row=row)
        self._write(painter, area, middle, self.names[position], row=row)
        painter.restore()

    def label_at(self, grid: Grid, area: QRectF, point: QPointF) -> tuple[int, bool] | None:
        """Position of the label at a point, and whether it is a row's; None for no label."""
        offset, stride = point - area.topLeft(), self._label_stride(grid)
        beside, above = offset.x() < 0, offset.y() < 0
        if beside == above or not grid.size:
            return None
        along, extent = (
            (offset.y(), grid.shown_height) if beside else (offset.x(), grid.shown_width)
        )
        if along >= extent:
            return None
        top, bottom, left, right = grid.visible()
        first, stop = (top, bottom) if beside else (left, right)
        middle = along / grid.cell + (grid.top if beside else grid.left) - 0.5
        labelled = round(middle / stride) * stride
        return (labelled if first <= labelled < stop else round(middle), beside)

    def draw_marks(
        self,
        painter: QPainter,
        grid: Grid,
        area: QRectF,
        marks: Marks,
        hovered: Cell,
        *,
        focused: bool,
    ) -> None:
        """Paints the selection and the cell under the mouse, above everything else."""
        tokens = self._theme.tokens
        labelled = hovered if hovered != NOWHERE else marks.cursor
        if labelled != NOWHERE:
            self.draw_label(painter, grid, area, labelled[0], row=True)
            self.draw_label(painter, grid, area, labelled[1], row=False)
        painter.setClipRect(area.adjusted(-2, -2, 2, 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if hovered != NOWHERE:
            painter.setPen(QPen(QColor(tokens.text), 1))
            row, column = hovered
            painter.drawRect(_box(grid, area, (row, row + 1, column, column + 1)))
        if marks.block is not None:
            painter.setPen(QPen(QColor(tokens.accent), 3 if focused else 2))
            painter.drawRect(_box(grid, area, marks.block))

    def _draw_cells(self, painter: QPainter, grid: Grid, area: QRectF, raster: Raster) -> None:
        tokens = self._theme.tokens
        level = max(0, math.ceil(-math.log2(grid.cell)))
        top, bottom, left, right = grid.visible()
        width = 1 << level
        blocks: Block = (top >> level, -(-bottom >> level), left >> level, -(-right >> level))
        calm = calm_ramp(tokens) if self.diagonal else None
        pixels: Ramp = np.ascontiguousarray(
            raster.colours(level, blocks, heat_ramp(tokens), calm), dtype=np.uint32
        )
        rows, columns = pixels.shape
        image = QImage(pixels.data, columns, rows, columns * 4, QImage.Format.Format_RGB32)
        x, y, _, _ = grid.box((blocks[0] * width, 0, blocks[2] * width, 0))
        side = grid.cell * width
        target = QRectF(area.x() + x, area.y() + y, columns * side, rows * side)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=False)
        painter.drawImage(target, image)

    def _draw_gaps(self, painter: QPainter, grid: Grid, shown: QRectF) -> None:
        top, bottom, left, right = grid.visible()
        xs = [shown.x() + (n - grid.left) * grid.cell for n in range(left + 1, right)]
        lines = [QLineF(x, shown.top(), x, shown.bottom()) for x in xs]
        ys = [shown.y() + (n - grid.top) * grid.cell for n in range(top + 1, bottom)]
        lines += [QLineF(shown.left(), y, shown.right(), y) for y in ys]
        width = 2 if grid.cell >= NUMBERS_FROM else 1
        painter.setPen(QPen(QColor(self._theme.tokens.window), width))
        painter.drawLines(lines)

    def _draw_numbers(self, painter: QPainter, grid: Grid, area: QRectF, raster: Raster) -> None:
        tokens = self._theme.tokens
        ramp, calm = heat_ramp(tokens), calm_ramp(tokens)
        cells = raster.cells(grid.visible(), diagonal=self.diagonal)
        centre = int(Qt.AlignmentFlag.AlignCenter)
        painter.setFont(self._large if grid.cell >= LARGE_FROM else self.font)
        metrics = painter.fontMetrics()
        for row, column, value, shade in zip(*(array.tolist() for array in cells), strict=True):
            text = number_text(value, self.measure)
            if metrics.horizontalAdvance(text) > grid.cell - 4:
                continue
            colour = (calm if row == column else ramp)[shade]
            painter.setPen(ink_on(int(colour)))
            x, y, width, height = grid.box((row, row + 1, column, column + 1))
            painter.drawText(QRectF(area.x() + x, area.y() + y, width, height), centre, text)

    def _draw_titles(self, painter: QPainter, area: QRectF, shown: QRectF) -> None:
        given, suggested = self._titles
        painter.setPen(QColor(self._theme.tokens.muted))
        above = QRectF(area.x(), 0, max(shown.width(), 160.0), _TITLE)
        painter.drawText(above, int(Qt.AlignmentFlag.AlignLeft), suggested)
        painter.save()
        painter.translate(0, area.y() + max(shown.height(), 160.0))
        painter.rotate(-90)
        beside = QRectF(0, 0, max(shown.height(), 160.0), _TITLE)
        painter.drawText(beside, int(Qt.AlignmentFlag.AlignRight), given)
        painter.restore()

    def _draw_labels(self, painter: QPainter, grid: Grid, area: QRectF) -> None:
        """Paints every label, or every n-th where there is no room for all."""
        top, bottom, left, right = grid.visible()
        stride = self._label_stride(grid)
        tokens = self._theme.tokens
        painter.setPen(QColor(tokens.text if stride == 1 else tokens.muted))
        for row, first, stop, start, end in (
            (True, top, bottom, area.top(), area.bottom()),
            (False, left, right, area.left(), area.right()),
        ):
            painter.save()
            if not row and not self._labels_horizontal(area):
                painter.rotate(-90)
            for position in range(-(-first // stride) * stride, stop, stride):
                middle = self._middle(grid, area, position, row=row)
                if start <= middle <= end:
                    self._write(painter, area, middle, self.names[position], row=row)
            painter.restore()

    def _label_stride(self, grid: Grid) -> int:
        """Stride of the labelled classes; 1 if there is room for all labels."""
        height = self._metrics.height()
        return 1 if grid.cell >= height else math.ceil(_LOOSE * height / grid.cell)

    def _label_box(self, grid: Grid, area: QRectF, position: int, *, row: bool) -> QRectF:
        middle, height = self._middle(grid, area, position, row=row), self._metrics.height()
        _, width = self._fitted(self.names[position])
        if row:
            return QRectF(area.x() - _PAD - width, middle - height / 2, width, height)
        if self._labels_horizontal(area):
            return QRectF(middle - width / 2, area.y() - _PAD / 2 - height, width, height)
        return QRectF(middle - height / 2, area.y() - _PAD - width, height, width)

    def _middle(self, grid: Grid, area: QRectF, position: int, *, row: bool) -> float:
        """Middle of a row or column in pixels, along its axis."""
        if row:
            return area.y() + (position + 0.5 - grid.top) * grid.cell
        return area.x() + (position + 0.5 - grid.left) * grid.cell

    def _write(
        self, painter: QPainter, area: QRectF, middle: float, name: str, *, row: bool
    ) -> None:
        """Paints a label; for a vertical one the caller has rotated the painter."""
        text, width = self._fitted(name)
        baseline = middle + (self._metrics.ascent() - self._metrics.descent()) / 2
        if row:
            painter.drawText(QPointF(area.x() - _PAD - width, baseline), text)
        elif self._labels_horizontal(area):
            above = area.y() - _PAD / 2 - self._metrics.descent()
            painter.drawText(QPointF(middle - width / 2, above), text)
        else:
            painter.drawText(QPointF(_PAD - area.y(), baseline), text)

    def _fitted(self, name: str) -> tuple[str, float]:
        """A name, elided to the width of the labels, and its width."""
        fitted = self._fitted_names.get(name)
        if fitted is None:
            text = self._metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, self._label_width)
            fitted = self._fitted_names[name] = (text, self._metrics.horizontalAdvance(text))
        return fitted

    def _labels_horizontal(self, area: QRectF) -> bool:
        """Whether the column labels are horizontal, which the height above the cells shows."""
        return area.y() < self._left()


def _box(grid: Grid, area: QRectF, block: Block) -> QRectF:
    """Rectangle of some cells in a picture, never too small to see."""
    x, y, width, height = grid.box(block)
    box = QRectF(area.x() + x, area.y() + y, width, height)
    margin = max(0.0, (_LEAST_MARK - min(width, height)) / 2)
    return box.adjusted(-margin, -margin, margin, margin)
