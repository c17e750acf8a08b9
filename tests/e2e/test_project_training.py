"""A project trained, decided on, trained again and exported, by the session layer alone."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from running import finish, result_of
from sample_images import CLASSES, make_images

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.errors import Cancelled
from ahsml_app.base.events import CancelToken, EpochEnd
from ahsml_app.base.options.run_options import Source
from ahsml_app.core.backbones.inference import openvino_core
from ahsml_app.core.data.decode import decode
from ahsml_app.core.features.augment import augment_image
from ahsml_app.session.export.project_results import export_project, export_request
from ahsml_app.session.export.results import PARTS, OutputChoice
from ahsml_app.session.pipeline.scan_source import scan_source
from ahsml_app.session.pipeline.train_project import train_project
from ahsml_app.session.pipeline.training_presets import preset
from ahsml_app.session.project.library import create_project, free_project_folder, open_project
from ahsml_app.session.project.project import Project

QUICK = preset("quick")


@pytest.fixture
def planted(tmp_path: Path) -> set[str]:
    return make_images(tmp_path / "pictures", per_class=24, wrong=2)


@pytest.fixture
def project(tmp_path: Path, planted: set[str]) -> Project:
    source = Source(tmp_path / "pictures")
    scan = result_of(scan_source(source))
    return create_project(free_project_folder("lab"), "lab", source, scan)


def test_decisions_shape_the_next_training_and_the_export(
    project: Project, planted: set[str], tmp_path: Path
) -> None:
    project.accept(result_of(train_project(project.train_request(QUICK))))
    scores = project.scores
    assert scores is not None
    wrong = {project.paths.row_of(path) for path in planted}
    worst = np.argsort(-scores.error_probability)[: len(wrong)]
    assert len(wrong & set(worst.tolist())) >= len(wrong) - 1
    assert project.consistency_history is not None
    assert project.consistency_history.shape == project.weight_history.shape  # type: ignore[union-attr]
    relabelled, dropped, kept = (int(row) for row in worst[:3])
    project.decide([relabelled], DecisionKind.RELABEL, CLASSES[0])
    project.decide([dropped], DecisionKind.DROP)
    project.decide([kept], DecisionKind.KEEP)
    project.accept(result_of(train_project(project.train_request(QUICK))))
    folder = project.folder
    project.close()

    project = open_project(folder)
    scores = project.scores
    assert scores is not None
    assert scores.error_probability[relabelled] == scores.error_probability[kept] == 0
    assert scores.adaptive_weight[relabelled] == scores.adaptive_weight[kept] == 1
    assert project.kinds[dropped] == DecisionKind.DROP
    assert 0 <= scores.error_probability[dropped] <= 1

    out = tmp_path / "out"
    result_of(export_project(export_request(project, out, OutputChoice(frozenset(PARTS)))))
    assert sum(1 for path in (out / "images").rglob("*.png")) == len(project.table) - 1
    with np.load(out / "embeddings.npz") as archive:
        points, vectors = archive["points"], archive["embeddings"]
    core = openvino_core()
    model = core.read_model(io.BytesIO((out / "model" / "embedding.onnx").read_bytes()))
    size = model.input(0).partial_shape[2].get_length()
    rows = [relabelled, dropped, kept]
    plain = [augment_image(decode(project.path(row), box=size), size, (0,), "") for row in rows]
    batch = np.concatenate(plain).astype(np.float32)
    found = core.compile_model(model, "CPU")([batch])
    radius = float(project.arrays()["curvature"].ravel()[0]) ** -0.5
    assert np.abs(found["point"] - points[rows]).max() < 0.02 * radius
    assert np.abs(found["embedding"] - vectors[rows]).max() < 0.02
    project.close()


def test_dropped_images_are_not_trained_on(project: Project) -> None:
    dropped = [1, 30, 60]
    project.decide(dropped, DecisionKind.DROP)
    steps = train_project(project.train_request(QUICK))
    epoch = next(event for event in steps if isinstance(event, EpochEnd))
    steps.close()
    weighted = np.flatnonzero(epoch.weights > 0)
    assert not set(dropped) & set(weighted.tolist())
    assert len(weighted) == len(project.table) - len(dropped)
    project.close()


def test_a_stopped_training_goes_on_where_it_was(project: Project) -> None:
    request = project.train_request(QUICK)
    token = CancelToken()
    epochs, steps = 0, train_project(request, token)
    while epochs < 3:
        epochs += isinstance(next(steps), EpochEnd)
    token.cancel()
    with pytest.raises(Cancelled):
        result_of(steps)
    again, outcome = finish(train_project(request))
    project.accept(outcome)
    first = next(event for event in again if isinstance(event, EpochEnd))
    assert first.epoch == 3
    assert project.scores is not None
    project.close()
