"""Paints the tree of classes: branches, then names, facts and pictures of the leaves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QCoreApplication, QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QApplication

from ahsml_app.base.message import shown
from ahsml_app.base.types import IntArray
from ahsml_app.gui.theme.class_colours import class_palette
from ahsml_app.gui.theme.stylesheet import SMALL
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.gui.widgets.cell_painting import image_rect
from ahsml_app.gui.widgets.format import few_per_cent, figure
from ahsml_app.session.analysis.class_overview import ClassOverview, ClassTree

EDGE, GAP, TOP = 16, 8, 30
"""Side margin, gap between the parts of a leaf, and top margin, in pixels."""

_DOT, _PICTURES = 4, 3
_PICTURES_FROM = 30.0
"""Height of a leaf in pixels from which its typical pictures are painted."""

_FINE, _LEAST_MARKED = 4.0, 3.0
"""Height in pixels of a leaf with smooth lines, and of the smallest marked branch."""

_LABELS = (170, 420)
"""Minimum and maximum width of the leaves in pixels."""

_FACTS = "0,000,000 · about 00 %"
_MIDDLE = int(Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)


@dataclass(frozen=True, slots=True)
class TreeFrame:
    """Geometry and selection of a frame.

    Attributes:
        width: Width of the viewport in pixels.
        top: Upper edge of the painted strip of the viewport.
        bottom: Its lower edge.
        step: Height of a leaf.
        right: Left edge of the leaves, at the right of the branches.
        x: (2 K - 1,) x coordinate of each node.
        y: (2 K - 1,) y coordinate of each node.
        selected: (K,) mask of the chosen classes.
    """

    width: int
    top: int
    bottom: int
    step: float
    right: float
    x: npt.NDArray[np.float64]
    y: npt.NDArray[np.float64]
    selected: npt.NDArray[np.bool_]


class TreePainter:
    """Paints the nodes; the view computes their coordinates.

    Attributes:
        incomplete: Whether a picture was missing when painted; the caller resets it.
        pictures: Number of pictures of each leaf.
        side: Side of the last painted pictures in screen pixels.
    """

    def __init__(self, theme: Theme, thumbnails: Thumbnails) -> None:
        self._theme, self._thumbnails = theme, thumbnails
        self.incomplete = False
        self.side = self.pictures = 0
        self._colour_key: tuple[ClassTree, int, bool] | None = None
        self._colours: list[QColor] = []

    def leaves_from(self, width: int) -> float:
        """Left edge of the leaves in a viewport of this width."""
        least, most = _LABELS
        room = min(max(0.4 * width, least + self._metrics().horizontalAdvance(_FACTS)), most)
        return max(EDGE + 120.0, width - EDGE - room)

    def stride(self, step: float) -> int:
        """Stride of the leaves with a name: 1 if there is room for all names."""
        return max(1, int(np.ceil((self._metrics().height() + 1) / step)))

    def paint(
        self, painter: QPainter, overview: ClassOverview, tree: ClassTree, frame: TreeFrame
    ) -> None:
        """Paints everything but the marked branch, in the strip of the frame."""
        self._paint_branches(painter, tree, frame)
        self._paint_leaves(painter, overview, tree, frame)
        self._paint_heading(painter, frame)

    def _metrics(self) -> QFontMetrics:
        return QFontMetrics(self._small())

    def _small(self) -> QFont:
        font = QFont(QApplication.font())
        font.setPointSizeF(font.pointSizeF() * SMALL)
        return font

    def paint_marked(self, painter: QPainter, tree: ClassTree, frame: TreeFrame, node: int) -> None:
        """Paints the branch at the mouse or the cursor, above everything else."""
        accent, leaves = QColor(self._theme.tokens.accent), len(tree.order)
        if node >= leaves:
            shown = self._joints(tree, frame, _LEAST_MARKED)
            shown = shown[tree.first[shown] >= tree.first[node]]
            shown = shown[tree.last[shown] <= tree.last[node]]
            self._draw(painter, tree, frame, shown, accent)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(accent)
        painter.setPen(Qt.PenStyle.NoPen)
        if frame.y[node] > TOP - GAP:
            painter.drawEllipse(QPointF(frame.x[node], frame.y[node]), 4.5, 4.5)

    def _joints(self, tree: ClassTree, frame: TreeFrame, min_height: float) -> IntArray:
        """Visible inner nodes whose branches have at least this height in pixels."""
        joints = np.arange(len(tree.order), 2 * len(tree.order) - 1)
        heights = (tree.last - tree.first)[joints] * frame.step
        top, bottom = frame.y[tree.children[:, 0]], frame.y[tree.children[:, 1]]
        return joints[(heights >= min_height) & (top < frame.bottom) & (bottom > frame.top)]

    def _paint_branches(self, painter: QPainter, tree: ClassTree, frame: TreeFrame) -> None:
        tokens, shown = self._theme.tokens, self._joints(tree, frame, 1)
        selected_before = np.concatenate([[0], np.cumsum(frame.selected[tree.order])])
        first, last = tree.first[shown], tree.last[shown]
        fully_selected = selected_before[last + 1] - selected_before[first] == last - first + 1
        self._draw(painter, tree, frame, shown[~fully_selected], QColor(tokens.muted))
        self._draw(painter, tree, frame, shown[fully_selected], QColor(tokens.accent))

    def _draw(
        self, painter: QPainter, tree: ClassTree, frame: TreeFrame, joints: IntArray, colour: QColor
    ) -> None:
        smooth = frame.step >= _FINE
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, smooth)
        width = 1.0 if not smooth else 1.2 if colour == QColor(self._theme.tokens.muted) else 2.0
        painter.setPen(QPen(colour, width))
        painter.drawLines(_lines(tree, frame, joints, len(tree.order)))

    def _paint_leaves(
        self, painter: QPainter, overview: ClassOverview, tree: ClassTree, frame: TreeFrame
    ) -> None:
        stride, (first, last) = self.stride(frame.step), self.leaves_in(frame, tree)
        painter.setFont(self._small())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = self._metrics()
        self._update_colours(overview, tree)
        for leaf in range(first - first % stride, last, stride):
            self._paint_leaf(painter, metrics, overview, tree, frame, leaf)

    def _update_colours(self, overview: ClassOverview, tree: ClassTree) -> None:
        """Computes the class colours once for each tree, because thousands take long."""
        key = tree, len(overview.names), self._theme.dark
        cached = self._colour_key
        if cached is None or cached[0] is not tree or cached[1:] != key[1:]:
            self._colour_key = key
            palette = class_palette(key[1], tree.order, dark=key[2])
            self._colours = [QColor(*colour) for colour in palette.tolist()]

    def leaves_in(self, frame: TreeFrame, tree: ClassTree) -> tuple[int, int]:
        """Range of the leaves that are at least partly in the frame: first, and last plus one."""
        start = float(frame.y[tree.order[0]])
        margin = max(frame.step, self._metrics().height() + 1)  # names may be higher than leaves
        first = max(0, int((frame.top - margin - start) // frame.step))
        return first, min(len(tree.order), int((frame.bottom + margin - start) // frame.step) + 2)

    def leaf_strip(self, step: float, y: float) -> tuple[int, int]:
        """Upper and lower edge of the leaf whose middle is at `y`."""
        half = max(step, self._metrics().height() + 1) / 2
        return int(y - half), int(np.ceil(y + half))

    def _paint_leaf(
        self,
        painter: QPainter,
        metrics: QFontMetrics,
        overview: ClassOverview,
        tree: ClassTree,
        frame: TreeFrame,
        leaf: int,
    ) -> None:
        tokens, facts = self._theme.tokens, overview.facts
        index, height = int(tree.order[leaf]), metrics.height() + 1
        y, right = float(frame.y[index]), frame.width - EDGE
        row = QRectF(frame.right, y - height / 2, right - frame.right, height)
        painter.setPen(Qt.PenStyle.NoPen)
        if frame.selected[index]:
            painter.setBrush(QColor(tokens.selected))
            extra = max(0.0, frame.step - height - 2) / 2
            painter.drawRoundedRect(row.adjusted(2, -extra, GAP, extra), 4, 4)
        painter.setBrush(self._colours[index])
        painter.drawEllipse(QPointF(frame.right + GAP, y), _DOT, _DOT)
        error_text = (
            "" if np.isnan(facts.wrong[1, index]) else self._error_text(facts.wrong[1, index])
        )
        note = f"{figure(facts.count[index])}{error_text}"
        painter.setPen(QColor(tokens.muted))
        painter.drawText(row, _RIGHT, note)
        pictures_width = self._paint_pictures(painter, facts.typical[index], row, frame.step)
        room = row.adjusted(2 * GAP + pictures_width, 0, -metrics.horizontalAdvance(note) - GAP, 0)
        painter.setPen(QColor(tokens.text))
        elide = Qt.TextElideMode.ElideMiddle
        name = metrics.elidedText(shown(overview.names[index]), elide, int(room.width()))
        painter.drawText(room, _MIDDLE, name)

    def _paint_pictures(self, painter: QPainter, rows: IntArray, row: QRectF, step: float) -> float:
        """Paints the typical pictures of a high enough leaf and returns their width."""
        if step < _PICTURES_FROM:
            return 0.0
        side, x, y = int(step - 6), row.x() + 2 * GAP, row.center().y()
        count = min(_PICTURES, max(1, int(row.width() * 0.45) // (side + 4)))
        scale = painter.device().devicePixelRatioF()
        self.side, self.pictures = round(side * scale), count
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for number, image_row in enumerate(rows[:count].tolist()):
            if image_row < 0:
                break
            box = QRectF(x + number * (side + 4), y - side / 2, side, side).toRect()
            pixmap, exact = self._thumbnails.shown(image_row, self.side)
            if not exact:
                self.incomplete = True
            if pixmap is None:
                painter.fillRect(box, QColor(self._theme.tokens.hover))
            else:
                painter.drawPixmap(image_rect(pixmap, box), pixmap, QRectF(pixmap.rect()))
        return float(count * (side + 4) + GAP)

    def _error_text(self, wrong: float) -> str:
        text = QCoreApplication.translate("ClassTreeView", "about {0}")
        return f" · {text.format(few_per_cent(wrong))}"

    def _paint_heading(self, painter: QPainter, frame: TreeFrame) -> None:
        """Paints what the horizontal position means: far apart at the left, alike at the right."""
        tokens = self._theme.tokens
        strip = QRectF(0, 0, frame.width, TOP - GAP)
        painter.fillRect(strip, QColor(tokens.surface))
        painter.setPen(QColor(tokens.muted))
        painter.setFont(self._small())
        line = QRectF(EDGE, 0, frame.right - EDGE, strip.height())
        far = QCoreApplication.translate("ClassTreeView", "far apart")
        alike = QCoreApplication.translate("ClassTreeView", "alike")
        painter.drawText(line, _MIDDLE, f"← {far}")
        painter.drawText(line, _RIGHT, f"{alike} →")


def _lines(tree: ClassTree, frame: TreeFrame, nodes: IntArray, leaves: int) -> list[QLineF]:
    """Lines of each inner node: a vertical stem and two branches to the right."""
    pairs = tree.children[nodes - leaves]
    lines = []
    for x, upper_x, lower_x, top, bottom in zip(
        frame.x[nodes].tolist(),
        frame.x[pairs[:, 0]].tolist(),
        frame.x[pairs[:, 1]].tolist(),
        frame.y[pairs[:, 0]].tolist(),
        frame.y[pairs[:, 1]].tolist(),
        strict=True,
    ):
        lines += [
            QLineF(x, top, x, bottom),
            QLineF(x, top, upper_x, top),
            QLineF(x, bottom, lower_x, bottom),
        ]
    return lines
