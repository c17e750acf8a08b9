from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
import torch
from benchmarks.common.variants import varied
from finetuning import CONFIG, TUNING, accepted, features_of, image_table, tiny_backbone
from made_up_data import groups_of_three, with_label
from running import finish
from safetensors.numpy import load_file

from ahsml_app.base.context import RunContext
from ahsml_app.base.errors import Cancelled, InputError
from ahsml_app.base.events import CancelToken, EpochEnd, Event, Notice, Progress, Stage
from ahsml_app.core.backbones.backbone import Backbone
from ahsml_app.core.backbones.inference import Engine, Notify, TorchEngine
from ahsml_app.core.backbones.inner_layers import network_of
from ahsml_app.core.checkpoint import CheckpointFolder
from ahsml_app.core.features.preprocess import fit_preparation
from ahsml_app.core.finetune.cross_fit_halves import FinetuneInputs, Tuned, finetune
from ahsml_app.core.finetune.initial_task import initial_task
from ahsml_app.core.finetune.training_loop import TuningRun, tune
from ahsml_app.core.folds import assign_folds
from ahsml_app.core.head.head_model import FeatureHead
from ahsml_app.core.training.cross_fit import train
from ahsml_app.core.training_data import TrainData

torch.set_num_threads(1)
STEPS = replace(TUNING, epochs=1)


@pytest.fixture(scope="module", autouse=True)
def _torch_embeds() -> Iterator[None]:
    """To make an engine of OpenVINO takes as long as all the rest, for each of three networks."""

    def torch_engine(backbone: Backbone, device: str, notify: Notify) -> Engine:
        return TorchEngine(backbone, torch.device("cpu"), notify)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ahsml_app.core.backbones.inference.make_engine", torch_engine)
        yield


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> FinetuneInputs:
    folder = tmp_path_factory.mktemp("cross-fit")
    table = image_table(folder / "pictures", per_class=10)
    backbone = tiny_backbone(folder)
    features = features_of(table, backbone, folder / "cache")
    trainable = np.ones(len(table), dtype=bool)
    trainable[[4, 17]] = False
    data = TrainData(features, table.labels, trainable, 3)
    result = finish(train(CONFIG, data))[1]
    return FinetuneInputs(table, backbone, data, result)


def tuned(
    inputs: FinetuneInputs, folder: Path, cancel: CancelToken | None = None, **changes: object
) -> Generator[Event, None, Tuned]:
    context = RunContext(checkpoints=folder, cancel=cancel or CancelToken())
    return finetune(CONFIG, replace(STEPS, **changes), inputs, context)


def doubtful(inputs: FinetuneInputs) -> FinetuneInputs:
    """The same inputs, but its scores say nothing, so that the tuned network is kept."""
    flat = np.full_like(inputs.result.posterior, 1 / 3)
    return replace(inputs, result=replace(inputs.result, posterior=flat))


@dataclass(frozen=True)
class WholeRun:
    """A run from beginning to end whose network was kept: what several tests compare with."""

    folder: Path
    events: list[Event]
    result: Tuned


@pytest.fixture(scope="module")
def whole(inputs: FinetuneInputs, tmp_path_factory: pytest.TempPathFactory) -> WholeRun:
    folder = tmp_path_factory.mktemp("whole")
    return WholeRun(folder, *finish(tuned(doubtful(inputs), folder)))


def test_a_better_network_gives_scores_points_and_a_model_that_belong_together(
    inputs: FinetuneInputs, whole: WholeRun, tmp_path: Path
) -> None:
    events, found = whole.events, whole.result
    assert found.kept
    assert found.backbone.tuned
    assert found.backbone.identity != inputs.backbone.identity
    count = len(inputs.table)
    result = found.result
    assert result.posterior.shape == (count, 3)
    np.testing.assert_allclose(result.posterior.sum(1), 1, rtol=1e-4)
    np.testing.assert_allclose(result.corrected.sum(1), 1, rtol=1e-4)
    assert not np.allclose(result.posterior, 1 / 3, atol=0.01)
    assert ((result.adaptive_weight >= 0) & (result.adaptive_weight <= 1)).all()
    features = features_of(inputs.table, found.backbone, tmp_path / "other")
    head = FeatureHead.from_parameters(result.head, result.curvature)
    with torch.no_grad():
        points = head(torch.from_numpy(features[0]).float()).numpy()
    np.testing.assert_allclose(result.points, points, atol=0.05)
    # A tuned network has only learned to tell apart the classes.
    np.testing.assert_array_equal(result.outlier_probability, inputs.result.outlier_probability)
    progress = [event for event in events if isinstance(event, Progress)]
    assert {event.stage for event in progress} == {Stage.FINETUNE}
    parts = {Stage.EXTRACT_FEATURES, Stage.PREPARE, Stage.TRAIN, Stage.EMBEDDINGS}
    assert {event.part for event in progress} >= {None, *parts}
    epochs = [event for event in events if isinstance(event, EpochEnd)]
    assert [(e.pass_index, e.fold) for e in epochs] == [(2, 0), (2, 1), (2, 2)]
    assert all(len(event.weights) == count for event in epochs)
    done = [event.done for event in progress if event.part is None]
    assert done == list(range(1, len(done) + 1))


