"""How jobs, threads and applications end."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from job_generators import deaf, eigenvalues, endless, make
from job_recorder import PATIENCE, Recorder, running, wait_for, wait_idle
from PySide6.QtCore import QThread, QTimer
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from sample_projects import make_project

from ahsml_app.base.events import CancelToken, DeviceChosen, EpochEnd, Progress, Stage
from ahsml_app.base.options.option_table import with_values
from ahsml_app.base.options.run_options import RunOptions
from ahsml_app.gui.jobs.runner import JobRunner
from ahsml_app.session.pipeline.train_project import train_project


def test_twenty_jobs_leave_no_thread_behind(qtbot: QtBot) -> None:
    runner = JobRunner()
    wait_for(qtbot, runner.submit("warm up", make(eigenvalues)).finished)  # numpy has threads
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
    recorder = Recorder(runner)
    window = Painted()
    qtbot.addWidget(window)
    window.show()
    timer = QTimer(window)
    timer.timeout.connect(window.update)
    timer.start(5)

    def slow_to_stop(cancel: CancelToken) -> Any:
        yield Progress(Stage.TRAIN, 0, 2, pass_index=0)
        while not cancel.cancelled:
            time.sleep(0.005)
        time.sleep(0.4)  # something to save
        cancel.check()

    recorder.submit("train", slow_to_stop)
    waiting = recorder.submit("waiting", make(eigenvalues))
    qtbot.waitUntil(lambda: bool(recorder.events), timeout=PATIENCE)
    before = window.paints
    assert runner.shutdown()
    timer.stop()
    assert window.paints > before + 5
    assert recorder.kinds == ["started", "cancelled", "cancelled"]
    assert next(value for what, value in recorder.signals if what == "cancelled") is waiting
    assert not runner.busy
    assert runner.shutdown()


def test_a_waiting_job_that_nobody_holds_ends_with_the_shutdown(qtbot: QtBot) -> None:
    runner, ended = JobRunner(), list[str]()
    runner.submit("endless", make(endless))
    runner.submit("waiting", make(eigenvalues)).cancelled.connect(partial(ended.append, "waiting"))
    assert runner.shutdown()
    assert ended == ["waiting"]


def test_a_shutdown_without_any_job_is_at_once(qtbot: QtBot) -> None:
    runner = JobRunner()
    assert runner.shutdown()


def test_a_paused_job_does_not_hold_up_the_shutdown(qtbot: QtBot) -> None:
    runner = JobRunner()
    job = runner.submit("endless", make(endless))
    with qtbot.waitSignal(job.paused, timeout=PATIENCE):
        job.pause()
    assert runner.shutdown(5)


SCRIPT = """
import sys
from PySide6.QtCore import QCoreApplication, QTimer
from job_generators import endless
from ahsml_app.gui.jobs.runner import JobRunner
app = QCoreApplication([])
runner = JobRunner()
runner.submit("endless", endless)
"""
ENDINGS = {
    "quit": "QTimer.singleShot(100, app.quit)\napp.exec()\nsys.exit(3)",
    "exit": "app.processEvents()\nsys.exit(3)",
    "deleted": "app.processEvents()\ndel runner\nsys.exit(3)",
    "exception": "runner.toggle_pause()\nsys.excepthook = lambda *_: None\nraise SystemExit(3)",
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
                yield Progress(Stage.EXTRACT_FEATURES, number, 60_000)
                time.sleep(0.005)

    was = gc.isenabled()
    gc.callbacks.append(note)
    try:
        job = runner.submit("littering", littering)
        wait_for(qtbot, job.finished)
    finally:
        gc.callbacks.remove(note)
    assert threads == {threading.get_ident()}
    assert gc.isenabled() == was


def test_the_thread_is_made_for_the_first_job_only(qtbot: QtBot, runner: JobRunner) -> None:
    assert runner._thread is None
    job = runner.submit("sums", make(eigenvalues))
    wait_for(qtbot, job.finished)
    assert runner._thread is not None
    thread: QThread = runner._thread.thread
    job = runner.submit("sums", make(eigenvalues))
    wait_for(qtbot, job.finished)
    assert runner._thread.thread is thread


@pytest.mark.slow
def test_a_real_training_is_stopped_and_continues(
    qtbot: QtBot, runner: JobRunner, recorder: Recorder, image_folder: Path
) -> None:
    project = make_project(image_folder, trained=False)
    request = project.train_request(
        with_values(RunOptions(), {"folds": 2, "views": 1, "passes": 1, "epochs": 6})
    )
    recorder.submit("train", partial(train_project, request))
    qtbot.waitUntil(lambda: any(isinstance(e, EpochEnd) for e in recorder.events), timeout=120_000)
    runner.cancel()
    qtbot.waitUntil(lambda: not runner.busy, timeout=PATIENCE)
    assert recorder.kinds == ["started", "cancelled"]
    assert DeviceChosen("cpu") in recorder.events or DeviceChosen("cuda") in recorder.events
    seen = len(recorder.events)
    recorder.submit("train", partial(train_project, request))
    qtbot.waitUntil(lambda: not runner.busy, timeout=120_000)
    assert recorder.kinds[-1] == "finished"
    again = [event for event in recorder.events[seen:] if isinstance(event, EpochEnd)]
    assert len(again) < 3 * 6  # two folds and the head on all images, less what was kept
    assert len(again[-1].weights) == len(project.table)
    project.accept(recorder.last("finished"))
    assert project.scores is not None
    project.close()
