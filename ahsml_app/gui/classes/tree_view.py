"""The tree of classes: similar classes join at the right, distant ones at the left."""

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
"""Height of a leaf in pixels: the maximum, and the minimum after a zoom to a class."""

ZOOM, HIT_DISTANCE = 1.25, 6.0
"""Zoom factor of a wheel notch, and distance in pixels within which a click hits a node."""

_NOTCH = 120.0
_BOTTOM = 14
_REQUEST_DELAY = 30
"""Milliseconds from painting to the request of missing pictures."""


class ClassTreeView(QAbstractScrollArea):
    """A dendrogram. Click or Enter choose a branch, arrow keys move, Ctrl and the wheel zoom.

    Signals:
        chosen: A branch was chosen; indices of its classes.
        zoomed: The height of the leaves changed.
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
        self._pixmap: QPixmap | None = None
        self._stale = QRegion()  # the outdated part of the pixmap
        self.setObjectName("class-tree")
        self.setAccessibleName(self.tr("Tree of the classes"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(self.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self._request_timer = QTimer(self)
        self._request_timer.setSingleShot(True)
        self._request_timer.setInterval(_REQUEST_DELAY)
        self._request_timer.timeout.connect(self._request_pictures)
        thumbnails.ready.connect(self._on_ready)
        theme.changed.connect(self._redraw)

    @property
    def stride(self) -> int:
        """Stride of the classes with a name at the present zoom."""
        return self._painter.stride(self._step)

    @property
    def picture_side(self) -> int:
        """Side of the leaves' pictures in screen pixels; 0 before the first."""
        return self._painter.side

    @property
    def tree(self) -> ClassTree | None:
        """The shown tree."""
        return None if self._overview is None else self._overview.tree

    @property
    def node(self) -> int:
        """The node at the cursor, -1 for none."""
        return self._node

    def show_overview(self, overview: ClassOverview | None) -> None:
        """Shows another overview; a new tree is fitted to the view."""
        previous, self._overview = self.tree, overview
        tree = self.tree
        if tree is None or tree is previous:
            self._redraw()
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

    def show_selected(self, indices: IntArray) -> None:
        """Marks classes by index."""
        if self.tree is not None:
            self._selected = np.isin(np.arange(len(self.tree.order)), indices)
            self._redraw()

    def show_class(self, index: int) -> None:
        """Scrolls to a class and zooms until its name is readable."""
        if self.tree is not None and 0 <= index < len(self.tree.order):
            self._zoom_to(max(self._step, READABLE_STEP), self.viewport().height() / 2)
            self._walk_to(index)

    def fit(self) -> None:
        """Fits the tree to the view."""
        self._fitted = True
        self._step = self._fitted_step()
        self._arrange(0)

    def zoom(self, factor: float) -> None:
        """Scales the height of the leaves around the middle of the view."""
        self._zoom_to(self._step * factor, self.viewport().height() / 2)

    def node_at(self, point: QPoint) -> int:
        """The node that a click chooses: the largest branch that starts right of the point."""
        tree = self.tree
        if tree is None:
            return -1
        leaf = int((point.y() + self._offset() - TOP) // self._step)
        if not 0 <= leaf < len(tree.order):
            return -1
        node, right = int(tree.order[leaf]), self._painter.leaves_from(self.viewport().width())
        min_depth = (point.x() - HIT_DISTANCE - EDGE) / (right - EDGE)
        while self._parent[node] >= 0 and self._depth[self._parent[node]] >= min_depth:
            node = self._parent[node]
        return node

    def point_of(self, node: int) -> QPoint:
        """Position of a node in the viewport."""
        tree = self.tree
        if tree is None:
            return QPoint()
        frame = self._frame(tree)
        return QPointF(frame.x[node], frame.y[node]).toPoint()

    def event(self, event: QEvent) -> bool:
        """Keeps the zoom keys from the window's shortcuts."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            keys = (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus, Qt.Key.Key_0)
            if event.key() in (*keys, Qt.Key.Key_Space):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's
        """Moves the cursor, chooses a branch, or zooms."""
        tree, key = self.tree, event.key()
        if tree is None:
            return
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._choose(self._node)
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
        """Marks the branch that a click would choose."""
        node = self.node_at(event.position().toPoint())
        if node != self._hovered:
            self._hovered = node
            self.viewport().setToolTip(self._description(node))
            hand, arrow = Qt.CursorShape.PointingHandCursor, Qt.CursorShape.ArrowCursor
            self.viewport().setCursor(hand if node >= 0 else arrow)
            self.viewport().update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's
        """Removes the mark."""
        super().leaveEvent(event)
        self._hovered = -1
        self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's
        """Chooses the clicked branch."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._choose(self.node_at(event.position().toPoint()))

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's
        """Scrolls, or zooms with Ctrl."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            turns = event.angleDelta().y() / _NOTCH
            self._zoom_to(self._step * ZOOM**turns, event.position().y())
            event.accept()
        else:
            super().wheelEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's
        """Keeps a fitted tree fitted."""
        super().resizeEvent(event)
        if self._fitted:
            self.fit()
        else:
            self._arrange(self._offset())

    def scrollContentsBy(self, _dx: int, dy: int) -> None:  # noqa: N802 - Qt's
        """Moves the pixmap and redraws only the newly visible strip."""
        heading_height, area = TOP - GAP, self.viewport().rect()
        shift = dy * self.devicePixelRatioF()
        if self._pixmap is None or not shift.is_integer() or 2 * abs(dy) > area.height():
            self._redraw()
            return
        scale = self.devicePixelRatioF()
        body = area.adjusted(0, heading_height, 0, 0)
        self._pixmap.scroll(0, int(shift), _scaled(body, scale))
        self._stale = self._stale.translated(0, dy).intersected(QRegion(body))
        self._stale += QRegion(body) - QRegion(body).translated(0, dy)
        self.viewport().update()

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802 - Qt's
        """Copies the cached pixmap of the tree and marks a branch on it."""
        tree, overview = self.tree, self._overview
        painter = QPainter(self.viewport())
        if tree is None or overview is None:
            painter.fillRect(self.viewport().rect(), QColor(self._theme.tokens.surface))
        else:
            frame = self._frame(tree)
            painter.drawPixmap(0, 0, self._updated_pixmap(overview, tree, frame))
            marked = self._hovered if self._hovered >= 0 else self._node if self.hasFocus() else -1
            if marked >= 0:
                self._painter.paint_marked(painter, tree, frame, marked)
        painter.end()

    def _updated_pixmap(
        self, overview: ClassOverview, tree: ClassTree, frame: TreeFrame
    ) -> QPixmap:
        """The cached pixmap, with its outdated part redrawn."""
        pixmap, scale = self._pixmap, self.devicePixelRatioF()
        size = self.viewport().size() * scale
        if pixmap is None or pixmap.size() != size or pixmap.devicePixelRatioF() != scale:
            pixmap = self._pixmap = QPixmap(size)
            pixmap.setDevicePixelRatio(scale)
            self._stale = QRegion(self.viewport().rect())
        self._painter.incomplete = False
        with self._thumbnails.held(), QPainter(pixmap) as painter:
            for strip in list(self._stale):  # type: ignore[call-overload]
                painter.setClipRect(strip)
                painter.fillRect(strip, QColor(self._theme.tokens.surface))
                strip_frame = replace(frame, top=strip.top(), bottom=strip.bottom() + 1)
                self._painter.paint(painter, overview, tree, strip_frame)
        self._stale = QRegion()
        if self._painter.incomplete and not self._request_timer.isActive():
            self._request_timer.start()
        return pixmap

    def _redraw(self) -> None:
        """Redraws the whole tree."""
        self._stale = QRegion(self.viewport().rect())
        self.viewport().update()

    def _frame(self, tree: ClassTree) -> TreeFrame:
        """Coordinates of all nodes in the viewport."""
        width, height = self.viewport().width(), self.viewport().height()
        right = self._painter.leaves_from(width)
        x = EDGE + self._depth * (right - EDGE)
        y = TOP + (tree.middle + 0.5) * self._step - self._offset()
        return TreeFrame(width, 0, height, self._step, right, x, y, self._selected)

    def _next(self, tree: ClassTree, key: Qt.Key) -> int | None:
        """The node that a key moves to; None for other keys."""
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
        self.setAccessibleDescription(self._description(node))
        self.viewport().update()

    def _choose(self, node: int) -> None:
        tree = self.tree
        if tree is None or node < 0:
            return
        self._node = node
        self.setAccessibleDescription(self._description(node))
        self.show_selected(tree.classes(node))
        self.chosen.emit(tree.classes(node))

    def _description(self, node: int) -> str:
        """Text about the classes of a branch."""
        tree, overview = self.tree, self._overview
        if tree is None or overview is None or node < 0:
            return ""
        classes = tree.classes(node)
        names = [overview.names[index] for index in classes[:6].tolist()]
        images = plural(
            "{count:,} image", "{count:,} images", count=overview.facts.count[classes].sum()
        )
        if len(classes) == 1:
            return f"{names[0]}: {images}"
        more = ", …" if len(classes) > len(names) else ""
        branch = plural("{count:,} class", "{count:,} classes", count=len(classes))
        return f"{branch}, {images}: {', '.join(names)}{more}"

    def _fitted_step(self) -> float:
        tree = self.tree
        room = max(self.viewport().height() - TOP - _BOTTOM, 1)
        return LARGEST_STEP if tree is None else min(LARGEST_STEP, room / len(tree.order))

    def _zoom_to(self, step: float, y: float) -> None:
        """Sets the height of the leaves; the leaf at height `y` of the view stays there."""
        min_step = self._fitted_step()
        step = min(max(step, min_step), LARGEST_STEP)
        leaf = (self._offset() + y - TOP) / self._step
        self._step, self._fitted = step, step <= min_step
        self._arrange(leaf * step + TOP - y)

    def _arrange(self, offset: float) -> None:
        """Updates the scroll bar for the present height of the leaves."""
        tree, page = self.tree, self.viewport().height()
        height = 0.0 if tree is None else len(tree.order) * self._step + TOP + _BOTTOM
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, int(np.ceil(height - page - 0.5))))
        bar.setPageStep(page)
        bar.setSingleStep(max(1, round(self._step)))
        bar.setValue(int(offset))
        self._redraw()
        self.zoomed.emit()

    def _request_pictures(self) -> None:
        """Requests the pictures of all visible leaves; this replaces earlier requests."""
        tree, overview = self.tree, self._overview
        if tree is None or overview is None or not self.isVisible():
            return
        first, last = self._painter.leaves_in(self._frame(tree), tree)
        rows = overview.facts.typical[tree.order[first:last], : self._painter.pictures].ravel()
        self._thumbnails.want(rows[rows >= 0].tolist(), self._painter.side)

    def _on_ready(self, rows: IntArray) -> None:
        """Redraws the leaves whose pictures arrived, which requests the missing ones again."""
        tree, overview = self.tree, self._overview
        if tree is None or overview is None or not self.isVisible() or not self._painter.side:
            return
        frame, typical = self._frame(tree), overview.facts.typical[tree.order]
        first, last = self._painter.leaves_in(frame, tree)
        width, heading_height = self.viewport().width(), TOP - GAP
        for leaf in np.flatnonzero(np.isin(typical[first:last], rows).any(1)).tolist():
            y = float(frame.y[tree.order[first + leaf]])
            top, bottom = self._painter.leaf_strip(self._step, y)
            self._stale += QRect(
                0, max(top, heading_height), width, max(bottom - max(top, heading_height), 0)
            )
        self.viewport().update()

    def _offset(self) -> int:
        return self.verticalScrollBar().value()


def _scaled(area: QRect, scale: float) -> QRect:
    return QRectF(
        area.x() * scale, area.y() * scale, area.width() * scale, area.height() * scale
    ).toAlignedRect()
