"""Writes down what a job runner tells, and from which thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from ahsml_app.base.events import Event
from ahsml_app.gui.jobs.runner import JobRunner
from ahsml_app.gui.jobs.worker import Job

PATIENCE = 20_000


class Recorder(QObject):
    """Writes down what a runner tells, and in which thread."""

    def __init__(self, runner: JobRunner) -> None:
        super().__init__()
        self.told: list[tuple[str, Any]] = []
        self.threads: set[int] = set()
        runner.started.connect(self.on_started)
        runner.event.connect(self.on_event)
        runner.paused.connect(self.on_paused)
        runner.resumed.connect(self.on_resumed)
        runner.finished.connect(self.on_finished)
        runner.failed.connect(self.on_failed)
        runner.cancelled.connect(self.on_cancelled)

    def _note(self, what: str, value: Any) -> None:
        self.threads.add(threading.get_ident())
        self.told.append((what, value))

    def on_started(self, job: Job) -> None:
        self._note("started", job)

    def on_event(self, _: Job, event: Event) -> None:
        self._note("event", event)

    def on_paused(self, job: Job) -> None:
        self._note("paused", job)

    def on_resumed(self, job: Job) -> None:
        self._note("resumed", job)

    def on_finished(self, _: Job, result: object) -> None:
        self._note("finished", result)

    def on_failed(self, _: Job, error: BaseException) -> None:
        self._note("failed", error)

    def on_cancelled(self, job: Job) -> None:
        self._note("cancelled", job)

    @property
    def kinds(self) -> list[str]:
        return [what for what, _ in self.told if what != "event"]

    @property
    def events(self) -> list[Event]:
        return [value for what, value in self.told if what == "event"]

    def last(self, kind: str) -> Any:
        return next(value for what, value in reversed(self.told) if what == kind)


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[JobRunner]:
    runner = JobRunner()
    yield runner
    assert runner.shutdown()


@pytest.fixture
def told(runner: JobRunner) -> Recorder:
    return Recorder(runner)


def wait_idle(qtbot: QtBot, runner: JobRunner) -> None:
    qtbot.waitUntil(lambda: not runner.busy, timeout=PATIENCE)


def running() -> int:
    """Threads of the operating system in this process; Python knows only some of them."""
    return len(list(Path("/proc/self/task").iterdir())) if Path("/proc").is_dir() else 0
