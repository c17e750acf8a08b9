"""The job thread: order, signals, pause, cancel, failures, coalescing."""

from __future__ import annotations

import threading
import time
from typing import Any

import numpy as np
import pytest
from job_generators import deaf, eigenvalues, endless, failing, make, training
from job_recorder import PATIENCE, Recorder, wait_idle
from pytestqt.qtbot import QtBot

from ahsml_app.base.errors import AppError, InputError
from ahsml_app.base.events import CancelToken, EpochEnd, Notice, Progress
from ahsml_app.gui.jobs.runner import JobError, JobRunner
from ahsml_app.gui.jobs.worker import Mailbox


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
