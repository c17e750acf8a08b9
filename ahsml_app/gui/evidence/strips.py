"""Rows of small pictures: trusted images of a class with their distances, and look-alikes."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from ahsml_app.base.types import IntArray
from ahsml_app.gui.gallery.delegate import fitted
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme import Theme
from ahsml_app.gui.thumbnails import Thumbnails
from ahsml_app.session.project import Neighbour

SIDE, GAP = 60, 6


class PictureRow(QWidget):
    """Small pictures side by side; click, or arrow keys and Enter, choose one."""

    chosen = Signal(int)

    def __init__(self, model: ProjectModel, thumbnails: Thumbnails, theme: Theme) -> None:
        super().__init__()
        self._model, self._thumbnails, self._theme = model, thumbnails, theme
        self._rows: list[int] = []
        self._notes: list[str] = []
        self._marked = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        thumbnails.ready.connect(self._on_ready)
        theme.changed.connect(self.update)

    @property
    def rows(self) -> tuple[int, ...]:
        """Rows of the table that are shown."""
        return tuple(self._rows)

    def show_rows(self, rows: Sequence[int], notes: Sequence[str] = ()) -> None:
        """Show images with a short note below each."""
        self._rows, self._notes = list(rows), list(notes)
        self._marked = 0
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's
        """One line of pictures, and of notes where there are any."""
        return QSize(3 * (SIDE + GAP), self._height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's
        """Room for one."""
        return QSize(SIDE, self._height())

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802 - Qt's
        """As many as fit."""
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = painter.font()
        font.setPointSizeF(font.pointSizeF() * 0.85)
        painter.setFont(font)
        for place, row in enumerate(self._rows[: self._fitting()]):
            box = self._box(place)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.hover))
            painter.drawRoundedRect(box, 4, 4)
            pixmap = self._thumbnails.pixmap(row)
            if pixmap is not None:
                target = fitted(pixmap, box.toRect())
                painter.drawPixmap(target, pixmap, QRectF(pixmap.rect()))
            if self.hasFocus() and place == self._marked:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(QColor(tokens.accent), 2))
                painter.drawRoundedRect(box, 4, 4)
            if place < len(self._notes):
                painter.setPen(QColor(tokens.muted))
                under = QRectF(box.x(), box.bottom() + 1, SIDE, 18)
                painter.drawText(under, int(Qt.AlignmentFlag.AlignCenter), self._notes[place])
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's
        """The path as tool tip."""
        row = self._row_at(event)
        project = self._model.project
        self.setToolTip("" if row < 0 or project is None else project.table.paths[row])

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's
        """Choose."""
        row = self._row_at(event)
        if row >= 0:
            self.chosen.emit(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's
        """Walk and choose."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is not None and self._rows:
            self._marked = min(max(self._marked + step, 0), self._fitting() - 1)
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._rows:
            self.chosen.emit(self._rows[self._marked])
        else:
            super().keyPressEvent(event)

    def _height(self) -> int:
        return SIDE + (18 if self._notes else 2)

    def _fitting(self) -> int:
        return min(len(self._rows), max(1, (self.width() + GAP) // (SIDE + GAP)))

    def _box(self, place: int) -> QRectF:
        return QRectF(place * (SIDE + GAP) + 1, 1, SIDE - 2, SIDE - 2)

    def _row_at(self, event: QMouseEvent) -> int:
        place = int(event.position().x()) // (SIDE + GAP)
        return self._rows[place] if 0 <= place < self._fitting() else -1

    def _on_ready(self, rows: IntArray) -> None:
        if np.isin(self._rows, rows).any():
            self.update()


class Strip(QWidget):
    """A heading and its pictures, or a line that says why there are none."""

    def __init__(self, model: ProjectModel, thumbnails: Thumbnails, theme: Theme) -> None:
        super().__init__()
        self._title, self._none = QLabel(), QLabel()
        self._title.setProperty("role", "small-muted")
        self._none.setProperty("role", "small-muted")
        self.pictures = PictureRow(model, thumbnails, theme)
        self.pictures.chosen.connect(model.set_current)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for widget in (self._title, self.pictures, self._none):
            layout.addWidget(widget)

    def show_neighbours(self, title: str, neighbours: Sequence[Neighbour], none: str) -> None:
        """Show images with their distances."""
        self._title.setText(title)
        self.pictures.setAccessibleName(title)
        notes = [f"{n.distance:.2f}" for n in neighbours if not math.isnan(n.distance)]
        self.pictures.show_rows([n.row for n in neighbours], notes)
        self.pictures.setVisible(bool(neighbours))
        self._none.setText(none)
        self._none.setVisible(not neighbours and bool(none))
