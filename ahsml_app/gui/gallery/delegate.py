"""Paints the cells: thumbnail, label, suggestion, error probability and decision."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPixmap, QStaticText
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.folder_changes import SampleState
from ahsml_app.base.types import IntArray
from ahsml_app.gui.gallery.gallery_model import BADGES, ROW_ROLE, CellFacts, GalleryModel
from ahsml_app.gui.theme.icons import picture
from ahsml_app.gui.theme.stylesheet import SMALL
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.widgets.cell_painting import image_rect
from ahsml_app.gui.widgets.format import chance, checked_text

GAP = 8
PADDING = 6
DECIDED_OPACITY, MISSING_OPACITY = 0.55, 0.3
BADGE = 20
BROKEN = 28
_ROUND = 8
_MOST_TEXTS = 20_000
_SQUARE = ("duplicate", "outlier", "checked")
_LEFT, _TOP = ("suspect", "outlier", "star", "note"), ("suspect", "duplicate")
"""Badges at the left and at the top; the badge of a decision is at the bottom right."""

CellState = tuple[int, int, bool, bool]
"""Width and height of a cell without its gap, and whether it is selected and current."""


class GalleryDelegate(QStyledItemDelegate):
    """Paints cells from cached backgrounds, badges and text layouts."""

    def __init__(self, gallery: GalleryModel, theme: Theme, side: int) -> None:
        super().__init__(gallery)
        self._gallery, self._theme = gallery, theme
        self.side = side
        self.hint = QSize(side, side)
        self._scale, self._exact = 1.0, True
        self._texts: dict[tuple[str, int], tuple[QStaticText, int]] = {}
        self._backgrounds: dict[tuple[int, int, bool, bool, bool], QPixmap] = {}
        self._badges: dict[str, QPixmap] = {}
        self._update_style()
        theme.changed.connect(self._update_style)

    def set_side(self, side: int) -> None:
        """Sets the side of the cells' thumbnails in pixels."""
        self.side = side
        self._texts.clear()
        self._backgrounds.clear()

    def picture_side(self) -> int:
        """Side of the square for the picture, in pixels."""
        return self.side - 2 * PADDING

    def cell(self) -> QSize:
        """Minimum size of a cell with its gap."""
        return QSize(self.side + GAP, self.side + 2 * self._line_height + PADDING + GAP)

    def sizeHint(  # noqa: N802 - Qt's
        self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """The size of the grid's cells, the same for all."""
        return self.hint

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paints one cell, for views that do not use `paint_cells`."""
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
        """Paints the cells of a frame.

        Args:
            painter: Painter of the view; its font, pen and opacity are changed.
            cell: Size of a cell with its gap.
            rows: Row of the table for each cell.
            corners: Top left corner of each cell.
            selected: Whether each cell is selected.
        """
        scale = painter.device().devicePixelRatioF()
        if scale != self._scale:
            self._scale = scale
            self._backgrounds.clear()
            self._badges.clear()
        painter.setFont(self._font)
        thumbnails = self._gallery.thumbnails
        self._exact = thumbnails.side == thumbnails.side_for(self.picture_side() * scale)
        width, height = cell.width() - GAP, cell.height() - GAP
        current = self._gallery.model.current
        for facts, corner, is_selected in zip(
            self._gallery.facts(rows), corners, selected, strict=True
        ):
            x, y = corner.x() + GAP // 2, corner.y() + GAP // 2
            state = (width, height, is_selected, facts.row == current)
            self._paint_cell(painter, x, y, facts, state)

    def _paint_cell(
        self, painter: QPainter, x: int, y: int, facts: CellFacts, state: CellState
    ) -> None:
        pixmap, exact = self._gallery.thumbnails.shown(facts.row)
        background_key = (*state, pixmap is None)
        background = self._backgrounds.get(background_key)
        if background is None:
            background = self._backgrounds[background_key] = self._make_background(*background_key)
        painter.drawPixmap(x, y, background)
        x, y, width = x + PADDING, y + PADDING, state[0] - 2 * PADDING
        side = self.side - 2 * PADDING
        missing = facts.state == SampleState.MISSING
        if facts.kind or missing:
            painter.setOpacity(MISSING_OPACITY if missing else DECIDED_OPACITY)
        if pixmap is not None:
            box = QRect(x, y, width, side)
            self._paint_picture(painter, box, pixmap, exact=exact and self._exact)
        elif self._gallery.thumbnails.reason(facts.row):
            icon_pixmap = picture("broken-image", self._muted.color().name(), BROKEN, self._scale)
            painter.drawPixmap(x + (width - BROKEN) // 2, y + (side - BROKEN) // 2, icon_pixmap)
        if missing:  # which the caption says, legibly
            painter.setOpacity(DECIDED_OPACITY)
        self._paint_caption(painter, x, y + side + 3, width, facts, selected=state[2])
        painter.setOpacity(1.0)
        place = 0  # at the bottom left there may be several
        for name in facts.badges:
            badge = self._badges.get(name)
            if badge is None:
                badge = self._badges[name] = self._make_badge(name)
            left, top = name in _LEFT, name in _TOP
            shift = 0 if top or not left else place
            place += BADGE + 2 if left and not top else 0
            painter.drawPixmap(
                x + 2 + shift if left else x + width - BADGE - 4,
                y + 2 if top else y + side - BADGE - 4,
                badge,
            )

    def _update_style(self) -> None:
        tokens = self._theme.tokens
        self._font = QFont(QApplication.font())
        size = self._font.pointSizeF() if self._font.pointSizeF() > 0 else 10.0
        self._font.setPointSizeF(size * SMALL)
        self._bold = QFont(self._font)
        self._bold.setWeight(QFont.Weight.DemiBold)
        self._metrics = QFontMetrics(self._font)
        self._line_height = self._metrics.height() + 2
        self._surface, self._window = QColor(tokens.surface), QColor(tokens.surface)
        self._placeholder = QColor(tokens.hover)
        self._selected = QColor(tokens.selected)
        self._line_pen = QPen(QColor(tokens.line), 1)
        self._current_pen = QPen(QColor(tokens.accent), 2)
        self._text, self._muted = QPen(QColor(tokens.text)), QPen(QColor(tokens.muted))
        self._flagged_pen = QPen(QColor(tokens.danger))
        self._badge_colours = {
            "suspect": QColor(tokens.danger),
            "ambiguous": QColor(tokens.warning),
            "duplicate": QColor(tokens.muted),
            "outlier": QColor(tokens.muted),
            "keep": QColor(tokens.good),
            "relabel": QColor(tokens.accent),
            "drop": QColor(tokens.danger),
            "star": QColor(tokens.warning),
            "note": QColor(tokens.muted),
            "checked": QColor(tokens.muted),
        }
        # Of each whole per cent, because making the text takes longer than painting it.
        self._chances = [chance(whole / 100) for whole in range(101)]
        self._decision_texts = {
            int(DecisionKind.KEEP): self.tr("kept"),
            int(DecisionKind.DROP): self.tr("dropped"),
            int(DecisionKind.AMBIGUOUS): self.tr("unsure"),
        }
        self._checked_text = checked_text()
        self._state_texts = {
            SampleState.MISSING: self.tr("missing"),
            SampleState.CHANGED: self.tr("changed"),
        }
        self._texts.clear()
        self._backgrounds.clear()
        self._badges.clear()

    def _make_background(
        self, width: int, height: int, selected: bool, current: bool, empty: bool
    ) -> QPixmap:
        """The rounded background of a cell, with a placeholder if the picture is missing."""
        # Without alpha, painting the background is a plain copy.
        background = self._canvas(width, height, self._window)
        if background.isNull():
            return background
        painter = QPainter(background)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(self._selected if selected else self._surface)
        painter.setPen(self._current_pen if current else self._line_pen)
        inset = 1.0 if current else 0.5
        frame = QRectF(0, 0, width, height).adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(frame, _ROUND, _ROUND)
        if empty:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._placeholder)
            placeholder = QRectF(PADDING, PADDING, width - 2 * PADDING, self.side - 2 * PADDING)
            painter.drawRoundedRect(placeholder, _ROUND / 2, _ROUND / 2)
        painter.end()
        return background

    def _paint_picture(
        self, painter: QPainter, box: QRect, pixmap: QPixmap, *, exact: bool
    ) -> None:
        """Paints a thumbnail, scaled until one of the right size arrives."""
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
        number, number_width = None, 0
        if not math.isnan(facts.wrong):
            number, number_width = self._static(self._chances[round(100 * facts.wrong)], 0)
        room = width - number_width - 6 if number_width else width
        painter.setPen(self._text)
        painter.drawStaticText(x, y, self._static(facts.given or "–", room)[0])
        if not selected:
            painter.setPen(self._muted)
        second_line = self._second_line(facts)
        if second_line:
            painter.drawStaticText(x, y + self._line_height, self._static(second_line, width)[0])
        if number is not None:
            if facts.flagged:
                painter.setPen(self._flagged_pen)
            painter.drawStaticText(x + width - number_width, y, number)

    def _second_line(self, facts: CellFacts) -> str:
        """What became of the file, the decision, or else the suggestion."""
        if facts.state == SampleState.MISSING:
            return self._state_texts[facts.state]
        if facts.kind == DecisionKind.RELABEL:
            return f"→ {facts.label}"
        if facts.kind != DecisionKind.UNDECIDED:
            return self._decision_texts[facts.kind]
        if "checked" in facts.badges:
            return self._checked_text
        if facts.state == SampleState.CHANGED:
            return self._state_texts[facts.state]
        return f"→ {facts.suggested}?" if facts.suggested not in ("", facts.given) else ""

    def _make_badge(self, name: str) -> QPixmap:
        side = BADGE + 2
        badge = self._canvas(side, side, QColor(Qt.GlobalColor.transparent))
        painter = QPainter(badge)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._surface, 1.5))  # a rim that sets it apart from any picture
        painter.setBrush(self._badge_colours[name])
        spot = QRectF(1, 1, BADGE, BADGE)
        if name in _SQUARE:
            painter.drawRoundedRect(spot, 5, 5)
        else:
            painter.drawEllipse(spot)
        painter.setFont(self._bold)
        painter.setPen(self._surface)
        painter.drawText(spot, int(Qt.AlignmentFlag.AlignCenter), BADGES[name])
        painter.end()
        return badge

    def _canvas(self, width: int, height: int, fill: QColor) -> QPixmap:
        canvas = QPixmap(round(width * self._scale), round(height * self._scale))
        canvas.setDevicePixelRatio(self._scale)
        canvas.fill(fill)
        return canvas

    def _static(self, text: str, width: int) -> tuple[QStaticText, int]:
        """Cached layout of a text and its width; the text is elided unless `width` is 0."""
        key = (text, width)
        entry = self._texts.get(key)
        if entry is None:
            if len(self._texts) > _MOST_TEXTS:
                self._texts.clear()
            if width:
                text = self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)
            text_layout = QStaticText(text)
            text_layout.setTextFormat(Qt.TextFormat.PlainText)
            text_layout.prepare(font=self._font)
            entry = self._texts[key] = (text_layout, math.ceil(text_layout.size().width()))
        return entry
