"""Events that a job reports, and the token that stops it.

Every long job is a plain generator of these events. The command line and the window iterate the
same generators.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from ahsml_app.base.errors import Cancelled
from ahsml_app.base.message import Message

if TYPE_CHECKING:  # `--help` must not wait for numpy
    from ahsml_app.base.types import FloatArray

Result = TypeVar("Result")


class CancelToken:
    """A flag that requests that a running job stop; safe to set from any thread."""

    def __init__(self) -> None:
        self._flag = threading.Event()

    def cancel(self) -> None:
        """Requests that the job stop at its next check."""
        self._flag.set()

    @property
    def cancelled(self) -> bool:
        """Whether a stop was requested."""
        return self._flag.is_set()

    def check(self) -> None:
        """Raises `Cancelled` if a stop was requested."""
        if self._flag.is_set():
            raise Cancelled


class Stage(StrEnum):
    """Stages of a job. `--json` and the timings use the values."""

    MAKE_DEMO = "make demo"
    UNPACK = "unpack"
    SCAN = "scan"
    FINGERPRINT = "fingerprint"
    LOAD_BACKBONE = "load backbone"
    EXTRACT_FEATURES = "extract features"
    GROUP = "find duplicates"
    FIRST_ESTIMATE = "first estimate"
    AUGMENT = "augment"
    PREPARE = "prepare"
    LINEAR_MODEL = "linear model"
    SIMPLE_MODELS = "simple models"
    TRAIN = "train"
    EMBEDDINGS = "embeddings"
    FINETUNE = "fine-tune"
    SCORE = "score"
    SELF_TEST = "self-test"
    WRITE = "write"
    REPORT = "report"
    MAP = "map"
    CLEAR_CACHE = "clear cache"


@dataclass(frozen=True, slots=True)
class Event:
    """Base class of the events of a job."""


@dataclass(frozen=True, slots=True)
class Progress(Event):
    """The progress of a stage.

    Attributes:
        stage: The current stage.
        done: Number of items done.
        total: Total number of items; 0 if unknown.
        part: The stage within fine-tuning, which repeats stages of the training before it.
        pass_index: The training pass, from 0; None outside the passes.
        fold: The fold or network in training, from 0; None if nothing is trained.
    """

    stage: Stage
    done: int = 0
    total: int = 0
    part: Stage | None = field(default=None, kw_only=True)
    pass_index: int | None = field(default=None, kw_only=True)
    fold: int | None = field(default=None, kw_only=True)

    @property
    def key(self) -> tuple[Stage, Stage | None, int | None]:
        """Identifies the counter of `done` and `total`: stage, part and pass, but not the fold."""
        return self.stage, self.part, self.pass_index


@dataclass(frozen=True, slots=True)
class Notice(Event):
    """A message for the user that does not stop the job (level: info or warning)."""

    message: Message | str
    level: str = "info"


@dataclass(frozen=True, slots=True)
class DeviceChosen(Event):
    """The device that the job computes on: cpu, cuda or mps."""

    device: str


@dataclass(frozen=True, slots=True)
class FirstEstimate(Event):
    """The first suspects, before the training.

    Attributes:
        weights: (N,) first estimates of the adaptive weights, P(given label is right), float32; 0
            for samples that are not trained on.
        noise_rate: First estimate of the share of wrong labels among the training samples.
    """

    weights: FloatArray
    noise_rate: float


@dataclass(frozen=True, slots=True)
class EpochEnd(Event):
    """One epoch of one fold ended.

    Attributes:
        pass_index: The training pass, from 0.
        fold: The fold, from 0.
        epoch: The epoch, from 0.
        epochs: Number of epochs of the fold.
        loss: Mean training loss of the epoch.
        noise_rate: Current estimate of the share of wrong labels among the training samples.
        weights: (N,) current adaptive weights of all samples, float32.
    """

    pass_index: int
    fold: int
    epoch: int
    epochs: int
    loss: float
    noise_rate: float
    weights: FloatArray


def relay(
    events: Generator[Event, None, Result], transform: Callable[[Event], Iterable[Event]]
) -> Generator[Event, None, Result]:
    """Runs a generator of events inside another one and transforms its events.

    Args:
        events: The inner generator; closed if this one ends early.
        transform: Maps an event to the events that replace it; an empty result drops the event.

    Returns:
        The return value of the inner generator.
    """
    with closing(events):
        while True:
            try:
                event = next(events)
            except StopIteration as end:
                result: Result = end.value
                return result
            yield from transform(event)


def drive(events: Generator[Event, None, Result], take: Callable[[Event], object]) -> Result:
    """Runs a generator of events to its end.

    Args:
        events: The generator; closed if `take` raises.
        take: Called with each event.

    Returns:
        The return value of the generator.
    """
    with closing(events):
        while True:
            try:
                event = next(events)
            except StopIteration as end:
                result: Result = end.value
                return result
            take(event)
