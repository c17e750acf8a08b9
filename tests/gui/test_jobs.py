from __future__ import annotations

import gc
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from job_generators import deaf, eigenvalues, endless, failing, make, training
from PySide6.QtCore import QObject, QThread, QTimer
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from sample_projects import make_project

from ahsml_app.base.errors import AppError, InputError
from ahsml_app.base.events import CancelToken, DeviceChosen, EpochEnd, Event, Notice, Progress
from ahsml_app.gui.job_worker import Job, Mailbox
from ahsml_app.gui.jobs import JobError, JobRunner
from ahsml_app.session.training import train_project
from ahsml_app.session.training_options import TrainOptions

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


def test_a_job_gives_its_result_and_all_signals_come_in_the_gui_thread(
    qtbot: QtBot, runner: JobRunner, told: Recorder
) -> None:
    with qtbot.waitSignal(runner.finished, timeout=PATIENCE):
        job = runner.submit("sums", make(eigenvalues))
        assert runner.busy
        assert job.name == "sums"
    token = CancelToken()
    work, expected = eigenvalues(token), 0.0
    try:
        while True:
            next(work)
    except StopIteration as end:
        expected = end.value
    assert told.last("finished") == expected
    assert told.kinds == ["started", "finished"]
    assert told.events[-1] == Progress("embed", 20, 20)
    assert told.threads == {threading.get_ident()}
    assert not runner.busy


def test_the_generator_runs_in_the_job_thread(qtbot: QtBot, runner: JobRunner) -> None:
    seen: list[int] = []

    def work(_: CancelToken) -> Any:
        seen.append(threading.get_ident())
        yield Notice("here")

    with qtbot.waitSignal(runner.finished, timeout=PATIENCE):
        runner.submit("where", work)
    assert seen[0] != threading.get_ident()


def test_jobs_run_one_after_the_other(qtbot: QtBot, runner: JobRunner, told: Recorder) -> None:
    jobs = [runner.submit(name, make(eigenvalues)) for name in "abc"]
    wait_idle(qtbot, runner)
    assert told.kinds == ["started", "finished"] * 3
    assert [value for what, value in told.told if what == "started"] == jobs
    assert [job.number for job in jobs] == [1, 2, 3]


def test_cancel_stops_a_job_and_the_next_one_runs(
    qtbot: QtBot, runner: JobRunner, told: Recorder
) -> None:
    first = runner.submit("endless", make(endless))
    second = runner.submit("sums", make(eigenvalues))
    qtbot.waitUntil(lambda: len(told.events) > 2, timeout=PATIENCE)
    runner.cancel()
    wait_idle(qtbot, runner)
    assert told.kinds == ["started", "cancelled", "started", "finished"]
    assert told.last("cancelled") is first
    assert told.last("started") is second


def test_a_job_that_never_looks_at_its_token_is_stopped_at_its_next_event(
    qtbot: QtBot, runner: JobRunner, told: Recorder
) -> None:
    runner.submit("deaf", make(deaf))
    qtbot.waitUntil(lambda: len(told.events) > 2, timeout=PATIENCE)
    begin = time.monotonic()
    runner.cancel()
    wait_idle(qtbot, runner)
    assert told.kinds[-1] == "cancelled"
    assert time.monotonic() - begin < 2


def test_a_waiting_job_can_be_taken_back(qtbot: QtBot, runner: JobRunner, told: Recorder) -> None:
    runner.submit("sums", make(eigenvalues))
    waiting = runner.submit("endless", make(endless))
    runner.cancel_job(waiting)
    assert told.last("cancelled") is waiting
    wait_idle(qtbot, runner)
    assert told.kinds == ["started", "cancelled", "finished"]


def test_a_cancelled_job_cleans_up_behind_itself(qtbot: QtBot, runner: JobRunner) -> None:
    closed = threading.Event()

    def work(_: CancelToken) -> Any:
        try:
            while True:
                yield Progress("score", 0, 0)
        finally:
            closed.set()

    runner.submit("careful", work)
    qtbot.wait(50)
    runner.cancel()
    wait_idle(qtbot, runner)
    assert closed.is_set()


