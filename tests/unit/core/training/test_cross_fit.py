from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from benchmarks.common.ranking_metrics import auroc
from benchmarks.common.variants import varied
from made_up_data import clouds
from running import finish

from ahsml_app.base.context import RunContext
from ahsml_app.base.errors import Cancelled
from ahsml_app.base.events import CancelToken, EpochEnd, Progress, Stage
from ahsml_app.core import mapped_arrays
from ahsml_app.core.config import Ablation, TrainConfig
from ahsml_app.core.head import epoch, fit
from ahsml_app.core.head.head_model import FeatureHead
from ahsml_app.core.head.prototypes import weighted_prototypes
from ahsml_app.core.losses import LOSSES
from ahsml_app.core.training import assemble, cross_fit
from ahsml_app.core.training.cross_fit import train
from ahsml_app.core.training_data import TrainData, TrainResult

QUICK = TrainConfig(folds=3, epochs=8, dimension=8, ablation=Ablation(batch_size=32))


def trained(config: TrainConfig, data: TrainData, checkpoints: Path | None = None) -> TrainResult:
    return finish(train(config, data, RunContext(checkpoints=checkpoints)))[1]


def stop_after(data: TrainData, checkpoints: Path, epochs: int, parallel_fits: int = 1) -> None:
    token, seen = CancelToken(), 0
    context = RunContext(checkpoints=checkpoints, cancel=token, parallel_fits=parallel_fits)
    events = train(QUICK, data, context)
    while seen < epochs:
        seen += isinstance(next(events), EpochEnd)
    token.cancel()
    with pytest.raises(Cancelled):
        next(events)


def wrongness(result: TrainResult, data: TrainData) -> np.ndarray:
    return 1 - result.corrected[np.arange(len(data)), data.labels]


def test_wrong_labels_come_first() -> None:
    data, truth = clouds()
    result = trained(QUICK, data)
    assert auroc(wrongness(result, data), data.labels != truth) > 0.97
    assert np.nanmean(result.adaptive_weight[data.labels != truth]) < 0.45
    assert np.nanmean(result.adaptive_weight[data.labels == truth]) > 0.7


@pytest.mark.parametrize("loss", sorted(LOSSES))
def test_every_loss_alone_finds_wrong_labels(loss: str) -> None:
    data, truth = clouds()
    core = varied(
        QUICK,
        loss=loss,
        pair_weight=float("inf"),
        passes=1,
        soft_similarity=False,
        weights="none",
        linear_expert=False,
        closed_form=False,
        noise_model=False,
    )
    assert auroc(wrongness(trained(core, data), data), data.labels != truth) > 0.9


@pytest.mark.parametrize(
    "changes",
    [
        {"margins": "paper"},
        {"margins": "distance"},
        {"margins": "constant"},
        {"weights": "mixture"},
        {"weights": "none"},
        {"linear_expert": False, "epochs": 25},
        {"noise_model": False},
        {"passes": 1},
        {"passes": 3},
        {"pair_weight": 0.0},
        {"consistency_weight": 0.0, "view_pairs": False},
    ],
    ids=str,
)
def test_every_option_trains_and_finds_wrong_labels(changes: dict[str, object]) -> None:
    data, truth = clouds()
    result = trained(varied(QUICK, **changes), data)
    assert auroc(wrongness(result, data), data.labels != truth) > 0.9
    np.testing.assert_allclose(result.corrected.sum(1), 1, atol=1e-4)


def test_the_same_seed_gives_the_same_scores_and_another_seed_others() -> None:
    data, _ = clouds()
    first, again = trained(QUICK, data), trained(QUICK, data)
    other = trained(replace(QUICK, seed=1), data)
    np.testing.assert_array_equal(first.corrected, again.corrected)
    np.testing.assert_array_equal(first.points, again.points)
    assert not np.array_equal(first.corrected, other.corrected)


def test_stopped_training_continues_to_the_same_result(tmp_path: Path) -> None:
    data, _ = clouds()
    uninterrupted, whole = finish(train(QUICK, data))
    for epochs in (2, 3, 5):
        stop_after(data, tmp_path, epochs)
    events, resumed = finish(train(QUICK, data, RunContext(checkpoints=tmp_path)))
    done, epochs_in_all = (
        sum(isinstance(event, EpochEnd) for event in each) for each in (events, uninterrupted)
    )
    assert done <= epochs_in_all - (2 + 3 + 5)
    np.testing.assert_array_equal(whole.corrected, resumed.corrected)
    np.testing.assert_array_equal(whole.weight_history, resumed.weight_history)
    np.testing.assert_array_equal(whole.consistency_history, resumed.consistency_history)


