"""The list of the groups of duplicates: pictures in a row, of which one has a frame and stays."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ahsml_app.gui.duplicates.group_model import GroupModel
from ahsml_app.gui.theme.icons import picture
from ahsml_app.gui.theme.stylesheet import SMALL, scaled
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.gui.widgets.cell_painting import image_rect
from ahsml_app.gui.widgets.picture_row import ASK_AGAIN
from ahsml_app.gui.widgets.qt_types import Index

SIDE, GAP, EDGE = 112, 12, 16
TEXT_WIDTH = 150
"""Width of the column that says how many images there are, and with which labels."""

_MOST_LABELS = 4
_TICK = 18


class GroupDelegate(QStyledItemDelegate):
    """Paints a group: what it is at the left, then its images with label and size."""

    def __init__(self, groups: GroupModel, thumbnails: Thumbnails, theme: Theme) -> None:
        super().__init__(groups)
        self._groups, self._thumbnails, self._theme = groups, thumbnails, theme
        self.missing = False  # whether a picture was not there when it was painted

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:  # noqa: N802
        """The same size for all."""
        return QSize(scaled(TEXT_WIDTH), SIDE + 2 * option.fontMetrics.height() + 2 * GAP)

    @staticmethod
    def picture_box(area: QRect, place: int) -> QRect:
        """Where the image at a place of its group is painted."""
        left = area.x() + EDGE + scaled(TEXT_WIDTH) + place * (SIDE + GAP)
        return QRect(left, area.y() + GAP, SIDE, SIDE)

    @staticmethod
    def fitting(area: QRect) -> int:
        """How many pictures fit."""
        return max(1, (area.width() - 2 * EDGE - scaled(TEXT_WIDTH) + GAP) // (SIDE + GAP))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paints one group."""
        tokens, area, position = self._theme.tokens, QRect(option.rect), index.row()
        painter.save()
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
        )
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, QColor(tokens.selected))
        painter.setPen(QPen(QColor(tokens.line), 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        self._paint_text(painter, area, position)
        rows, kept = self._groups.groups[position].rows, self._groups.kept(position)
        fitting = self.fitting(area)
        font = QFont(option.font)
        font.setPointSizeF(font.pointSizeF() * SMALL)
        painter.setFont(font)
        for place in range(min(len(rows), fitting)):
            rest = len(rows) - place if place == fitting - 1 else 1
            self._paint_image(painter, self.picture_box(area, place), position, place, kept)
            if rest > 1:
                self._paint_rest(painter, self.picture_box(area, place), rest)
        painter.restore()

    def _paint_text(self, painter: QPainter, area: QRect, position: int) -> None:
        tokens, metrics = self._theme.tokens, painter.fontMetrics()
        conflict, labels = self._groups.groups[position].conflict, self._groups.labels(position)
        lines = [(self._groups.headline(position), tokens.text)]
        if conflict:
            lines.append((self.tr("Labels differ"), tokens.danger))
        lines += [(label, tokens.muted) for label in labels[:_MOST_LABELS]]
        if len(labels) > _MOST_LABELS:
            lines.append(("…", tokens.muted))
        x, y = area.x() + EDGE, area.y() + GAP
        for text, colour in lines:
            painter.setPen(QColor(colour))
            elided = metrics.elidedText(text, Qt.TextElideMode.ElideRight, scaled(TEXT_WIDTH) - GAP)
            painter.drawText(x, y + metrics.ascent(), elided)
            y += metrics.height() + 2

    def _paint_image(
        self, painter: QPainter, box: QRect, position: int, place: int, kept: int
    ) -> None:
        tokens, project = self._theme.tokens, self._groups.model.project
        row = self._groups.groups[position].rows[place]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.hover))
        painter.drawRoundedRect(box, 4, 4)
        pixmap = self._thumbnails.pixmap(row)
        if pixmap is not None:
            painter.drawPixmap(image_rect(pixmap, box), pixmap, QRectF(pixmap.rect()))
        elif self._thumbnails.reason(row):
            sign = picture("broken-image", tokens.muted, 20, painter.device().devicePixelRatioF())
            painter.drawPixmap(box.center() - QRect(0, 0, 20, 20).center(), sign)
        else:
            self.missing = True
        if place == kept:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.good), 3))
            painter.drawRoundedRect(box, 4, 4)
            self._paint_tick(painter, box)
        label = "" if project is None else project.label_name(int(project.labels[row]))
        height = painter.fontMetrics().height()
        under = QRect(box.x(), box.bottom() + 3, SIDE, height)
        texts = (label or self.tr("no label"), self._groups.size_text(position, place))
        for text, colour in zip(texts, (tokens.text, tokens.muted), strict=True):
            painter.setPen(QColor(colour))
            elided = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, SIDE)
            painter.drawText(under, int(Qt.AlignmentFlag.AlignCenter), elided)
            under.translate(0, height)

    def _paint_tick(self, painter: QPainter, box: QRect) -> None:
        """A sign beside the frame, so that colour alone does not say what stays."""
        spot = QRect(box.right() - _TICK - 3, box.y() + 5, _TICK, _TICK)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.tokens.good))
        painter.drawEllipse(spot)
        painter.setPen(QColor(self._theme.tokens.surface))
        painter.drawText(spot, int(Qt.AlignmentFlag.AlignCenter), "✓")

    def _paint_rest(self, painter: QPainter, box: QRect, rest: int) -> None:
        """Says how many images there are behind the last one that fits."""
        shade = QColor(self._theme.tokens.window)
        shade.setAlpha(200)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shade)
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(QColor(self._theme.tokens.text))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), f"+{rest}")


class GroupView(QListView):
    """Up and Down go from group to group, Left and Right let another image stay.

    Signals:
        keep_requested: The best of the current group shall stay, and the others be dropped.
    """

    keep_requested = Signal()

    def __init__(self, groups: GroupModel, thumbnails: Thumbnails, theme: Theme) -> None:
        super().__init__()
        self._groups = groups
        self._delegate = GroupDelegate(groups, thumbnails, theme)
        self.setModel(groups)
        self.setItemDelegate(self._delegate)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Groups of duplicates"))
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(ASK_AGAIN)
        self._again.timeout.connect(self.viewport().update)
        thumbnails.ready.connect(self.viewport().update)
        theme.changed.connect(self.viewport().update)

    def paintEvent(self, event: object) -> None:  # noqa: N802 - Qt's
        """Asks again for pictures that the gallery has forgotten meanwhile."""
        self._delegate.missing = False
        super().paintEvent(event)  # type: ignore[arg-type]
        if self._delegate.missing:
            self._again.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's
        """Chooses the image that stays, or drops the others."""
        position = self.currentIndex().row()
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if position >= 0 and step is not None:
            self._groups.choose(position, max(0, self._groups.kept(position)) + step)
        elif position >= 0 and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.keep_requested.emit()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's
        """Lets the image that was clicked stay."""
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if not index.isValid() or event.button() != Qt.MouseButton.LeftButton:
            return
        area = self.visualRect(index)
        shown = min(self._delegate.fitting(area), len(self._groups.groups[index.row()].rows))
        for place in range(shown):
            if self.box_of(index.row(), place).contains(event.position().toPoint()):
                self._groups.choose(index.row(), place)

    def box_of(self, position: int, place: int) -> QRect:
        """Where an image of a group is on the viewport."""
        area = self.visualRect(self._groups.index(position))
        return self._delegate.picture_box(area, place)