def test_pause_holds_and_resume_goes_on(qtbot: QtBot, runner: JobRunner, told: Recorder) -> None:
    with qtbot.waitSignal(runner.paused, timeout=PATIENCE):
        runner.submit("endless", make(endless))
        runner.pause()
        assert runner.is_pausing
    assert runner.is_paused
    seen = len(told.events)
    qtbot.wait(200)
    assert len(told.events) == seen
    with qtbot.waitSignal(runner.resumed, timeout=PATIENCE):
        runner.toggle_pause()
    assert not runner.is_paused
    qtbot.waitUntil(lambda: len(told.events) > seen, timeout=PATIENCE)
    runner.cancel()
    wait_idle(qtbot, runner)
    assert told.kinds == ["started", "paused", "resumed", "cancelled"]


def test_a_paused_job_can_be_cancelled_at_once(
    qtbot: QtBot, runner: JobRunner, told: Recorder
) -> None:
    with qtbot.waitSignal(runner.paused, timeout=PATIENCE):
        runner.submit("endless", make(endless))
        runner.pause()
    with qtbot.waitSignal(runner.cancelled, timeout=1000):
        runner.cancel()
    assert told.kinds == ["started", "paused", "cancelled"]
    assert not runner.is_paused


def test_the_next_job_is_not_paused(qtbot: QtBot, runner: JobRunner, told: Recorder) -> None:
    with qtbot.waitSignal(runner.paused, timeout=PATIENCE):
        runner.submit("endless", make(endless))
        runner.pause()
    runner.submit("sums", make(eigenvalues))
    runner.cancel()
    wait_idle(qtbot, runner)
    assert told.kinds[-1] == "finished"


def test_an_expected_failure_arrives_as_it_is(
    qtbot: QtBot, runner: JobRunner, told: Recorder
) -> None:
    with qtbot.waitSignal(runner.failed, timeout=PATIENCE):
        runner.submit("failing", make(failing, expected=True))
    error = told.last("failed")
    assert isinstance(error, InputError)
    assert error.message == "The folder /pictures is empty."
    assert "job_generators.py" in error.details
    assert error.__traceback__ is None


@pytest.mark.usefixtures("expects_warning")
def test_an_unexpected_failure_has_words_and_the_traceback(
    qtbot: QtBot, runner: JobRunner, told: Recorder
) -> None:
    with qtbot.waitSignal(runner.failed, timeout=PATIENCE):
        runner.submit("failing", make(failing, expected=False))
    error = told.last("failed")
    assert isinstance(error, JobError)
    assert "positive definite" in error.message.lower()
    assert error.hint
    assert "LinAlgError" in error.details
    assert isinstance(error.__cause__, np.linalg.LinAlgError)
    with qtbot.waitSignal(runner.finished, timeout=PATIENCE):
        runner.submit("sums", make(eigenvalues))


@pytest.mark.usefixtures("expects_warning")
def test_a_generator_that_cannot_be_made_is_a_failure(
    qtbot: QtBot, runner: JobRunner, told: Recorder
) -> None:
    def broken(_: CancelToken) -> Any:
        raise ImportError("no module named unheard_of")

    with qtbot.waitSignal(runner.failed, timeout=PATIENCE):
        runner.submit("broken", broken)
    assert isinstance(told.last("failed"), AppError)


def test_progress_comes_at_most_twenty_times_a_second(
    qtbot: QtBot, runner: JobRunner, told: Recorder
) -> None:
    def fast(_: CancelToken) -> Any:
        end, step = time.monotonic() + 1.0, 0
        while time.monotonic() < end:
            step += 1
            yield Progress("embed", step, 0)
        yield Progress("embed", -1, 0)

    with qtbot.waitSignal(runner.finished, timeout=PATIENCE):
        runner.submit("fast", fast)
    assert 3 < len(told.events) <= 23
    assert told.events[-1] == Progress("embed", -1, 0)


