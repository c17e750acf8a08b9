"""Decisions per hour of work, without pauses."""

from __future__ import annotations

import numpy as np

from ahsml_app.base.types import Float64Array, IntArray
from ahsml_app.session.review.growing_columns import GrowingColumns

PAUSE = 120.0
"""A longer interval between two decisions, in seconds, counts as a pause."""

USUAL = 3.0
"""Assumed duration in seconds of the first decision after a pause, until a median is known."""

LEAST_DECISIONS, LEAST_SECONDS = 10, 30.0
"""Least number of decisions, and least seconds of work, for a rate."""


class Throughput:
    """Counts the seconds of work, and the images decided in that time."""

    def __init__(self) -> None:
        self._points = GrowingColumns(2)
        self._points.append(np.zeros((2, 1)))
        self._newest = np.nan
        self._usual = USUAL

    @property
    def seconds(self) -> float:
        """Seconds of work so far, without pauses."""
        return float(self._points.values[0, -1])

    @property
    def images(self) -> int:
        """Number of images decided, repeated decisions included."""
        return int(self._points.values[1, -1])

    @property
    def per_hour(self) -> float:
        """Images decided per hour of work; NaN if there are too few decisions."""
        if self.images < LEAST_DECISIONS or self.seconds < LEAST_SECONDS:
            return float("nan")
        return self.images / self.seconds * 3600

    def add(self, times: Float64Array, images: IntArray) -> None:
        """Adds decisions.

        Args:
            times: (S,) times in seconds, ascending except where the clock was set back.
            images: (S,) number of images of each decision.
        """
        if not len(times):
            return
        gaps = np.diff(times, prepend=self._newest)
        pauses = ~((gaps >= 0) & (gaps <= PAUSE))
        if not pauses.all():
            self._usual = float(np.median(gaps[~pauses])) if len(gaps) > 1 else self._usual
        gaps = np.where(pauses, self._usual, gaps)
        self._newest = float(times[-1])
        self._points.append(
            np.stack([self.seconds + np.cumsum(gaps), self.images + np.cumsum(images)])
        )

    def bars(self, most: int = 24) -> tuple[Float64Array, Float64Array]:
        """A histogram of images per hour over the hours of work.

        Args:
            most: Largest number of bars; each covers at least a minute.

        Returns:
            (B + 1,) edges of the bars in hours of work, and (B,) images per hour; empty if there
            are too few decisions.
        """
        if np.isnan(self.per_hour):
            return np.zeros(1), np.empty(0)
        count = int(np.clip(self.seconds // 60, 1, most))
        edges = np.linspace(0, self.seconds, count + 1)
        seconds, images = self._points.values
        # Each decision counts in the bar in which it was made.
        done = images[np.searchsorted(seconds, edges, side="right") - 1]
        return edges / 3600, np.diff(done) / np.diff(edges) * 3600
