"""The job thread: one long-lived worker that runs generators of events, one at a time.

A worker's signals reach bound methods of objects that live in the GUI thread, so they arrive in
the GUI's event loop. Nothing is ever terminated: a job is asked to stop and awaited.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QEventLoop, QObject, QThread, QTimer, Signal, Slot

from ahsml_app.base.errors import Cancelled
from ahsml_app.base.events import CancelToken, EpochEnd, Event, Progress

MakeGenerator = Callable[[CancelToken], Generator[Event, None, Any]]

SECONDS_BETWEEN_EVENTS = 0.05
"""Progress and epochs that come faster are joined: the newest one counts."""

LONGEST_STOP = 60_000
"""Milliseconds to wait for a cancelled job when the window closes."""

logger = logging.getLogger(__name__)


@dataclass(eq=False, slots=True)
class Job:
    """One piece of work; compared by identity.

    Attributes:
        name: What kind of work.
        make: Makes the generator of events, in the job thread.
        cancel: Asks it to stop.
    """

    name: str
    make: MakeGenerator
    cancel: CancelToken = field(default_factory=CancelToken)


class _Worker(QObject):
    """Lives in the job thread."""

    event = Signal(object, object)
    finished = Signal(object, object)
    failed = Signal(object, object)
    cancelled = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.go_on = threading.Event()
        self.go_on.set()

    @Slot(object)
    def run(self, job: Job) -> None:
        try:
            result = self._iterate(job)
        except Cancelled:
            self.cancelled.emit(job)
        except Exception as error:
            logger.info("the job %s failed", job.name, exc_info=True)
            self.failed.emit(job, error)
        else:
            self.finished.emit(job, result)

    def _iterate(self, job: Job) -> Any:
        job.cancel.check()
        events = job.make(job.cancel)
        waiting: dict[type[Event], Event] = {}
        sent = 0.0
        try:
            while True:
                self._wait(job)
                event = next(events)
                if not isinstance(event, Progress | EpochEnd):
                    self.event.emit(job, event)
                    continue
                other_stage = isinstance(event, Progress) and _stage(waiting) not in (
                    "",
                    event.stage,
                )
                if other_stage:
                    self._send(job, waiting)
                waiting[type(event)] = event
                if time.monotonic() - sent >= SECONDS_BETWEEN_EVENTS:
                    self._send(job, waiting)
                    sent = time.monotonic()
        except StopIteration as end:
            self._send(job, waiting)
            return end.value
        finally:
            events.close()

    def _send(self, job: Job, waiting: dict[type[Event], Event]) -> None:
        for event in waiting.values():
            self.event.emit(job, event)
        waiting.clear()

    def _wait(self, job: Job) -> None:
        """Stay here while the job is paused; a cancelled job goes on to its end."""
        while not self.go_on.wait(0.05):
            job.cancel.check()
        job.cancel.check()


def _stage(waiting: dict[type[Event], Event]) -> str:
    event = waiting.get(Progress)
    return event.stage if isinstance(event, Progress) else ""


class JobRunner(QObject):
    """Submits jobs to the thread and passes on what they tell.

    Events of a job that was replaced or cancelled do not arrive any more.
    """

    event = Signal(object, object)
    finished = Signal(object, object)
    failed = Signal(object, object)
    cancelled = Signal(object)
    started = Signal(object)
    paused = Signal()
    resumed = Signal()
    idle = Signal()

    _submitted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._job: Job | None = None
        self._next: Job | None = None
        self._thread = QThread()
        self._thread.setObjectName("jobs")
        self._worker = _Worker()
        self._worker.moveToThread(self._thread)
        self._submitted.connect(self._worker.run)
        self._worker.event.connect(self._on_event)
        self._worker.finished.connect(self._on_finished)
        self._worker.failed.connect(self._on_failed)
        self._worker.cancelled.connect(self._on_cancelled)
        # Low, so that a click is served before the next training step.
        self._thread.start(QThread.Priority.LowPriority)

    @property
    def busy(self) -> bool:
        """Whether a job runs or waits, paused ones included."""
        return self._job is not None

    @property
    def job(self) -> Job | None:
        """The running job."""
        return self._job

    @property
    def is_paused(self) -> bool:
        """Whether the running job is paused."""
        return self.busy and not self._worker.go_on.is_set()

    def submit(self, name: str, make: MakeGenerator) -> Job:
        """Run a job, after the one that runs has come to its end.

        Of several that wait only the newest is run; the others count as cancelled.
        """
        job = Job(name, make)
        if self._job is None:
            self._start(job)
        else:
            replaced, self._next = self._next, job
            if replaced is not None:
                self.cancelled.emit(replaced)
        return job

    def cancel(self) -> None:
        """Ask the running job to stop."""
        if self._job is not None:
            self._job.cancel.cancel()
            self.resume()

    def pause(self) -> None:
        """Hold the running job before its next event."""
        if self.busy and self._worker.go_on.is_set():
            self._worker.go_on.clear()
            self.paused.emit()

    def resume(self) -> None:
        """Go on after a pause."""
        if not self._worker.go_on.is_set():
            self._worker.go_on.set()
            self.resumed.emit()

    def toggle_pause(self) -> None:
        """Pause or resume."""
        if self.is_paused:
            self.resume()
        else:
            self.pause()

    def shutdown(self) -> None:
        """Stop the job and the thread; returns when both have ended."""
        self._next = None
        self.cancel()
        if self.busy:
            loop = QEventLoop()
            self.idle.connect(loop.quit)
            QTimer.singleShot(LONGEST_STOP, loop.quit)
            loop.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
        self._thread.quit()
        self._thread.wait()

    def _start(self, job: Job) -> None:
        self._job = job
        self.started.emit(job)
        self._submitted.emit(job)

    def _end(self) -> None:
        self._worker.go_on.set()
        self._job, waiting = None, self._next
        self._next = None
        if waiting is not None:
            self._start(waiting)

    def _settled(self) -> None:
        if self._job is None:
            self.idle.emit()

    @Slot(object, object)
    def _on_event(self, job: Job, event: Event) -> None:
        if job is self._job and not job.cancel.cancelled:
            self.event.emit(job, event)

    @Slot(object, object)
    def _on_finished(self, job: Job, result: object) -> None:
        self._end()
        if job.cancel.cancelled:
            self.cancelled.emit(job)
        else:
            self.finished.emit(job, result)
        self._settled()

    @Slot(object, object)
    def _on_failed(self, job: Job, error: BaseException) -> None:
        self._end()
        self.failed.emit(job, error)
        self._settled()

    @Slot(object)
    def _on_cancelled(self, job: Job) -> None:
        self._end()
        self.cancelled.emit(job)
        self._settled()
