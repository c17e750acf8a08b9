"""Paints the rows of the classes table from the arrays, with the pictures of each class."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ahsml_app.gui.classes.model import ClassTableModel, Column, percent
from ahsml_app.gui.gallery.delegate import fitted, two_digits
from ahsml_app.gui.icons import picture
from ahsml_app.gui.style import SMALL
from ahsml_app.gui.theme import Theme
from ahsml_app.gui.thumbnails import Thumbnails

SIDE, GAP, EDGE = 44, 4, 10
"""Of a picture, between two, and at the ends of a cell, in pixels."""

ROW_HEIGHT = SIDE + 12
INTERVAL_WIDTH = 64
_SIGN = 16
_MOST_TEXTS = 20_000
_MIDDLE = int(Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)

Index = QModelIndex | QPersistentModelIndex


class ClassDelegate(QStyledItemDelegate):
    """One delegate for all columns.

    Attributes:
        missing: Whether a picture was still to come when it was last painted.
    """

    def __init__(self, classes: ClassTableModel, thumbnails: Thumbnails, theme: Theme) -> None:
        super().__init__(classes)
        self._classes, self._thumbnails, self._theme = classes, thumbnails, theme
        self.missing = False
        self._widest = 0.1
        self._elided: dict[tuple[str, int, bool], str] = {}
        self._paint = {
            Column.NAME: self._paint_name,
            Column.COUNT: self._paint_number,
            Column.WRONG: self._paint_wrong,
            Column.SPREAD: self._paint_number,
            Column.WEIGHT: self._paint_number,
            Column.NEAREST: self._paint_nearest,
            Column.TYPICAL: self._paint_pictures,
            Column.DOUBTFUL: self._paint_pictures,
        }
        self._prepare()
        theme.changed.connect(self._prepare)
        classes.modelReset.connect(self._measure)

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:  # noqa: N802
        """The same for every cell."""
        return QSize(80, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint a cell; nothing is asked of the model but its arrays."""
        box, row = option.rect, index.row()
        overview = self._classes.overview
        if overview is None or row >= len(self._classes.order):
            return
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected:
            painter.fillRect(box, self._selected)
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, self._hover)
        painter.fillRect(box.x(), box.bottom(), box.width(), 1, self._line)
        column = Column(index.column())
        if column == Column.NAME and option.state & QStyle.StateFlag.State_HasFocus:
            painter.fillRect(box.x(), box.y(), 3, box.height(), self._accent.color())
        inner = box.adjusted(EDGE, 0, -EDGE, -1)
        self._paint[column](painter, inner, int(self._classes.order[row]), column)

    def pictures_in(self, width: int) -> int:
        """How many pictures fit into a cell."""
        return max(0, (width - 2 * EDGE + GAP) // (SIDE + GAP))

    def _paint_name(self, painter: QPainter, box: QRect, place: int, _: Column) -> None:
        overview = self._classes.overview
        if overview is None:
            return
        waiting = int(overview.facts.undecided[place])
        below = self.tr("{0} undecided").format(f"{waiting:,}")
        self._two_lines(painter, box, overview.names[place], below)

    def _two_lines(self, painter: QPainter, box: QRect, text: str, below: str) -> None:
        middle = box.center().y() + 1
        upper = QRect(box.x(), middle - self._line_height, box.width(), self._line_height)
        lower = QRect(box.x(), middle, box.width(), self._line_height)
        painter.setFont(self._body)
        painter.setPen(self._text)
        painter.drawText(upper, _MIDDLE, self._fit(text, box.width(), small=False))
        painter.setFont(self._small)
        painter.setPen(self._muted)
        painter.drawText(lower, _MIDDLE, self._fit(below, box.width(), small=True))

    def _paint_number(self, painter: QPainter, box: QRect, place: int, column: Column) -> None:
        painter.setFont(self._body)
        painter.setPen(self._text)
        painter.drawText(box, _RIGHT, self._classes.text(place, column))

    def _paint_wrong(self, painter: QPainter, box: QRect, place: int, _: Column) -> None:
        overview = self._classes.overview
        if overview is None:
            return
        low, best, high = overview.facts.wrong[:, place].tolist()
        if math.isnan(best):
            painter.setPen(self._muted)
            painter.drawText(box, _MIDDLE, "–")
            return
        texts = box.adjusted(0, 0, -INTERVAL_WIDTH - GAP, 0)
        between = f"{percent(low).removesuffix(' %')}–{percent(high)}"
        self._two_lines(painter, texts, self.tr("about {0}").format(percent(best)), between)
        left, width = box.right() - INTERVAL_WIDTH, float(INTERVAL_WIDTH)
        middle, scale = box.center().y() + 0.5, width / self._widest
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._track)
        painter.drawRoundedRect(QRectF(left, middle - 3, width, 6), 3, 3)
        painter.setBrush(self._band)
        span = QRectF(left + low * scale, middle - 3, max((high - low) * scale, 2), 6)
        painter.drawRoundedRect(span, 3, 3)
        painter.setBrush(self._accent.color())
        painter.drawRoundedRect(QRectF(left + best * scale - 1.5, middle - 7, 3, 14), 1.5, 1.5)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _paint_nearest(self, painter: QPainter, box: QRect, place: int, _: Column) -> None:
        overview = self._classes.overview
        if overview is None or not overview.facts.nearest.shape[1]:
            return
        near, far = overview.facts.nearest[place], overview.facts.divergence[place]
        lines = [(int(n), float(d)) for n, d in zip(near, far, strict=True) if n >= 0]
        height = self._small_height
        top = box.center().y() - height * len(lines) // 2 + 1
        painter.setFont(self._small)
        for number, (other, divergence) in enumerate(lines):
            line = QRect(box.x(), top + number * height, box.width(), height)
            painter.setPen(self._muted)
            painter.drawText(line, _RIGHT, two_digits(divergence))
            painter.setPen(self._text if number == 0 else self._muted)
            name = self._fit(overview.names[other], line.width() - self._number_width, small=True)
            painter.drawText(line, _MIDDLE, name)

    def _paint_pictures(self, painter: QPainter, box: QRect, place: int, column: Column) -> None:
        overview = self._classes.overview
        if overview is None:
            return
        facts = overview.facts
        rows = (facts.typical if column == Column.TYPICAL else facts.doubtful)[place]
        scale = painter.device().devicePixelRatioF()
        x, y = box.x(), box.y() + (box.height() - SIDE) // 2
        for row in rows[: self.pictures_in(box.width() + 2 * EDGE)].tolist():
            if row < 0:
                break
            frame = QRect(x, y, SIDE, SIDE)
            pixmap = self._thumbnails.sized(row, SIDE * scale)
            if pixmap is not None:
                painter.drawPixmap(fitted(pixmap, frame), pixmap, QRectF(pixmap.rect()))
            else:
                painter.fillRect(frame, self._track)
                if self._thumbnails.reason(row):
                    sign = picture("broken-image", self._muted.color().name(), _SIGN, scale)
                    painter.drawPixmap(x + (SIDE - _SIGN) // 2, y + (SIDE - _SIGN) // 2, sign)
                else:
                    self.missing = True
            x += SIDE + GAP

    def _fit(self, text: str, width: int, *, small: bool) -> str:
        key = (text, width, small)
        found = self._elided.get(key)
        if found is None:
            if len(self._elided) > _MOST_TEXTS:
                self._elided.clear()
            metrics = self._small_metrics if small else self._metrics
            found = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, width)
            self._elided[key] = found
        return found

    def _measure(self) -> None:
        """One scale for the intervals of all classes."""
        overview = self._classes.overview
        if overview is not None and len(overview.names):
            high = np.nan_to_num(overview.facts.wrong[2]).max()
            self._widest = max(0.1, min(1.0, float(high)))

    def _prepare(self) -> None:
        tokens = self._theme.tokens
        self._body = QFont(QApplication.font())
        self._small = QFont(self._body)
        self._small.setPointSizeF(self._body.pointSizeF() * SMALL)
        self._metrics, self._small_metrics = QFontMetrics(self._body), QFontMetrics(self._small)
        self._line_height = self._metrics.height()
        self._small_height = self._small_metrics.height() + 1
        self._number_width = self._small_metrics.horizontalAdvance("0.00") + GAP
        self._text, self._muted = QPen(QColor(tokens.text)), QPen(QColor(tokens.muted))
        self._accent = QPen(QColor(tokens.accent))
        self._selected, self._hover = QColor(tokens.selected), QColor(tokens.hover)
        self._line, self._track = QColor(tokens.line), QColor(tokens.hover)
        self._band = QColor(tokens.accent)
        self._band.setAlpha(90)
        self._elided.clear()
