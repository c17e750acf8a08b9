"""Monitors a training while it runs: curves, weights, suspects, stages and their rates."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Literal, TypeVar

import numpy as np

from ahsml_app.base.events import EpochEnd, Event, FirstEstimate, Progress, Stage, relay
from ahsml_app.base.types import Float64Array, FloatArray, IndexArray, IntArray

SUSPECT_BELOW = 0.5
"""Adaptive weight under which an image counts as suspect while training."""

BINS = 40
"""Number of bins of the histogram of adaptive weights."""

WINDOW = 15.0
"""Window in seconds over which a rate is measured; longer if it holds too few events."""

LEAST_EVENTS, LEAST_SECONDS = 4, 0.3
"""Smallest number of events, and of seconds, for a rate."""

Result = TypeVar("Result")
StepState = Literal["waiting", "running", "done"]

StepKey = tuple[Stage, int | None]
"""A step: its main stage, and its pass if that is `Stage.TRAIN`."""

_MAIN_STAGES = {
    Stage.LOAD_BACKBONE: Stage.EXTRACT_FEATURES,
    Stage.GROUP: Stage.EXTRACT_FEATURES,
    Stage.FIRST_ESTIMATE: Stage.EXTRACT_FEATURES,
    Stage.AUGMENT: Stage.EXTRACT_FEATURES,
    Stage.PREPARE: Stage.TRAIN,
    Stage.LINEAR_MODEL: Stage.TRAIN,
    Stage.SIMPLE_MODELS: Stage.TRAIN,
    Stage.EMBEDDINGS: Stage.TRAIN,
}
"""Main stage of the step that a stage belongs to, if that is another stage."""


def step_of(progress: Progress) -> StepKey:
    """The step that a stage belongs to: a training has 6 or 7 steps but 11 or more stages."""
    stage = _MAIN_STAGES.get(progress.stage, progress.stage)
    return stage, (progress.pass_index or 0) if stage is Stage.TRAIN else None


def training_steps(passes: int = 2, *, finetune: bool = False) -> tuple[StepKey, ...]:
    """The expected steps of a training.

    Args:
        passes: Number of passes.
        finetune: Whether the backbone is trained too.
    """
    trained: tuple[StepKey, ...] = tuple((Stage.TRAIN, index) for index in range(passes))
    others = (Stage.FINETUNE, Stage.SCORE, Stage.WRITE)[0 if finetune else 1 :]
    first = (Stage.FINGERPRINT, Stage.EXTRACT_FEATURES)
    return (*((stage, None) for stage in first), *trained, *((stage, None) for stage in others))


@dataclass(slots=True)
class TrackedStage:
    """The progress of a stage.

    Attributes:
        progress: Its newest event.
        started: Clock time of its start, in seconds.
        ended: Clock time of its end; NaN while it runs.
        recent: Clock times and items done of the latest events.
        paused: Seconds during which the job was paused.
    """

    progress: Progress
    started: float
    ended: float = math.nan
    recent: deque[tuple[float, int]] = field(default_factory=deque)
    paused: float = 0.0

    @property
    def running(self) -> bool:
        """Whether it is the current stage."""
        return math.isnan(self.ended)

    def take(self, now: float, progress: Progress) -> None:
        """Records a progress event at clock time `now`."""
        self.progress = progress
        self.recent.append((now, progress.done))
        while len(self.recent) > LEAST_EVENTS and now - self.recent[0][0] > WINDOW:
            self.recent.popleft()

    def rate(self) -> float:
        """Items per second; NaN if there are too few events."""
        if not self.recent:
            return math.nan
        (start, first), (last, done) = self.recent[0], self.recent[-1]
        measurable = done > first and last - start >= LEAST_SECONDS
        return (done - first) / (last - start) if measurable else math.nan


@dataclass(frozen=True, slots=True)
class TrainingStep:
    """The state of one step of the training.

    Attributes:
        key: The step.
        state: Waiting, running or done.
        progress: The newest event of the current stage in it; None unless it runs.
        seconds: Its duration so far.
    """

    key: StepKey
    state: StepState
    progress: Progress | None = None
    seconds: float = 0.0


class StageTracker:
    """Tracks the stages in order, with rate and remaining time of the current one."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._paused_since = math.nan
        self.stages: list[TrackedStage] = []

    @property
    def current(self) -> TrackedStage | None:
        """The running stage."""
        return self.stages[-1] if self.stages and self.stages[-1].running else None

    def add(self, event: Progress) -> None:
        """Adds a progress event."""
        now, current = self._clock(), self.current
        if current is None or current.progress.key != event.key:
            self.finish()
            current = TrackedStage(event, now)
            self.stages.append(current)
        current.take(now, event)

    def pause(self) -> None:
        """Stops the clock while the job is paused."""
        if math.isnan(self._paused_since):
            self._paused_since = self._clock()

    def resume(self) -> None:
        """Starts the clock again."""
        paused, self._paused_since = self._clock() - self._paused_since, math.nan
        if self.current is not None and not math.isnan(paused):
            self.current.paused += paused
            self.current.recent = deque((when + paused, done) for when, done in self.current.recent)

    def finish(self) -> None:
        """Ends the current stage."""
        self.resume()
        if self.current is not None:
            self.current.ended = self._clock()

    def rate(self) -> float:
        """Items per second of the running stage; NaN if unknown."""
        return math.nan if self.current is None else self.current.rate()

    def seconds_left(self) -> float:
        """Remaining seconds of the running stage; NaN if unknown."""
        stage, rate = self.current, self.rate()
        if stage is None or not stage.progress.total or math.isnan(rate):
            return math.nan
        now = self._clock() if math.isnan(self._paused_since) else self._paused_since
        since = now - stage.recent[-1][0]
        return max(0.0, (stage.progress.total - stage.progress.done) / rate - since)

    def steps(self, expected: Sequence[StepKey]) -> list[TrainingStep]:
        """Steps in order: first those begun, then the expected ones that follow."""
        running = None if self.current is None else step_of(self.current.progress)
        seconds: dict[StepKey, float] = {}
        for stage in self.stages:
            end = self._clock() if stage.running else stage.ended
            key = step_of(stage.progress)
            seconds[key] = seconds.get(key, 0.0) + end - stage.started - stage.paused
        begun = [index for index, key in enumerate(expected) if key in seconds]
        # Earlier steps that never began were skipped: with one pass, or in a resumed training.
        remaining = expected[begun[-1] + 1 :] if begun else expected
        return [self._step(key, seconds, running) for key in (*seconds, *remaining)]

    def _step(
        self, key: StepKey, seconds: dict[StepKey, float], running: StepKey | None
    ) -> TrainingStep:
        if key == running and self.current is not None:
            return TrainingStep(key, "running", self.current.progress, seconds[key])
        return TrainingStep(
            key, "done" if key in seconds else "waiting", seconds=seconds.get(key, 0.0)
        )


