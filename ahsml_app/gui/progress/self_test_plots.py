"""The plots of the self-test. Imports pyqtgraph, so import it only when needed."""

from __future__ import annotations

from collections.abc import Mapping

import pyqtgraph
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from ahsml_app.base.self_test import BUDGETS, PlantedKind, SelfTest
from ahsml_app.gui.progress.progress_plots import BOTTOM_HEIGHT, CountAxis
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.theme.tokens import Tokens
from ahsml_app.gui.widgets.plots import Plot

SYMBOLS: Mapping[PlantedKind, str] = {"random": "o", "nearest": "s", "branch": "t1"}


def kind_colours(tokens: Tokens) -> dict[PlantedKind, str]:
    """The colour of each kind of planted errors."""
    return {"random": tokens.accent, "nearest": tokens.warning, "branch": tokens.good}


class KindsPlot(Plot):
    """A line with marks for each kind of planted errors, and a dashed line for comparison.

    Args:
        theme: Colours.
        bottom: Label of the horizontal axis.
        right: Largest share on the horizontal axis.
    """

    def __init__(self, theme: Theme, bottom: str, right: float) -> None:
        self._lines: dict[PlantedKind, pyqtgraph.PlotDataItem] = {}
        pyqtgraph.setConfigOptions(antialias=True)
        axes = {side: CountAxis(side, percent=True) for side in ("left", "bottom")}
        super().__init__(theme, bottom, axes)
        self._dashed = pyqtgraph.PlotCurveItem([0, right], [0, right])
        self.addItem(self._dashed)
        self._lines = {kind: pyqtgraph.PlotDataItem(symbol=s) for kind, s in SYMBOLS.items()}
        for line in self._lines.values():
            self.addItem(line)
        self.setLimits(xMin=0, yMin=0)
        self.setXRange(0, right, padding=0.03)
        self.setYRange(0, 1, padding=0.06)
        for side in ("left", "bottom"):
            self.getAxis(side).setStyle(hideOverlappingLabels=False)
        self.getAxis("bottom").setHeight(BOTTOM_HEIGHT)
        self.getPlotItem().setContentsMargins(0, 4, 16, 0)
        self.recolour()

    def show_found(self, test: SelfTest) -> None:
        """Draw the share of planted errors found at each review budget."""
        found = {result.kind: result.found for result in test.results}
        for kind, line in self._lines.items():
            line.setData([0, *BUDGETS], [0, *found[kind]]) if kind in found else line.setData(
                [], []
            )

    def show_calibration(self, test: SelfTest, least: float) -> None:
        """Draw the share of wrong labels against the error probability.

        Args:
            test: The self-test.
            least: Fewest images of a drawn point.
        """
        bins = {result.kind: result.calibration for result in test.results}
        for kind, line in self._lines.items():
            own = [each for each in bins.get(kind, ()) if each.images >= least]
            line.setData([each.stated for each in own], [each.observed for each in own])

    def recolour(self) -> None:
        """Colour the lines by their kinds and the dashed line grey."""
        super().recolour()
        if not self._lines:
            return
        colours = kind_colours(self.theme.tokens)
        for kind, line in self._lines.items():
            line.setPen(pyqtgraph.mkPen(colours[kind], width=2))
            line.setSymbolPen(pyqtgraph.mkPen(None))
            line.setSymbolBrush(QColor(colours[kind]))
            line.setSymbolSize(8)
        style = Qt.PenStyle.DashLine
        self._dashed.setPen(pyqtgraph.mkPen(self.theme.tokens.muted, width=1.5, style=style))
