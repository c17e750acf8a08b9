"""The matrix as colours: only what is in view, and blocks of cells where these are too small."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ahsml_app.base.types import IntArray
from ahsml_app.gui.confusion.colours import STEPS, Ramp
from ahsml_app.session.analysis.confusion_matrix import Block, Confusion, Measure

MOST_DENSE = 2048
"""Blocks along a side of what is kept as a whole; finer ones are computed where one looks."""

LOG_FROM = 40.0
"""Largest value as a multiple of a typical one from which colours follow the logarithm."""

_FAINTEST = 0.06
"""Where the scale begins, so that the smallest value can be told from none."""

Shades = npt.NDArray[np.uint8]
"""Steps of a ramp; 0 is for nothing."""


class Raster:
    """Values and colours of one measure. A block shows the largest cell in it.

    Cells in which label and suggestion agree have a scale of their own, as they would outshine
    everything else.

    Attributes:
        most: Largest value off the diagonal.
        logarithmic: Whether colours follow the logarithm.
    """

    def __init__(self, confusion: Confusion, measure: Measure) -> None:
        self.size = len(confusion)
        values = confusion.values(measure)
        filled = values > 0
        rows, columns, values = confusion.rows[filled], confusion.columns[filled], values[filled]
        agree = rows == columns
        own = np.zeros(self.size)
        own[rows[agree]] = values[agree]
        self._own_values = own
        self._own: Shades = _steps(own / max(float(own.max(initial=0.0)), 1e-9), own)
        self._rows, self._columns, self._values = rows[~agree], columns[~agree], values[~agree]
        self._starts = np.searchsorted(self._rows, np.arange(self.size + 1))
        self.most = float(self._values.max(initial=0.0))
        self._typical = float(np.median(self._values)) if len(self._values) else 0.0
        self.logarithmic = measure != "share" and self.most > LOG_FROM * self._typical > 0
        self._shades: Shades = _steps(self.position(self._values), self._values)
        self._dense: dict[int, Shades] = {}

    def position(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Place of values off the diagonal on the colour scale, 0 to 1."""
        if self.most <= 0:
            return np.zeros(values.shape)
        share = values / self.most
        if self.logarithmic:
            share = np.log1p(values / self._typical) / np.log1p(self.most / self._typical)
        position: npt.NDArray[np.float64] = _FAINTEST + (1 - _FAINTEST) * share
        return position

    def value_at(self, position: float) -> float:
        """The value that has this place on the colour scale, the other way round."""
        share = max(0.0, position - _FAINTEST) / (1 - _FAINTEST)
        if self.logarithmic:
            return float(np.expm1(share * np.log1p(self.most / self._typical)) * self._typical)
        return share * self.most

    def colours(self, level: int, block: Block, ramp: Ramp, calm: Ramp | None) -> Ramp:
        """Colours of some blocks.

        Args:
            level: A block is 2^level cells wide.
            block: Which blocks.
            ramp: Colours of the cells off the diagonal.
            calm: Colours of the diagonal; None hides it.

        Returns:
            (rows, columns) of the block, 0xffRRGGBB.
        """
        shades = self.shades(level, block)
        painted: Ramp = ramp[shades]
        places = np.arange(max(block[0], block[2]), min(block[1], block[3]))
        if calm is not None and len(places):
            behind = min((int(places[-1]) + 1) << level, self.size)
            own = np.maximum.reduceat(self._own[:behind], places << level)
            rows, columns = places - block[0], places - block[2]
            free = shades[rows, columns] == 0
            painted[rows[free], columns[free]] = calm[own[free]]
        return painted

    def shades(self, level: int, block: Block) -> Shades:
        """Steps of the ramp off the diagonal, the largest in each of some blocks."""
        whole = -(-self.size >> level)
        if whole > MOST_DENSE:
            return self._computed(level, block)
        if level not in self._dense:
            self._dense[level] = self._computed(level, (0, whole, 0, whole))
        return self._dense[level][block[0] : block[1], block[2] : block[3]]

    def cells(
        self, block: Block, *, diagonal: bool
    ) -> tuple[IntArray, IntArray, npt.NDArray[np.float64], Shades]:
        """Rows, columns, values and steps of the cells in a block that hold something."""
        low, high = self._starts[block[0]], self._starts[block[1]]
        columns = self._columns[low:high]
        inside = low + np.flatnonzero((columns >= block[2]) & (columns < block[3]))
        found = self._rows[inside], self._columns[inside], self._values[inside]
        if not diagonal:
            return *found, self._shades[inside]
        places = np.arange(max(block[0], block[2]), min(block[1], block[3]))
        places = places[self._own_values[places] > 0]
        added = (places, places, self._own_values[places])
        rows, columns, values = (np.concatenate(two) for two in zip(found, added, strict=True))
        return rows, columns, values, np.concatenate([self._shades[inside], self._own[places]])

    def hottest(self, block: Block) -> tuple[int, int] | None:
        """Row and column of the largest cell off the diagonal in a block; None for none."""
        rows, columns, values, _ = self.cells(block, diagonal=False)
        if not len(values):
            return None
        best = int(np.argmax(values))
        return int(rows[best]), int(columns[best])

    def _computed(self, level: int, block: Block) -> Shades:
        top, bottom, left, right = block
        first, behind = np.minimum(np.array([top, bottom]) << level, self.size)
        low, high = self._starts[first], self._starts[behind]
        columns = (self._columns[low:high] >> level) - left
        inside = (columns >= 0) & (columns < right - left)
        rows = (self._rows[low:high][inside] >> level) - top
        made: Shades = np.zeros((max(bottom - top, 0), max(right - left, 0)), dtype=np.uint8)
        flat = rows * made.shape[1] + columns[inside]
        np.maximum.at(made.reshape(-1), flat, self._shades[low:high][inside])
        return made


def _steps(positions: npt.NDArray[np.float64], values: npt.NDArray[np.float64]) -> Shades:
    inside = 1 + np.round(positions * (STEPS - 2))
    return np.where(values > 0, inside, 0).astype(np.uint8)
