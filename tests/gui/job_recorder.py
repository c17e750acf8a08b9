"""Records the signals of a runner's jobs, and the threads that emit them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from ahsml_app.base.events import Event
from ahsml_app.gui.jobs.background_job import BackgroundJob
from ahsml_app.gui.jobs.runner import JobRunner
from ahsml_app.gui.jobs.worker import MakeGenerator

PATIENCE = 20_000


class Recorder(QObject):
    """Submits jobs and records what each of them emits, and in which thread."""

    def __init__(self, runner: JobRunner) -> None:
        super().__init__()
        self.signals: list[tuple[str, Any]] = []
        self.threads: set[int] = set()
        self._runner = runner
        runner.started.connect(self.on_started)

    def submit(self, name: str, make_generator: MakeGenerator) -> BackgroundJob:
        job = self._runner.submit(name, make_generator)
        job.event.connect(partial(self._note, "event"))
        job.finished.connect(partial(self._note, "finished"))
        job.failed.connect(partial(self._note, "failed"))
        job.paused.connect(partial(self._note, "paused", job))
        job.resumed.connect(partial(self._note, "resumed", job))
        job.cancelled.connect(partial(self._note, "cancelled", job))
        return job

    def _note(self, kind: str, value: Any) -> None:
        self.threads.add(threading.get_ident())
        self.signals.append((kind, value))

    def on_started(self, job: BackgroundJob) -> None:
        self._note("started", job)

    @property
    def kinds(self) -> list[str]:
        return [kind for kind, _ in self.signals if kind != "event"]

    @property
    def events(self) -> list[Event]:
        return [value for kind, value in self.signals if kind == "event"]

    def last(self, kind: str) -> Any:
        return next(value for name, value in reversed(self.signals) if name == kind)


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[JobRunner]:
    runner = JobRunner()
    yield runner
    assert runner.shutdown()


@pytest.fixture
def recorder(runner: JobRunner) -> Recorder:
    return Recorder(runner)


def wait_idle(qtbot: QtBot, runner: JobRunner) -> None:
    qtbot.waitUntil(lambda: not runner.busy, timeout=PATIENCE)


def wait_for(qtbot: QtBot, signal: Any) -> None:
    with qtbot.waitSignal(signal, timeout=PATIENCE):
        pass


def running() -> int:
    """Threads of the operating system in this process; Python knows only some of them."""
    return len(list(Path("/proc/self/task").iterdir())) if Path("/proc").is_dir() else 0
