"""The plots of the progress view. Imports pyqtgraph, so import it only when needed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyqtgraph
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent

from ahsml_app.gui.progress.progress_texts import ProgressTexts
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.widgets.format import figure, per_cent
from ahsml_app.gui.widgets.plots import Plot
from ahsml_app.session.review.timeline import Ahead

Floats = npt.NDArray[np.float64]

BAND_ALPHA = 46
BOTTOM_HEIGHT = 36
MARKER_STEP, MARKER_START = 10, 200
LEAST_AHEAD = 100
"""Fewest images on the axis of `AheadPlot`."""


class CountAxis(pyqtgraph.AxisItem):  # type: ignore[misc]
    """Labels ticks with whole numbers or percentages."""

    def __init__(self, side: str, *, percent: bool = False) -> None:
        super().__init__(side)
        self._percent = percent

    def tickStrings(  # noqa: N802 - pyqtgraph's
        self, values: Sequence[float], scale: float, spacing: float
    ) -> list[str]:
        """Texts of the ticks; empty between two whole numbers."""
        if self._percent:
            return [per_cent(value * scale) for value in values]
        if spacing * scale < 1:
            return [figure(v * scale) if float(v).is_integer() else "" for v in values]
        return [figure(value * scale) for value in values]


class BandPlot(Plot):
    """A line with its interval as a band, and a dashed line for comparison."""

    def __init__(self, theme: Theme, bottom: str, *, percent: bool = False) -> None:
        self._ready = False
        axes = {"left": CountAxis("left", percent=percent), "bottom": CountAxis("bottom")}
        super().__init__(theme, bottom, axes)
        self._percent = percent
        self._low, self._high = pyqtgraph.PlotCurveItem(), pyqtgraph.PlotCurveItem()
        self._band = pyqtgraph.FillBetweenItem(self._low, self._high)
        self.other = pyqtgraph.PlotCurveItem()
        self.line = pyqtgraph.PlotCurveItem()
        self._end = pyqtgraph.ScatterPlotItem(size=8)
        for item in (self._band, self.other, self.line, self._end):
            self.addItem(item)
        _tidy(self)
        self._ready = True
        self.recolour()

    def show_line(
        self,
        x: Floats,
        y: Floats,
        low: Floats | None = None,
        high: Floats | None = None,
        other: Floats | None = None,
    ) -> None:
        """Draw new values, all of the same length.

        Args:
            x: Positions on the horizontal axis.
            y: The line.
            low: Lower edge of the band; None for no band.
            high: Upper edge.
            other: The dashed line.
        """
        edges = (y, y) if low is None or high is None else (low, high)
        self._low.setData(x, edges[0])
        self._high.setData(x, edges[1])
        self.line.setData(x, y)
        self.other.setData(*((x, other) if other is not None else ([], [])))
        self._end.setData(x[-1:], y[-1:])
        top = max(float(line.max(initial=0)) for line in (*edges, y, other) if line is not None)
        self.setXRange(0, max(1.0, float(x[-1]) if len(x) else 1.0), padding=0.02)
        ceiling = 1.0 if self._percent else np.inf
        self.setYRange(0, min(max(top, 0.02 if self._percent else 1.0), ceiling), padding=0.06)

    def recolour(self) -> None:
        """Colour the line with the accent and the dashed line grey."""
        super().recolour()
        if not self._ready:
            return
        tokens = self.theme.tokens
        colour = QColor(tokens.accent)
        colour.setAlpha(BAND_ALPHA)
        self._band.setBrush(colour)
        none = pyqtgraph.mkPen(None)
        for item in (self._low, self._high, self._band):
            item.setPen(none)
        self.line.setPen(pyqtgraph.mkPen(tokens.accent, width=2))
        style = Qt.PenStyle.DashLine
        self.other.setPen(pyqtgraph.mkPen(tokens.muted, width=1.5, style=style))
        self._end.setBrush(QColor(tokens.accent))
        self._end.setPen(none)


class ThroughputPlot(Plot):
    """Bars of images decided per hour, over the hours of work."""

    def __init__(self, theme: Theme, bottom: str, nothing: str) -> None:
        self._bars: pyqtgraph.BarGraphItem | None = None
        super().__init__(theme, bottom, {"left": CountAxis("left")})
        self._nothing = pyqtgraph.TextItem(nothing, anchor=(0.5, 0.5))
        self.addItem(self._nothing, ignoreBounds=True)
        self._bars = pyqtgraph.BarGraphItem(x0=[0], x1=[0], height=[0])
        self.addItem(self._bars)
        _tidy(self)
        self.recolour()

    def show_bars(self, edges: Floats, heights: Floats) -> None:
        """Draw new bars, or a hint if there are no heights."""
        if self._bars is None:
            return
        enough = len(heights) > 0
        self._nothing.setVisible(not enough)
        for side in ("left", "bottom"):
            self.getAxis(side).setStyle(showValues=enough)
        gap = 0.06 * (edges[1] - edges[0]) if enough else 0.0
        self._bars.setOpts(x0=edges[:-1] + gap, x1=edges[1:] - gap, height=heights)
        right, top = max(1 / 60, float(edges[-1])), max(1.0, float(heights.max(initial=0)))
        self.setXRange(0, right, padding=0.02)
        self.setYRange(0, top, padding=0.06)
        self._nothing.setPos(right / 2, top / 2)

    def recolour(self) -> None:
        """Colour the bars with the accent."""
        super().recolour()
        if self._bars is not None:
            self._bars.setOpts(brush=self.theme.tokens.accent, pen=pyqtgraph.mkPen(None))
            self._nothing.setColor(self.theme.tokens.muted)


class AheadPlot(BandPlot):
    """Expected wrong labels among the next images, with a marker that mouse and keys move."""

    marked = Signal(int)

    def __init__(self, theme: Theme, bottom: str, hint: str) -> None:
        self._marker: pyqtgraph.InfiniteLine | None = None
        super().__init__(theme, bottom)
        self._hint = pyqtgraph.TextItem(hint, anchor=(0, 0))
        self._knee = pyqtgraph.InfiniteLine(0)
        self._marker = pyqtgraph.InfiniteLine(0)
        self._point = pyqtgraph.ScatterPlotItem(size=11)
        self._end.hide()
        for item in (self._knee, self._marker, self._point, self._hint):
            self.addItem(item, ignoreBounds=True)
        self._hint.setParentItem(self.getViewBox())
        self._ahead: Ahead | None = None
        self._limit = self._until = self._marked_images = 0
        self._dragging = False
        self.getViewBox().sigResized.connect(self._place_hint)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self.viewport().setCursor(Qt.CursorShape.SizeHorCursor)
        self.recolour()

    @property
    def images(self) -> int:
        """Number of images at the marker."""
        return min(self._marked_images, self._limit)

    @property
    def limit(self) -> int:
        """Largest number of images that the marker can reach."""
        return self._limit

    def show_ahead(self, ahead: Ahead, until: int) -> None:
        """Draw the expectation, well beyond the point where reviewing stops being worthwhile.

        Args:
            ahead: Expectation of the timeline.
            until: Number of images after which few wrong labels are expected.
        """
        all_left = round(float(ahead.images[-1]))
        self._ahead, self._until = ahead, until
        self._limit = min(all_left, max(LEAST_AHEAD, 3 * until // 2))
        if not self._marked_images:
            self._marked_images = max(1, min(MARKER_START, self._limit))
        x = np.union1d(ahead.images[ahead.images < self._limit], [0.0, float(self._limit)])
        low, best, high = (
            np.interp(x, ahead.images, values) for values in (ahead.low, ahead.best, ahead.high)
        )
        self.show_line(x, best, low, high)
        self._knee.setVisible(0 < until < self._limit)
        self._knee.setValue(until)
        self._place_hint()
        self._mark()

    def position_of(self, images: int) -> QPointF:
        """Position of the marker for a number of images, in pixels of the widget."""
        box = self.getViewBox()
        middle = sum(box.viewRange()[1]) / 2
        return QPointF(self.mapFromScene(box.mapViewToScene(QPointF(images, middle))))

    def set_images(self, images: float) -> None:
        """Move the marker to a number of images."""
        self._marked_images = int(np.clip(round(images), min(1, self._limit), self._limit))
        self._mark()
        self.marked.emit(self.images)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's
        """Move the marker to the mouse."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._dragging = True
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self._drag(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's
        """Drag the marker."""
        if self._dragging:
            self._drag(event)

    def mouseReleaseEvent(self, _: QMouseEvent) -> None:  # noqa: N802 - Qt's
        """End the drag."""
        self._dragging = False

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's
        """Arrows move by ten, with Shift by one; Page up and down by a hundred."""
        far, single = 10 * MARKER_STEP, event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        step = 1 if single else MARKER_STEP
        moves = {
            Qt.Key.Key_Left: -step,
            Qt.Key.Key_Right: step,
            Qt.Key.Key_Down: -step,
            Qt.Key.Key_Up: step,
            Qt.Key.Key_PageDown: -far,
            Qt.Key.Key_PageUp: far,
            Qt.Key.Key_Home: -self._limit,
            Qt.Key.Key_End: self._limit,
        }
        move = moves.get(Qt.Key(event.key()))
        if move is None:
            event.ignore()
            return
        self.set_images(self.images + move)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's
        """Show that keys move the marker."""
        super().focusInEvent(event)
        self.recolour()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's
        """Show that keys no longer move the marker."""
        super().focusOutEvent(event)
        self.recolour()

    def recolour(self) -> None:
        """Colour the marker, thicker with the focus, and the dashed line where to stop."""
        super().recolour()
        if self._marker is None:
            return
        tokens = self.theme.tokens
        width = 3 if self.hasFocus() else 1.5
        self._marker.setPen(pyqtgraph.mkPen(tokens.text, width=width))
        style = Qt.PenStyle.DashLine
        self._knee.setPen(pyqtgraph.mkPen(tokens.muted, width=1, style=style))
        self._point.setBrush(QColor(tokens.window))
        self._point.setPen(pyqtgraph.mkPen(tokens.text, width=2))
        self._hint.setColor(tokens.muted)

    def _drag(self, event: QMouseEvent) -> None:
        scene = self.mapToScene(event.position().toPoint())
        self.set_images(self.getViewBox().mapSceneToView(scene).x())

    def _mark(self) -> None:
        if self._ahead is not None and self._marker is not None:
            self._marker.setValue(self.images)
            self._point.setData([self.images], [self._ahead.at(self.images)[1]])

    def _place_hint(self, *_: object) -> None:
        """Place the hint right of the dashed line at the top, or left of it without room."""
        box = self.getViewBox()
        self._hint.setVisible(0 < self._until < self._limit)
        x = box.mapFromView(pyqtgraph.Point(self._until, 0)).x()
        fits = x + self._hint.boundingRect().width() + 8 < box.width()
        self._hint.setAnchor((0, 0) if fits else (1, 0))
        self._hint.setPos(x + (4 if fits else -4), 2)


def _tidy(plot: Plot) -> None:
    """Start the axes at zero, label the zero, and save space at the bottom."""
    plot.setLimits(xMin=0, yMin=0)
    for side in ("left", "bottom"):
        plot.getAxis(side).setStyle(hideOverlappingLabels=False)
    plot.getAxis("bottom").setHeight(BOTTOM_HEIGHT)
    plot.getPlotItem().setContentsMargins(0, 4, 16, 0)


def make_plot(name: str, theme: Theme, texts: ProgressTexts) -> Plot:
    """Make a plot by its name."""
    pyqtgraph.setConfigOptions(antialias=True)
    bottom = texts.axis(name)
    if name == "ahead":
        return AheadPlot(theme, bottom, texts.knee())
    if name == "throughput":
        return ThroughputPlot(theme, bottom, texts.too_little())
    return BandPlot(theme, bottom, percent=name == "rate")
