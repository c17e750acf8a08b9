from __future__ import annotations

import numpy as np
import pytest

from ahsml_app.core.config import Ablation, TrainConfig
from ahsml_app.core.ensemble.noise_model import label_likelihood
from ahsml_app.core.finetune.half_scores import (
    HalfScores,
    combine_scores,
    is_better,
    mean_half_scores,
)
from ahsml_app.core.training_data import TrainData, TrainResult

COUNT, CLASSES = 600, 3
LABELS = np.arange(COUNT) % CLASSES
CONFIG = TrainConfig(ablation=Ablation(noise_model=False))


def posterior(right: float, seed: int) -> np.ndarray:
    """Of a model that gives the label 0.8 in that share of the samples, another class elsewhere."""
    random = np.random.default_rng(seed)
    wrong = random.random(COUNT) >= right
    classes = (LABELS + wrong * random.integers(1, CLASSES, COUNT)) % CLASSES
    return np.where(np.eye(CLASSES, dtype=bool)[classes], 0.8, 0.1).astype(np.float32)


def before() -> TrainResult:
    one = np.zeros((1, 1), dtype=np.float32)
    even = np.ones(COUNT, dtype=np.float32)
    return TrainResult(
        posterior=posterior(0.8, seed=0),
        corrected=posterior(0.8, seed=0),
        adaptive_weight=even,
        consistency=even * 0.5,
        points=one,
        embedding=one,
        curvature=0.1,
        prototypes=one,
        class_distances=one,
        outlier_probability=np.linspace(0, 1, COUNT, dtype=np.float32),
        noise_matrix=np.eye(CLASSES, dtype=np.float32),
        head={},
        weight_history=one.astype(np.float16),
        consistency_history=one.astype(np.float16),
    )


def data(trainable: np.ndarray | None = None) -> TrainData:
    features = np.zeros((1, COUNT, 1), dtype=np.float16)
    return TrainData(features, LABELS, trainable if trainable is not None else LABELS >= 0, CLASSES)


def opinion(rows: np.ndarray, right: float = 0.8) -> HalfScores:
    return HalfScores(rows, posterior(right, 1)[rows], np.ones(len(rows), np.float32))


@pytest.mark.parametrize(("right", "kept"), [(0.7, False), (0.9, True), (0.3, False)])
def test_a_network_that_is_worse_alone_is_not_kept_for_the_company_it_gives(
    right: float, kept: bool
) -> None:
    alone = opinion(np.arange(COUNT), right)
    scored = combine_scores(CONFIG, data(), before(), alone)
    together = label_likelihood(scored.posterior, LABELS)
    assert (together > label_likelihood(before().posterior, LABELS)) == (right > 0.5)
    assert is_better(data(), before(), alone, scored) is kept


def test_a_file_that_is_gone_says_nothing_about_a_network() -> None:
    here = np.arange(COUNT)[3:]
    alone = opinion(here, right=0.9)
    assert is_better(data(), before(), alone, combine_scores(CONFIG, data(), before(), alone))


def test_a_sample_of_no_half_has_the_mean_of_both_networks() -> None:
    trainable = np.arange(COUNT) < COUNT - 1
    halves = [opinion(np.arange(COUNT), right=right) for right in (0.0, 1.0)]
    alone = mean_half_scores(halves, before(), trainable)
    expected = (halves[0].posterior[-1] + halves[1].posterior[-1]) / 2
    assert expected.max() < 0.5
    np.testing.assert_allclose(alone.posterior[-1], expected, rtol=1e-6)