def test_folds_side_by_side_give_the_same_result_and_events(tmp_path: Path) -> None:
    data, _ = clouds()
    events, alone = finish(train(QUICK, data))
    told, beside = finish(train(QUICK, data, RunContext(parallel_fits=3)))
    np.testing.assert_array_equal(alone.corrected, beside.corrected)
    np.testing.assert_array_equal(alone.points, beside.points)
    np.testing.assert_array_equal(alone.weight_history, beside.weight_history)
    np.testing.assert_array_equal(alone.consistency_history, beside.consistency_history)
    assert [type(event) for event in told] == [type(event) for event in events]
    assert [e for e in told if isinstance(e, Progress)] == [
        e for e in events if isinstance(e, Progress)
    ]
    for fits in (2, 3, 1):
        stop_after(data, tmp_path, 3, fits)
    context = RunContext(checkpoints=tmp_path, parallel_fits=2)
    _, resumed = finish(train(QUICK, data, context))
    np.testing.assert_array_equal(alone.corrected, resumed.corrected)


def test_a_checkpoint_of_other_labels_is_not_continued(tmp_path: Path) -> None:
    data, _ = clouds()
    trained(QUICK, data, checkpoints=tmp_path)
    labels = data.labels.copy()
    labels[:10] = (labels[:10] + 1) % 4
    changed = replace(data, labels=labels)
    resumed = trained(QUICK, changed, checkpoints=tmp_path)
    np.testing.assert_array_equal(resumed.corrected, trained(QUICK, changed).corrected)


def test_samples_that_are_not_trained_on_are_scored_and_change_nothing() -> None:
    data, truth = clouds(wrong=0)
    outside = np.arange(len(data)) % 10 == 0
    labels = np.where(outside, -1, data.labels)
    unlabelled = replace(data, labels=labels, trainable=~outside)
    result = trained(QUICK, unlabelled)
    assert (result.corrected[outside].argmax(1) == truth[outside]).mean() > 0.9
    assert np.isnan(result.adaptive_weight[outside]).all()
    # A test-split sample keeps its label, and that label teaches nothing.
    flipped = np.where(outside, (truth + 1) % 4, truth)
    test_split = trained(QUICK, replace(data, labels=flipped, trainable=~outside))
    np.testing.assert_array_equal(test_split.posterior, result.posterior)
    assert np.nanmean(test_split.adaptive_weight[outside]) < 0.3


def test_trusted_labels_keep_their_weight() -> None:
    data, truth = clouds()
    trusted = data.labels != truth
    result = trained(QUICK, replace(data, trusted=trusted))
    np.testing.assert_array_equal(result.adaptive_weight[trusted], 1)


def test_one_view_tiny_and_absent_classes_do_not_stop_training() -> None:
    data, _ = clouds(classes=3, per_class=12)
    labels = data.labels.copy()
    labels[labels == 2] = 1
    labels[0] = 2
    lonely = TrainData(data.features[:1], labels, data.trainable, class_count=5)
    result = trained(QUICK, lonely)
    assert np.isfinite(result.corrected).all()
    assert np.isfinite(result.class_distances).all()
    np.testing.assert_array_equal(result.consistency, 1)


def test_folds_of_unequal_size_train_equally_long() -> None:
    data, _ = clouds(per_class=58)
    trainable = data.trainable.copy()
    trainable[:3] = False  # 152 or 153 of 229 train a head, which would make 43 or 42 epochs
    data = replace(data, trainable=trainable)
    events, result = finish(train(varied(QUICK, epochs=None, batch_size=64), data))
    epochs = {e.epochs for e in events if isinstance(e, EpochEnd)}
    assert len(result.weight_history) in epochs


