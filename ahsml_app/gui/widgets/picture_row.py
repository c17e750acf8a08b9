"""A row of small pictures, each with a note below; a click opens one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPoint, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from ahsml_app.base.message import shown
from ahsml_app.base.types import IntArray
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme.icons import picture
from ahsml_app.gui.theme.stylesheet import SMALL
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.gui.widgets.cell_painting import image_rect

SMALLEST, LARGEST, GAP = 56, 88, 6
ACROSS = 6
"""Pictures that a row is made for; they grow and shrink with it."""

ASK_AGAIN = 300
"""Milliseconds until missing pictures are asked for again: the gallery forgets what it scrolled
out of its view, which may be what is shown here."""

_NOTHING = -1


class PictureRow(QWidget):
    """A row of pictures: arrow keys move, Enter or Space chooses, the tooltip shows the path."""

    chosen = Signal(int)

    def __init__(self, model: ProjectModel, thumbnails: Thumbnails, theme: Theme) -> None:
        super().__init__()
        self._model, self._thumbnails, self._theme = model, thumbnails, theme
        self.rows: tuple[int, ...] = ()
        self.notes: tuple[str, ...] = ()
        self._waiting = 0
        self._marked = 0
        self._hovered = _NOTHING
        self._side = SMALLEST
        self._current = _NOTHING
        self._largest = LARGEST
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(ASK_AGAIN)
        self._again.timeout.connect(self.update)
        thumbnails.ready.connect(self._on_ready)
        theme.changed.connect(self.update)

    def show_rows(self, rows: Sequence[int], notes: Sequence[str] = ()) -> None:
        """Show images with a short note below each."""
        self.rows, self.notes, self._waiting = tuple(rows), tuple(notes), 0
        self._marked, self._hovered, self._current = 0, _NOTHING, _NOTHING
        self._describe()
        self.updateGeometry()
        self.update()

    def show_waiting(self) -> None:
        """Show empty frames until the next pictures are set."""
        self._waiting = max(len(self.rows), self._waiting)
        self.rows = ()
        self._hovered = _NOTHING
        self.setToolTip("")
        self.update()

    def mark(self, index: int) -> None:
        """Frame the picture of the current image."""
        self._current = index
        self.update()

    def position_of(self, index: int) -> QPoint:
        """Centre of a picture in the widget."""
        return self._box(index).center().toPoint()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's
        """Size of the pictures and notes."""
        return QSize(ACROSS * (self._side + GAP) - GAP, self._height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's
        """Space for one picture."""
        return QSize(self._side, self._height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's
        """Resize the pictures with the row."""
        super().resizeEvent(event)
        self._fit()

    def set_largest(self, side: int) -> None:
        """Set how large the pictures become where the row has room."""
        self._largest = side
        self._fit()

    def _fit(self) -> None:
        side = (self.width() + GAP) // ACROSS - GAP
        side = min(max(side, SMALLEST), self._largest)
        if side != self._side:
            self._side = side
            self.updateGeometry()
            self.update()

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802 - Qt's
        """Paint as many pictures as fit."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = painter.font()
        font.setPointSizeF(font.pointSizeF() * SMALL)
        painter.setFont(font)
        for index in range(self.fitting()):
            self._paint_picture(painter, index)
            if index < len(self.notes) and self.rows:
                painter.setPen(QColor(self._theme.tokens.muted))
                box = self._box(index)
                under = QRectF(box.x() - 1, box.bottom() + 2, self._side, 18)
                right = Qt.TextElideMode.ElideRight
                note = painter.fontMetrics().elidedText(self.notes[index], right, self._side)
                painter.drawText(under, int(Qt.AlignmentFlag.AlignCenter), note)
        painter.end()

    def _paint_picture(self, painter: QPainter, index: int) -> None:
        tokens, box = self._theme.tokens, self._box(index)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.hover))
        painter.drawRoundedRect(box, 4, 4)
        if not self.rows:
            return
        pixmap = self._thumbnails.pixmap(self.rows[index])
        if pixmap is not None:
            painter.drawPixmap(image_rect(pixmap, box.toRect()), pixmap, QRectF(pixmap.rect()))
        elif self._thumbnails.reason(self.rows[index]):
            sign = picture("broken-image", tokens.muted, 20, self.devicePixelRatioF())
            painter.drawPixmap(box.center() - QRectF(0, 0, 20, 20).center(), sign)
        else:
            self._again.start()
        marked = self.hasFocus() and index == self._marked
        if marked or index in (self._hovered, self._current):
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.accent), 2))
            painter.drawRoundedRect(box, 4, 4)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's
        """Show the path as tooltip."""
        self._hover(self._index_at(event))

    def leaveEvent(self, _: object) -> None:  # noqa: N802 - Qt's
        """Remove the highlight."""
        self._hover(_NOTHING)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's
        """Choose the picture."""
        index = self._index_at(event)
        if index != _NOTHING and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(self.rows[index])

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's
        """Move between pictures and choose one."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is not None and self.rows:
            self._marked = min(max(self._marked + step, 0), self.fitting() - 1)
            self._describe()
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.rows:
            self.chosen.emit(self.rows[self._marked])
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's
        """Mark the picture that Enter chooses."""
        super().focusInEvent(event)
        self._describe()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's
        """Hide the mark."""
        super().focusOutEvent(event)
        self.update()

    def fitting(self) -> int:
        """Number of pictures that fit."""
        room = max(1, (self.width() + GAP) // (self._side + GAP))
        return min(len(self.rows) or self._waiting, room)

    def _height(self) -> int:
        return self._side + (20 if self.notes else 0)

    def _box(self, index: int) -> QRectF:
        return QRectF(index * (self._side + GAP) + 1, 1, self._side - 2, self._side - 2)

    def _index_at(self, event: QMouseEvent) -> int:
        index = int(event.position().x()) // (self._side + GAP)
        inside = 0 <= event.position().y() <= self._side
        return index if inside and self.rows and 0 <= index < self.fitting() else _NOTHING

    def _hover(self, index: int) -> None:
        if index == self._hovered:
            return
        self._hovered = index
        hand = Qt.CursorShape.PointingHandCursor
        self.setCursor(hand if index != _NOTHING else Qt.CursorShape.ArrowCursor)
        self.setToolTip("" if index == _NOTHING else self._path(index))
        self.update()

    def _describe(self) -> None:
        """Describe the marked picture to screen readers."""
        if not self.rows:
            self.setAccessibleDescription("")
            return
        note = self.notes[self._marked] if self._marked < len(self.notes) else ""
        text = self.tr("{0} of {1}: {2} {3}")
        number, count = self._marked + 1, len(self.rows)
        self.setAccessibleDescription(text.format(number, count, self._path(self._marked), note))

    def _path(self, index: int) -> str:
        project = self._model.project
        return "" if project is None else shown(project.table.paths[self.rows[index]])

    def _on_ready(self, rows: IntArray) -> None:
        if np.isin(self.rows, rows).any():
            self.update()
