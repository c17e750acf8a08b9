"""Paints one cell: the thumbnail, what it claims, what speaks against it, what was decided."""

from __future__ import annotations

import math

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.gui.gallery.model import BADGES, ROW_ROLE, GalleryModel
from ahsml_app.gui.icons import picture
from ahsml_app.gui.style import SMALL
from ahsml_app.gui.theme import Theme, mixed

GAP = 8
PADDING = 6
DECIDED_OPACITY = 0.55
BADGE = 20
_CORNERS = ("suspect", "duplicate", "out-of-set")


class GalleryDelegate(QStyledItemDelegate):
    """Paints from prepared fonts and pens; nothing is looked up twice for a cell."""

    def __init__(self, gallery: GalleryModel, theme: Theme, side: int) -> None:
        super().__init__(gallery)
        self._gallery, self._theme = gallery, theme
        self.side = side
        self.hint = QSize(side, side)
        self._elided: dict[tuple[str, int], str] = {}
        self._widths: dict[str, int] = {}
        self._grounds: dict[tuple[int, int, float, bool, bool], QPixmap] = {}
        self._prepare()
        theme.changed.connect(self._prepare)

    def set_side(self, side: int) -> None:
        """Change the side of the thumbnails."""
        self.side = side
        self._elided.clear()
        self._grounds.clear()

    def picture_side(self) -> int:
        """Side of the square that the picture itself gets."""
        return self.side - 2 * PADDING

    def cell(self) -> QSize:
        """Size of a cell with its gap."""
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
        """Paint a cell."""
        row = index.data(ROW_ROLE)
        project = self._gallery.model.project
        if row is None or project is None:
            return
        box = option.rect.adjusted(GAP // 2, GAP // 2, -GAP // 2, -GAP // 2)
        state = option.state
        painter.save()
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
        )
        self._paint_ground(painter, box, state, current=row == self._gallery.model.current)
        image = QRect(
            box.x() + PADDING,
            box.y() + PADDING,
            box.width() - 2 * PADDING,
            self.side - 2 * PADDING,
        )
        decided = project.kinds[row] != DecisionKind.UNDECIDED
        painter.setOpacity(DECIDED_OPACITY if decided else 1.0)
        self._paint_image(painter, image, row)
        self._paint_caption(painter, image, row)
        painter.setOpacity(1.0)
        self._paint_badges(painter, image, row)
        painter.restore()

    def _prepare(self) -> None:
        tokens = self._theme.tokens
        self._font = QFont(QApplication.font())
        size = self._font.pointSizeF() if self._font.pointSizeF() > 0 else 10.0
        self._font.setPointSizeF(size * SMALL)
        self._bold = QFont(self._font)
        self._bold.setWeight(QFont.Weight.DemiBold)
        self._metrics = QFontMetrics(self._font)
        self._line = self._metrics.height() + 2
        self._ground = QColor(tokens.surface)
        self._skeleton = QColor(tokens.hover)
        self._selected = QColor(tokens.selected)
        self._line_pen = QPen(QColor(tokens.line), 1)
        self._current_pen = QPen(QColor(tokens.accent), 2)
        self._text, self._muted = QPen(QColor(tokens.text)), QPen(QColor(tokens.muted))
        self._hot, self._warm = QPen(QColor(tokens.danger)), QPen(QColor(tokens.warning))
        self._badge_colours = {
            "suspect": QColor(tokens.danger),
            "ambiguous": QColor(tokens.warning),
            "duplicate": QColor(tokens.muted),
            "out-of-set": QColor(tokens.muted),
            "keep": QColor(tokens.good),
            "relabel": QColor(tokens.accent),
            "drop": QColor(tokens.danger),
        }
        self._badge_text = QPen(QColor(tokens.surface))
        self._halo = QPen(mixed(tokens.surface, tokens.surface, 0), 1.5)
        self._elided.clear()
        self._widths.clear()
        self._grounds.clear()

    def _paint_ground(
        self, painter: QPainter, box: QRect, state: QStyle.StateFlag, *, current: bool
    ) -> None:
        selected = bool(state & QStyle.StateFlag.State_Selected)
        scale = painter.device().devicePixelRatio()
        key = (box.width(), box.height(), scale, selected, current)
        ground = self._grounds.get(key)
        if ground is None:
            ground = self._grounds[key] = self._drawn_ground(*key)
        painter.drawPixmap(box.topLeft(), ground)

    def _drawn_ground(
        self, width: int, height: int, scale: float, selected: bool, current: bool
    ) -> QPixmap:
        """The rounded ground of a cell; drawn once, as rounding costs more than copying."""
        ground = QPixmap(round(width * scale), round(height * scale))
        ground.setDevicePixelRatio(scale)
        ground.fill(self._ground)  # of the list around it: without alpha it is a plain copy
        painter = QPainter(ground)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(self._selected if selected else self._ground)
        painter.setPen(self._current_pen if current else self._line_pen)
        painter.drawRoundedRect(QRectF(1, 1, width - 2, height - 2), 8, 8)
        painter.end()
        return ground

    def _paint_image(self, painter: QPainter, box: QRect, row: int) -> None:
        pixmap = self._gallery.thumbnails.pixmap(row)
        if pixmap is None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._skeleton)
            painter.drawRoundedRect(box, 4, 4)
            if self._gallery.thumbnails.reason(row):
                sign = picture("broken-image", self._muted.color().name(), 28)
                painter.drawPixmap(box.center().x() - 14, box.center().y() - 14, sign)
            return
        target = fitted(pixmap, box)
        if abs(target.width() * painter.device().devicePixelRatio() - pixmap.width()) < 1.5:
            painter.drawPixmap(target.topLeft().toPoint(), pixmap)  # nothing to scale
        else:
            painter.drawPixmap(target, pixmap, QRectF(pixmap.rect()))

    def _paint_caption(self, painter: QPainter, image: QRect, row: int) -> None:
        project = self._gallery.model.project
        if project is None:
            return
        scores = project.scores
        given = project.table.label_name(row) or "–"
        wrong = math.nan if scores is None else float(scores.error_probability[row])
        left, width = image.x(), image.width()
        first = QRect(left, image.bottom() + 4, width, self._line)
        second = QRect(left, first.bottom() + 1, width, self._line)
        number = "" if math.isnan(wrong) else f"{wrong:.2f}".lstrip("0") if wrong < 0.995 else "1.0"
        room = self._room(number) if number else 0
        painter.setFont(self._font)
        painter.setPen(self._text)
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(first, int(flags), self._elide(given, width - room))
        if number:
            hot = scores is not None and scores.flagged[row]
            painter.setPen(self._hot if hot else self._muted)
            painter.drawText(
                first, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), number
            )
        painter.setPen(self._muted)
        painter.drawText(second, int(flags), self._elide(self._claim(row, given), width))

    def _claim(self, row: int, given: str) -> str:
        """The second line: what was decided, or what is suggested."""
        project = self._gallery.model.project
        if project is None:
            return ""
        decision = project.decision(row)
        if decision.kind == DecisionKind.RELABEL:
            return f"→ {decision.label}"
        if decision.kind != DecisionKind.UNDECIDED:
            return {
                DecisionKind.KEEP: self.tr("kept"),
                DecisionKind.DROP: self.tr("dropped"),
                DecisionKind.AMBIGUOUS: self.tr("unsure"),
            }[decision.kind]
        if project.scores is None:
            return ""
        suggested = project.label_name(int(project.scores.suggested[row]))
        return f"→ {suggested}?" if suggested and suggested != given else ""

    def _paint_badges(self, painter: QPainter, image: QRect, row: int) -> None:
        places = {
            "suspect": (image.left() + 3, image.top() + 3),
            "duplicate": (image.right() - BADGE - 2, image.top() + 3),
            "out-of-set": (image.left() + 3, image.bottom() - BADGE - 2),
        }
        decided = (image.right() - BADGE - 2, image.bottom() - BADGE - 2)
        painter.setFont(self._bold)
        for name in self._gallery.badges(row):
            x, y = places.get(name, decided)
            spot = QRectF(x, y, BADGE, BADGE)
            painter.setPen(self._halo)
            painter.setBrush(self._badge_colours[name])
            if name in ("duplicate", "out-of-set"):
                painter.drawRoundedRect(spot, 5, 5)
            else:
                painter.drawEllipse(spot)
            painter.setPen(self._badge_text)
            painter.drawText(spot, int(Qt.AlignmentFlag.AlignCenter), BADGES[name])

    def _room(self, number: str) -> int:
        """Width of a number with its gap; measured once."""
        found = self._widths.get(number)
        if found is None:
            found = self._widths[number] = self._metrics.horizontalAdvance(number) + 6
        return found

    def _elide(self, text: str, width: int) -> str:
        key = (text, width)
        found = self._elided.get(key)
        if found is None:
            if len(self._elided) > 20_000:
                self._elided.clear()
            found = self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)
            self._elided[key] = found
        return found


def fitted(pixmap: QPixmap, box: QRect) -> QRectF:
    """Where a picture lies in a box: whole, centred; small ones grow at most fourfold."""
    width, height = max(1, pixmap.width()), max(1, pixmap.height())
    scale = min(box.width() / width, box.height() / height, 4.0)
    w, h = width * scale, height * scale
    return QRectF(box.x() + (box.width() - w) / 2, box.y() + (box.height() - h) / 2, w, h)
