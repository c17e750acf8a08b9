"""What long-running work tells its caller, and how the caller stops it.

Every long job is a plain generator of these events. The command line and the window iterate the
same generators; neither knows how the work is done.
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
    """A flag that asks a running job to stop; safe to set from any thread."""

    def __init__(self) -> None:
        self._flag = threading.Event()

    def cancel(self) -> None:
        """Ask the job to stop at its next check."""
        self._flag.set()

    @property
    def cancelled(self) -> bool:
        """Whether the job was asked to stop."""
        return self._flag.is_set()

    def check(self) -> None:
        """Raise `Cancelled` if the job was asked to stop."""
        if self._flag.is_set():
            raise Cancelled


class Stage(StrEnum):
    """What a job can be doing. The values are those of the command's `--json` and of timings."""

    MAKE_DEMO = "make demo"
    SCAN = "scan"
    FINGERPRINT = "fingerprint"
    LOAD_BACKBONE = "load backbone"
    EXTRACT_FEATURES = "extract features"
    PREPARE = "prepare"
    LINEAR_MODEL = "linear model"
    SIMPLE_MODELS = "simple models"
    TRAIN = "train"
    EMBEDDINGS = "embeddings"
    FINETUNE = "fine-tune"
    SCORE = "score"
    WRITE = "write"
    REPORT = "report"
    MAP = "map"


@dataclass(frozen=True, slots=True)
class Event:
    """Base of everything that a job reports."""


@dataclass(frozen=True, slots=True)
class Progress(Event):
    """A stage moved on.

    Attributes:
        stage: What the job is doing.
        done: Items done.
        total: Items in all, 0 for not known yet.
        part: The stage inside the fine-tuning, which repeats stages of the training before it.
        pass_index: The training pass, from 0; None outside the passes.
        fold: The fold or network that is trained, from 0; None where nothing is trained.
    """

    stage: Stage
    done: int = 0
    total: int = 0
    part: Stage | None = field(default=None, kw_only=True)
    pass_index: int | None = field(default=None, kw_only=True)
    fold: int | None = field(default=None, kw_only=True)

    @property
    def key(self) -> tuple[Stage, Stage | None, int | None]:
        """What counts `done` and `total`: stage, part and pass; folds count on."""
        return self.stage, self.part, self.pass_index


@dataclass(frozen=True, slots=True)
class Notice(Event):
    """Something a person should know, which does not stop the work (level: info or warning)."""

    message: Message | str
    level: str = "info"


@dataclass(frozen=True, slots=True)
class DeviceChosen(Event):
    """The work runs on this device: cpu, cuda or mps."""

    device: str


@dataclass(frozen=True, slots=True)
class EpochEnd(Event):
    """One epoch of one fold ended.

    Attributes:
        pass_index: Which training pass, from 0.
        fold: Which fold, from 0.
        epoch: Which epoch, from 0.
        epochs: Epochs in a fold.
        loss: Mean training loss of the epoch.
        noise_rate: Estimated share of wrong labels among the training items so far.
        weights: (N,) adaptive weights of all items so far, float32.
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
    """Run a generator of events inside another one, with its events changed on the way.

    Args:
        events: The work; it is closed when this ends early.
        transform: The events that take the place of one event; none leaves it out.

    Returns:
        What the work returns.
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
    """Run a generator of events to its end.

    Args:
        events: The work; it is closed when `take` raises.
        take: Called with each event.

    Returns:
        What the work returns.
    """
    with closing(events):
        while True:
            try:
                event = next(events)
            except StopIteration as end:
                result: Result = end.value
                return result
            take(event)
