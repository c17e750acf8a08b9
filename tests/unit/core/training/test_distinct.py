"""Copies count once: they change nothing for the others, and share the scores of their image."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from made_up_data import overlapping, with_copies
from running import finish

from ahsml_app.base.events import EpochEnd
from ahsml_app.core.config import Ablation, TrainConfig
from ahsml_app.core.training.cross_fit import train
from ahsml_app.core.training.distinct import train_distinct
from ahsml_app.core.training_data import TrainData

QUICK = TrainConfig(folds=3, epochs=3, passes=1, dimension=8, ablation=Ablation(batch_size=32))


def copied(times: int) -> tuple[TrainData, TrainData, list[str], np.ndarray]:
    """Data, the same with copies behind it, contents, and the row that each sample is a copy of."""
    data, truth = overlapping(per_class=20)
    wrong = np.flatnonzero(data.labels != truth)[:6]
    whole, source = data, np.arange(len(data))
    for _ in range(times):
        whole = with_copies(whole, wrong, grouped=True)
        source = np.concatenate([source, wrong])
    return data, whole, [f"content {row}" for row in source], source


@pytest.mark.parametrize("times", [1, 9])
def test_copies_change_no_bit_and_share_the_result(times: int) -> None:
    data, whole, contents, source = copied(times)
    expected = finish(train(QUICK, data))[1]
    events, result = finish(train_distinct(QUICK, whole, contents))
    for name in ("posterior", "corrected", "adaptive_weight", "points", "embedding"):
        np.testing.assert_array_equal(getattr(result, name), getattr(expected, name)[source])
    np.testing.assert_array_equal(result.weight_history, expected.weight_history[:, source])
    np.testing.assert_array_equal(result.noise_matrix, expected.noise_matrix)
    ends = [event for event in events if isinstance(event, EpochEnd)]
    assert ends
    assert all(len(event.weights) == len(source) for event in ends)


def test_copies_that_a_person_has_treated_otherwise_are_samples_of_their_own() -> None:
    """Another label, a confirmed one, and one that is dropped are no repetitions."""
    _, whole, contents, source = copied(3)
    rows = np.flatnonzero(source == source[-1])
    labels, trusted, trainable = whole.labels.copy(), np.zeros(len(whole), bool), whole.trainable
    labels[rows[1]] = (labels[rows[1]] + 1) % whole.class_count
    trusted[rows[2]] = True
    trainable = trainable.copy()
    trainable[rows[3]] = False
    varied = replace(whole, labels=labels, trusted=trusted, trainable=trainable)
    result = finish(train_distinct(QUICK, varied, contents))[1]
    assert result.adaptive_weight[rows[2]] == 1 != result.adaptive_weight[rows[0]]
    assert len({tuple(row) for row in result.corrected[rows].tolist()}) == 4


def test_samples_that_borrowed_their_augmentations_have_no_consistency() -> None:
    _, whole, contents, source = copied(1)
    augmented = source % 2 == 0
    result = finish(train_distinct(QUICK, replace(whole, augmented=augmented), contents))[1]
    np.testing.assert_array_equal(np.isnan(result.consistency), ~augmented)
    assert np.array_equal(np.isnan(result.consistency_history).all(0), ~augmented)
    assert np.isfinite(result.adaptive_weight).all()
    complete = finish(train_distinct(QUICK, whole, contents))[1]
    assert (result.adaptive_weight >= complete.adaptive_weight).all()
