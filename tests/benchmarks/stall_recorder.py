"""Ticks in the GUI thread, and the phase of a job that each gap between two ticks fell into."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from ahsml_app.base.errors import AppError
from ahsml_app.base.events import Event, Progress
from ahsml_app.gui.job_worker import MakeGenerator
from ahsml_app.gui.jobs import Job, JobRunner


class StallRecorder(QObject):
    """A phase begins with a `Progress` of its name; the application ends with the job."""

    def __init__(self, runner: JobRunner, tick: int, calm: str) -> None:
        super().__init__()
        self._runner, self._phase = runner, calm
        self._ticks: list[tuple[float, str]] = []
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(tick)
        self._timer.timeout.connect(self._on_timeout)
        runner.event.connect(self._on_event)
        runner.finished.connect(self._on_finished)
        runner.failed.connect(self._on_failed)

    def start(self) -> None:
        """Begin to tick."""
        self._timer.start()

    def submit(self, phase: str, make_generator: MakeGenerator) -> None:
        """Run the job, whose first phase this is."""
        self._phase = phase
        self._runner.submit("train", make_generator)

    def by_phase(self, phases: Sequence[str]) -> dict[str, list[float]]:
        """Milliseconds between ticks; a gap belongs to the phase in which it began."""
        gaps: dict[str, list[float]] = {name: [] for name in phases}
        for (begin, phase), (end, _) in pairwise(self._ticks):
            if phase in gaps:
                gaps[phase].append((end - begin) * 1000)
        return gaps

    def _on_timeout(self) -> None:
        self._ticks.append((time.perf_counter(), self._phase))

    def _on_event(self, _: Job, event: Event) -> None:
        # Stages of the training itself begin inside of a phase.
        known = ("fingerprint", "prepare", "linear model", "train", "score", "write")
        if isinstance(event, Progress) and not event.stage.startswith(known):
            self._phase = event.stage

    def _on_finished(self, _: Job) -> None:
        QApplication.quit()

    def _on_failed(self, _: Job, error: AppError) -> None:
        print(error.details, file=sys.stderr)
        QApplication.exit(1)
