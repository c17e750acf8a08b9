"""The tree of the classes: twins join at the right, what is far apart only at the left."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QRegion,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea

from ahsml_app.base.types import IntArray
from ahsml_app.gui.classes.tree_painter import EDGE, GAP, TOP, TreeFrame, TreePainter
from ahsml_app.gui.i18n import plural
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.session.analysis.class_overview import ClassOverview, ClassTree

LARGEST_STEP, READABLE_STEP = 64.0, 20.0
"""Height of a leaf in pixels: the most, and what zooming by key or to a class gives at least."""

ZOOM, CLOSE = 1.25, 6.0
"""Factor of a notch, and pixels within which a joint counts as hit."""

_NOTCH = 120.0
_BOTTOM = 14
_ASK = 30
"""Milliseconds after painting until missing pictures are asked for."""


class ClassTreeView(QAbstractScrollArea):
    """A dendrogram. A click or Enter takes a branch, the arrow keys walk, Ctrl and wheel zoom.

    Signals:
        chosen: The classes of the branch that was taken, as their places.
        zoomed: The leaves are higher or lower now.
    """

    chosen = Signal(object)
    zoomed = Signal()

    def __init__(self, thumbnails: Thumbnails, theme: Theme) -> None:
        super().__init__()
        self._theme, self._thumbnails = theme, thumbnails
        self._painter = TreePainter(theme, thumbnails)
        self._overview: ClassOverview | None = None
        self._parent: list[int] = []
        self._depth: npt.NDArray[np.float64] = np.empty(0)
        self._selected: npt.NDArray[np.bool_] = np.empty(0, dtype=bool)
        self._step, self._fitted = READABLE_STEP, True
        self._node, self._hovered = -1, -1
        self._drawn: QPixmap | None = None
        self._stale = QRegion()  # what of it is to be drawn anew
        self.setObjectName("class-tree")
        self.setAccessibleName(self.tr("Tree of the classes"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(self.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self._ask = QTimer(self)
        self._ask.setSingleShot(True)
        self._ask.setInterval(_ASK)
        self._ask.timeout.connect(self._on_ask)
        thumbnails.ready.connect(self._on_ready)
        theme.changed.connect(self._renew)

    @property
    def stride(self) -> int:
        """Every how many classes one is named at the present zoom."""
        return self._painter.stride(self._step)

    @property
    def picture_side(self) -> int:
        """Side of the leaves' pictures in pixels of the screen; 0 before the first."""
        return self._painter.side

    @property
    def tree(self) -> ClassTree | None:
        """The tree that is shown."""
        return None if self._overview is None else self._overview.tree

    @property
    def node(self) -> int:
        """The node that the keys have come to, -1 for none."""
        return self._node

    def show_overview(self, overview: ClassOverview | None) -> None:
        """Show other classes; another tree is shown whole."""
        before, self._overview = self.tree, overview
        tree = self.tree
        if tree is None or tree is before:
            self._renew()
            return
        leaves = len(tree.order)
        parent = np.full(2 * leaves - 1, -1, dtype=np.int64)
        parent[tree.children] = leaves + np.arange(leaves - 1)[:, None]
        self._parent = parent.tolist()
        height = np.concatenate([np.zeros(leaves), tree.height])
        self._depth = 1 - height / max(float(height.max()), 1e-12)  # 0 at the root, 1 at leaves
        self._selected = np.zeros(leaves, dtype=bool)
        self._node, self._hovered = 2 * leaves - 2, -1
        self.fit()

    def show_selected(self, places: IntArray) -> None:
        """Mark the classes of some places."""
        if self.tree is not None:
            self._selected = np.isin(np.arange(len(self.tree.order)), places)
            self._renew()

    def show_class(self, place: int) -> None:
        """Bring a class into view, large enough to read."""
        if self.tree is not None and 0 <= place < len(self.tree.order):
            self._zoom_to(max(self._step, READABLE_STEP), self.viewport().height() / 2)
            self._walk_to(place)

    def fit(self) -> None:
        """Show the whole tree."""
        self._fitted = True
        self._step = self._whole_step()
        self._arrange(0)

    def zoom(self, factor: float) -> None:
        """Make the leaves higher or lower; the middle of the view stays where it is."""
        self._zoom_to(self._step * factor, self.viewport().height() / 2)

    def node_at(self, point: QPoint) -> int:
        """The branch that a click takes: the largest one that begins at the right of the point."""
        tree = self.tree
        if tree is None:
            return -1
        leaf = int((point.y() + self._offset() - TOP) // self._step)
        if not 0 <= leaf < len(tree.order):
            return -1
        node, right = int(tree.order[leaf]), self._painter.leaves_from(self.viewport().width())
        least = (point.x() - CLOSE - EDGE) / (right - EDGE)
        while self._parent[node] >= 0 and self._depth[self._parent[node]] >= least:
            node = self._parent[node]
        return node

    def point_of(self, node: int) -> QPoint:
        """Where a node is drawn."""
        tree = self.tree
        if tree is None:
            return QPoint()
        frame = self._frame(tree)
        return QPointF(frame.x[node], frame.y[node]).toPoint()

    def event(self, event: QEvent) -> bool:
        """Keys for zooming are this view's, whatever they are elsewhere in the window."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            keys = (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus, Qt.Key.Key_0)
            if event.key() in (*keys, Qt.Key.Key_Space):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's
        """Walk, take and zoom."""
        tree, key = self.tree, event.key()
        if tree is None:
            return
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._take(self._node)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self.zoom(1 / ZOOM if key == Qt.Key.Key_Minus else ZOOM)
        elif key == Qt.Key.Key_0:
            self.fit()
        else:
            target = self._next(tree, Qt.Key(key))
            if target is None:
                super().keyPressEvent(event)
            else:
                self._walk_to(target)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's
        """Show which branch a click takes."""
        node = self.node_at(event.position().toPoint())
        if node != self._hovered:
            self._hovered = node
            self.viewport().setToolTip(self._described(node))
            hand, arrow = Qt.CursorShape.PointingHandCursor, Qt.CursorShape.ArrowCursor
            self.viewport().setCursor(hand if node >= 0 else arrow)
            self.viewport().update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's
        """No branch is under the mouse."""
        super().leaveEvent(event)
        self._hovered = -1
        self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's
        """Take the branch."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._take(self.node_at(event.position().toPoint()))

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's
        """Scroll, or zoom with Ctrl."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            turns = event.angleDelta().y() / _NOTCH
            self._zoom_to(self._step * ZOOM**turns, event.position().y())
            event.accept()
        else:
            super().wheelEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's
        """A tree that is shown whole stays whole."""
        super().resizeEvent(event)
        if self._fitted:
            self.fit()
        else:
            self._arrange(self._offset())

    def scrollContentsBy(self, _dx: int, dy: int) -> None:  # noqa: N802 - Qt's
        """Move what is drawn, and draw only what comes into view."""
        head, area = TOP - GAP, self.viewport().rect()
        moved = dy * self.devicePixelRatioF()
        if self._drawn is None or not moved.is_integer() or 2 * abs(dy) > area.height():
            self._renew()
            return
        scale = self.devicePixelRatioF()
        body = area.adjusted(0, head, 0, 0)
        self._drawn.scroll(0, int(moved), _scaled(body, scale))
        self._stale = self._stale.translated(0, dy).intersected(QRegion(body))
        self._stale += QRegion(body) - QRegion(body).translated(0, dy)
        self.viewport().update()

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802 - Qt's
        """Copy the tree, which is drawn once, and mark a branch on it."""
        tree, overview = self.tree, self._overview
        painter = QPainter(self.viewport())
        if tree is None or overview is None:
            painter.fillRect(self.viewport().rect(), QColor(self._theme.tokens.surface))
        else:
            frame = self._frame(tree)
            painter.drawPixmap(0, 0, self._bring_up(overview, tree, frame))
            marked = self._hovered if self._hovered >= 0 else self._node if self.hasFocus() else -1
            if marked >= 0:
                self._painter.paint_marked(painter, tree, frame, marked)
        painter.end()

    def _bring_up(self, overview: ClassOverview, tree: ClassTree, frame: TreeFrame) -> QPixmap:
        """The tree as it is now; drawn is only what has changed."""
        drawn, scale = self._drawn, self.devicePixelRatioF()
        size = self.viewport().size() * scale
        if drawn is None or drawn.size() != size or drawn.devicePixelRatioF() != scale:
            drawn = self._drawn = QPixmap(size)
            drawn.setDevicePixelRatio(scale)
            self._stale = QRegion(self.viewport().rect())
        self._painter.incomplete = False
        with self._thumbnails.held(), QPainter(drawn) as painter:
            for strip in list(self._stale):  # type: ignore[call-overload]
                painter.setClipRect(strip)
                painter.fillRect(strip, QColor(self._theme.tokens.surface))
                part = replace(frame, top=strip.top(), bottom=strip.bottom() + 1)
                self._painter.paint(painter, overview, tree, part)
        self._stale = QRegion()
        if self._painter.incomplete and not self._ask.isActive():
            self._ask.start()
        return drawn

    def _renew(self) -> None:
        """Draw the tree anew."""
        self._stale = QRegion(self.viewport().rect())
        self.viewport().update()

    def _frame(self, tree: ClassTree) -> TreeFrame:
        """Places of all nodes on the screen."""
        width, height = self.viewport().width(), self.viewport().height()
        right = self._painter.leaves_from(width)
        x = EDGE + self._depth * (right - EDGE)
        y = TOP + (tree.middle + 0.5) * self._step - self._offset()
        return TreeFrame(width, 0, height, self._step, right, x, y, self._selected)

    def _next(self, tree: ClassTree, key: Qt.Key) -> int | None:
        """The node that an arrow leads to; None for other keys."""
        leaves, node = len(tree.order), self._node
        if key == Qt.Key.Key_Left:
            return self._parent[node] if self._parent[node] >= 0 else node
        if key == Qt.Key.Key_Right:
            return int(tree.children[node - leaves, 0]) if node >= leaves else node
        if key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            return int(tree.order[0 if key == Qt.Key.Key_Home else -1])
        if key == Qt.Key.Key_Down:
            return int(tree.order[min(int(tree.last[node]) + 1, leaves - 1)])
        if key == Qt.Key.Key_Up:
            return int(tree.order[max(int(tree.first[node]) - 1, 0)])
        return None

    def _walk_to(self, node: int) -> None:
        tree = self.tree
        if tree is None:
            return
        self._node = node
        y = float(TOP + (tree.middle[node] + 0.5) * self._step)
        bar, height = self.verticalScrollBar(), self.viewport().height()
        if not bar.value() + 2 * TOP <= y <= bar.value() + height - 2 * _BOTTOM:
            bar.setValue(int(y - height / 2))
        self.setAccessibleDescription(self._described(node))
        self.viewport().update()

    def _take(self, node: int) -> None:
        tree = self.tree
        if tree is None or node < 0:
            return
        self._node = node
        self.setAccessibleDescription(self._described(node))
        self.show_selected(tree.classes(node))
        self.chosen.emit(tree.classes(node))

    def _described(self, node: int) -> str:
        """A branch in words."""
        tree, overview = self.tree, self._overview
        if tree is None or overview is None or node < 0:
            return ""
        classes = tree.classes(node)
        names = [overview.names[place] for place in classes[:6].tolist()]
        images = plural(
            "{count:,} image", "{count:,} images", count=overview.facts.count[classes].sum()
        )
        if len(classes) == 1:
            return f"{names[0]}: {images}"
        more = ", …" if len(classes) > len(names) else ""
        branch = plural("{count:,} class", "{count:,} classes", count=len(classes))
        return f"{branch}, {images}: {', '.join(names)}{more}"

    def _whole_step(self) -> float:
        tree = self.tree
        room = max(self.viewport().height() - TOP - _BOTTOM, 1)
        return LARGEST_STEP if tree is None else min(LARGEST_STEP, room / len(tree.order))

    def _zoom_to(self, step: float, at: float) -> None:
        """Change the height of the leaves; what lies at a height of the view stays there."""
        least = self._whole_step()
        step = min(max(step, least), LARGEST_STEP)
        leaf = (self._offset() + at - TOP) / self._step
        self._step, self._fitted = step, step <= least
        self._arrange(leaf * step + TOP - at)

    def _arrange(self, offset: float) -> None:
        """Set the scroll bar for the present height of the leaves."""
        tree, room = self.tree, self.viewport().height()
        whole = 0.0 if tree is None else len(tree.order) * self._step + TOP + _BOTTOM
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, int(np.ceil(whole - room - 0.5))))
        bar.setPageStep(room)
        bar.setSingleStep(max(1, round(self._step)))
        bar.setValue(int(offset))
        self._renew()
        self.zoomed.emit()

    def _on_ask(self) -> None:
        """Ask for the pictures of all leaves in view, as earlier wishes are forgotten."""
        tree, overview = self.tree, self._overview
        if tree is None or overview is None or not self.isVisible():
            return
        first, last = self._painter.leaves_in(self._frame(tree), tree)
        rows = overview.facts.typical[tree.order[first:last], : self._painter.pictures].ravel()
        self._thumbnails.want(rows[rows >= 0].tolist(), self._painter.side)

    def _on_ready(self, rows: IntArray) -> None:
        """Draw the leaves anew whose pictures have come, and so ask for those still missing."""
        tree, overview = self.tree, self._overview
        if tree is None or overview is None or not self.isVisible() or not self._painter.side:
            return
        frame, typical = self._frame(tree), overview.facts.typical[tree.order]
        first, last = self._painter.leaves_in(frame, tree)
        width, head = self.viewport().width(), TOP - GAP
        for leaf in np.flatnonzero(np.isin(typical[first:last], rows).any(1)).tolist():
            y = float(frame.y[tree.order[first + leaf]])
            top, bottom = self._painter.leaf_strip(self._step, y)
            self._stale += QRect(0, max(top, head), width, max(bottom - max(top, head), 0))
        self.viewport().update()

    def _offset(self) -> int:
        return self.verticalScrollBar().value()


def _scaled(area: QRect, scale: float) -> QRect:
    return QRectF(
        area.x() * scale, area.y() * scale, area.width() * scale, area.height() * scale
    ).toAlignedRect()
