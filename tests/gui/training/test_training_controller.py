"""The controller of the training, with made-up results in place of a training."""

from __future__ import annotations

from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from job_recorder import PATIENCE
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot
from sample_projects import made_up_outcome, make_project

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.errors import InputError
from ahsml_app.base.events import CancelToken, Event, Notice, Progress, Stage
from ahsml_app.base.options.run_options import RunOptions
from ahsml_app.gui.controllers import training_controller
from ahsml_app.gui.controllers.training_controller import TrainingController
from ahsml_app.gui.jobs.runner import JobRunner
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.session.analysis.run_diff import diff_runs
from ahsml_app.session.pipeline.train_project import TrainOutcome, TrainRequest

Training = Generator[Event, None, TrainOutcome]


@pytest.fixture
def parent(qtbot: QtBot) -> QObject:
    return QObject()


@pytest.fixture
def controller(model: ProjectModel, runner: JobRunner, parent: QObject) -> TrainingController:
    return TrainingController(model, runner, parent)


@pytest.fixture
def train(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[CancelToken], Training]], None]:
    """Put this in place of the training."""

    def put(work: Callable[[CancelToken], Training]) -> None:
        def train_project(_: TrainRequest, cancel: CancelToken) -> Training:
            return work(cancel)

        monkeypatch.setattr(training_controller, "train_project", train_project)

    return put


def endless(cancel: CancelToken) -> Training:
    while True:
        cancel.check()
        yield Progress(Stage.TRAIN)


def test_a_result_is_taken_and_compared_with_the_one_before(
    controller: TrainingController, model: ProjectModel, train: Callable, qtbot: QtBot
) -> None:
    project = model.project
    assert project is not None
    before, outcome = project.scores, made_up_outcome(project, seed=3)

    def work(_: CancelToken) -> Training:
        yield Notice("the CPU is used")
        return outcome

    train(work)
    notices: list[Notice] = []
    endings: list[str] = []
    controller.noticed.connect(notices.append)
    controller.ended.connect(endings.append)
    with qtbot.waitSignal(controller.done, timeout=PATIENCE) as done:
        controller.start(RunOptions())
        model.decide(DecisionKind.KEEP, rows=[0])
    assert endings == ["done"]
    assert len(notices) == 1
    assert project.run is not None
    assert project.run["number"] == 2
    after = project.scores
    assert before is not None
    assert after is not None
    assert model.review is not None
    timeline = model.review.timeline()
    assert timeline is not None
    expected = diff_runs(before, after, project.kinds, timeline.shift)
    assert expected.suggestions > 0
    assert done.args == [expected]
    assert model.queue[0] == after.error_probability.argmax()
    assert model.current == model.queue[0]


def test_one_training_at_a_time_which_can_be_stopped(
    controller: TrainingController, runner: JobRunner, train: Callable, qtbot: QtBot
) -> None:
    train(endless)
    started: list[object] = []
    controller.started.connect(started.append)
    controller.start(RunOptions())
    controller.start(RunOptions())
    assert len(started) == 1
    assert controller.running
    with qtbot.waitSignal(controller.paused, timeout=PATIENCE):
        controller.pause()
    assert controller.is_paused
    with qtbot.waitSignal(controller.ended, timeout=PATIENCE) as ended:
        controller.cancel()
    assert ended.args == ["cancelled"]
    assert not controller.running
    assert not runner.busy


def test_a_failure_is_told_and_another_training_can_begin(
    controller: TrainingController, train: Callable, qtbot: QtBot
) -> None:
    def work(_: CancelToken) -> Training:
        yield Progress(Stage.TRAIN)
        raise InputError("The folder is gone.")

    train(work)
    endings: list[str] = []
    controller.ended.connect(endings.append)
    with qtbot.waitSignal(controller.failed, timeout=PATIENCE) as failed:
        controller.start(RunOptions())
    assert endings == ["failed"]
    assert isinstance(failed.args[0], InputError)
    assert not controller.running


def test_another_project_stops_the_training(
    controller: TrainingController, model: ProjectModel, train: Callable, qtbot: QtBot,
    image_folder: Path,
) -> None:  # fmt: skip
    train(endless)
    controller.start(RunOptions())
    with qtbot.waitSignal(controller.ended, timeout=PATIENCE) as ended:
        model.open(make_project(image_folder, name="Other"))
    assert ended.args == ["cancelled"]


def test_a_late_result_never_goes_into_another_project(
    controller: TrainingController, model: ProjectModel, runner: JobRunner, train: Callable,
    qtbot: QtBot, image_folder: Path,
) -> None:  # fmt: skip
    project = model.project
    assert project is not None
    outcome = made_up_outcome(project, seed=3)

    def work(_: CancelToken) -> Training:
        yield Progress(Stage.TRAIN)
        return outcome

    train(work)
    other = make_project(image_folder, trained=False, name="Other")
    failures: list[object] = []
    controller.failed.connect(failures.append)
    controller.start(RunOptions())
    assert runner.current is not None
    assert runner.current.state.ended.wait(PATIENCE / 1000)  # before the window hears of it
    with qtbot.waitSignal(controller.ended, timeout=PATIENCE):
        model.open(other)
    assert other.runs() == []
    assert not failures
