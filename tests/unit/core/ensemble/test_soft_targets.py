from __future__ import annotations

import numpy as np
import pytest

from ahsml_app.core.config import Ablation, TrainConfig
from ahsml_app.core.ensemble.soft_targets import soften
from ahsml_app.core.training_data import TrainData

CLASSES = 3
LABELS = np.array([0, 1, 2, 0, -1])
TRAINABLE = np.array([True, True, True, False, False])


def softened(ablation: Ablation, trusted: list[bool] | None = None) -> tuple[np.ndarray, ...]:
    """Targets and weights where the posteriors doubt every label a little."""
    data = TrainData(
        np.zeros((1, len(LABELS), 2), dtype=np.float16),
        LABELS,
        TRAINABLE,
        CLASSES,
        None if trusted is None else np.array(trusted),
    )
    posterior = np.full((len(LABELS), CLASSES), 0.3, dtype=np.float32)
    posterior[:, 1] = 0.4
    return soften(TrainConfig(ablation=ablation), data, posterior, posterior)


both = pytest.mark.parametrize("noise_model", [True, False])


@both
def test_doubted_labels_are_softened(noise_model: bool) -> None:
    targets, weights = softened(Ablation(noise_model=noise_model))
    assert (targets[0] < 1).all()
    assert 0 < weights[0] < 1
    assert targets[0].sum() == pytest.approx(1)


@both
def test_a_confirmed_label_is_not_softened(noise_model: bool) -> None:
    confirmed = [True, False, False, False, False]
    targets, weights = softened(Ablation(noise_model=noise_model), confirmed)
    assert targets[0].tolist() == [1, 0, 0]
    assert weights[0] == 1
    assert weights[2] < 1


@both
@pytest.mark.parametrize("rule", ["posterior", "none"])
def test_samples_that_are_not_trained_on_have_no_weight(noise_model: bool, rule: str) -> None:
    _, weights = softened(Ablation(noise_model=noise_model, weights=rule))
    assert (weights[:3] > 0).all()
    assert weights[3:].tolist() == [0, 0]
