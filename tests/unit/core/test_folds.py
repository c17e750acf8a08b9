from __future__ import annotations

import numpy as np
import pytest
from training_data import clouds

from ahsml_app.core import folds
from ahsml_app.core.config import Ablation, TrainConfig
from ahsml_app.core.folds import OUTSIDE, head_splits
from ahsml_app.core.training.cross_fit import train


@pytest.mark.parametrize(("samples", "splits"), [(60, 1), (1200, 2), (21_000, 1)])
def test_heads_are_cross_fitted_twice_where_they_count_and_samples_are_not_many(
    samples: int, splits: int
) -> None:
    labels = np.arange(samples) % 2
    trainable = np.arange(samples) >= 10
    found = head_splits(labels, trainable, 4, 2, 0)
    assert len(found) == splits
    assert all((split[:10] == OUTSIDE).all() and split.max() == 3 for split in found)
    if splits == 2:
        assert (found[0] != found[1]).mean() > 0.5


def test_two_splits_give_one_posterior(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folds, "REPEATED_SHARE", 0.0)
    data, _ = clouds()
    small = Ablation(batch_size=32)
    config = TrainConfig(folds=2, epochs=2, dimension=4, passes=1, ablation=small)
    events = train(config, data)
    while True:
        try:
            next(events)
        except StopIteration as end:
            result = end.value
            break
    np.testing.assert_allclose(result.posterior.sum(1), 1, atol=1e-4)
    assert result.consistency_history.shape[0] == 2
    assert (result.consistency <= 1 + 1e-5).all()
    assert result.consistency.min() > 0
