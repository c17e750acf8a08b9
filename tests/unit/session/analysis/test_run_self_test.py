"""The self-test: on made-up features, and on a project."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from made_up_data import clouds
from running import finish, result_of
from sample_projects import make_images, make_project

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.errors import Cancelled, ProjectError
from ahsml_app.base.events import CancelToken, Progress, Stage
from ahsml_app.base.options.option_table import with_values
from ahsml_app.base.options.run_options import RunOptions
from ahsml_app.base.self_test import BUDGETS, SelfTest
from ahsml_app.base.types import SampleTable
from ahsml_app.session.analysis.run_self_test import (
    FeatureTraining,
    request_self_test,
    seconds_of_self_test,
    self_test,
    self_test_project,
)
from ahsml_app.session.export.project_results import export_project, export_request
from ahsml_app.session.export.results import OutputChoice
from ahsml_app.session.pipeline.stages import SampleGroups, start_job
from ahsml_app.session.pipeline.train_project import train_project
from ahsml_app.session.project.library import open_project
from ahsml_app.session.project.project import Project
from ahsml_app.store.self_test_file import SELF_TEST_FILE, read_self_test, write_self_test

SHORT = {"views": 1, "folds": 2, "epochs": 3, "passes": 1, "device": "cpu", "seed": 5}
OPTIONS = with_values(RunOptions(), SHORT)


def feature_training(confirmed: bool = False) -> FeatureTraining:
    data, truth = clouds(per_class=40, wrong=0.1)
    count = len(truth)
    everyone = np.full(count, confirmed)
    table = SampleTable(
        root=Path("none"),
        paths=tuple(f"{row}.png" for row in range(count)),
        labels=data.labels,
        class_names=("a", "b", "c", "d"),
        hashes=tuple(f"{row:032x}" for row in range(count)),
    )
    alone = np.full(count, -1, dtype=np.int64)
    groups = SampleGroups(alone, np.zeros(count, dtype=bool), None, np.zeros(count, dtype=np.int64))
    wrong = np.where(data.labels != truth, 0.95, 0.01).astype(np.float32)
    if confirmed:
        wrong[:] = 0
        data = replace(data, trusted=everyone)
    distances = (1 - np.eye(4)).astype(np.float32)
    return FeatureTraining(table, data, groups, everyone, wrong, distances)


def without_time(test: SelfTest) -> SelfTest:
    return replace(test, finished="", seconds=0)


def test_planted_errors_are_found_and_counted(tmp_path: Path) -> None:
    job, training = start_job(OPTIONS), feature_training()
    before, settings = training.table.labels.copy(), dict(job.settings)
    events, test = finish(self_test(job, training, tmp_path))
    assert [result.kind for result in test.results] == ["random", "nearest", "branch"]
    assert all(result.planted >= 10 for result in test.results)
    assert all(result.found[-1] > 0.9 for result in test.results)
    assert test.images == 160
    assert test.errors_before == pytest.approx(16 * 0.95 + 144 * 0.01, abs=0.1)
    assert np.array_equal(training.table.labels, before)
    assert job.settings == settings
    assert set(job.context.timings) == {Stage.SELF_TEST.value}
    progress = [event for event in events if isinstance(event, Progress)]
    assert {event.stage for event in progress} == {Stage.SELF_TEST}
    done = [event.done for event in progress]
    assert done == sorted(done)
    assert done[-1] == progress[-1].total == 100
    again = result_of(self_test(start_job(OPTIONS), training, tmp_path / "again"))
    assert without_time(again) == without_time(test)


def test_a_planted_label_is_not_confirmed(tmp_path: Path) -> None:
    test = result_of(self_test(start_job(OPTIONS), feature_training(confirmed=True), tmp_path))
    assert all(result.found[-1] > 0.6 for result in test.results)


def test_scores_of_a_tuned_network_are_not_compared(tmp_path: Path) -> None:
    training = feature_training()
    features = result_of(self_test(start_job(OPTIONS), training, tmp_path / "1"))
    training = replace(training, error_probability=None)
    events, test = finish(self_test(start_job(OPTIONS), training, tmp_path / "2"))
    assert test.errors_before != features.errors_before
    assert all(result.found[-1] > 0.9 for result in test.results)
    done = [event.done for event in events if isinstance(event, Progress)]
    assert done == sorted(done)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("self-test")
        patch.setenv("AHSML_APP_CACHE", str(folder / "cache"))
        patch.setenv("AHSML_APP_PROJECTS", str(folder / "projects"))
        project = make_project(make_images(folder / "images"), trained=False)
        project.decide([3], DecisionKind.DROP)
        project.accept(result_of(train_project(project.train_request(OPTIONS))))
        yield project
        project.close()


def database(project: Project) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(project.folder.glob("project.sqlite*")))


def test_the_test_of_a_project_is_stored_with_its_training(project: Project) -> None:
    arrays = {name: np.array(array) for name, array in project.arrays().items()}
    before, labels = database(project), project.labels.copy()
    project.decide([8], DecisionKind.RELABEL, "cross")  # the training did not know this one
    project.undo()
    before = database(project)
    assert project.self_test() is None
    request = request_self_test(project)
    assert replace(request.options, source=None) == OPTIONS
    test = result_of(self_test_project(request))
    assert test.images == len(project.table)
    assert database(project) == before
    assert np.array_equal(project.labels, labels)
    assert {name: array.tobytes() for name, array in arrays.items()} == {
        name: array.tobytes() for name, array in project.arrays().items()
    }
    project.close()
    again = open_project(project.folder)
    assert again.self_test() == test
    out = project.folder.parent / "out"
    result_of(
        export_project(export_request(again, out, OutputChoice(frozenset({"scores", "report"}))))
    )
    assert read_self_test(out / SELF_TEST_FILE) == test
    assert "within a branch of the class tree" in (out / "report.html").read_text("utf-8")
    again.close()


def test_a_stopped_test_stores_nothing(tmp_path: Path) -> None:
    token, steps = CancelToken(), None
    job = start_job(OPTIONS, token)
    steps = self_test(job, feature_training(), tmp_path)
    next(steps)
    next(steps)
    token.cancel()
    with pytest.raises(Cancelled):
        result_of(steps)


def test_a_training_of_an_earlier_version_is_refused(tmp_path: Path) -> None:
    project = make_project(make_images(tmp_path / "images"))
    with pytest.raises(ProjectError, match=r"earlier version.*Train again"):
        request_self_test(project)
    assert seconds_of_self_test(project) == 36
    project.close()


def test_a_test_that_cannot_be_read_counts_as_none(tmp_path: Path) -> None:
    path = tmp_path / SELF_TEST_FILE
    test = result_of(self_test(start_job(OPTIONS), feature_training(), tmp_path / "work"))
    write_self_test(path, test)
    assert read_self_test(path) == test
    path.write_text(path.read_text("utf-8").replace(str(BUDGETS[0]), "0.015"), "utf-8")
    assert read_self_test(path) is None
    path.write_text("{", "utf-8")
    assert read_self_test(path) is None
    assert read_self_test(tmp_path / "none.json") is None
