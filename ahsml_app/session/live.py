"""What is known of a training while it runs: curves, weights, suspects, stages and their pace."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ahsml_app.base.events import EpochEnd, Event, Progress
from ahsml_app.base.types import FloatArray

SUSPECT_BELOW = 0.5
"""Adaptive weight under which an image counts as suspect while training."""

BINS = 40

STAGES = {
    "scan": "Looking for images",
    "make demo": "Making the demo",
    "fingerprint": "Reading files",
    "load backbone": "Loading the network",
    "embed": "Embedding images",
    "prepare": "Preparing features",
    "linear model": "Linear model",
    "train": "Training",
    "score": "Scoring",
    "write": "Writing",
    "report": "Writing the report",
}


def stage_words(stage: str) -> str:
    """A stage in plain words; the pass stays behind it."""
    name, _, rest = stage.partition(",")
    words = STAGES.get(name, name)
    return f"{words},{rest}" if rest else words


@dataclass(slots=True)
class StageState:
    """How far a stage is.

    Attributes:
        name: As events call it.
        done: Items done.
        total: Items in all, 0 for not known.
        started: Clock when it began.
        first: Items that were done when it was first heard of.
        ended: Clock when the next one began; NaN while it runs.
    """

    name: str
    done: int = 0
    total: int = 0
    started: float = 0.0
    first: int = 0
    ended: float = math.nan

    @property
    def running(self) -> bool:
        """Whether it is the present stage."""
        return math.isnan(self.ended)


class StageTracker:
    """Stages in the order in which they came, with rate and time left of the present one."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.stages: list[StageState] = []

    @property
    def current(self) -> StageState | None:
        """The running stage."""
        return self.stages[-1] if self.stages and self.stages[-1].running else None

    def add(self, event: Progress) -> None:
        """Take a progress event."""
        now, current = self._clock(), self.current
        if current is None or current.name != event.stage:
            if current is not None:
                current.ended = now
            current = StageState(event.stage, started=now, first=event.done)
            self.stages.append(current)
        current.done, current.total = event.done, event.total

    def finish(self) -> None:
        """The work has ended."""
        if self.current is not None:
            self.current.ended = self._clock()

    def rate(self) -> float:
        """Items a second of the running stage; NaN until something can be said."""
        stage = self.current
        if stage is None:
            return math.nan
        seconds, items = self._clock() - stage.started, stage.done - stage.first
        return items / seconds if seconds > 0.5 and items > 0 else math.nan

    def seconds_left(self) -> float:
        """Of the running stage; NaN where it cannot be told."""
        stage, rate = self.current, self.rate()
        if stage is None or not stage.total or math.isnan(rate):
            return math.nan
        return (stage.total - stage.done) / rate


def duration_words(seconds: float) -> str:
    """Time left in words; empty for NaN."""
    if math.isnan(seconds):
        return ""
    if seconds < 60:
        return f"{max(1, round(seconds))} s left"
    if seconds < 5400:
        return f"{round(seconds / 60)} min left"
    return f"{seconds / 3600:.1f} h left"


class LiveTraining:
    """Accumulates the epochs of a training."""

    def __init__(self) -> None:
        self.losses: list[float] = []
        self.noise_rates: list[float] = []
        self.weights: FloatArray | None = None
        self._suspect: npt.NDArray[np.bool_] | None = None

    @property
    def epochs(self) -> int:
        """Epochs heard of, over all folds and passes."""
        return len(self.losses)

    def add(self, event: Event) -> None:
        """Take an event; others than epochs change nothing."""
        if isinstance(event, EpochEnd):
            self.losses.append(event.loss)
            self.noise_rates.append(event.noise_rate)
            if len(event.weights):  # left out where the next epoch has come already
                self.weights = event.weights

    def histogram(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
        """Counts and edges of the adaptive weights of trained images."""
        known = np.empty(0) if self.weights is None else self.weights[self._trained()]
        return np.histogram(known, BINS, (0, 1))

    def suspect_count(self) -> int:
        """Trained images whose weight is low."""
        if self.weights is None:
            return 0
        return int((self.weights[self._trained()] < SUSPECT_BELOW).sum())

    def top_suspects(self, count: int) -> npt.NDArray[np.intp]:
        """Rows of the lowest weights, lowest first."""
        if self.weights is None:
            return np.empty(0, dtype=np.intp)
        rows = np.flatnonzero(self._trained())
        values = self.weights[rows]
        if len(rows) > count:
            near = np.argpartition(values, count)[:count]
            rows, values = rows[near], values[near]
        found: npt.NDArray[np.intp] = rows[np.argsort(values, kind="stable")]
        return found

    def _trained(self) -> npt.NDArray[np.bool_]:
        """Images that have a weight: those outside of training stay at zero."""
        weights = self.weights
        if weights is None:
            return np.empty(0, dtype=bool)
        mask: npt.NDArray[np.bool_] = ~np.isnan(weights) & (weights > 0)
        return mask
