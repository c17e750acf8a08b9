"""Colours of the visible cells, or of blocks of cells where these are too small."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ahsml_app.base.types import IntArray
from ahsml_app.gui.confusion.colours import STEPS, Ramp
from ahsml_app.session.analysis.confusion_matrix import Block, Confusion, Measure

MOST_DENSE = 2048
"""Blocks along a side up to which a level is cached as a whole; finer ones are not."""

LOG_FROM = 40.0
"""Ratio of largest to median value from which the colour scale is logarithmic."""

_FAINTEST = 0.06
"""Start of the scale, which sets the smallest value apart from an empty cell."""

Shades = npt.NDArray[np.uint8]
"""Steps of a ramp; 0 is an empty cell."""


class Raster:
    """Values and colours of one measure. A block shows its largest cell.

    Cells in which label and suggestion agree have their own scale, because their values are much
    larger than the others.

    Attributes:
        most: Largest value off the diagonal.
        logarithmic: Whether the colour scale is logarithmic.
    """

    def __init__(self, confusion: Confusion, measure: Measure) -> None:
        self.size = len(confusion)
        values = confusion.values(measure)
        filled = values > 0
        rows, columns, values = confusion.rows[filled], confusion.columns[filled], values[filled]
        agree = rows == columns
        diagonal = np.zeros(self.size)
        diagonal[rows[agree]] = values[agree]
        self._diagonal_values = diagonal
        self._diagonal_shades: Shades = _steps(
            diagonal / max(float(diagonal.max(initial=0.0)), 1e-9), diagonal
        )
        self._rows, self._columns, self._values = rows[~agree], columns[~agree], values[~agree]
        self._starts = np.searchsorted(self._rows, np.arange(self.size + 1))
        self.most = float(self._values.max(initial=0.0))
        self._typical = float(np.median(self._values)) if len(self._values) else 0.0
        self.logarithmic = measure != "share" and self.most > LOG_FROM * self._typical > 0
        self._shades: Shades = _steps(self.position(self._values), self._values)
        self._dense: dict[int, Shades] = {}

    def position(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Position of values off the diagonal on the colour scale, 0 to 1."""
        if self.most <= 0:
            return np.zeros(values.shape)
        share = values / self.most
        if self.logarithmic:
            share = np.log1p(values / self._typical) / np.log1p(self.most / self._typical)
        position: npt.NDArray[np.float64] = _FAINTEST + (1 - _FAINTEST) * share
        return position

    def value_at(self, position: float) -> float:
        """The value at a position on the colour scale; the inverse of `position`."""
        share = max(0.0, position - _FAINTEST) / (1 - _FAINTEST)
        if self.logarithmic:
            return float(np.expm1(share * np.log1p(self.most / self._typical)) * self._typical)
        return share * self.most

    def colours(self, level: int, block: Block, ramp: Ramp, calm: Ramp | None) -> Ramp:
        """Colours of a range of blocks.

        Args:
            level: A block is 2^level cells wide.
            block: Range of the blocks.
            ramp: Colours of the cells off the diagonal.
            calm: Colours of the diagonal; None hides it.

        Returns:
            (rows, columns) colours as 0xffRRGGBB.
        """
        shades = self.shades(level, block)
        painted: Ramp = ramp[shades]
        positions = np.arange(max(block[0], block[2]), min(block[1], block[3]))
        if calm is not None and len(positions):
            stop = min((int(positions[-1]) + 1) << level, self.size)
            diagonal_shades = np.maximum.reduceat(self._diagonal_shades[:stop], positions << level)
            rows, columns = positions - block[0], positions - block[2]
            empty = shades[rows, columns] == 0
            painted[rows[empty], columns[empty]] = calm[diagonal_shades[empty]]
        return painted

    def shades(self, level: int, block: Block) -> Shades:
        """Largest step of the ramp in each of a range of blocks, off the diagonal."""
        blocks = -(-self.size >> level)
        if blocks > MOST_DENSE:
            return self._compute_shades(level, block)
        if level not in self._dense:
            self._dense[level] = self._compute_shades(level, (0, blocks, 0, blocks))
        return self._dense[level][block[0] : block[1], block[2] : block[3]]

    def cells(
        self, block: Block, *, diagonal: bool
    ) -> tuple[IntArray, IntArray, npt.NDArray[np.float64], Shades]:
        """Rows, columns, values and steps of the non-empty cells in a block."""
        low, high = self._starts[block[0]], self._starts[block[1]]
        columns = self._columns[low:high]
        inside = low + np.flatnonzero((columns >= block[2]) & (columns < block[3]))
        arrays = self._rows[inside], self._columns[inside], self._values[inside]
        if not diagonal:
            return *arrays, self._shades[inside]
        diagonal_positions = np.arange(max(block[0], block[2]), min(block[1], block[3]))
        diagonal_positions = diagonal_positions[self._diagonal_values[diagonal_positions] > 0]
        diagonal_arrays = (
            diagonal_positions,
            diagonal_positions,
            self._diagonal_values[diagonal_positions],
        )
        rows, columns, values = (
            np.concatenate(pair) for pair in zip(arrays, diagonal_arrays, strict=True)
        )
        return (
            rows,
            columns,
            values,
            np.concatenate([self._shades[inside], self._diagonal_shades[diagonal_positions]]),
        )

    def hottest(self, block: Block) -> tuple[int, int] | None:
        """Row and column of the largest cell off the diagonal in a block; None for none."""
        rows, columns, values, _ = self.cells(block, diagonal=False)
        if not len(values):
            return None
        best = int(np.argmax(values))
        return int(rows[best]), int(columns[best])

    def _compute_shades(self, level: int, block: Block) -> Shades:
        top, bottom, left, right = block
        first, stop = np.minimum(np.array([top, bottom]) << level, self.size)
        low, high = self._starts[first], self._starts[stop]
        columns = (self._columns[low:high] >> level) - left
        inside = (columns >= 0) & (columns < right - left)
        rows = (self._rows[low:high][inside] >> level) - top
        shades: Shades = np.zeros((max(bottom - top, 0), max(right - left, 0)), dtype=np.uint8)
        flat = rows * shades.shape[1] + columns[inside]
        np.maximum.at(shades.reshape(-1), flat, self._shades[low:high][inside])
        return shades


def _steps(positions: npt.NDArray[np.float64], values: npt.NDArray[np.float64]) -> Shades:
    steps = 1 + np.round(positions * (STEPS - 2))
    return np.where(values > 0, steps, 0).astype(np.uint8)
