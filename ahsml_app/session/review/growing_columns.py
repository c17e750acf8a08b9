"""Columns of numbers that grow at their end and are cut back there, at the cost of what changes."""

from __future__ import annotations

import numpy as np

from ahsml_app.base.types import AnyArray, BoolArray, Float64Array


class GrowingColumns:
    """Rows of numbers of which the first rises."""

    def __init__(self, count: int) -> None:
        self._buffer = np.empty((count, 256))
        self._used = 0

    def __len__(self) -> int:
        return self._used

    @property
    def values(self) -> Float64Array:
        """(count, M) all values; a view that the next change may alter."""
        return self._buffer[:, : self._used]

    def append(self, values: Float64Array) -> None:
        """Add (count, K) values at the end."""
        needed = self._used + values.shape[1]
        if needed > self._buffer.shape[1]:
            larger = np.empty((len(self._buffer), 2 * needed))
            larger[:, : self._used] = self.values
            self._buffer = larger
        self._buffer[:, self._used : needed] = values
        self._used = needed

    def rewind(self, first: float) -> None:
        """Drop all whose first number is not below this one."""
        self._used = int(np.searchsorted(self.values[0], first, side="left"))


def rising(numbers: AnyArray) -> BoolArray:
    """(N,) which numbers are below all that come later.

    Where an undo went back and another way was taken, only the way that holds is left.
    """
    keep = np.ones(len(numbers), dtype=bool)
    least = np.minimum.accumulate(numbers[::-1])[::-1]
    keep[:-1] = numbers[:-1] < least[1:]
    return keep
