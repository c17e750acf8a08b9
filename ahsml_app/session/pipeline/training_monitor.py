"""What is known of a training while it runs: curves, weights, suspects, stages and their pace."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Literal, TypeVar

import numpy as np

from ahsml_app.base.events import EpochEnd, Event, Progress, Stage, relay
from ahsml_app.base.types import Float64Array, FloatArray, IndexArray, IntArray

SUSPECT_BELOW = 0.5
"""Adaptive weight under which an image counts as suspect while training."""

BINS = 40
"""Of the histogram of adaptive weights."""

WINDOW = 15.0
"""Seconds over which a rate is taken, or as many as the last few events need."""

LEAST_EVENTS, LEAST_SECONDS = 4, 0.3
"""From when on a rate says something."""

Result = TypeVar("Result")
StepState = Literal["waiting", "running", "done"]

StepKey = tuple[Stage, int | None]
"""A step by its main stage, and by its pass where that is `Stage.TRAIN`."""

_MAIN_STAGES = {
    Stage.LOAD_BACKBONE: Stage.EXTRACT_FEATURES,
    Stage.PREPARE: Stage.TRAIN,
    Stage.LINEAR_MODEL: Stage.TRAIN,
    Stage.SIMPLE_MODELS: Stage.TRAIN,
    Stage.EMBEDDINGS: Stage.TRAIN,
}
"""The main stage of the step that a stage belongs to, where it is another one."""


def step_of(progress: Progress) -> StepKey:
    """The step that a stage is part of: a training has 6 or 7 steps but 11 stages or more."""
    stage = _MAIN_STAGES.get(progress.stage, progress.stage)
    return stage, (progress.pass_index or 0) if stage is Stage.TRAIN else None


def training_steps(passes: int = 2, *, finetune: bool = False) -> tuple[StepKey, ...]:
    """The steps that a training goes through.

    Args:
        passes: Its passes.
        finetune: Whether the backbone is trained too.
    """
    trained: tuple[StepKey, ...] = tuple((Stage.TRAIN, index) for index in range(passes))
    others = (Stage.FINETUNE, Stage.SCORE, Stage.WRITE)[0 if finetune else 1 :]
    first = (Stage.FINGERPRINT, Stage.EXTRACT_FEATURES)
    return (*((stage, None) for stage in first), *trained, *((stage, None) for stage in others))


@dataclass(slots=True)
class TrackedStage:
    """How far a stage is.

    Attributes:
        progress: Its newest event.
        started: Clock when it began.
        ended: Clock when the next one began; NaN while it runs.
        heard: Clock and items done of the last events.
        held: Seconds in which the job was paused.
    """

    progress: Progress
    started: float
    ended: float = math.nan
    heard: deque[tuple[float, int]] = field(default_factory=deque)
    held: float = 0.0

    @property
    def running(self) -> bool:
        """Whether it is the present stage."""
        return math.isnan(self.ended)

    def take(self, now: float, progress: Progress) -> None:
        """Record how far it is now."""
        self.progress = progress
        self.heard.append((now, progress.done))
        while len(self.heard) > LEAST_EVENTS and now - self.heard[0][0] > WINDOW:
            self.heard.popleft()

    def rate(self) -> float:
        """Items a second; NaN until something can be said."""
        if not self.heard:
            return math.nan
        (start, first), (last, done) = self.heard[0], self.heard[-1]
        known = done > first and last - start >= LEAST_SECONDS
        return (done - first) / (last - start) if known else math.nan


@dataclass(frozen=True, slots=True)
class TrainingStep:
    """How far one step of the training has come.

    Attributes:
        key: Which step.
        state: Whether it has begun and ended.
        progress: The newest event of the stage that runs in it; None unless it runs.
        seconds: It took so far.
    """

    key: StepKey
    state: StepState
    progress: Progress | None = None
    seconds: float = 0.0


class StageTracker:
    """Stages in the order in which they came, with rate and time left of the present one."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._held_since = math.nan
        self.stages: list[TrackedStage] = []

    @property
    def current(self) -> TrackedStage | None:
        """The running stage."""
        return self.stages[-1] if self.stages and self.stages[-1].running else None

    def add(self, event: Progress) -> None:
        """Take a progress event."""
        now, current = self._clock(), self.current
        if current is None or current.progress.key != event.key:
            self.finish()
            current = TrackedStage(event, now)
            self.stages.append(current)
        current.take(now, event)

    def hold(self) -> None:
        """The job is paused: the time does not count."""
        if math.isnan(self._held_since):
            self._held_since = self._clock()

    def go_on(self) -> None:
        """The job goes on."""
        held, self._held_since = self._clock() - self._held_since, math.nan
        if self.current is not None and not math.isnan(held):
            self.current.held += held
            self.current.heard = deque((when + held, done) for when, done in self.current.heard)

    def finish(self) -> None:
        """The present stage has ended."""
        self.go_on()
        if self.current is not None:
            self.current.ended = self._clock()

    def rate(self) -> float:
        """Items a second of the running stage; NaN until something can be said."""
        return math.nan if self.current is None else self.current.rate()

    def seconds_left(self) -> float:
        """Of the running stage; NaN where it cannot be told."""
        stage, rate = self.current, self.rate()
        if stage is None or not stage.progress.total or math.isnan(rate):
            return math.nan
        now = self._clock() if math.isnan(self._held_since) else self._held_since
        since = now - stage.heard[-1][0]
        return max(0.0, (stage.progress.total - stage.progress.done) / rate - since)

    def steps(self, expected: Sequence[StepKey]) -> list[TrainingStep]:
        """Steps in order: those that came, then the expected ones that are still to come."""
        running = None if self.current is None else step_of(self.current.progress)
        seconds: dict[StepKey, float] = {}
        for stage in self.stages:
            end = self._clock() if stage.running else stage.ended
            key = step_of(stage.progress)
            seconds[key] = seconds.get(key, 0.0) + end - stage.started - stage.held
        begun = [index for index, key in enumerate(expected) if key in seconds]
        # What was passed over will not come: a training of one pass, or one that is resumed.
        to_come = expected[begun[-1] + 1 :] if begun else expected
        return [self._step(key, seconds, running) for key in (*seconds, *to_come)]

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
    """What the epochs of one fold told.

    Attributes:
        pass_index: Of the pass, from 0.
        fold: From 0.
        epochs: Epochs in the fold.
        numbers: Which epochs were heard of, from 1.
        losses: Mean loss of each.
        noise_rates: Estimated share of wrong labels after each.
    """

    pass_index: int
    fold: int
    epochs: int
    numbers: list[int] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    noise_rates: list[float] = field(default_factory=list)


