"""Paints the rows of the classes table from the arrays, with the pictures of each class."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QCoreApplication, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QStaticText
from PySide6.QtWidgets import QApplication

from ahsml_app.base.message import shown
from ahsml_app.base.types import IntArray
from ahsml_app.gui.classes.classes_model import ClassTableModel, Column
from ahsml_app.gui.theme.icons import picture
from ahsml_app.gui.theme.stylesheet import SMALL, scaled
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.gui.widgets.cell_painting import image_rect
from ahsml_app.gui.widgets.format import degree, divergence_text, few_per_cent, figure
from ahsml_app.session.analysis.class_overview import ClassOverview

SIDE, GAP, EDGE = 44, 4, 10
"""Side of a picture, gap between two, and margin of a cell, in pixels."""

ROW_HEIGHT = SIDE + 12
INTERVAL_WIDTH = 64
_SIGN = 16
_MOST_TEXTS = 20_000

Cell = tuple[int, int]
"""Left end and width of a cell in pixels, without its margins."""


def pictures_in(width: int) -> int:
    """Number of pictures that fit into a cell."""
    return max(0, (width - 2 * EDGE + GAP) // (SIDE + GAP))


class RowMarks(NamedTuple):
    """Which rows stand out.

    Attributes:
        selected: Whether each painted row is selected.
        hovered: The row under the mouse, -1 for none.
        current: The row with the keyboard's focus, -1 for none.
    """

    selected: Sequence[bool]
    hovered: int
    current: int


class _RowFacts(NamedTuple):
    """Content of a row; numbers and pictures with their columns."""

    name: str
    undecided: str
    numbers: Sequence[tuple[Column, str]]
    wrong: Sequence[float]
    nearest: Sequence[tuple[str, str]]
    pictures: Sequence[tuple[Column, Sequence[int]]]


class RowPainter:
    """Paints whole rows; like the gallery's delegate, it lays out each number once.

    Attributes:
        incomplete: Whether a picture was missing when painted; the caller resets it.
        row_height: Height of a row in pixels.
    """

    def __init__(self, classes: ClassTableModel, thumbnails: Thumbnails, theme: Theme) -> None:
        self._classes, self._thumbnails, self._theme = classes, thumbnails, theme
        self.incomplete = False
        self._widest, self._scale = 0.1, 1.0
        self._texts: dict[tuple[str, bool], tuple[QStaticText, int]] = {}
        self.prepare()

    def paint_rows(
        self,
        painter: QPainter,
        rows: range,
        top: int,
        columns: Sequence[Cell],
        marks: RowMarks,
    ) -> None:
        """Paints some rows of the table, one below the other.

        Args:
            painter: Painter of the table; its font and pen are changed.
            rows: Rows of the table.
            top: Upper edge of the first row.
            columns: Left end and width of each column.
            marks: Which rows stand out.
        """
        overview = self._classes.overview
        if overview is None:
            return
        self._scale = painter.device().devicePixelRatioF()
        width = columns[-1][0] + columns[-1][1]
        cells = [(left + EDGE, room - 2 * EDGE) for left, room in columns]
        facts = self._facts(overview, self._classes.order[rows.start : rows.stop], cells)
        for row, chosen, fact in zip(rows, marks.selected, facts, strict=True):
            if chosen or row == marks.hovered:
                painter.fillRect(
                    0, top, width, self.row_height, self._selected if chosen else self._hover
                )
            painter.fillRect(0, top + self.row_height - 1, width, 1, self._line)
            if row == marks.current:
                painter.fillRect(columns[0][0], top, 3, self.row_height, self._accent)
            self._two_lines(painter, cells[Column.NAME], top, fact.name, fact.undecided)
            for column, text in fact.numbers:
                self._paint_number(painter, cells[column], top, text)
            self._paint_wrong(painter, cells[Column.WRONG], top, fact.wrong)
            self._paint_nearest(painter, cells[Column.NEAREST], top, fact.nearest)
            for column, pictures in fact.pictures:
                self._paint_pictures(painter, cells[column], top, pictures)
            top += self.row_height

    def _facts(
        self, overview: ClassOverview, indices: IntArray, cells: Sequence[Cell]
    ) -> Iterator[_RowFacts]:
        """Content of some rows, read for all of them at once."""
        facts, names = overview.facts, overview.names
        strips = [
            [
                (column, row)
                for row in rows[indices, : pictures_in(cells[column][1] + 2 * EDGE)].tolist()
            ]
            for column, rows in (
                (Column.TYPICAL, facts.typical),
                (Column.DOUBTFUL, facts.doubtful),
            )
        ]
        neighbour_columns = facts.nearest[indices].tolist(), facts.divergence[indices].tolist()
        for (
            index,
            undecided_count,
            count,
            wrong,
            spread,
            weight,
            neighbours,
            divergences,
            *pictures,
        ) in zip(
            indices.tolist(),
            facts.undecided[indices].tolist(),
            facts.count[indices].tolist(),
            facts.wrong[:, indices].T.tolist(),
            facts.spread[indices].tolist(),
            facts.weight[indices].tolist(),
            *neighbour_columns,
            *strips,
            strict=True,
        ):
            numbers = (
                (Column.COUNT, figure(count)),
                (Column.SPREAD, "–" if math.isnan(spread) else figure(spread, 2)),
                (Column.WEIGHT, degree(weight)),
            )
            nearest = [
                (shown(names[n]), divergence_text(d))
                for n, d in zip(neighbours, divergences, strict=True)
                if n >= 0
            ]
            undecided = self._templates[0].format(figure(undecided_count))
            yield _RowFacts(shown(names[index]), undecided, numbers, wrong, nearest, pictures)

    def _two_lines(self, painter: QPainter, cell: Cell, top: int, text: str, below: str) -> None:
        middle = top + self.row_height // 2
        self._draw(painter, cell, middle - self._height, text, small=False, pen=self._text)
        self._draw(painter, cell, middle + 1, below, small=True, pen=self._muted)

    def _draw(
        self, painter: QPainter, cell: Cell, y: int, text: str, *, small: bool, pen: QPen
    ) -> None:
        painter.setFont(self._small if small else self._body)
        painter.setPen(pen)
        # A name is rarely painted twice, so a cached layout would not pay.
        ascent = self._small_ascent if small else self._ascent
        painter.drawText(cell[0], y + ascent, self._fitted(text, cell[1], small=small))

    def _draw_right(
        self, painter: QPainter, cell: Cell, y: int, text: str, *, small: bool, pen: QPen
    ) -> None:
        painter.setFont(self._small if small else self._body)
        painter.setPen(pen)
        static, width = self._static(text, small=small)
        painter.drawStaticText(cell[0] + cell[1] - width, y, static)

    def _paint_number(self, painter: QPainter, cell: Cell, top: int, text: str) -> None:
        y = top + (self.row_height - self._height) // 2
        self._draw_right(painter, cell, y, text, small=False, pen=self._text)

    def _paint_wrong(self, painter: QPainter, cell: Cell, top: int, wrong: Sequence[float]) -> None:
        low, best, high = wrong
        if math.isnan(best):
            y = top + (self.row_height - self._height) // 2
            self._draw(painter, cell, y, "–", small=False, pen=self._muted)
            return
        texts = cell[0], cell[1] - INTERVAL_WIDTH - GAP
        between = f"{few_per_cent(low).removesuffix(' %')}–{few_per_cent(high)}"
        self._two_lines(painter, texts, top, self._templates[1].format(few_per_cent(best)), between)
        left, width = cell[0] + cell[1] - INTERVAL_WIDTH, float(INTERVAL_WIDTH)
        middle, scale = top + self.row_height / 2, width / self._widest
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._track)
        painter.drawRoundedRect(QRectF(left, middle - 3, width, 6), 3, 3)
        painter.setBrush(self._band)
        span = QRectF(left + low * scale, middle - 3, max((high - low) * scale, 2), 6)
        painter.drawRoundedRect(span, 3, 3)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.fillRect(QRectF(left + best * scale - 1.5, middle - 7, 3, 14), self._accent)

    def _paint_nearest(
        self, painter: QPainter, cell: Cell, top: int, lines: Sequence[tuple[str, str]]
    ) -> None:
        y = top + (self.row_height - self._small_height * len(lines)) // 2
        names = cell[0], cell[1] - self._number_width
        for number, (name, divergence) in enumerate(lines):
            pen = self._text if number == 0 else self._muted
            self._draw(painter, names, y, name, small=True, pen=pen)
            self._draw_right(painter, cell, y, divergence, small=True, pen=self._muted)
            y += self._small_height

    def _paint_pictures(self, painter: QPainter, cell: Cell, top: int, rows: Sequence[int]) -> None:
        scale, thumbnail, missing = self._scale, self._thumbnails.shown, list[QRect]()
        side, x, y = round(SIDE * scale), cell[0], top + (self.row_height - SIDE) // 2
        for row in rows:
            if row < 0:
                break
            pixmap, exact = thumbnail(row, side)
            if pixmap is not None and exact:
                width, height = pixmap.width() / scale, pixmap.height() / scale
                left = x + round((SIDE - width) / 2)
                painter.drawPixmap(left, y + round((SIDE - height) / 2), pixmap)
            elif pixmap is not None:
                square = image_rect(pixmap, QRect(x, y, SIDE, SIDE))
                painter.drawPixmap(square, pixmap, QRectF(pixmap.rect()))
            else:
                missing.append(QRect(x, y, SIDE, SIDE))
            if not exact:
                self.incomplete = True
            x += SIDE + GAP
        if missing:
            self._paint_empty(painter, missing, rows, cell[0])

    def _paint_empty(
        self, painter: QPainter, squares: Sequence[QRect], rows: Sequence[int], left: int
    ) -> None:
        """Paints placeholders for missing pictures, with an icon for unreadable ones."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._track)
        painter.drawRects(squares)
        for square in squares:
            if self._thumbnails.reason(rows[(square.x() - left) // (SIDE + GAP)]):
                colour, margin = self._muted.color().name(), (SIDE - _SIGN) // 2
                icon_pixmap = picture("broken-image", colour, _SIGN, self._scale)
                painter.drawPixmap(square.x() + margin, square.y() + margin, icon_pixmap)

    def _fitted(self, text: str, width: int, *, small: bool) -> str:
        """A text, elided to a width."""
        if len(text) * self._widest_letter <= width:
            return text
        metrics = self._small_metrics if small else self._metrics
        return metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, width)

    def _static(self, text: str, *, small: bool) -> tuple[QStaticText, int]:
        """Cached layout of a text, and its width."""
        key = (text, small)
        entry = self._texts.get(key)
        if entry is None:
            if len(self._texts) > _MOST_TEXTS:
                self._texts.clear()
            text_layout = QStaticText(text)
            text_layout.setTextFormat(Qt.TextFormat.PlainText)
            text_layout.prepare(font=self._small if small else self._body)
            entry = self._texts[key] = (text_layout, math.ceil(text_layout.size().width()))
        return entry

    def measure(self) -> None:
        """Updates the common scale of the intervals for another overview."""
        overview = self._classes.overview
        if overview is not None and len(overview.names):
            high = np.nan_to_num(overview.facts.wrong[2]).max()
            self._widest = max(0.1, min(1.0, float(high)))

    def prepare(self) -> None:
        """Updates colours and fonts for another theme."""
        tokens = self._theme.tokens
        self.row_height = scaled(ROW_HEIGHT)
        self._body = QFont(QApplication.font())
        self._small = QFont(self._body)
        self._small.setPointSizeF(self._body.pointSizeF() * SMALL)
        self._metrics, self._small_metrics = QFontMetrics(self._body), QFontMetrics(self._small)
        self._ascent, self._small_ascent = self._metrics.ascent(), self._small_metrics.ascent()
        self._widest_letter = max(1, self._metrics.maxWidth())
        self._height = self._metrics.height()
        self._small_height = self._small_metrics.height() + 1
        self._number_width = self._small_metrics.horizontalAdvance("0.00") + GAP
        self._text, self._muted = QPen(QColor(tokens.text)), QPen(QColor(tokens.muted))
        self._accent = QColor(tokens.accent)
        self._selected, self._hover = QColor(tokens.selected), QColor(tokens.hover)
        self._line, self._track = QColor(tokens.line), QColor(tokens.hover)
        self._band = QColor(tokens.accent)
        self._band.setAlpha(90)
        translate: Callable[[str, str], str] = QCoreApplication.translate
        self._templates = (
            translate("ClassTable", "{0} undecided"),
            translate("ClassTable", "about {0}"),
        )
        self._texts.clear()