def test_no_epoch_and_no_notice_is_lost(qtbot: QtBot, runner: JobRunner, told: Recorder) -> None:
    with qtbot.waitSignal(runner.finished, timeout=PATIENCE):
        runner.submit("train", make(training))
    epochs = [event for event in told.events if isinstance(event, EpochEnd)]
    places = [(e.pass_index, e.fold, e.epoch) for e in epochs]
    assert places == [(p, f, e) for p in range(2) for f in range(3) for e in range(6)]
    assert len(epochs[-1].weights) == 60
    assert sum(isinstance(event, Notice) for event in told.events) == 1
    stages = {event.stage for event in told.events if isinstance(event, Progress)}
    assert {"fingerprint", "train, pass 1", "train, pass 2", "score", "write"} <= stages


def test_the_mailbox_keeps_the_newest_progress_and_all_figures() -> None:
    box = Mailbox()
    assert box.put(Progress("embed", 1, 9))
    assert not box.put(Notice("first"))
    weights = np.ones(3, dtype=np.float32)
    box.put(EpochEnd(0, 0, 0, 2, 1.0, 0.1, weights))
    box.put(EpochEnd(0, 0, 1, 2, 0.5, 0.2, weights))
    box.put(EpochEnd(0, 1, 0, 2, 0.9, 0.3, weights))
    box.put(Progress("embed", 2, 9))
    events = box.take()
    assert [type(event).__name__ for event in events] == ["Notice", *["EpochEnd"] * 3, "Progress"]
    assert events[-1] == Progress("embed", 2, 9)
    lengths = [len(event.weights) for event in events if isinstance(event, EpochEnd)]
    assert lengths == [0, 3, 3]
    assert box.take() == []
    assert box.put(Notice("again"))


def test_late_events_of_an_older_job_are_ignored(
    qtbot: QtBot, runner: JobRunner, told: Recorder
) -> None:
    with qtbot.waitSignal(runner.finished, timeout=PATIENCE):
        old = runner.submit("sums", make(eigenvalues))
    qtbot.wait(100)
    seen = len(told.told)
    old.mail.put(Progress("embed", 1, 1))
    assert runner._thread is not None
    runner._thread.worker.mail_came.emit(old)
    runner._thread.worker.ended.emit(old)
    qtbot.wait(100)
    assert len(told.told) == seen


def test_twenty_jobs_leave_no_thread_behind(qtbot: QtBot) -> None:
    runner = JobRunner()
    with qtbot.waitSignal(runner.finished, timeout=PATIENCE):
        runner.submit("warm up", make(eigenvalues))  # numpy starts threads of its own
    one = running()
    for number in range(20):
        runner.submit("endless" if number % 2 else "sums", make(endless if number % 2 else deaf))
        qtbot.wait(5)
        runner.cancel()
        wait_idle(qtbot, runner)
        assert running() <= one
    assert runner.shutdown()
    assert not runner._thread
    if one:  # the operating system takes a moment to forget a thread that has ended
        qtbot.waitUntil(lambda: running() < one, timeout=PATIENCE)
    with pytest.raises(RuntimeError, match="after the shutdown"):
        runner.submit("late", make(eigenvalues))


def test_shutdown_while_a_job_runs_stops_it_and_keeps_painting(qtbot: QtBot) -> None:
    class Painted(QWidget):
        paints = 0

        def paintEvent(self, event: object) -> None:  # noqa: N802
            self.paints += 1

    runner = JobRunner()
    told = Recorder(runner)
    window = Painted()
    qtbot.addWidget(window)
    window.show()
    timer = QTimer(window)
    timer.timeout.connect(window.update)
    timer.start(5)

    def slow_to_stop(cancel: CancelToken) -> Any:
        yield Progress("train, pass 1", 0, 2)
        while not cancel.cancelled:
            time.sleep(0.005)
        time.sleep(0.4)  # something to save
        cancel.check()

    runner.submit("train", slow_to_stop)
    waiting = runner.submit("waiting", make(eigenvalues))
    qtbot.waitUntil(lambda: bool(told.events), timeout=PATIENCE)
    before = window.paints
    assert runner.shutdown()
    timer.stop()
    assert window.paints > before + 5
    assert told.kinds == ["started", "cancelled", "cancelled"]
    assert next(value for what, value in told.told if what == "cancelled") is waiting
    assert not runner.busy
    assert runner.shutdown()


