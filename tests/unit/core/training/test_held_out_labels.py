"""What a label may change of what is said about its own sample: nothing that its fold decides.

The folds themselves are stratified by the labels. `groups_of_three` holds them while one label
changes, and the whole group lies in the fold of the sample.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from benchmarks.common.ranking_metrics import auroc
from made_up_data import groups_of_three, overlapping, with_copies, with_label
from running import finish

from ahsml_app.core.config import Ablation, TrainConfig
from ahsml_app.core.training.cross_fit import train
from ahsml_app.core.training_data import TrainData, TrainResult

QUICK = TrainConfig(folds=3, epochs=6, dimension=8, ablation=Ablation(batch_size=32))
_LINEAR = Ablation(batch_size=32, closed_form=False, noise_model=False)
LINEAR_BESIDE = replace(QUICK, epochs=4, passes=1, ablation=_LINEAR)
HEAD_ALONE = replace(LINEAR_BESIDE, ablation=replace(_LINEAR, linear_expert=False))


def trained(config: TrainConfig, data: TrainData) -> TrainResult:
    return finish(train(config, data))[1]


def wrongness(result: TrainResult, data: TrainData) -> np.ndarray:
    return 1 - result.corrected[np.arange(len(data)), data.labels]


@pytest.fixture(scope="module")
def grouped() -> TrainData:
    data, _ = overlapping()
    return replace(data, groups=groups_of_three(data.labels))


@pytest.fixture(scope="module")
def first_pass(grouped: TrainData) -> TrainResult:
    return trained(HEAD_ALONE, grouped)


@pytest.mark.parametrize("row", [0, 58])
def test_a_label_changes_no_bit_of_what_heads_say_of_its_own_group(
    grouped: TrainData, first_pass: TrainResult, row: int
) -> None:
    changed = trained(HEAD_ALONE, with_label(grouped, row, (grouped.labels[row] + 1) % 4))
    same = grouped.groups == grouped.groups[row]  # type: ignore[index]
    for name in ("posterior", "consistency"):
        before, after = getattr(first_pass, name), getattr(changed, name)
        assert np.array_equal(after[same], before[same]), name
        assert (after != before).mean() > 0.5, name
    history = (first_pass.consistency_history, changed.consistency_history)
    assert np.array_equal(history[1][:, same], history[0][:, same])


def test_a_label_changes_no_bit_of_what_head_and_linear_model_say_of_its_own_group(
    grouped: TrainData,
) -> None:
    """All labels choose the linear model's penalty, and this one does not change the choice."""
    row = 17
    before = trained(LINEAR_BESIDE, grouped)
    after = trained(LINEAR_BESIDE, with_label(grouped, row, (grouped.labels[row] + 1) % 4))
    same = grouped.groups == grouped.groups[row]  # type: ignore[index]
    assert np.array_equal(after.posterior[same], before.posterior[same])
    assert not np.array_equal(after.posterior[~same], before.posterior[~same])


@pytest.mark.parametrize("passes", [1, 2])
def test_calibration_and_soft_targets_carry_little_of_a_label_to_its_own_posterior(
    grouped: TrainData, passes: int
) -> None:
    """Penalty, sharpness, exponent and the soft targets of the others depend on all labels.

    One label of 80 moves them a little. A model that saw the label would raise its probability.
    """
    config, row = replace(QUICK, passes=passes), 40
    label = (grouped.labels[row] + 1) % 4
    before = trained(config, grouped).posterior
    after = trained(config, with_label(grouped, row, label)).posterior
    assert abs(after[row, label] - before[row, label]) < 0.05


@pytest.mark.parametrize("config", [QUICK, LINEAR_BESIDE], ids=["all", "linear"])
def test_wrong_labels_that_a_model_could_learn_by_heart_come_first(config: TrainConfig) -> None:
    data, truth = overlapping(per_class=40)
    assert auroc(wrongness(trained(config, data), data), data.labels != truth) > 0.9


def test_copies_of_a_wrong_label_do_not_vouch_for_it() -> None:
    data, truth = overlapping(per_class=40)
    wrong = np.flatnonzero(data.labels != truth)[:16]
    alone = wrongness(trained(QUICK, data), data)[wrong].mean()
    apart, together = (
        wrongness(trained(QUICK, copied), copied)[wrong].mean()
        for copied in (with_copies(data, wrong, grouped=grouped) for grouped in (False, True))
    )
    assert apart < 0.3
    assert together > alone - 0.1
    assert alone > 0.7


def test_a_confirmed_label_counts_fully_in_every_epoch_of_every_fold() -> None:
    data, truth = overlapping()
    trusted = data.labels != truth
    plain = trained(QUICK, data)
    result = trained(QUICK, replace(data, trusted=trusted))
    assert (result.weight_history[:, trusted] == 1).all()
    assert plain.weight_history[-1, trusted].mean() < 0.8
    assert result.weight_history[-1, ~trusted].mean() < 0.95
