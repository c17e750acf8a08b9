"""The three plots of the live view. Imports pyqtgraph, so import it only when needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pyqtgraph
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QWidget

from ahsml_app.base.types import IntArray
from ahsml_app.gui.i18n import localised
from ahsml_app.gui.theme.stylesheet import SMALL
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.session.pipeline.training_monitor import SUSPECT_BELOW, Curve

AXIS_WIDTH, PLOT_HEIGHT, EARLIER_ALPHA = 44, 110, 110


class NumberAxis(pyqtgraph.AxisItem):  # type: ignore[misc]
    """Labels ticks in the number format of the window's language."""

    def tickStrings(  # noqa: N802 - pyqtgraph's
        self, values: Sequence[float], scale: float, spacing: float
    ) -> list[str]:
        """Texts of the ticks."""
        return [localised(text) for text in super().tickStrings(values, scale, spacing)]


class Plot(pyqtgraph.PlotWidget):  # type: ignore[misc]
    """A read-only plot: no menu, no zoom, muted axes in the theme's colours."""

    def __init__(
        self,
        theme: Theme,
        bottom: str,
        axes: Mapping[str, pyqtgraph.AxisItem] | None = None,
    ) -> None:
        plain = {side: NumberAxis(side) for side in ("left", "bottom")}
        super().__init__(axisItems=plain | dict(axes or {}))
        self.theme = theme
        self.setMenuEnabled(False)
        self.setMouseEnabled(x=False, y=False)
        self.hideButtons()
        self.setMinimumHeight(PLOT_HEIGHT)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(self.Shape.NoFrame)
        self._bottom = bottom
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * SMALL)
        for side in ("left", "bottom"):
            axis = self.getAxis(side)
            axis.setTickFont(font)
            axis.enableAutoSIPrefix(False)
            axis.setStyle(tickLength=4, maxTickLevel=0)
        self.getAxis("left").setWidth(AXIS_WIDTH)
        self.showGrid(y=True, alpha=0.15)
        self.recolour()

    def recolour(self) -> None:
        """Apply the colours of the theme."""
        tokens = self.theme.tokens
        self.setBackground(tokens.window)
        for side in ("left", "bottom"):
            axis = self.getAxis(side)
            axis.setPen(pyqtgraph.mkPen(tokens.line))
            axis.setTextPen(pyqtgraph.mkPen(tokens.muted))
        size = f"{self.font().pointSizeF() * SMALL:.1f}pt"
        self.setLabel("bottom", self._bottom, color=tokens.muted, **{"font-size": size})


class CurvesPlot(Plot):
    """A line for each fold over its epochs: the first pass dashed, the newest fold bold."""

    def __init__(self, theme: Theme, bottom: str) -> None:
        self._items: list[pyqtgraph.PlotDataItem] = []
        self._passes: list[int] = []
        super().__init__(theme, bottom)
        self._end = pyqtgraph.ScatterPlotItem(size=8)
        self.addItem(self._end)

    def show_curves(self, curves: Sequence[Curve], values: Sequence[Sequence[float]]) -> None:
        """Draw the values of each curve; replaces earlier curves."""
        while len(self._items) > len(curves):
            self.removeItem(self._items.pop())
        while len(self._items) < len(curves):
            self._items.append(self.plot([], []))
        for item, curve, heights in zip(self._items, curves, values, strict=True):
            item.setData(curve.numbers, heights)
        passes = [curve.pass_index for curve in curves]
        if passes != self._passes:
            self._passes = passes
            self.recolour()
        if curves:
            self._end.setData([curves[-1].numbers[-1]], [values[-1][-1]])
            self.setXRange(1, max(2, *(curve.epochs for curve in curves)), padding=0.03)

    def recolour(self) -> None:
        """Fade the curves of earlier folds."""
        super().recolour()
        tokens = self.theme.tokens
        for position, (item, index) in enumerate(zip(self._items, self._passes, strict=False)):
            newest = position == len(self._items) - 1
            colour = QColor(tokens.accent if index else tokens.muted)
            colour.setAlpha(255 if newest else EARLIER_ALPHA)
            style = Qt.PenStyle.SolidLine if index else Qt.PenStyle.DashLine
            item.setPen(pyqtgraph.mkPen(colour, width=2 if newest else 1, style=style))
        if self._passes:
            colour = QColor(tokens.accent if self._passes[-1] else tokens.muted)
            self._end.setBrush(colour)
            self._end.setPen(pyqtgraph.mkPen(None))


