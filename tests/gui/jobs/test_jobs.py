"""The job thread: order, signals, pause, cancel, failures, coalescing."""

from __future__ import annotations

import threading
import time
from typing import Any

import numpy as np
import pytest
from job_generators import deaf, eigenvalues, endless, failing, make, training
from job_recorder import PATIENCE, Recorder, wait_for, wait_idle
from pytestqt.qtbot import QtBot
from running import result_of

from ahsml_app.base.errors import AppError, InputError
from ahsml_app.base.events import CancelToken, EpochEnd, Notice, Progress, Stage
from ahsml_app.gui.jobs.runner import JobRunner
from ahsml_app.gui.jobs.worker import Ending, JobError, Mailbox


def _largest(*, steps: int) -> float:
    """The result of the job `eigenvalues`, computed here."""
    return float(result_of(eigenvalues(CancelToken(), steps=steps)))


def test_a_job_gives_its_result_and_all_signals_come_in_the_gui_thread(
    qtbot: QtBot, runner: JobRunner, recorder: Recorder
) -> None:
    job = recorder.submit("sums", make(eigenvalues))
    with qtbot.waitSignal(job.finished, timeout=PATIENCE):
        assert runner.busy
        assert job.name == "sums"
    assert recorder.last("finished") == _largest(steps=20)
    assert recorder.kinds == ["started", "finished"]
    assert recorder.events[-1] == Progress(Stage.EXTRACT_FEATURES, 20, 20)
    assert recorder.threads == {threading.get_ident()}
    assert not runner.busy


def test_the_generator_runs_in_the_job_thread(qtbot: QtBot, runner: JobRunner) -> None:
    seen: list[int] = []

    def work(_: CancelToken) -> Any:
        seen.append(threading.get_ident())
        yield Notice("here")

    job = runner.submit("where", work)
    wait_for(qtbot, job.finished)
    assert seen[0] != threading.get_ident()


def test_jobs_run_one_after_the_other(qtbot: QtBot, runner: JobRunner, recorder: Recorder) -> None:
    jobs = [recorder.submit(name, make(eigenvalues)) for name in "abc"]
    wait_idle(qtbot, runner)
    assert recorder.kinds == ["started", "finished"] * 3
    assert [value for what, value in recorder.signals if what == "started"] == jobs


def test_cancel_stops_a_job_and_the_next_one_runs(
    qtbot: QtBot, runner: JobRunner, recorder: Recorder
) -> None:
    first = recorder.submit("endless", make(endless))
    second = recorder.submit("sums", make(eigenvalues))
    qtbot.waitUntil(lambda: len(recorder.events) > 2, timeout=PATIENCE)
    runner.cancel()
    wait_idle(qtbot, runner)
    assert recorder.kinds == ["started", "cancelled", "started", "finished"]
    assert recorder.last("cancelled") is first
    assert recorder.last("started") is second


def test_a_job_that_never_looks_at_its_token_is_stopped_at_its_next_event(
    qtbot: QtBot, runner: JobRunner, recorder: Recorder
) -> None:
    recorder.submit("deaf", make(deaf))
    qtbot.waitUntil(lambda: len(recorder.events) > 2, timeout=PATIENCE)
    begin = time.monotonic()
    runner.cancel()
    wait_idle(qtbot, runner)
    assert recorder.kinds[-1] == "cancelled"
    assert time.monotonic() - begin < 2


def test_a_waiting_job_can_be_cancelled(
    qtbot: QtBot, runner: JobRunner, recorder: Recorder
) -> None:
    recorder.submit("sums", make(eigenvalues))
    waiting = recorder.submit("endless", make(endless))
    waiting.cancel()
    assert recorder.last("cancelled") is waiting
    wait_idle(qtbot, runner)
    assert recorder.kinds == ["started", "cancelled", "finished"]


def test_a_discarded_job_stops_and_emits_nothing_more(
    qtbot: QtBot, runner: JobRunner, recorder: Recorder
) -> None:
    running = recorder.submit("endless", make(endless))
    waiting = recorder.submit("sums", make(eigenvalues))
    last = recorder.submit("sums", make(eigenvalues))
    qtbot.waitUntil(lambda: len(recorder.events) > 2, timeout=PATIENCE)
    running.discard()
    waiting.discard()
    count = len(recorder.signals)
    wait_idle(qtbot, runner)
    later = [kind for kind, _ in recorder.signals[count:] if kind != "event"]
    assert later == ["started", "finished"]
    assert recorder.last("started") is last
    assert not waiting.begun


