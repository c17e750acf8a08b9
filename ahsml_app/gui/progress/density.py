"""Plots old against new probability. Imports pyqtgraph, so import it only when needed."""

from __future__ import annotations

import numpy as np
import pyqtgraph
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor

from ahsml_app.base.types import IntArray
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.theme.tokens import mixed
from ahsml_app.gui.widgets.format import per_cent
from ahsml_app.gui.widgets.plots import Plot

SHADES = 64


class DensityPlot(Plot):
    """A darker cell holds more images; cells on the diagonal did not change."""

    def __init__(self, theme: Theme, bottom: str, left: str) -> None:
        self._image: pyqtgraph.ImageItem | None = None
        self._left = left
        super().__init__(theme, bottom)
        self._image = pyqtgraph.ImageItem()
        self._diagonal = pyqtgraph.PlotCurveItem([0, 1], [0, 1])
        self.addItem(self._image)
        self.addItem(self._diagonal)
        self.setRange(QRectF(0, 0, 1, 1), padding=0.02)
        marks = (0.0, 0.25, 0.5, 0.75, 1.0)
        for side in ("left", "bottom"):
            self.getAxis(side).setTicks([[(mark, per_cent(mark)) for mark in marks]])
        self.getAxis("left").setWidth(60)
        self.getAxis("bottom").setHeight(36)
        self.recolour()

    def show_counts(self, counts: IntArray) -> None:
        """Draw counts, indexed by old and new probability."""
        if self._image is None:
            return
        most = np.log1p(max(1, int(counts.max(initial=0))))
        shades = np.where(counts > 0, 1 + np.log1p(counts) / most * (SHADES - 2), 0)
        self._image.setImage(shades.astype(np.uint8), levels=(0, SHADES - 1))
        self._image.setRect(QRectF(0, 0, 1, 1))
        self.recolour()

    def recolour(self) -> None:
        """Build the colour scale: background, accent, then the text colour for high counts."""
        super().recolour()
        if self._image is None:
            return
        tokens = self.theme.tokens
        size = f"{self.font().pointSizeF() * 0.85:.1f}pt"
        self.setLabel("left", self._left, color=tokens.muted, **{"font-size": size})
        shades = np.zeros((SHADES, 4), dtype=np.uint8)
        for index in range(1, SHADES):
            colour = _shade(tokens.window, tokens.accent, tokens.text, index / (SHADES - 1))
            shades[index] = (colour.red(), colour.green(), colour.blue(), 255)
        self._image.setLookupTable(shades)
        style = Qt.PenStyle.DashLine
        self._diagonal.setPen(pyqtgraph.mkPen(tokens.muted, width=1, style=style))


def _shade(ground: str, middle: str, end: str, share: float) -> QColor:
    if share < 0.6:
        return mixed(ground, middle, 0.35 + 0.65 * share / 0.6)
    return mixed(middle, end, (share - 0.6) / 0.4 * 0.8)
