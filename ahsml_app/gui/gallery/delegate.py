"""Paints one cell: the thumbnail, what it claims, what speaks against it, what was decided."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPixmap, QStaticText
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.types import IntArray
from ahsml_app.gui.gallery.gallery_model import BADGES, ROW_ROLE, CellFacts, GalleryModel
from ahsml_app.gui.theme.icons import picture
from ahsml_app.gui.theme.stylesheet import SMALL
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.widgets.cell_painting import image_rect
from ahsml_app.gui.widgets.format import hundredths

GAP = 8
PADDING = 6
DECIDED_OPACITY = 0.55
BADGE = 20
BROKEN = 28
_ROUND = 8
_MOST_TEXTS = 20_000
_SQUARE = ("duplicate", "out-of-set")
_LEFT, _TOP = ("suspect", "out-of-set"), ("suspect", "duplicate")
"""Corners of the signs; that of a decision is at the bottom right."""

Look = tuple[int, int, bool, bool]
"""Width and height of a cell without its gap, whether it is selected, and the current one."""


class GalleryDelegate(QStyledItemDelegate):
    """Paints from prepared pieces: what is drawn more than once is drawn once and copied."""

    def __init__(self, gallery: GalleryModel, theme: Theme, side: int) -> None:
        super().__init__(gallery)
        self._gallery, self._theme = gallery, theme
        self.side = side
        self.hint = QSize(side, side)
        self._scale, self._exact = 1.0, True
        self._texts: dict[tuple[str, int], tuple[QStaticText, int]] = {}
        self._grounds: dict[tuple[int, int, bool, bool, bool], QPixmap] = {}
        self._badges: dict[str, QPixmap] = {}
        self._prepare()
        theme.changed.connect(self._prepare)

    def set_side(self, side: int) -> None:
        """Change the side of the thumbnails."""
        self.side = side
        self._texts.clear()
        self._grounds.clear()

    def picture_side(self) -> int:
        """Side of the square that the picture itself gets."""
        return self.side - 2 * PADDING

    def cell(self) -> QSize:
        """Least size of a cell with its gap."""
        return QSize(self.side + GAP, self.side + 2 * self._line + PADDING + GAP)

    def sizeHint(  # noqa: N802 - Qt's
        self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """The same for every cell: that of the grid."""
        return self.hint

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint a cell for a view that does not use `paint_cells`."""
        painter.save()
        rows = np.array([index.data(ROW_ROLE)], dtype=np.int64)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        self.paint_cells(painter, option.rect.size(), rows, [option.rect.topLeft()], [selected])
        painter.restore()

    def paint_cells(
        self,
        painter: QPainter,
        cell: QSize,
        rows: IntArray,
        corners: Sequence[QPoint],
        selected: Sequence[bool],
    ) -> None:
        """Paint the cells of a frame.

        Args:
            painter: On the view; its font, pen and opacity are changed.
            cell: Size of a cell, its gap included.
            rows: Of the table, for each cell.
            corners: Top left of each cell.
            selected: Whether each is selected.
        """
        scale = painter.device().devicePixelRatioF()
        if scale != self._scale:
            self._scale = scale
            self._grounds.clear()
            self._badges.clear()
        painter.setFont(self._font)
        thumbnails = self._gallery.thumbnails
        self._exact = thumbnails.side == thumbnails.side_for(self.picture_side() * scale)
        width, height = cell.width() - GAP, cell.height() - GAP
        current = self._gallery.model.current
        for facts, corner, chosen in zip(self._gallery.facts(rows), corners, selected, strict=True):
            x, y = corner.x() + GAP // 2, corner.y() + GAP // 2
            look = (width, height, chosen, facts.row == current)
            self._paint_cell(painter, x, y, facts, look)

    def _paint_cell(self, painter: QPainter, x: int, y: int, facts: CellFacts, look: Look) -> None:
        pixmap, exact = self._gallery.thumbnails.shown(facts.row)
        key = (*look, pixmap is None)
        ground = self._grounds.get(key)
        if ground is None:
            ground = self._grounds[key] = self._drawn_ground(*key)
        painter.drawPixmap(x, y, ground)
        x, y, width = x + PADDING, y + PADDING, look[0] - 2 * PADDING
        side = self.side - 2 * PADDING
        if facts.kind:
            painter.setOpacity(DECIDED_OPACITY)
        if pixmap is not None:
            box = QRect(x, y, width, side)
            self._paint_picture(painter, box, pixmap, exact=exact and self._exact)
        elif self._gallery.thumbnails.reason(facts.row):
            sign = picture("broken-image", self._muted.color().name(), BROKEN, self._scale)
            painter.drawPixmap(x + (width - BROKEN) // 2, y + (side - BROKEN) // 2, sign)
        self._paint_caption(painter, x, y + side + 3, width, facts, selected=look[2])
        if facts.kind:
            painter.setOpacity(1.0)
        for name in facts.badges:
            badge = self._badges.get(name)
            if badge is None:
                badge = self._badges[name] = self._drawn_badge(name)
            left, top = name in _LEFT, name in _TOP
            painter.drawPixmap(
                x + 2 if left else x + width - BADGE - 4,
                y + 2 if top else y + side - BADGE - 4,
                badge,
            )

    def _prepare(self) -> None:
        tokens = self._theme.tokens
        self._font = QFont(QApplication.font())
        size = self._font.pointSizeF() if self._font.pointSizeF() > 0 else 10.0
        self._font.setPointSizeF(size * SMALL)
        self._bold = QFont(self._font)
        self._bold.setWeight(QFont.Weight.DemiBold)
        self._metrics = QFontMetrics(self._font)
        self._line = self._metrics.height() + 2
        self._ground, self._window = QColor(tokens.surface), QColor(tokens.surface)
        self._skeleton = QColor(tokens.hover)
        self._selected = QColor(tokens.selected)
        self._line_pen = QPen(QColor(tokens.line), 1)
        self._current_pen = QPen(QColor(tokens.accent), 2)
        self._text, self._muted = QPen(QColor(tokens.text)), QPen(QColor(tokens.muted))
        self._hot = QPen(QColor(tokens.danger))
        self._badge_colours = {
            "suspect": QColor(tokens.danger),
            "ambiguous": QColor(tokens.warning),
            "duplicate": QColor(tokens.muted),
            "out-of-set": QColor(tokens.muted),
            "keep": QColor(tokens.good),
            "relabel": QColor(tokens.accent),
            "drop": QColor(tokens.danger),
        }
        self._words = {
            int(DecisionKind.KEEP): self.tr("kept"),
            int(DecisionKind.DROP): self.tr("dropped"),
            int(DecisionKind.AMBIGUOUS): self.tr("unsure"),
        }
        self._texts.clear()
        self._grounds.clear()
        self._badges.clear()

    def _drawn_ground(
        self, width: int, height: int, selected: bool, current: bool, empty: bool
    ) -> QPixmap:
        """The rounded ground of a cell, with the place of a picture that is still to come."""
        ground = self._canvas(width, height, self._window)  # without alpha it is a plain copy
        if ground.isNull():
            return ground
        painter = QPainter(ground)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(self._selected if selected else self._ground)
        painter.setPen(self._current_pen if current else self._line_pen)
        inset = 1.0 if current else 0.5
        frame = QRectF(0, 0, width, height).adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(frame, _ROUND, _ROUND)
        if empty:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._skeleton)
            room = QRectF(PADDING, PADDING, width - 2 * PADDING, self.side - 2 * PADDING)
            painter.drawRoundedRect(room, _ROUND / 2, _ROUND / 2)
        painter.end()
        return ground

    def _paint_picture(
        self, painter: QPainter, box: QRect, pixmap: QPixmap, *, exact: bool
    ) -> None:
        """Copy a thumbnail of the right size; scale one of another size until that comes."""
        side = box.height()
        if exact:
            width, height = pixmap.width() / self._scale, pixmap.height() / self._scale
            x = box.x() + round((box.width() - width) / 2)
            painter.drawPixmap(x, box.y() + round((side - height) / 2), pixmap)
            return
        square = QRect(box.x() + (box.width() - side) // 2, box.y(), side, side)
        painter.drawPixmap(image_rect(pixmap, square), pixmap, QRectF(pixmap.rect()))

    def _paint_caption(
        self, painter: QPainter, x: int, y: int, width: int, facts: CellFacts, *, selected: bool
    ) -> None:
        number, wide = None, 0
        if not math.isnan(facts.wrong):
            number, wide = self._static(hundredths(facts.wrong), 0)
        room = width - wide - 6 if wide else width
        painter.setPen(self._text)
        painter.drawStaticText(x, y, self._static(facts.given or "–", room)[0])
        if not selected:
            painter.setPen(self._muted)
        claim = self._claim(facts)
        if claim:
            painter.drawStaticText(x, y + self._line, self._static(claim, width)[0])
        if number is not None:
            if facts.flagged:
                painter.setPen(self._hot)
            painter.drawStaticText(x + width - wide, y, number)

    def _claim(self, facts: CellFacts) -> str:
        """The second line: what was decided, or what is suggested."""
        if facts.kind == DecisionKind.RELABEL:
            return f"→ {facts.label}"
        if facts.kind != DecisionKind.UNDECIDED:
            return self._words[facts.kind]
        return f"→ {facts.suggested}?" if facts.suggested not in ("", facts.given) else ""

    def _drawn_badge(self, name: str) -> QPixmap:
        side = BADGE + 2
        badge = self._canvas(side, side, QColor(Qt.GlobalColor.transparent))
        painter = QPainter(badge)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._ground, 1.5))  # a rim, so that it stands out from any picture
        painter.setBrush(self._badge_colours[name])
        spot = QRectF(1, 1, BADGE, BADGE)
        if name in _SQUARE:
            painter.drawRoundedRect(spot, 5, 5)
        else:
            painter.drawEllipse(spot)
        painter.setFont(self._bold)
        painter.setPen(self._ground)
        painter.drawText(spot, int(Qt.AlignmentFlag.AlignCenter), BADGES[name])
        painter.end()
        return badge

    def _canvas(self, width: int, height: int, ground: QColor) -> QPixmap:
        canvas = QPixmap(round(width * self._scale), round(height * self._scale))
        canvas.setDevicePixelRatio(self._scale)
        canvas.fill(ground)
        return canvas

    def _static(self, text: str, width: int) -> tuple[QStaticText, int]:
        """A text laid out once, shortened to a width unless that is 0, and how wide it is."""
        key = (text, width)
        found = self._texts.get(key)
        if found is None:
            if len(self._texts) > _MOST_TEXTS:
                self._texts.clear()
            if width:
                text = self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)
            made = QStaticText(text)
            made.setTextFormat(Qt.TextFormat.PlainText)
            made.prepare(font=self._font)
            found = self._texts[key] = (made, math.ceil(made.size().width()))
        return found
