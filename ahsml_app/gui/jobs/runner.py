"""Long work beside the window: one thread, one job at a time, and an orderly end.

A job is a generator of events. `JobRunner` lives in the GUI thread and is all that the window
sees; the worker and its thread are its own. All signals are emitted in the GUI thread.
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
from ahsml_app.gui.jobs.gc_control import GarbageCollector
from ahsml_app.gui.jobs.worker import Job, JobError, MakeGenerator, Worker

__all__ = ["Job", "JobError", "JobRunner"]

DELIVERY = 50
"""Milliseconds between two deliveries of events to the window: at most 20 a second."""

PATIENCE = 60.0
"""Seconds that a closing application waits for a job that was asked to stop."""

logger = logging.getLogger(__name__)


class _JobThread:
    """The thread and its worker, kept alive until it has ended, whatever becomes of the runner.

    A QThread that is destroyed while it runs aborts the process. So the interpreter's exit holds
    on to it, and stops it if nobody else did.
    """

    def __init__(self) -> None:
        self.thread = QThread()
        self.thread.setObjectName("jobs")
        self.worker = Worker()
        self.worker.moveToThread(self.thread)
        self.job: Job | None = None
        self._stopped = False
        self.thread.start()
        atexit.register(self._on_exit)

    def leave(self) -> None:
        """Ask job and thread to end, without waiting."""
        if self.job is not None:
            self.job.cancel()
        if not self._stopped:
            self.thread.quit()

    def stop(self, seconds: float) -> bool:
        """End the thread; False if its job does not stop in time."""
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
    """Runs jobs one after the other in a thread of its own.

    Signals:
        started: The job has begun.
        event: Something the job reports. Progress comes at most 20 times a second, the newest
            of each stage; everything else comes once each and in order.
        paused, resumed: The job holds between two events, or goes on.
        finished: The job and its result.
        failed: The job and an `AppError`, whose details hold the traceback.
        cancelled: The job ended because it was asked to, or never began.
        idle: Nothing runs and nothing waits any more.
    """

    started = Signal(object)
    event = Signal(object, object)  # type: ignore[assignment]  # nobody needs QObject.event here
    paused = Signal(object)
    resumed = Signal(object)
    finished = Signal(object, object)
    failed = Signal(object, object)
    cancelled = Signal(object)
    idle = Signal()
    _handed_over = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._current: Job | None = None
        self._queue: deque[Job] = deque()
        self._submitted = 0
        self._paused = self._closed = False
        self._thread: _JobThread | None = None
        self._garbage = GarbageCollector(self)
        self._delivered = 0.0
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.timeout.connect(self._on_delay_over)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.shutdown)

    @property
    def busy(self) -> bool:
        """Whether a job runs or waits, paused ones included."""
        return self._current is not None or bool(self._queue)

    @property
    def current(self) -> Job | None:
        """The job that runs."""
        return self._current

    @property
    def is_paused(self) -> bool:
        """Whether the job holds."""
        return self._paused

    @property
    def is_pausing(self) -> bool:
        """Whether the job was asked to hold and is on its way to the next event, or there."""
        return self._current is not None and not self._current.go.is_set()

    def submit(self, name: str, make_generator: MakeGenerator) -> Job:
        """Run a job; it waits for those that were submitted before.

        Args:
            name: What it is, for those who listen to the signals.
            make_generator: Called in the job's thread with the cancel token.

        Returns:
            Its handle.

        Raises:
            RuntimeError: The runner was shut down.
        """
        if self._closed:
            raise RuntimeError(f"the job {name!r} was submitted after the shutdown")
        self._submitted += 1
        job = Job(self._submitted, name, make_generator)
        self._queue.append(job)
        self._start_next()
        return job

    @Slot()
    def cancel(self) -> None:
        """Ask the running job to stop; it does so at its next event or check."""
        if self._current is not None:
            self._current.cancel()

    def cancel_job(self, job: Job) -> None:
        """Stop this job, or take it out of the queue."""
        if job is self._current:
            self.cancel()
        elif job in self._queue:
            self._queue.remove(job)
            self.cancelled.emit(job)

    @Slot()
    def pause(self) -> None:
        """Let the running job hold after its next event."""
        if self._current is not None and not self._current.token.cancelled:
            self._current.go.clear()

    @Slot()
    def resume(self) -> None:
        """Let the job go on."""
        if self._current is not None:
            self._current.go.set()

    @Slot()
    def toggle_pause(self) -> None:
        """Pause, or go on."""
        if self.is_pausing:
            self.resume()
        else:
            self.pause()

    @Slot()
    def shutdown(self, seconds: float = PATIENCE) -> bool:
        """Cancel everything and end the thread; the window stays painted meanwhile.

        Args:
            seconds: How long to wait for the running job.

        Returns:
            Whether the thread has ended. If not, the exit of the process waits for it again.
        """
        if self._closed:
            return self._thread is None
        self._closed = True
        while self._queue:
            self.cancelled.emit(self._queue.popleft())
        self.cancel()
        deadline = time.monotonic() + seconds
        while self._current is not None and time.monotonic() < deadline:
            # Waits without the GIL, then paints and delivers what the job still has to say.
            self._current.ended.wait(0.01)
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
        self._delay.stop()
        self._garbage.stop()
        if self._thread is not None and self._thread.stop(1.0):
            self._thread = None
        return self._thread is None

    def _start_next(self) -> None:
        if self._current is not None or not self._queue:
            return
        if self._thread is None:
            self._thread = self._make_thread()
        self._garbage.start()
        job = self._current = self._thread.job = self._queue.popleft()
        self._paused, self._delivered = False, 0.0
        self.started.emit(job)
        self._handed_over.emit(job)

    def _make_thread(self) -> _JobThread:
        made = _JobThread()
        self.destroyed.connect(made.leave)
        self._handed_over.connect(made.worker.run)
        made.worker.mail_came.connect(self._on_mail_came)
        made.worker.halted.connect(self._on_halted)
        made.worker.went_on.connect(self._on_went_on)
        made.worker.ended.connect(self._on_ended)
        return made

    @Slot(object)
    def _on_mail_came(self, job: Job) -> None:
        if job is not self._current:
            return
        wait = DELIVERY - (time.monotonic() - self._delivered) * 1000
        if wait > 0:
            self._delay.start(int(wait) + 1)
        else:
            self._deliver(job)

    @Slot()
    def _on_delay_over(self) -> None:
        if self._current is not None:
            self._deliver(self._current)

    def _deliver(self, job: Job) -> None:
        self._delivered = time.monotonic()
        for event in job.mail.take():
            self.event.emit(job, event)

    @Slot(object)
    def _on_halted(self, job: Job) -> None:
        if job is self._current and not job.go.is_set():
            self._deliver(job)
            self._paused = True
            self.paused.emit(job)

    @Slot(object)
    def _on_went_on(self, job: Job) -> None:
        if job is self._current and self._paused:
            self._paused = False
            if not job.token.cancelled:
                self.resumed.emit(job)

    @Slot(object)
    def _on_ended(self, job: Job) -> None:
        ending = job.ending
        if job is not self._current or ending is None:
            return
        self._delay.stop()
        self._deliver(job)
        self._current, self._paused, job.ending = None, False, None
        if self._thread is not None:
            self._thread.job = None
        if not self._queue:
            self._garbage.stop()
        if ending.how == "finished":
            self.finished.emit(job, ending.value)
        elif ending.how == "failed":
            self.failed.emit(job, ending.value)
        else:
            self.cancelled.emit(job)
        if not self._closed:
            self._start_next()
        if not self.busy:
            self.idle.emit()