@dataclass(frozen=True, slots=True)
class Curve:
    """The training curve of one fold.

    Attributes:
        pass_index: The pass, from 0.
        fold: The fold, from 0.
        epochs: Number of epochs of the fold.
        numbers: Numbers of the reported epochs, from 1.
        losses: Mean loss of each reported epoch.
        noise_rates: Estimated share of wrong labels after each reported epoch.
    """

    pass_index: int
    fold: int
    epochs: int
    numbers: list[int] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    noise_rates: list[float] = field(default_factory=list)


class TrainingMonitor:
    """Accumulates the epochs of a training, after a first estimate of the weights.

    Each fold starts anew and trains on all images outside it. The weight of an image is the mean
    over the folds of the current pass that trained on it. The running fold counts by the share of
    its finished epochs, so that the weights change smoothly when a new fold begins.
    """

    def __init__(self) -> None:
        self.curves: list[Curve] = []
        self.epochs = 0
        self._latest: EpochEnd | None = None
        self._first: FirstEstimate | None = None
        self._start: FloatArray = np.empty(0, dtype=np.float32)
        self._sum: FloatArray = self._start
        self._folds: FloatArray = self._start
        self._merged: FloatArray | None = None

    @property
    def latest(self) -> EpochEnd | None:
        """The newest epoch."""
        return self._latest

    @property
    def noise_rate(self) -> float:
        """Estimated share of wrong labels, NaN before the first estimate."""
        if self.curves:
            return self.curves[-1].noise_rates[-1]
        return math.nan if self._first is None else self._first.noise_rate

    @property
    def weights(self) -> FloatArray | None:
        """(N,) adaptive weights so far, zero for images that are not trained on."""
        if self._latest is None:
            return None if self._first is None else self._first.weights
        if self._merged is None:
            share = self._fold_share(self._latest)
            total = self._folds + share
            share *= self._latest.weights
            share += self._sum
            self._merged = np.divide(share, total, out=self._untrained(), where=total > 0)
        return self._merged

    def add(self, event: Event) -> None:
        """Adds an event; only a first estimate and epochs have an effect."""
        if isinstance(event, FirstEstimate):
            self._first = event
        if not isinstance(event, EpochEnd):
            return
        self.epochs += 1
        self._curve(event)
        if not len(event.weights):
            return  # superseded by a newer epoch of the same fold
        latest = self._latest
        if latest is None or latest.pass_index != event.pass_index:
            first = event.pass_index == 0
            # The first pass starts with full trust in every label, later ones with learnt weights.
            start = (event.weights > 0) if first else event.weights
            self._start = np.asarray(start, dtype=np.float32)
            self._sum = np.zeros_like(self._start)
            self._folds = np.zeros_like(self._start)
        elif latest.fold != event.fold:
            share = self._fold_share(latest)
            self._folds += share
            self._sum += share * latest.weights
        self._latest, self._merged = event, None

    def histogram(self) -> tuple[IntArray, Float64Array]:
        """Histogram of the weights of the training images: counts and bin edges."""
        # Ten times as fast as numpy.histogram, which matters with a million images.
        bins = np.minimum((self._trained_weights() * BINS).astype(np.intp), BINS - 1)
        return np.bincount(bins, minlength=BINS), np.linspace(0, 1, BINS + 1)

    def suspect_count(self) -> int:
        """Number of images with a weight below `SUSPECT_BELOW`."""
        return int((self._trained_weights() < SUSPECT_BELOW).sum())

    def top_suspects(self, count: int) -> IntArray:
        """Rows of the lowest weights below `SUSPECT_BELOW`, lowest first."""
        if self.weights is None:
            return np.empty(0, dtype=np.int64)
        rows = np.flatnonzero((self.weights > 0) & (self.weights < SUSPECT_BELOW))
        values = self.weights[rows]
        if len(rows) > count:
            lowest = np.argpartition(values, count)[:count]
            rows, values = rows[lowest], values[lowest]
        return rows[np.argsort(values, kind="stable")].astype(np.int64)

    def _trained_weights(self) -> FloatArray:
        weights = self.weights
        return np.empty(0, dtype=np.float32) if weights is None else weights[weights > 0]

    def _untrained(self) -> FloatArray:
        """(N,) weights of the images that no fold of the pass has trained on yet."""
        if self._latest is None or self._latest.pass_index or self._first is None:
            return self._start.copy()
        return self._first.weights.copy()

    def _fold_share(self, latest: EpochEnd) -> FloatArray:
        """(N,) share of finished epochs of the newest fold; 0 for images outside its training."""
        fraction = np.float32((latest.epoch + 1) / latest.epochs)
        share: FloatArray = (latest.weights != self._start) * fraction
        return share

    def _curve(self, event: EpochEnd) -> None:
        last = self.curves[-1] if self.curves else None
        if last is None or (last.pass_index, last.fold) != (event.pass_index, event.fold):
            last = Curve(event.pass_index, event.fold, event.epochs)
            self.curves.append(last)
        last.numbers.append(event.epoch + 1)
        last.losses.append(event.loss)
        last.noise_rates.append(event.noise_rate)


def aligned(
    events: Generator[Event, None, Result], rows: IndexArray, count: int
) -> Generator[Event, None, Result]:
    """Passes events on and expands the weights of epochs to the whole table.

    Args:
        events: Events of a training on some of the samples.
        rows: Rows of these samples.
        count: Number of samples of the whole table; the others get weight 0.
    """
    return relay(events, partial(_aligned, rows=rows, count=count))


def _aligned(event: Event, rows: IndexArray, count: int) -> tuple[Event]:
    if not isinstance(event, EpochEnd | FirstEstimate) or len(rows) == count:
        return (event,)
    weights = np.zeros(count, dtype=np.float32)
    weights[rows] = event.weights
    return (replace(event, weights=weights),)