class LiveTraining:
    """Accumulates the epochs of a training.

    Each fold trains on all images but its own part, and starts anew. The weights here are the
    mean over the folds of the present pass that trained on an image, where the fold that runs
    counts by the share of its epochs, so that a new fold does not throw the picture back.
    """

    def __init__(self) -> None:
        self.curves: list[Curve] = []
        self.epochs = 0
        self._latest: EpochEnd | None = None
        self._start: FloatArray | None = None
        self._sum: FloatArray = np.empty(0, dtype=np.float32)
        self._folds: FloatArray = np.empty(0, dtype=np.float32)
        self._merged: FloatArray | None = None

    @property
    def latest(self) -> EpochEnd | None:
        """The newest epoch."""
        return self._latest

    @property
    def noise_rate(self) -> float:
        """Estimated share of wrong labels, NaN before the first epoch."""
        return self.curves[-1].noise_rates[-1] if self.curves else math.nan

    @property
    def weights(self) -> FloatArray | None:
        """(N,) adaptive weights so far, zero for images that are not trained on."""
        if self._merged is None and self._latest is not None and self._start is not None:
            part = self._part()
            total = self._folds + part
            part *= self._latest.weights
            part += self._sum
            self._merged = np.divide(part, total, out=self._start.copy(), where=total > 0)
        return self._merged

    def add(self, event: Event) -> None:
        """Take an event; others than epochs change nothing."""
        if not isinstance(event, EpochEnd):
            return
        self.epochs += 1
        self._curve(event)
        if not len(event.weights):
            return  # a newer epoch of the same fold is on its way
        latest = self._latest
        if latest is None or latest.pass_index != event.pass_index:
            first = event.pass_index == 0
            # The first pass starts with full trust in every label, later ones with what came out.
            start = (event.weights > 0) if first else event.weights
            self._start = np.asarray(start, dtype=np.float32)
            self._sum = np.zeros_like(self._start)
            self._folds = np.zeros_like(self._start)
        elif latest.fold != event.fold:
            part = self._part()
            self._folds += part
            self._sum += part * latest.weights
        self._latest, self._merged = event, None

    def histogram(self) -> tuple[IntArray, Float64Array]:
        """Counts and edges of the weights of the images that are trained on."""
        # Ten times as fast as numpy.histogram, which counts for a million images.
        places = np.minimum((self._known() * BINS).astype(np.intp), BINS - 1)
        return np.bincount(places, minlength=BINS), np.linspace(0, 1, BINS + 1)

    def suspect_count(self) -> int:
        """Images whose weight is low."""
        return int((self._known() < SUSPECT_BELOW).sum())

    def top_suspects(self, count: int) -> IntArray:
        """Rows of the lowest weights below `SUSPECT_BELOW`, lowest first."""
        if self.weights is None:
            return np.empty(0, dtype=np.int64)
        rows = np.flatnonzero((self.weights > 0) & (self.weights < SUSPECT_BELOW))
        values = self.weights[rows]
        if len(rows) > count:
            near = np.argpartition(values, count)[:count]
            rows, values = rows[near], values[near]
        return rows[np.argsort(values, kind="stable")].astype(np.int64)

    def _known(self) -> FloatArray:
        weights = self.weights
        return np.empty(0, dtype=np.float32) if weights is None else weights[weights > 0]

    def _part(self) -> FloatArray:
        """(N,) share of the newest fold's epochs that are over, zero where it does not train."""
        latest = self._latest
        if latest is None or self._start is None:
            raise ValueError("no epoch has ended yet")
        share = np.float32((latest.epoch + 1) / latest.epochs)
        part: FloatArray = (latest.weights != self._start) * share
        return part

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
    """Pass events on, with the weights of epochs at their rows of the whole table.

    Args:
        events: Of a training on some of the samples.
        rows: Their rows.
        count: Samples of the whole table; those that were left out get weight zero.
    """
    return relay(events, partial(_aligned, rows=rows, count=count))


def _aligned(event: Event, rows: IndexArray, count: int) -> tuple[Event]:
    if not isinstance(event, EpochEnd) or len(rows) == count:
        return (event,)
    weights = np.zeros(count, dtype=np.float32)
    weights[rows] = event.weights
    return (replace(event, weights=weights),)