def test_a_shutdown_without_any_job_is_at_once(qtbot: QtBot) -> None:
    runner = JobRunner()
    assert runner.shutdown()


def test_a_paused_job_does_not_hold_up_the_shutdown(qtbot: QtBot) -> None:
    runner = JobRunner()
    with qtbot.waitSignal(runner.paused, timeout=PATIENCE):
        runner.submit("endless", make(endless))
        runner.pause()
    assert runner.shutdown(5)


SCRIPT = """
import sys
from PySide6.QtCore import QCoreApplication, QTimer
from job_generators import endless
from ahsml_app.gui.jobs import JobRunner
app = QCoreApplication([])
runner = JobRunner()
runner.submit("endless", endless)
"""
ENDINGS = {
    "quit": "QTimer.singleShot(100, app.quit)\napp.exec()\nsys.exit(3)",
    "exit": "app.processEvents()\nsys.exit(3)",
    "deleted": "app.processEvents()\ndel runner\nsys.exit(3)",
    "exception": "runner.pause()\nsys.excepthook = lambda *_: None\nraise SystemExit(3)",
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_application_that_ends_during_a_job_never_aborts(ending: str, checkout: Path) -> None:
    paths = [str(checkout), str(checkout / "tests" / "gui")]
    code = f"import sys\nsys.path[:0] = {paths!r}\n{SCRIPT}{ENDINGS[ending]}"
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 3, ended.stderr
    assert "QThread" not in ended.stderr


def test_garbage_is_not_collected_in_the_job_thread(qtbot: QtBot, runner: JobRunner) -> None:
    threads: set[int] = set()

    def note(phase: str, _: object) -> None:
        threads.add(threading.get_ident())

    def littering(cancel: CancelToken) -> Any:
        for number in range(60_000):
            cycle: list[object] = []
            cycle.append(cycle)
            if not number % 1000:
                yield Progress("embed", number, 60_000)
                time.sleep(0.005)

    was = gc.isenabled()
    gc.callbacks.append(note)
    try:
        with qtbot.waitSignal(runner.finished, timeout=PATIENCE):
            runner.submit("littering", littering)
    finally:
        gc.callbacks.remove(note)
    assert threads == {threading.get_ident()}
    assert gc.isenabled() == was


def test_the_thread_is_made_for_the_first_job_only(qtbot: QtBot, runner: JobRunner) -> None:
    assert runner._thread is None
    with qtbot.waitSignal(runner.finished, timeout=PATIENCE):
        runner.submit("sums", make(eigenvalues))
    assert runner._thread is not None
    thread: QThread = runner._thread.thread
    with qtbot.waitSignal(runner.finished, timeout=PATIENCE):
        runner.submit("sums", make(eigenvalues))
    assert runner._thread.thread is thread


@pytest.mark.slow
def test_a_real_training_is_stopped_and_continues(
    qtbot: QtBot, runner: JobRunner, told: Recorder, pictures: Path
) -> None:
    project = make_project(pictures, trained=False)
    request = project.train_request(TrainOptions(folds=2, views=1, passes=1, epochs=6))
    runner.submit("train", partial(train_project, request))
    qtbot.waitUntil(lambda: any(isinstance(e, EpochEnd) for e in told.events), timeout=120_000)
    runner.cancel()
    qtbot.waitUntil(lambda: not runner.busy, timeout=PATIENCE)
    assert told.kinds == ["started", "cancelled"]
    assert DeviceChosen("cpu") in told.events or DeviceChosen("cuda") in told.events
    seen = len(told.events)
    runner.submit("train", partial(train_project, request))
    qtbot.waitUntil(lambda: not runner.busy, timeout=120_000)
    assert told.kinds[-1] == "finished"
    again = [event for event in told.events[seen:] if isinstance(event, EpochEnd)]
    assert len(again) < 3 * 6  # two folds and the head on all images, less what was kept
    assert len(again[-1].weights) == len(project.table)
    project.accept(told.last("finished"))
    assert project.scores is not None
    project.close()
