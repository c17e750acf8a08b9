"""Runs long jobs in one background thread, one at a time, and ends the thread safely.

A job is a generator of events. `JobRunner.submit` returns a `BackgroundJob`, whose signals report
its events and its end; the runner itself only knows which job runs and whether any is left. Both
live in the GUI thread and emit their signals there. The runner owns the worker and its thread.
"""

from __future__ import annotations

import atexit
import logging
import os
import time
from collections import deque

from PySide6.QtCore import (
    QCoreApplication,
    QEventLoop,
    QObject,
    QThread,
    QTimer,
    Signal,
    Slot,
)

from ahsml_app.base.errors import ExitCode
from ahsml_app.gui.jobs.background_job import BackgroundJob
from ahsml_app.gui.jobs.gc_control import GarbageCollector
from ahsml_app.gui.jobs.worker import JobState, MakeGenerator, Worker

DELIVERY = 50
"""Minimum milliseconds between two deliveries of events to the window: 20 a second."""

PATIENCE = 60.0
"""Seconds that the closing application waits for a cancelled job."""

logger = logging.getLogger(__name__)


class _JobThread:
    """The thread and its worker, kept alive until the thread ends, even without the runner.

    Qt aborts the process when a running QThread is destroyed. So an exit handler holds the thread
    and stops it if nothing else did.
    """

    def __init__(self) -> None:
        self.thread = QThread()
        self.thread.setObjectName("jobs")
        self.worker = Worker()
        self.worker.moveToThread(self.thread)
        self.job: JobState | None = None
        self._stopped = False
        self.thread.start()
        atexit.register(self._on_exit)

    def leave(self) -> None:
        """Tells the job and the thread to end, without waiting."""
        if self.job is not None:
            self.job.cancel()
        if not self._stopped:
            self.thread.quit()

    def stop(self, seconds: float) -> bool:
        """Ends the thread; False if its job does not stop in time."""
        self.leave()
        if not self.thread.wait(int(seconds * 1000)):
            return False
        self._stopped = True
        atexit.unregister(self._on_exit)
        return True

    def _on_exit(self) -> None:
        if not self.stop(PATIENCE):
            # All files are written whole or not at all, so nothing is lost. Destroying the
            # running thread instead would abort the process.
            logger.error("a job did not stop within %.0f s", PATIENCE)
            os._exit(int(ExitCode.INTERNAL))


