"""How fast a person decides, with the pauses left out."""

from __future__ import annotations

import numpy as np

from ahsml_app.base.types import Float64Array, IntArray
from ahsml_app.session.review.growing_columns import GrowingColumns

PAUSE = 120.0
"""Seconds between two decisions from which a person is taken to have been away."""

USUAL = 3.0
"""Seconds that the first decision after a pause is taken to have needed, until others tell."""

LEAST_DECISIONS, LEAST_SECONDS = 10, 30.0
"""From so many decisions in so many seconds on there is a rate."""


class Pace:
    """Seconds of work and images decided in them."""

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
        """Images decided in them, those decided again included."""
        return int(self._points.values[1, -1])

    @property
    def per_hour(self) -> float:
        """Images decided in an hour of work; NaN where there is too little to tell."""
        if self.images < LEAST_DECISIONS or self.seconds < LEAST_SECONDS:
            return float("nan")
        return self.images / self.seconds * 3600

    def add(self, times: Float64Array, images: IntArray) -> None:
        """Add decisions.

        Args:
            times: (S,) when, in seconds, rising but where a clock was put back.
            images: (S,) how many each concerned.
        """
        if not len(times):
            return
        gaps = np.diff(times, prepend=self._newest)
        away = ~((gaps >= 0) & (gaps <= PAUSE))
        if not away.all():
            self._usual = float(np.median(gaps[~away])) if len(gaps) > 1 else self._usual
        gaps = np.where(away, self._usual, gaps)
        self._newest = float(times[-1])
        self._points.append(
            np.stack([self.seconds + np.cumsum(gaps), self.images + np.cumsum(images)])
        )

    def bars(self, most: int = 24) -> tuple[Float64Array, Float64Array]:
        """Images in an hour along the work.

        Args:
            most: Bars at most; each stands for a minute at least.

        Returns:
            (B + 1,) hours of work at the edges of the bars, and (B,) their heights; empty where
            there is too little to tell.
        """
        if np.isnan(self.per_hour):
            return np.zeros(1), np.empty(0)
        count = int(np.clip(self.seconds // 60, 1, most))
        edges = np.linspace(0, self.seconds, count + 1)
        seconds, images = self._points.values
        # Whole decisions: each lies in the bar in which it was made.
        done = images[np.searchsorted(seconds, edges, side="right") - 1]
        return edges / 3600, np.diff(done) / np.diff(edges) * 3600
