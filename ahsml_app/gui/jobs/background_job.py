"""The GUI thread's side of a job: its signals, and the ways to cancel and to pause it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from ahsml_app.gui.jobs.worker import JobState


class BackgroundJob(QObject):
    """A submitted job. It lives in the GUI thread and emits all its signals there.

    Nothing but `cancelled` is emitted before control returns to the event loop, so whoever
    submits a job misses no signal by connecting after `JobRunner.submit`.

    Attributes:
        name: The name that it was submitted with.
        begun: Whether the job has left the queue.
        is_paused: Whether the job holds between two events.

    Signals:
        started: The job left the queue. A job that finds the queue empty has `begun` when
            `submit` returns; only a job that waited emits this after that.
        event: An event of the job. A `Progress` arrives at most 20 times a second, the newest of
            each stage; every other event arrives once and in order.
        paused, resumed: The job holds between two events, or goes on.
        finished: The job's result.
        failed: An `AppError`, whose details hold the traceback.
        cancelled: The job ended because it was asked to, or never began.
    """

    started = Signal()
    event = Signal(object)  # type: ignore[assignment]  # nobody needs QObject.event here
    paused = Signal()
    resumed = Signal()
    finished = Signal(object)
    failed = Signal(object)
    cancelled = Signal()
    cancel_requested = Signal(object)  # this job; the runner takes it out of the queue

    def __init__(self, state: JobState) -> None:
        super().__init__()
        self.state = state
        self.begun = self.is_paused = False

    def __repr__(self) -> str:
        return f"BackgroundJob({self.name!r})"

    @property
    def name(self) -> str:
        """The name that it was submitted with."""
        return self.state.name

    @property
    def is_cancelling(self) -> bool:
        """Whether the job was asked to stop."""
        return self.state.token.cancelled

    @property
    def is_pausing(self) -> bool:
        """Whether the job was asked to hold and is on its way to the next event, or there."""
        return not self.state.go.is_set()

    def cancel(self) -> None:
        """Leave the queue, or stop at the next event or check.

        A job that ends by itself before that check still emits `finished`.
        """
        self.state.cancel()
        self.cancel_requested.emit(self)

    def discard(self) -> None:
        """Cancel, and emit nothing more."""
        self.blockSignals(True)
        self.state.cancel()

    def pause(self) -> None:
        """Hold after the next event."""
        if not self.is_cancelling:
            self.state.go.clear()

    def resume(self) -> None:
        """Go on."""
        self.state.go.set()
