"""A training augments the images in doubt and shows the first suspects before it trains."""

from __future__ import annotations

import gc
from pathlib import Path

import numpy as np
import pytest
from finetuning import tiny_name
from running import finish
from sample_projects import make_images, make_project

from ahsml_app.base.events import EpochEnd, Event, FirstEstimate, Progress, Stage
from ahsml_app.base.options.option_table import with_values
from ahsml_app.base.options.run_options import RunOptions
from ahsml_app.core.backbones.inference import OpenVinoEngine, TorchEngine
from ahsml_app.core.training import first_estimate
from ahsml_app.session.pipeline.train_project import train_project
from ahsml_app.session.project.project import Project

QUICK = {"folds": 2, "epochs": 3, "passes": 1, "views": 2, "device": "cpu"}


def train(project: Project, **values: object) -> tuple[list[Event], np.ndarray]:
    """Returns the events and the consistency of each image."""
    quick = QUICK | {"backbone": tiny_name(project.folder.parent)}
    request = project.train_request(with_values(RunOptions(), quick | values))
    events, outcome = finish(train_project(request))
    project.accept(outcome)
    assert project.scores is not None
    return events, project.scores.consistency


@pytest.mark.usefixtures("cache")
def test_images_in_doubt_have_a_consistency_and_all_if_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = make_project(make_images(tmp_path / "images", per_class=6), trained=False)
    monkeypatch.setattr(first_estimate, "LEAST_AUGMENTED", 8)
    monkeypatch.setattr(first_estimate, "SETTLED", 0.0)

    events, consistency = train(project)

    assert np.isfinite(consistency).sum() == 8
    kinds = [type(event) for event in events]
    assert kinds.index(FirstEstimate) < kinds.index(EpochEnd)
    stages = [event.stage for event in events if isinstance(event, Progress)]
    assert stages.index(Stage.AUGMENT) > stages.index(Stage.FIRST_ESTIMATE)
    assert Stage.EXTRACT_FEATURES not in stages[stages.index(Stage.AUGMENT) :]
    (first,) = (event for event in events if isinstance(event, FirstEstimate))
    assert len(first.weights) == len(consistency)
    assert np.isfinite(train(project, augment_all=True)[1]).all()
    assert (train(project, views=0)[1] == 1).all()
    project.close()


def engines() -> int:
    """How many engines this process holds."""
    gc.collect()
    return sum(isinstance(each, OpenVinoEngine | TorchEngine) for each in gc.get_objects())


@pytest.mark.usefixtures("cache")
@pytest.mark.parametrize("views", [0, 2])
def test_the_engine_is_gone_when_training_begins(tmp_path: Path, views: int) -> None:
    project = make_project(make_images(tmp_path / "images", per_class=6), trained=False)
    values = QUICK | {"backbone": tiny_name(tmp_path), "views": views}
    request = project.train_request(with_values(RunOptions(), values))
    before, counts = engines(), list[int]()
    for event in train_project(request):
        if isinstance(event, Progress) and event.stage == Stage.EXTRACT_FEATURES:
            counts.append(engines())
        if isinstance(event, EpochEnd):
            assert engines() == before
    assert max(counts) > before
    project.close()
