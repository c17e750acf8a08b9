"""A job as its thread sees it: a worker that iterates generators and collects their events."""

from __future__ import annotations

import itertools
import logging
import threading
import traceback
from collections.abc import Callable, Generator, Hashable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from ahsml_app.base.errors import AppError, Cancelled, is_out_of_memory
from ahsml_app.base.events import CancelToken, EpochEnd, Event, Progress
from ahsml_app.base.message import Message

MakeGenerator = Callable[[CancelToken], Generator[Event, None, Any]]

_SUPERSEDED = np.empty(0, dtype=np.float32)
_MEMORY_HINT = Message("Close other programs, or choose Quick, and start again.")
_HINTS = {
    "OutOfMemoryError": Message(
        "Choose CPU as the device, or close other programs that use the GPU."
    ),
    "PermissionError": Message(
        "Check that you have permission to read the images and to write to the project folder."
    ),
}
_USUAL_HINT = Message("Start again; finished work is kept. The details are in the log.")

logger = logging.getLogger(__name__)


class JobError(AppError):
    """Raised when an unexpected error stops a job; `details` holds the traceback."""


class Mailbox:
    """Events on their way to the window, without superseded ones.

    Until the window takes them, a newer `Progress` replaces the older one of its stage, and an
    `EpochEnd` with a successor keeps its metrics but loses its weights (they become empty).
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._events: dict[Hashable, Event] = {}
        self._last_epoch: dict[tuple[int, int], int] = {}
        self._numbers = itertools.count()

    def put(self, event: Event) -> bool:
        """Adds an event; True if the box was empty, so that the receiver must be notified."""
        with self._lock:
            was_empty = not self._events
            key: Hashable = next(self._numbers)
            if isinstance(event, Progress):
                key = event.key
                self._events.pop(key, None)
            elif isinstance(event, EpochEnd):
                fold = (event.pass_index, event.fold)
                earlier = self._events.get(self._last_epoch.get(fold))
                if isinstance(earlier, EpochEnd):
                    number = self._last_epoch[fold]
                    self._events[number] = replace(earlier, weights=_SUPERSEDED)
                self._last_epoch[fold] = key  # type: ignore[assignment]
            self._events[key] = event
            return was_empty

    def take(self) -> list[Event]:
        """Empties the box and returns its events in order of arrival."""
        with self._lock:
            events, self._events = list(self._events.values()), {}
            self._last_epoch.clear()
            return events


@dataclass(frozen=True, slots=True)
class Ending:
    """How a job ended: "finished" with a result, "failed" with an error, or "cancelled"."""

    outcome: str
    value: Any = None


class JobState:
    """The state of a job that both threads share.

    Not a QObject, because the last reference may be dropped in the job thread.

    Attributes:
        name: The name under which the job was submitted.
        token: Its cancel token.
        mail: Events on their way to the GUI thread.
        go: Cleared while the job should pause.
        ended: Set once `ending` is.
        ending: How the job ended; None until then.
    """

    def __init__(self, name: str, make_generator: MakeGenerator) -> None:
        self.name = name
        self.token = CancelToken()
        self.mail = Mailbox()
        self.go = threading.Event()
        self.go.set()
        self.ended = threading.Event()
        self.ending: Ending | None = None
        self.make_generator: MakeGenerator | None = make_generator

    def cancel(self) -> None:
        """Tells the job to stop, even if it is paused."""
        self.token.cancel()
        self.go.set()


class Worker(QObject):
    """Runs one job after the other in the job thread."""

    mail_arrived = Signal(object)  # JobState
    paused = Signal(object)  # JobState
    resumed = Signal(object)  # JobState
    ended = Signal(object)  # JobState

    @Slot(object)
    def run(self, job: JobState) -> None:
        """Runs a job to its end; never raises."""
        try:
            job.ending = Ending("finished", self._iterate(job))
        except Cancelled:
            job.ending = Ending("cancelled")
        except BaseException as error:
            job.ending = Ending("failed", _as_app_error(error, job.name))
        job.make_generator = None
        job.ended.set()
        self.ended.emit(job)

    def _iterate(self, job: JobState) -> Any:
        job.token.check()
        if job.make_generator is None:
            raise ValueError(f"the job {job.name!r} ran already")
        generator = job.make_generator(job.token)
        step: Callable[[], Event] = partial(next, generator)
        while True:
            try:
                event = step()
            except StopIteration as end:
                return end.value
            if job.mail.put(event):
                self.mail_arrived.emit(job)
            if not job.go.is_set():
                self._wait_while_paused(job)
            # Raised at the generator's yield, so that it is cancelled at its next event.
            stop = job.token.cancelled
            step = partial(generator.throw, Cancelled()) if stop else partial(next, generator)

    def _wait_while_paused(self, job: JobState) -> None:
        self.paused.emit(job)
        job.go.wait()
        self.resumed.emit(job)


def _as_app_error(error: BaseException, name: str) -> AppError:
    """The error with a readable message and without references to the thread's frames."""
    text = "".join(traceback.format_exception(error))
    error.__traceback__ = None
    error.__context__ = None
    if isinstance(error, AppError):
        error.details = error.details or text
        return error
    logger.error("the job %s failed unexpectedly:\n%s", name, text)
    kind = type(error).__name__
    reason = str(error).strip().partition("\n")[0]
    result = JobError(
        Message(
            "An unexpected error stopped the job: {reason}.", reason=reason.rstrip(".") or kind
        ),
        hint=_HINTS.get(kind, _MEMORY_HINT if is_out_of_memory(error) else _USUAL_HINT),
        details=text,
    )
    result.__cause__ = error
    return result
