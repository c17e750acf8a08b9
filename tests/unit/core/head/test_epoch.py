from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from ahsml_app.base.events import CancelToken
from ahsml_app.core import mapped_arrays
from ahsml_app.core.config import Ablation, TrainConfig
from ahsml_app.core.head import epoch as head_epoch
from ahsml_app.core.head.epoch import FoldData, HeadTraining

CLASSES, COUNT, WIDTH = 3, 60, 6
CONFIG = TrainConfig(dimension=4, epochs=4, ablation=Ablation(batch_size=20))


def training(config: TrainConfig = CONFIG) -> HeadTraining:
    random = np.random.default_rng(0)
    labels = np.arange(COUNT) % CLASSES
    data = FoldData(
        features=random.normal(size=(3, COUNT, WIDTH)).astype(np.float16),
        rows=np.arange(COUNT),
        labels=labels,
        targets=np.eye(CLASSES, dtype=np.float32)[labels],
        weights=np.ones(COUNT, dtype=np.float32),
        trusted=np.zeros(COUNT, dtype=bool),
    )
    return HeadTraining(data, config, 0, torch.device("cpu"))


def test_a_restored_training_continues_to_the_same_bits() -> None:
    whole, first, second = training(), training(), training()
    for epoch in range(3):
        whole.run_epoch(epoch, CancelToken())
    first.run_epoch(0, CancelToken())
    second.restore({name: value.copy() for name, value in first.state().items()})
    second.run_epoch(1, CancelToken())
    second.run_epoch(2, CancelToken())
    expected, arrays = whole.state(), second.state()
    assert arrays.keys() == expected.keys()
    for name, value in expected.items():
        np.testing.assert_array_equal(arrays[name], value, err_msg=name)


def test_a_step_starts_from_no_gradient() -> None:
    trained = training()
    trained.run_epoch(0, CancelToken())
    assert all(parameter.grad is None for parameter in trained.head.parameters())


@pytest.mark.parametrize("pair_weight", [0.0, 0.1])
def test_only_the_pair_loss_compares_each_two_classes(
    monkeypatch: pytest.MonkeyPatch, pair_weight: float
) -> None:
    compared = []
    similarity = head_epoch.class_divergence_similarity
    monkeypatch.setattr(
        head_epoch,
        "class_divergence_similarity",
        lambda distances: compared.append(len(distances)) or similarity(distances),
    )
    ablation = replace(CONFIG.ablation, pair_weight=pair_weight)
    trained = training(replace(CONFIG, ablation=ablation))
    trained.run_epoch(0, CancelToken())
    assert compared == [CLASSES] * bool(pair_weight)
    pairs = [name for name, array in trained.state().items() if array.shape == (CLASSES, CLASSES)]
    assert bool(pairs) == bool(pair_weight)  # nor does its checkpoint keep a number for each two


class LargestTensor(TorchDispatchMode):
    """Keeps the size of the largest tensor in float64 that was computed."""

    size = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        if isinstance(result, torch.Tensor) and result.dtype == torch.float64:
            self.size = max(self.size, result.numel())
        return result


def test_posteriors_of_all_samples_are_never_in_float64_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    trained, rows = training(), np.arange(COUNT)
    trained.run_epoch(0, CancelToken())
    whole, points = trained.predict(rows, CancelToken(), 3)
    agreement = trained.agreement(rows, CancelToken())
    monkeypatch.setattr(mapped_arrays, "NUMBERS_AT_ONCE", 36)
    with LargestTensor() as largest:
        parts, same_points = trained.predict(rows, CancelToken(), 3)
        same_agreement = trained.agreement(rows, CancelToken())
    assert 0 < largest.size <= max(36, 12 * CONFIG.dimension)
    np.testing.assert_allclose(parts, whole, rtol=1e-6)
    np.testing.assert_allclose(same_points, points, rtol=1e-6)
    np.testing.assert_allclose(same_agreement, agreement, rtol=1e-5)


@pytest.mark.parametrize("weights", ["posterior", "mixture"])
def test_weights_are_renewed_a_part_of_the_samples_at_a_time(
    monkeypatch: pytest.MonkeyPatch, weights: Any
) -> None:
    margins: list[np.ndarray] = []
    monkeypatch.setattr(
        head_epoch,
        "mixture_weights",
        lambda values, _seed: margins.append(values) or np.full(len(values), 0.5, np.float32),
    )
    ablation = replace(CONFIG.ablation, pair_weight=0.0, weights=weights)
    whole, parts = (training(replace(CONFIG, ablation=ablation)) for _ in range(2))
    for epoch in range(4):
        whole.run_epoch(epoch, CancelToken())
    monkeypatch.setattr(mapped_arrays, "NUMBERS_AT_ONCE", 36)
    with LargestTensor() as largest:
        for epoch in range(4):
            parts.run_epoch(epoch, CancelToken())
    assert 0 < largest.size < COUNT * CLASSES
    assert whole.weights.min() < 1
    np.testing.assert_allclose(parts.weights, whole.weights, rtol=1e-4)
    np.testing.assert_allclose(parts.state()["posterior"], whole.state()["posterior"], atol=1e-5)
    half = len(margins) // 2
    assert (half > 0) == (weights == "mixture")
    for one, other in zip(margins[:half], margins[half:], strict=True):
        np.testing.assert_allclose(other, one, atol=1e-5)
