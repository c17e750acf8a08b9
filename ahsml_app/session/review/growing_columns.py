"""Columns of numbers that grow and shrink at their end, in time proportional to the change."""

from __future__ import annotations

import numpy as np

from ahsml_app.base.types import AnyArray, BoolArray, Float64Array


class GrowingColumns:
    """Columns of numbers, sorted by the first row in ascending order."""

    def __init__(self, count: int) -> None:
        self._buffer = np.empty((count, 256))
        self._used = 0

    @property
    def values(self) -> Float64Array:
        """(count, M) all values; the next change may overwrite the array."""
        return self._buffer[:, : self._used]

    def append(self, values: Float64Array) -> None:
        """Appends (count, K) values."""
        needed = self._used + values.shape[1]
        if needed > self._buffer.shape[1]:
            larger = np.empty((len(self._buffer), 2 * needed))
            larger[:, : self._used] = self.values
            self._buffer = larger
        self._buffer[:, self._used : needed] = values
        self._used = needed

    def rewind(self, first: float) -> None:
        """Drops the columns whose first number is at least `first`."""
        self._used = int(np.searchsorted(self.values[0], first, side="left"))


def rising(numbers: AnyArray) -> BoolArray:
    """(N,) mask of the numbers that are less than all later ones.

    After an undo and new decisions, this keeps only the current branch.
    """
    keep = np.ones(len(numbers), dtype=bool)
    least = np.minimum.accumulate(numbers[::-1])[::-1]
    keep[:-1] = numbers[:-1] < least[1:]
    return keep
