"""A job as the GUI thread sees it: signals, and methods to cancel and pause it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from ahsml_app.gui.jobs.worker import JobState


class BackgroundJob(QObject):
    """A submitted job, which lives in the GUI thread and emits all its signals there.

    Only `cancelled` can be emitted before control returns to the event loop, so a caller that
    connects right after `JobRunner.submit` misses no other signal.

    Attributes:
        name: The name under which it was submitted.
        begun: Whether the job left the queue.
        is_paused: Whether the job is paused between two events.

    Signals:
        started: The job left the queue. A job that finds the queue empty starts inside `submit`;
            only a job that waits in the queue emits this later.
        event: An event of the job. Of the `Progress` events, only the newest of each stage
            arrives, at most 20 times a second; every other event arrives once and in order.
        paused, resumed: The job was paused between two events, or continued.
        finished: The job returned this result.
        failed: The job raised this `AppError`, whose details hold the traceback.
        cancelled: The job was cancelled while it ran or waited.
    """

    started = Signal()
    event = Signal(object)  # type: ignore[assignment]  # QObject.event is not used here
    paused = Signal()
    resumed = Signal()
    finished = Signal(object)
    failed = Signal(object)
    cancelled = Signal()
    cancel_requested = Signal(object)  # this job; the runner removes it from the queue

    def __init__(self, state: JobState) -> None:
        super().__init__()
        self.state = state
        self.begun = self.is_paused = False

    def __repr__(self) -> str:
        return f"BackgroundJob({self.name!r})"

    @property
    def name(self) -> str:
        """The name under which it was submitted."""
        return self.state.name

    @property
    def is_cancelling(self) -> bool:
        """Whether the job was told to cancel."""
        return self.state.token.cancelled

    @property
    def is_pausing(self) -> bool:
        """Whether the job is paused, or will be at its next event."""
        return not self.state.go.is_set()

    def cancel(self) -> None:
        """Removes the job from the queue, or stops it at its next event or check.

        A job that ends before that check still emits `finished`.
        """
        self.state.cancel()
        self.cancel_requested.emit(self)

    def discard(self) -> None:
        """Cancels the job and blocks its signals."""
        self.blockSignals(True)
        self.state.cancel()

    def pause(self) -> None:
        """Pauses the job after its next event."""
        if not self.is_cancelling:
            self.state.go.clear()

    def resume(self) -> None:
        """Continues a paused job."""
        self.state.go.set()