def test_a_worse_network_changes_nothing(inputs: FinetuneInputs, tmp_path: Path) -> None:
    hard = np.eye(3, dtype=np.float32)[inputs.table.labels] * 0.97 + 0.01
    sure = replace(inputs, result=replace(inputs.result, posterior=hard))
    events, found = finish(tuned(sure, tmp_path))
    assert not found.kept
    assert found.backbone is inputs.backbone
    assert found.result is sure.result
    assert "stands" in [str(e.message) for e in events if isinstance(e, Notice)][-1]


def test_no_label_of_the_other_half_reaches_a_network(
    inputs: FinetuneInputs, whole: WholeRun
) -> None:
    folds = assign_folds(inputs.data.labels, inputs.data.trainable, 2, CONFIG.seed)
    random = np.random.default_rng(0)
    for half in (0, 1):
        labels = np.where(folds == half, inputs.data.labels, random.integers(0, 3, len(folds)))
        data = replace(inputs.data, labels=labels, trainable=folds == half)
        preparation = fit_preparation(data.features[0], CONFIG.ablation.components, CancelToken())
        task = initial_task(CONFIG, data, finish(train(CONFIG, data))[1], preparation)
        steps = tune(
            inputs.backbone,
            [inputs.table.root / path for path in inputs.table.paths],
            task,
            CONFIG,
            STEPS,
            TuningRun(half, 2, 0, 1, CheckpointFolder(None, ""), RunContext()),
        )
        alone = network_of(finish(steps)[1].module).state_dict()
        kept = load_file(whole.folder / f"tune{half}-result.safetensors")
        kept.pop("checksum")
        assert all(np.array_equal(kept[name], alone[name].numpy()) for name in kept)