def test_signals_reach_only_those_who_listen_to_the_job(qtbot: QtBot, runner: JobRunner) -> None:
    results: list[float] = []
    first = runner.submit("sums", make(eigenvalues))
    second = runner.submit("sums", make(eigenvalues, steps=1))
    second.finished.connect(results.append)
    assert first.begun
    assert not second.begun
    wait_idle(qtbot, runner)
    assert results == [_largest(steps=1)]


def test_a_cancelled_job_cleans_up_behind_itself(qtbot: QtBot, runner: JobRunner) -> None:
    closed = threading.Event()

    def work(_: CancelToken) -> Any:
        try:
            while True:
                yield Progress(Stage.SCORE)
        finally:
            closed.set()

    runner.submit("careful", work)
    qtbot.wait(50)
    runner.cancel()
    wait_idle(qtbot, runner)
    assert closed.is_set()


def test_pause_holds_and_resume_goes_on(
    qtbot: QtBot, runner: JobRunner, recorder: Recorder
) -> None:
    job = recorder.submit("endless", make(endless))
    with qtbot.waitSignal(job.paused, timeout=PATIENCE):
        job.pause()
        assert job.is_pausing
    assert job.is_paused
    seen = len(recorder.events)
    qtbot.wait(200)
    assert len(recorder.events) == seen
    with qtbot.waitSignal(job.resumed, timeout=PATIENCE):
        runner.toggle_pause()
    assert not job.is_paused
    qtbot.waitUntil(lambda: len(recorder.events) > seen, timeout=PATIENCE)
    runner.cancel()
    wait_idle(qtbot, runner)
    assert recorder.kinds == ["started", "paused", "resumed", "cancelled"]


def test_a_paused_job_can_be_cancelled_at_once(
    qtbot: QtBot, runner: JobRunner, recorder: Recorder
) -> None:
    job = recorder.submit("endless", make(endless))
    with qtbot.waitSignal(job.paused, timeout=PATIENCE):
        job.pause()
    with qtbot.waitSignal(job.cancelled, timeout=1000):
        runner.cancel()
    assert recorder.kinds == ["started", "paused", "cancelled"]
    assert not job.is_paused


def test_the_next_job_is_not_paused(qtbot: QtBot, runner: JobRunner, recorder: Recorder) -> None:
    job = recorder.submit("endless", make(endless))
    with qtbot.waitSignal(job.paused, timeout=PATIENCE):
        job.pause()
    recorder.submit("sums", make(eigenvalues))
    runner.cancel()
    wait_idle(qtbot, runner)
    assert recorder.kinds[-1] == "finished"


def test_an_expected_failure_arrives_as_it_is(
    qtbot: QtBot, runner: JobRunner, recorder: Recorder
) -> None:
    job = recorder.submit("failing", make(failing, expected=True))
    wait_for(qtbot, job.failed)
    error = recorder.last("failed")
    assert isinstance(error, InputError)
    assert str(error.message) == "The folder /pictures is empty."
    assert "job_generators.py" in error.details
    assert error.__traceback__ is None


@pytest.mark.usefixtures("expects_warning")
def test_an_unexpected_failure_has_words_and_the_traceback(
    qtbot: QtBot, runner: JobRunner, recorder: Recorder
) -> None:
    job = recorder.submit("failing", make(failing, expected=False))
    wait_for(qtbot, job.failed)
    error = recorder.last("failed")
    assert isinstance(error, JobError)
    assert "positive definite" in str(error.message).lower()
    assert str(error.hint)
    assert "LinAlgError" in error.details
    assert isinstance(error.__cause__, np.linalg.LinAlgError)
    job = recorder.submit("sums", make(eigenvalues))
    wait_for(qtbot, job.finished)


