"""Ticks in the GUI thread, and the phase of a job that each gap between two ticks fell into.

On Linux each tick also notes how long the thread has waited for a processor core: that part of a
gap is the doing of whatever else keeps the cores busy.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from ahsml_app.base.errors import AppError
from ahsml_app.base.events import Event
from ahsml_app.gui.jobs.runner import JobRunner
from ahsml_app.gui.jobs.worker import MakeGenerator


@dataclass(frozen=True, slots=True)
class PhaseBegan(Event):
    """A phase of the measurement began."""

    phase: str


class StallRecorder(QObject):
    """Times the window in each phase; the application ends with the job."""

    def __init__(self, runner: JobRunner, tick: int, phases: Sequence[str]) -> None:
        super().__init__()
        self._runner, self._phases, self._phase = runner, phases, phases[0]
        self._ticks: list[tuple[float, float, str]] = []
        self._statistics = Path(f"/proc/self/task/{os.getpid()}/schedstat")
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(tick)
        self._timer.timeout.connect(self._on_timeout)

    def start(self) -> None:
        """Begin to tick."""
        self._timer.start()

    def submit(self, phase: str, make_generator: MakeGenerator) -> None:
        """Run the job, whose first phase this is."""
        self._phase = phase
        job = self._runner.submit("train", make_generator)
        job.event.connect(self._on_event)
        job.finished.connect(self._on_finished)
        job.failed.connect(self._on_failed)

    def by_phase(self) -> dict[str, list[tuple[float, float]]]:
        """Milliseconds between ticks, in all and without waiting for a core.

        A gap belongs to the phase in which it began.
        """
        gaps: dict[str, list[tuple[float, float]]] = {name: [] for name in self._phases}
        for (begin, waited, phase), (end, waited_then, _) in pairwise(self._ticks):
            gap = (end - begin) * 1000
            gaps[phase].append((gap, max(0.0, gap - (waited_then - waited))))
        return gaps

    def _on_timeout(self) -> None:
        self._ticks.append((time.perf_counter(), self._waited(), self._phase))

    def _waited(self) -> float:
        """Milliseconds that this thread has waited for a core since it began; 0 if unknown."""
        if not self._statistics.is_file():
            return 0.0
        return int(self._statistics.read_text("ascii").split()[1]) / 1e6

    def _on_event(self, event: Event) -> None:
        if isinstance(event, PhaseBegan):
            self._phase = event.phase

    def _on_finished(self) -> None:
        QApplication.quit()

    def _on_failed(self, error: AppError) -> None:
        print(error.details, file=sys.stderr)
        QApplication.exit(1)