class WeightsPlot(Plot):
    """The histogram of the adaptive weights: suspects on the left, trusted labels on the right."""

    def __init__(self, theme: Theme, bottom: str, left_text: str, right_text: str) -> None:
        self._bars: list[pyqtgraph.BarGraphItem] = []
        self._captions: list[pyqtgraph.TextItem] = []
        self._threshold: pyqtgraph.InfiniteLine | None = None
        super().__init__(theme, bottom)
        for _ in range(2):
            bar = pyqtgraph.BarGraphItem(x0=[0], x1=[0], height=[0])
            self._bars.append(bar)
            self.addItem(bar)
        self._threshold = pyqtgraph.InfiniteLine(SUSPECT_BELOW)
        self.addItem(self._threshold, ignoreBounds=True)
        for text, anchor in ((left_text, (1, 0)), (right_text, (0, 0))):
            item = pyqtgraph.TextItem(text, anchor=anchor)
            item.setParentItem(self.getViewBox())
            self._captions.append(item)
        self.setXRange(0, 1, padding=0.02)
        marks = (0.0, 0.25, 0.5, 0.75, 1.0)
        self.getAxis("bottom").setTicks([[(mark, localised(f"{mark:g}")) for mark in marks]])
        self.setLimits(yMin=0)
        self.getViewBox().sigResized.connect(self._place_captions)
        self.recolour()

    def show_counts(self, counts: IntArray, edges: npt.NDArray[np.float64]) -> None:
        """Draw the counts of the bins."""
        gap = (edges[1] - edges[0]) * 0.08
        left = edges[:-1] < SUSPECT_BELOW
        for bar, mask in zip(self._bars, (left, ~left), strict=True):
            bar.setOpts(x0=edges[:-1][mask] + gap, x1=edges[1:][mask] - gap, height=counts[mask])
        self.setYRange(0, max(1, int(counts.max())), padding=0.05)
        self._place_captions()

    def recolour(self) -> None:
        """Colour the bars of suspects as a warning."""
        super().recolour()
        tokens = self.theme.tokens
        for bar, colour in zip(self._bars, (tokens.warning, tokens.accent), strict=False):
            bar.setOpts(brush=colour, pen=pyqtgraph.mkPen(None))
        for item, colour in zip(self._captions, (tokens.warning, tokens.accent), strict=False):
            item.setColor(colour)
        if self._threshold is not None:
            style = Qt.PenStyle.DashLine
            self._threshold.setPen(pyqtgraph.mkPen(tokens.muted, width=1, style=style))

    def _place_captions(self, *_: object) -> None:
        """Place the captions on both sides of the threshold, at the top."""
        box = self.getViewBox()
        middle = box.mapFromView(pyqtgraph.Point(SUSPECT_BELOW, 0)).x()
        for item, shift in zip(self._captions, (-4, 4), strict=True):
            item.setPos(middle + shift, 0)


def make_plots(
    theme: Theme, epoch: str, weight: str, suspect: str, trusted: str, parent: QWidget
) -> tuple[CurvesPlot, CurvesPlot, WeightsPlot]:
    """Make the plots of loss, noise rate and weights, with the given captions."""
    pyqtgraph.setConfigOptions(antialias=True)
    plots = (
        CurvesPlot(theme, epoch),
        CurvesPlot(theme, epoch),
        WeightsPlot(theme, weight, suspect, trusted),
    )
    for plot in plots:
        plot.setParent(parent)
    return plots
