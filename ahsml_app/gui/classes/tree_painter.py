"""Draws the tree of the classes: branches, then names, facts and pictures of the leaves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QCoreApplication, QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QApplication

from ahsml_app.base.types import IntArray
from ahsml_app.gui.theme.class_colours import class_palette
from ahsml_app.gui.theme.stylesheet import SMALL
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.gui.widgets.cell_painting import image_rect
from ahsml_app.gui.widgets.format import few_per_cent, figure
from ahsml_app.session.analysis.class_overview import ClassOverview, ClassTree

EDGE, GAP, TOP = 16, 8, 30
"""At the sides, between parts of a leaf, and above the first leaf, in pixels."""

_DOT, _PICTURES = 4, 3
_PICTURES_FROM = 30.0
"""Height of a leaf from which its most typical pictures are drawn."""

_FINE, _LEAST_MARKED = 4.0, 3.0
"""Height of a leaf from which lines are smooth, and of a branch that the mark shows, in pixels."""

_LABELS = (170, 420)
"""Least and most width of the leaves' part."""

_FACTS = "0,000,000 · about 00 %"
_MIDDLE = int(Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)


@dataclass(frozen=True, slots=True)
class TreeFrame:
    """What a frame is painted from.

    Attributes:
        width: Of the view.
        top: Where what is painted begins, which may be a strip of the view.
        bottom: Where it ends.
        step: Height of a leaf.
        right: Where the leaves begin.
        x: (2 K - 1,) place of each node.
        y: (2 K - 1,) likewise.
        selected: (K,) which classes are chosen.
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
    """Holds fonts and pictures; the view says what is where.

    Attributes:
        incomplete: Whether a picture was still to come when it was painted; to be reset.
        pictures: How many each leaf has.
        side: Of the pictures that were painted last, in pixels of the screen.
    """

    def __init__(self, theme: Theme, thumbnails: Thumbnails) -> None:
        self._theme, self._thumbnails = theme, thumbnails
        self.incomplete = False
        self.side = self.pictures = 0
        self._coloured: tuple[ClassTree, int, bool] | None = None
        self._colours: list[QColor] = []

    def leaves_from(self, width: int) -> float:
        """Where the leaves begin in a view of some width."""
        least, most = _LABELS
        room = min(max(0.4 * width, least + self._metrics().horizontalAdvance(_FACTS)), most)
        return max(EDGE + 120.0, width - EDGE - room)

    def stride(self, step: float) -> int:
        """Every how many leaves there is room for a name."""
        return max(1, int(np.ceil((self._metrics().height() + 1) / step)))

    def paint(
        self, painter: QPainter, overview: ClassOverview, tree: ClassTree, frame: TreeFrame
    ) -> None:
        """Paint all but the mark, in the strip of the frame."""
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
        """Paint the branch that the mouse or the keys are at, over all else."""
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

    def _joints(self, tree: ClassTree, frame: TreeFrame, least: float) -> IntArray:
        """Joints in view whose branches are some pixels high; smaller ones could not be seen."""
        joints = np.arange(len(tree.order), 2 * len(tree.order) - 1)
        reach = (tree.last - tree.first)[joints] * frame.step
        top, low = frame.y[tree.children[:, 0]], frame.y[tree.children[:, 1]]  # ends of the stems
        return joints[(reach >= least) & (top < frame.bottom) & (low > frame.top)]

    def _paint_branches(self, painter: QPainter, tree: ClassTree, frame: TreeFrame) -> None:
        tokens, shown = self._theme.tokens, self._joints(tree, frame, 1)
        counted = np.concatenate([[0], np.cumsum(frame.selected[tree.order])])
        first, last = tree.first[shown], tree.last[shown]
        whole = counted[last + 1] - counted[first] == last - first + 1
        self._draw(painter, tree, frame, shown[~whole], QColor(tokens.muted))
        self._draw(painter, tree, frame, shown[whole], QColor(tokens.accent))

    def _draw(
        self, painter: QPainter, tree: ClassTree, frame: TreeFrame, joints: IntArray, colour: QColor
    ) -> None:
        fine = frame.step >= _FINE
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, fine)
        wide = 1.0 if not fine else 1.2 if colour == QColor(self._theme.tokens.muted) else 2.0
        painter.setPen(QPen(colour, wide))
        painter.drawLines(_lines(tree, frame, joints, len(tree.order)))

    def _paint_leaves(
        self, painter: QPainter, overview: ClassOverview, tree: ClassTree, frame: TreeFrame
    ) -> None:
        stride, (first, last) = self.stride(frame.step), self.leaves_in(frame, tree)
        painter.setFont(self._small())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = self._metrics()
        self._take_colours(overview, tree)
        for leaf in range(first - first % stride, last, stride):
            self._paint_leaf(painter, metrics, overview, tree, frame, leaf)

    def _take_colours(self, overview: ClassOverview, tree: ClassTree) -> None:
        """Colours of all classes, which take long to look up among thousands."""
        wanted = tree, len(overview.names), self._theme.dark
        known = self._coloured
        if known is None or known[0] is not tree or known[1:] != wanted[1:]:
            self._coloured = wanted
            palette = class_palette(wanted[1], tree.order, dark=wanted[2])
            self._colours = [QColor(*colour) for colour in palette.tolist()]

    def leaves_in(self, frame: TreeFrame, tree: ClassTree) -> tuple[int, int]:
        """The first leaf that is painted, at least in part, and the one behind the last."""
        start = float(frame.y[tree.order[0]])
        beyond = max(frame.step, self._metrics().height() + 1)  # names may be higher than leaves
        first = max(0, int((frame.top - beyond - start) // frame.step))
        return first, min(len(tree.order), int((frame.bottom + beyond - start) // frame.step) + 2)

    def leaf_strip(self, step: float, y: float) -> tuple[int, int]:
        """Between which heights a leaf is painted whose middle is at `y`."""
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
        place, high = int(tree.order[leaf]), metrics.height() + 1
        y, right = float(frame.y[place]), frame.width - EDGE
        row = QRectF(frame.right, y - high / 2, right - frame.right, high)
        painter.setPen(Qt.PenStyle.NoPen)
        if frame.selected[place]:
            painter.setBrush(QColor(tokens.selected))
            grown = max(0.0, frame.step - high - 2) / 2
            painter.drawRoundedRect(row.adjusted(2, -grown, GAP, grown), 4, 4)
        painter.setBrush(self._colours[place])
        painter.drawEllipse(QPointF(frame.right + GAP, y), _DOT, _DOT)
        share = "" if np.isnan(facts.wrong[1, place]) else self._share(facts.wrong[1, place])
        note = f"{figure(facts.count[place])}{share}"
        painter.setPen(QColor(tokens.muted))
        painter.drawText(row, _RIGHT, note)
        taken = self._paint_pictures(painter, facts.typical[place], row, frame.step)
        room = row.adjusted(2 * GAP + taken, 0, -metrics.horizontalAdvance(note) - GAP, 0)
        painter.setPen(QColor(tokens.text))
        elide = Qt.TextElideMode.ElideMiddle
        name = metrics.elidedText(overview.names[place], elide, int(room.width()))
        painter.drawText(room, _MIDDLE, name)

    def _paint_pictures(self, painter: QPainter, rows: IntArray, row: QRectF, step: float) -> float:
        """The most typical pictures where a leaf is high enough; the room that they take."""
        if step < _PICTURES_FROM:
            return 0.0
        side, x, y = int(step - 6), row.x() + 2 * GAP, row.center().y()
        count = min(_PICTURES, max(1, int(row.width() * 0.45) // (side + 4)))
        scale = painter.device().devicePixelRatioF()
        self.side, self.pictures = round(side * scale), count
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for number, image in enumerate(rows[:count].tolist()):
            if image < 0:
                break
            box = QRectF(x + number * (side + 4), y - side / 2, side, side).toRect()
            pixmap, exact = self._thumbnails.shown(image, self.side)
            if not exact:
                self.incomplete = True
            if pixmap is None:
                painter.fillRect(box, QColor(self._theme.tokens.hover))
            else:
                painter.drawPixmap(image_rect(pixmap, box), pixmap, QRectF(pixmap.rect()))
        return float(count * (side + 4) + GAP)

    def _share(self, wrong: float) -> str:
        text = QCoreApplication.translate("ClassTreeView", "about {0}")
        return f" · {text.format(few_per_cent(wrong))}"

    def _paint_heading(self, painter: QPainter, frame: TreeFrame) -> None:
        """What the places mean: far apart at the left, alike at the right."""
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
    """A stem across and two branches to the right for each joint."""
    pairs = tree.children[nodes - leaves]
    found = []
    for at, near, far, top, low in zip(
        frame.x[nodes].tolist(),
        frame.x[pairs[:, 0]].tolist(),
        frame.x[pairs[:, 1]].tolist(),
        frame.y[pairs[:, 0]].tolist(),
        frame.y[pairs[:, 1]].tolist(),
        strict=True,
    ):
        found += [QLineF(at, top, at, low), QLineF(at, top, near, top), QLineF(at, low, far, low)]
    return found