def test_a_label_changes_no_bit_of_what_the_networks_say_of_its_own_group(
    inputs: FinetuneInputs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other half's network judges the sample, and a head that has not seen its label.

    There is no linear model here, since all labels choose its penalty.
    """
    monkeypatch.setattr("ahsml_app.core.finetune.cross_fit_halves.is_better", accepted)
    one_pass = varied(CONFIG, passes=1, linear_expert=False, noise_model=False)
    labels, row = inputs.data.labels, 0
    same_fold = replace(inputs, data=replace(inputs.data, groups=groups_of_three(labels)))
    group = np.flatnonzero(same_fold.data.groups == same_fold.data.groups[row])
    assert len(group) == 3

    def posterior(name: str, label: int) -> np.ndarray:
        changed = replace(same_fold, data=with_label(same_fold.data, row, label))
        context = RunContext(device="cpu", checkpoints=tmp_path / name)
        found = finish(finetune(one_pass, STEPS, changed, context))[1]
        assert found.kept
        return found.result.posterior

    before = posterior("before", labels[row])
    after = posterior("after", (labels[row] + 1) % 3)
    assert np.array_equal(after[group], before[group])
    assert (after != before).any(1).mean() > 0.5


def test_a_run_that_is_stopped_anywhere_continues_to_the_same_result(
    inputs: FinetuneInputs, whole: WholeRun, tmp_path: Path
) -> None:
    inputs = doubtful(inputs)
    folder = tmp_path / "stopped"
    for part, pass_index in ((None, None), (Stage.EXTRACT_FEATURES, None), (Stage.TRAIN, 1)):
        token = CancelToken()
        running = tuned(inputs, folder, token)
        for event in running:
            where = (Stage.FINETUNE, part, pass_index)
            if isinstance(event, Progress) and event.key == where:
                break
        token.cancel()
        with pytest.raises(Cancelled):
            finish(running)
    _, resumed = finish(tuned(inputs, folder))
    assert resumed.backbone.identity == whole.result.backbone.identity
    for name in ("posterior", "corrected", "points", "prototypes", "consistency"):
        expected = getattr(whole.result.result, name)
        assert np.array_equal(getattr(resumed.result, name), expected), name


def test_files_that_are_gone_keep_what_was_said_of_them(
    inputs: FinetuneInputs, tmp_path: Path
) -> None:
    table = image_table(tmp_path / "pictures", per_class=10)
    here = doubtful(replace(inputs, table=table))
    for row in (1, 4):
        (table.root / table.paths[row]).unlink()
    events, found = finish(tuned(here, tmp_path / "work"))
    assert found.kept
    assert np.array_equal(found.result.posterior[[1, 4]], here.result.posterior[[1, 4]])
    assert np.isfinite(found.result.points).all()
    told = [str(event.message) for event in events if isinstance(event, Notice)]
    assert any("2 images can no longer be read" in message for message in told)


def test_heads_that_missed_some_files_are_trained_anew_when_these_are_back(
    inputs: FinetuneInputs, whole: WholeRun, tmp_path: Path
) -> None:
    table = image_table(tmp_path / "pictures", per_class=10)
    here, folder = doubtful(replace(inputs, table=table)), tmp_path / "work"
    running = tuned(here, folder)
    for event in running:
        if isinstance(event, EpochEnd) and event.fold == 2:
            break
    lost = [table.root / table.paths[row] for row in (3, 4)]
    for path in lost:
        path.rename(path.with_suffix(".away"))
    without = finish(running)[1]
    for path in lost:
        path.with_suffix(".away").rename(path)
    again = finish(tuned(here, folder))[1]
    expected = whole.result.result
    # Features of a few files depend a little on the size of their batch, on some processors.
    assert np.abs(without.result.points - expected.points).max() > 0.5
    np.testing.assert_allclose(again.result.points, expected.points, atol=0.1)


def test_most_files_gone_stops_with_what_to_do(inputs: FinetuneInputs, tmp_path: Path) -> None:
    table = image_table(tmp_path / "pictures", per_class=10)
    here, token = doubtful(replace(inputs, table=table)), CancelToken()
    running = tuned(here, tmp_path / "work", token)
    for event in running:
        if isinstance(event, Progress) and event.part is Stage.EXTRACT_FEATURES:
            break
    token.cancel()
    with pytest.raises(Cancelled):
        finish(running)
    away = table.root.rename(tmp_path / "away")
    with pytest.raises(InputError, match="--resume") as caught:
        finish(tuned(here, tmp_path / "work"))
    assert str(table.root) in str(caught.value.message)
    away.rename(table.root)
    assert finish(tuned(here, tmp_path / "work"))[1].kept


def test_few_images_are_left_as_they_are(inputs: FinetuneInputs, tmp_path: Path) -> None:
    trainable = np.zeros(len(inputs.table), dtype=bool)
    trainable[::2] = True
    few = replace(inputs, data=replace(inputs.data, trainable=trainable))
    events, found = finish(tuned(few, tmp_path))
    assert found.result is inputs.result
    assert "too few" in str(events[-1].message)


def test_a_network_starts_where_the_training_on_features_ended(inputs: FinetuneInputs) -> None:
    data, result = inputs.data, inputs.result
    preparation = fit_preparation(data.features[0], CONFIG.ablation.components, CancelToken())
    trusted = np.zeros(len(inputs.table), dtype=bool)
    trusted[:3] = True
    task = initial_task(CONFIG, replace(data, trusted=trusted), result, preparation)
    with torch.no_grad():
        points = task.head(torch.from_numpy(preparation(data.features[0]))).numpy()
        prototypes = task.head.prototype_points().numpy()
    np.testing.assert_allclose(points, result.points, atol=2e-3)
    np.testing.assert_allclose(prototypes, result.prototypes, atol=1e-4)
    assert np.array_equal(task.rows, np.flatnonzero(data.trainable))
    assert task.targets[:3].max(1).tolist() == [1, 1, 1]
    assert task.weights[:3].tolist() == [1, 1, 1]