class JobRunner(QObject):
    """Runs jobs one after the other in one thread.

    Attributes:
        current: The running job, or None.

    Signals:
        submitted: A job is about to join the queue, so that a less urgent one can leave it.
        started: This job left the queue and is now `current`.
        idle: No job runs or waits any more, and one may be submitted.
    """

    submitted = Signal()
    started = Signal(object)  # BackgroundJob
    idle = Signal()
    _handed_over = Signal(object)  # JobState

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.current: BackgroundJob | None = None
        self._queue: deque[BackgroundJob] = deque()
        self._closed = False
        self._thread: _JobThread | None = None
        self._garbage = GarbageCollector(self)
        self._delivered = 0.0
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.timeout.connect(self._deliver)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.shutdown)

    @property
    def closed(self) -> bool:
        """Whether it was shut down and takes no job any more."""
        return self._closed

    @property
    def busy(self) -> bool:
        """Whether a job runs or waits, paused ones included."""
        return bool(self.unfinished)

    @property
    def unfinished(self) -> list[BackgroundJob]:
        """The running job and those that wait, in their order."""
        return [*([] if self.current is None else [self.current]), *self._queue]

    def submit(self, name: str, make_generator: MakeGenerator) -> BackgroundJob:
        """Runs a job after those that were submitted before it.

        Args:
            name: Identifies the job to listeners of `started`.
            make_generator: Called in the job's thread with the cancel token.

        Returns:
            The job; connect to its signals before control returns to the event loop.

        Raises:
            RuntimeError: The runner was shut down.
        """
        if self._closed:
            raise RuntimeError(f"the job {name!r} was submitted after the shutdown")
        self.submitted.emit()
        job = BackgroundJob(JobState(name, make_generator))
        job.cancel_requested.connect(self._on_cancel_requested)
        self._queue.append(job)
        self._start_next()
        return job

    @Slot()
    def cancel(self) -> None:
        """Cancels the running job."""
        if self.current is not None:
            self.current.cancel()

    @Slot()
    def toggle_pause(self) -> None:
        """Pauses the running job, or continues it."""
        if self.current is None:
            return
        if self.current.is_pausing:
            self.current.resume()
        else:
            self.current.pause()

    @Slot()
    def shutdown(self, seconds: float = PATIENCE) -> bool:
        """Cancels all jobs and ends the thread; the window is repainted meanwhile.

        Args:
            seconds: How long to wait for the running job.

        Returns:
            Whether the thread ended. If not, the exit of the process waits for it again.
        """
        if self._closed:
            return self._thread is None
        self._closed = True
        while self._queue:
            job = self._queue.popleft()  # held, for Qt crashes if nothing else holds it
            job.cancelled.emit()
        self.cancel()
        deadline = time.monotonic() + seconds
        while self.current is not None and time.monotonic() < deadline:
            # Waits without the GIL, then paints and delivers the job's last events.
            self.current.state.ended.wait(0.01)
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
        self._delay.stop()
        self._garbage.stop()
        if self._thread is not None and self._thread.stop(1.0):
            self._thread = None
        return self._thread is None

    @Slot(object)
    def _on_cancel_requested(self, job: BackgroundJob) -> None:
        if job in self._queue:
            self._queue.remove(job)
            job.cancelled.emit()

    def _start_next(self) -> None:
        while self._queue and self._queue[0].is_cancelling:  # cancelled while they waited
            self._queue.popleft()
        if self.current is not None or not self._queue:
            return
        if self._thread is None:
            self._thread = self._make_thread()
        self._garbage.start()
        job = self.current = self._queue.popleft()
        self._thread.job = job.state
        self._delivered, job.begun = 0.0, True
        self.started.emit(job)
        job.started.emit()
        self._handed_over.emit(job.state)

    def _make_thread(self) -> _JobThread:
        thread = _JobThread()
        self.destroyed.connect(thread.leave)
        self._handed_over.connect(thread.worker.run)
        thread.worker.mail_arrived.connect(self._on_mail_arrived)
        thread.worker.paused.connect(self._on_paused)
        thread.worker.resumed.connect(self._on_resumed)
        thread.worker.ended.connect(self._on_ended)
        return thread

    def _running(self, state: JobState) -> BackgroundJob | None:
        """The current job if this is its state, else None, to ignore signals of earlier jobs."""
        return self.current if self.current is not None and self.current.state is state else None

    @Slot(object)
    def _on_mail_arrived(self, state: JobState) -> None:
        if self._running(state) is None:
            return
        delay = DELIVERY - (time.monotonic() - self._delivered) * 1000
        if delay > 0:
            self._delay.start(int(delay) + 1)
        else:
            self._deliver()

    @Slot()
    def _deliver(self) -> None:
        job = self.current
        if job is None:
            return
        self._delivered = time.monotonic()
        for event in job.state.mail.take():
            job.event.emit(event)

    @Slot(object)
    def _on_paused(self, state: JobState) -> None:
        job = self._running(state)
        if job is not None and job.is_pausing:
            self._deliver()
            job.is_paused = True
            job.paused.emit()

    @Slot(object)
    def _on_resumed(self, state: JobState) -> None:
        job = self._running(state)
        if job is not None and job.is_paused:
            job.is_paused = False
            if not job.is_cancelling:
                job.resumed.emit()

    @Slot(object)
    def _on_ended(self, state: JobState) -> None:
        job, ending = self._running(state), state.ending
        if job is None or ending is None:
            return
        self._delay.stop()
        self._deliver()
        self.current, job.is_paused, state.ending = None, False, None
        if self._thread is not None:
            self._thread.job = None
        if not self._queue:
            self._garbage.stop()
        if ending.outcome == "finished":
            job.finished.emit(ending.value)
        elif ending.outcome == "failed":
            job.failed.emit(ending.value)
        else:
            job.cancelled.emit()
        if self._closed:
            return
        self._start_next()
        if not self.busy:
            self.idle.emit()
