"""The self-test in the window: offered, run in the background, stopped, and shown again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot
from running import result_of
from sample_projects import CLASSES, add_run, make_images, make_project
from small_results import small_self_test

from ahsml_app.base.events import Progress, Stage
from ahsml_app.base.options.option_table import with_values
from ahsml_app.base.options.run_options import RunOptions
from ahsml_app.gui.app.main_window import MainWindow
from ahsml_app.gui.jobs.latest_only import Background
from ahsml_app.gui.progress.self_test_tab import SelfTestTab
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.session.pipeline.train_project import train_project
from ahsml_app.store.files.training_arrays import run_folder
from ahsml_app.store.self_test_file import SELF_TEST_FILE, write_self_test

PATIENCE = 240_000
SHORT = {"views": 1, "folds": 2, "epochs": 3, "passes": 1, "device": "cpu"}


@pytest.fixture
def theme() -> Theme:
    return Theme("light")


@pytest.fixture
def tab(qtbot: QtBot, model: ProjectModel, theme: Theme) -> Iterator[SelfTestTab]:
    loader = Background()
    tab = SelfTestTab(model, theme, loader)
    qtbot.addWidget(tab)
    tab.resize(1100, 720)
    yield tab
    tab.hide()
    loader.stop()


def words(tab: SelfTestTab) -> str:
    labels = (label for label in tab.findChildren(QLabel) if label.isVisible())
    return " ".join(label.text() for label in labels)


def button(tab: SelfTestTab) -> QPushButton:
    (shown,) = (each for each in tab.findChildren(QPushButton) if each.isVisible())
    return shown


def result_path(model: ProjectModel) -> Path:
    assert model.project is not None
    assert model.project.run is not None
    return run_folder(model.project.folder, model.project.run["number"]) / SELF_TEST_FILE


def test_a_test_is_offered_with_its_duration(tab: SelfTestTab, qtbot: QtBot) -> None:
    tab.show()
    assert "Your labels and scores stay as they are. It takes about 36 s." in words(tab)
    with qtbot.waitSignal(tab.start_requested):
        button(tab).click()
    tab.show_started()
    assert "waits for the running job" in words(tab)
    tab.show_event(Progress(Stage.SELF_TEST, 40, 100))
    assert "Testing with planted errors  40%" in words(tab)
    with qtbot.waitSignal(tab.cancel_requested):
        button(tab).click()
    tab.show_ended()
    assert button(tab).text() == "Start the self-test"


def test_an_untrained_project_leads_to_the_training(
    tab: SelfTestTab, model: ProjectModel, image_folder: Path, qtbot: QtBot
) -> None:
    model.close()
    model.open(make_project(image_folder, trained=False))
    tab.show()
    with qtbot.waitSignal(tab.train_requested):
        button(tab).click()


def test_a_stored_result_is_shown(
    tab: SelfTestTab, model: ProjectModel, theme: Theme, qtbot: QtBot
) -> None:
    assert model.project is not None
    write_self_test(result_path(model), small_self_test())
    tab.show()
    qtbot.waitUntil(lambda: bool(tab.fact("random")), timeout=PATIENCE)
    assert tab.fact("random") == "88% found in the first 10%, planted at random"
    assert tab.fact("nearest") == "40% found in the first 10%, planted to the nearest class"
    assert tab.counted()[1:] == [
        "at random 40 44 12–72 yes 1.1%",
        "to the nearest class 41 61 45–81 no 5.3%",
        "within a branch of the class tree 39 30 5–60 yes 2.2%",
    ]
    assert "Tested on 950 images" in words(tab)
    before = words(tab)
    theme.set_mode("dark")
    assert words(tab) != before  # the legend has the colours of the plots
    with qtbot.waitSignal(tab.start_requested):
        button(tab).click()
    add_run(model.project, seed=1)
    model.scores_changed.emit()
    assert "It takes about" in words(tab)  # the new training has no test yet


def test_a_training_of_an_earlier_version_says_what_to_do(
    reviewing: MainWindow,
) -> None:
    reviewing.show_view("progress")
    tab = reviewing.progress.self_test
    reviewing.progress.tabs.setCurrentWidget(tab)
    button(tab).click()
    shown = " ".join(label.text() for label in reviewing.notices.findChildren(QLabel))
    assert "Train again, then start the self-test." in shown
    assert button(tab).text() == "Start the self-test"


def test_a_test_runs_in_the_background_and_can_be_stopped(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    two_classes = make_images(tmp_path / "shapes", per_class=20, side=48)
    for name in CLASSES[2:]:  # with two classes there is one kind of error, so one training
        shutil.rmtree(two_classes / name)
    project = make_project(two_classes, trained=False)
    options = with_values(RunOptions(), SHORT)
    project.accept(result_of(train_project(project.train_request(options))))
    folder = project.folder
    project.close()
    window.projects.open_project(folder)
    window.show_view("progress")
    tab, model = window.progress.self_test, window.model
    window.progress.tabs.setCurrentWidget(tab)
    assert model.project is not None
    assert model.project.scores is not None
    scores = model.project.scores.error_probability.copy()
    button(tab).click()
    qtbot.waitUntil(lambda: "%" in words(tab), timeout=PATIENCE)
    button(tab).click()
    qtbot.waitUntil(lambda: not window.runner.busy, timeout=PATIENCE)
    assert button(tab).text() == "Start the self-test"
    assert not result_path(model).exists()
    button(tab).click()
    qtbot.waitUntil(lambda: bool(tab.fact("random")), timeout=PATIENCE)
    assert tab.test == model.project.self_test()
    assert np.array_equal(model.project.scores.error_probability, scores)
    assert not model.project.steps()