def test_each_fold_has_a_head_and_the_last_pass_one_more_of_all_samples() -> None:
    data, _ = clouds()
    alone = varied(QUICK, passes=2, epochs=1, linear_expert=False, closed_form=False)
    events, _ = finish(train(alone, data))
    heads = {(e.pass_index, e.fold) for e in events if isinstance(e, EpochEnd)}
    assert heads == {(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (1, 3)}
    progress = [e for e in events if isinstance(e, Progress) and e.stage == Stage.TRAIN]
    assert [e.done / e.total for e in progress if e.pass_index == 1] == [0.25, 0.5, 0.75, 1]


def test_the_exported_head_maps_features_to_the_points() -> None:
    import torch

    data, _ = clouds()
    result = trained(QUICK, data)
    head = FeatureHead.from_parameters(result.head, result.curvature)
    with torch.no_grad():
        points = head(torch.from_numpy(data.features[0].astype(np.float32))).numpy()
    np.testing.assert_allclose(points, result.points, atol=5e-3)
    assert (np.square(result.points).sum(1) * result.curvature < 1).all()


def test_the_history_of_consistency_ends_at_the_consistency() -> None:
    data, _ = clouds(per_class=40)
    shaken = data.features.astype(np.float32)
    noise = np.random.default_rng(1).normal(size=shaken[1:].shape)
    shaken[1:, ::2] += 2 * shaken.std() * noise[:, ::2]
    data = replace(data, features=shaken.astype(np.float16))
    _, result = finish(train(QUICK, data))
    history = result.consistency_history
    assert history.shape == result.weight_history.shape
    np.testing.assert_allclose(history[-1], result.consistency, atol=2e-3)  # kept as float16
    assert (result.weight_history[0] != result.weight_history[-1]).any()
    unlike = 1 - result.consistency
    assert unlike[::2].mean() > 5 * unlike[1::2].mean()


def test_beyond_a_number_of_classes_the_discriminant_stands_in_for_logistic_regression(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data, _ = clouds(per_class=20)
    config = replace(QUICK, passes=1)
    assert "linear" in trained(config, data).member_shares
    monkeypatch.setattr(cross_fit, "MOST_LINEAR_NUMBERS", len(data) * data.class_count - 1)
    result = trained(config, data)
    assert "linear" not in result.member_shares
    assert "discriminant" in result.member_shares


def test_samples_beyond_the_limit_are_judged_by_models_that_saw_none_of_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data, truth = clouds(per_class=60)
    whole = trained(QUICK, data)
    monkeypatch.setattr(cross_fit, "MOST_FITTED", 120)
    result = trained(QUICK, data)
    left_out = np.isnan(result.weight_history[0])
    assert 110 <= left_out.sum() <= 120
    np.testing.assert_array_equal(np.isnan(result.consistency_history[0]), left_out)
    wrong = data.labels != truth
    assert auroc(wrongness(result, data)[left_out], wrong[left_out]) > 0.97
    assert wrongness(result, data).sum() == pytest.approx(wrongness(whole, data).sum(), rel=0.3)
    assert np.isfinite(result.consistency).all()


def test_prototypes_are_the_midpoints_of_weighted_points(monkeypatch: pytest.MonkeyPatch) -> None:
    data, _ = clouds()
    data = replace(data, trainable=np.arange(len(data)) % 5 > 0)
    for module in (assemble, fit):
        monkeypatch.setattr(module, "CHUNK", 16)
    result = trained(QUICK, data)
    rows = np.flatnonzero(data.trainable)
    expected = weighted_prototypes(
        torch.from_numpy(result.points[rows]).double(),
        torch.from_numpy(data.labels[rows]),
        torch.from_numpy(result.adaptive_weight[rows]),
        data.class_count,
        result.curvature,
    )
    np.testing.assert_allclose(result.prototypes, expected.numpy(), atol=1e-6)


def test_a_training_in_files_and_in_parts_gives_the_result_of_one_in_memory(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    data, _ = clouds()
    data = replace(data, trainable=np.arange(len(data)) % 5 > 0)
    expected = trained(QUICK, data)
    monkeypatch.setattr(mapped_arrays, "IN_MEMORY_UP_TO", 0)
    for module in (mapped_arrays, cross_fit):
        monkeypatch.setattr(module, "POSTERIORS_IN_MEMORY", 0)
    for module in (mapped_arrays, epoch):
        monkeypatch.setattr(module, "ROWS_AT_ONCE", 7)
    monkeypatch.setattr(mapped_arrays, "CHUNK", 16)
    for module in (assemble, fit):
        monkeypatch.setattr(module, "CHUNK", 16)
    result = trained(QUICK, data, tmp_path)
    assert isinstance(result.embedding, np.memmap)
    for name in ("posterior", "corrected", "consistency", "points", "prototypes", "embedding"):
        np.testing.assert_allclose(
            getattr(result, name), getattr(expected, name), atol=2e-3, err_msg=name
        )