@pytest.mark.usefixtures("expects_warning")
def test_a_generator_that_cannot_be_made_is_a_failure(
    qtbot: QtBot, runner: JobRunner, recorder: Recorder
) -> None:
    def broken(_: CancelToken) -> Any:
        raise ImportError("no module named unheard_of")

    job = recorder.submit("broken", broken)
    wait_for(qtbot, job.failed)
    assert isinstance(recorder.last("failed"), AppError)


def test_progress_comes_at_most_twenty_times_a_second(
    qtbot: QtBot, runner: JobRunner, recorder: Recorder
) -> None:
    def fast(_: CancelToken) -> Any:
        end, step = time.monotonic() + 1.0, 0
        while time.monotonic() < end:
            step += 1
            yield Progress(Stage.EXTRACT_FEATURES, step, 0)
        yield Progress(Stage.EXTRACT_FEATURES, -1, 0)

    job = recorder.submit("fast", fast)
    wait_for(qtbot, job.finished)
    assert 3 < len(recorder.events) <= 23
    assert recorder.events[-1] == Progress(Stage.EXTRACT_FEATURES, -1, 0)


def test_no_epoch_and_no_notice_is_lost(
    qtbot: QtBot, runner: JobRunner, recorder: Recorder
) -> None:
    job = recorder.submit("train", make(training))
    wait_for(qtbot, job.finished)
    epochs = [event for event in recorder.events if isinstance(event, EpochEnd)]
    places = [(e.pass_index, e.fold, e.epoch) for e in epochs]
    assert places == [(p, f, e) for p in range(2) for f in range(3) for e in range(6)]
    assert len(epochs[-1].weights) == 60
    assert sum(isinstance(event, Notice) for event in recorder.events) == 1
    stages = {event.stage for event in recorder.events if isinstance(event, Progress)}
    assert {Stage.FINGERPRINT, Stage.TRAIN, Stage.SCORE, Stage.WRITE} <= stages
    passes = {event.pass_index for event in recorder.events if isinstance(event, Progress)}
    assert {0, 1} <= passes


def test_the_mailbox_keeps_the_newest_progress_and_all_figures() -> None:
    box = Mailbox()
    assert box.put(Progress(Stage.EXTRACT_FEATURES, 1, 9))
    assert not box.put(Notice("first"))
    weights = np.ones(3, dtype=np.float32)
    box.put(EpochEnd(0, 0, 0, 2, 1.0, 0.1, weights))
    box.put(EpochEnd(0, 0, 1, 2, 0.5, 0.2, weights))
    box.put(EpochEnd(0, 1, 0, 2, 0.9, 0.3, weights))
    box.put(Progress(Stage.EXTRACT_FEATURES, 2, 9))
    events = box.take()
    assert [type(event).__name__ for event in events] == ["Notice", *["EpochEnd"] * 3, "Progress"]
    assert events[-1] == Progress(Stage.EXTRACT_FEATURES, 2, 9)
    lengths = [len(event.weights) for event in events if isinstance(event, EpochEnd)]
    assert lengths == [0, 3, 3]
    assert box.take() == []
    assert box.put(Notice("again"))


def test_late_events_of_an_older_job_are_ignored(
    qtbot: QtBot, runner: JobRunner, recorder: Recorder
) -> None:
    old = recorder.submit("sums", make(eigenvalues))
    wait_for(qtbot, old.finished)
    qtbot.wait(100)
    seen = len(recorder.signals)
    old.state.mail.put(Progress(Stage.EXTRACT_FEATURES, 1, 1))
    assert runner._thread is not None
    runner._thread.worker.mail_arrived.emit(old.state)
    runner._thread.worker.ended.emit(old.state)
    qtbot.wait(100)
    assert len(recorder.signals) == seen


def test_a_late_end_of_an_older_job_does_not_end_the_newer_one(
    qtbot: QtBot, runner: JobRunner, recorder: Recorder
) -> None:
    old = recorder.submit("sums", make(eigenvalues))
    wait_for(qtbot, old.finished)
    new = recorder.submit("endless", make(endless))
    assert runner._thread is not None
    old.state.ending = Ending("finished", 1.0)
    runner._thread.worker.ended.emit(old.state)
    qtbot.wait(100)
    assert runner.current is new
    runner.cancel()
    wait_idle(qtbot, runner)
    assert recorder.kinds == ["started", "finished", "started", "cancelled"]
