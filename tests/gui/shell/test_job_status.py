from __future__ import annotations

from collections.abc import Iterator

import pytest
from job_generators import eigenvalues, endless, make
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QProgressBar, QToolButton
from pytestqt.qtbot import QtBot

from ahsml_app.base.events import Progress, Stage
from ahsml_app.gui.jobs.runner import JobRunner
from ahsml_app.gui.shell.job_status import JobStatus
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.widgets.stage_names import (
    left_text,
    rate_text,
    stage_text,
    step_text,
    time_text,
)

PATIENCE = 20_000


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[JobRunner]:
    runner = JobRunner()
    yield runner
    assert runner.shutdown()


@pytest.fixture
def theme() -> Theme:
    return Theme("light")


@pytest.fixture
def status(qtbot: QtBot, runner: JobRunner, theme: Theme) -> JobStatus:
    status = JobStatus(runner, theme)
    qtbot.addWidget(status)
    status.show()
    return status


def shown(status: JobStatus, kind: type) -> list[object]:
    return [widget for widget in status.findChildren(kind) if widget.isVisible()]


def button(status: JobStatus, name: str) -> QToolButton:
    found = status.findChild(QToolButton, name)
    assert found is not None
    return found


def test_it_is_calm_while_nothing_runs(status: JobStatus) -> None:
    assert status.text == "Ready"
    assert not shown(status, QToolButton)
    assert not shown(status, QProgressBar)
    assert not status._timer.isActive()


def test_it_shows_stage_share_and_time_left(
    qtbot: QtBot, runner: JobRunner, status: JobStatus
) -> None:
    runner.submit("sums", make(eigenvalues, steps=1500, size=100))
    assert status.text == "Starting"
    qtbot.waitUntil(lambda: "left" in status.text, timeout=PATIENCE)
    assert status.text.startswith("Extracting features  ·  ")
    assert "%" in status.text
    assert "/s" in status.text
    assert len(shown(status, QToolButton)) == 2
    qtbot.waitUntil(lambda: not runner.busy, timeout=PATIENCE)
    assert status.text == "Ready"
    assert not status._timer.isActive()


def test_pause_resume_and_stop_by_mouse(qtbot: QtBot, runner: JobRunner, status: JobStatus) -> None:
    job = runner.submit("endless", make(endless))
    qtbot.waitUntil(lambda: "Embedding" in status.text or "Training" in status.text)
    pause = button(status, "pause-job")
    with qtbot.waitSignal(job.paused, timeout=PATIENCE):
        qtbot.mouseClick(pause, Qt.MouseButton.LeftButton)
    assert status.text.startswith("Paused")
    assert pause.accessibleName() == "Resume"
    with qtbot.waitSignal(job.resumed, timeout=PATIENCE):
        qtbot.mouseClick(pause, Qt.MouseButton.LeftButton)
    assert pause.accessibleName() == "Pause"
    with qtbot.waitSignal(job.cancelled, timeout=PATIENCE):
        qtbot.mouseClick(button(status, "stop-job"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: status.text == "Ready", timeout=PATIENCE)


def test_its_height_does_not_jump(qtbot: QtBot, runner: JobRunner, status: JobStatus) -> None:
    calm = status.height()
    runner.submit("endless", make(endless))
    qtbot.waitUntil(lambda: "Starting" not in status.text, timeout=PATIENCE)
    assert status.height() == calm


def test_icons_follow_the_theme(
    qtbot: QtBot, runner: JobRunner, status: JobStatus, theme: Theme
) -> None:
    runner.submit("endless", make(endless))
    qtbot.waitUntil(lambda: bool(shown(status, QToolButton)), timeout=PATIENCE)
    before = button(status, "stop-job").icon().cacheKey()
    theme.set_mode("dark")
    assert button(status, "stop-job").icon().cacheKey() != before


@pytest.mark.parametrize(
    ("progress", "words"),
    [
        (Progress(Stage.FINGERPRINT), "Checking files"),
        (Progress(Stage.EXTRACT_FEATURES), "Extracting features"),
        (Progress(Stage.LINEAR_MODEL, pass_index=1), "Fitting linear models, pass 2"),
        (Progress(Stage.TRAIN, pass_index=0, fold=3), "Training, pass 1"),
        (Progress(Stage.FINETUNE, 3, 9, fold=1), "Fine-tuning the network"),
        (
            Progress(Stage.FINETUNE, part=Stage.TRAIN, pass_index=1),
            "Fine-tuning: Training, pass 2",
        ),
    ],
)
def test_stages_have_plain_words(progress: Progress, words: str) -> None:
    assert stage_text(progress) == words


def test_every_stage_has_words_of_its_own() -> None:
    words = {stage_text(Progress(stage)) for stage in Stage}
    assert len(words) == len(Stage)
    assert not words & {stage.value for stage in Stage}


def test_steps_have_plain_words() -> None:
    assert step_text((Stage.TRAIN, 1)) == "Train, second pass"
    assert step_text((Stage.TRAIN, 3)) == "Train, pass 4"
    assert step_text((Stage.MAKE_DEMO, None)) == "Making the images"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "1 s"), (59, "59 s"), (89, "1 min"), (3569, "59 min"), (3700, "1 h 2 min")],
)
def test_times_are_as_exact_as_one_wants_to_know(seconds: float, words: str) -> None:
    assert time_text(seconds) == words
    assert left_text(seconds) == f"{words} left"


def test_what_is_not_known_has_no_words() -> None:
    nothing = float("nan")
    assert time_text(nothing) == left_text(nothing) == rate_text(nothing, Stage.SCAN) == ""
    assert rate_text(212.4, Stage.EXTRACT_FEATURES) == "212/s"
    assert rate_text(2.345, Stage.EXTRACT_FEATURES) == "2.3/s"
    assert rate_text(2.345, Stage.TRAIN) == ""
