"""The first estimate ranks the wrong labels before the training, and finds the images in doubt."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from benchmarks.common.ranking_metrics import auroc
from made_up_data import overlapping

from ahsml_app.base.events import CancelToken
from ahsml_app.core.config import TrainConfig
from ahsml_app.core.training.first_estimate import (
    LEAST_AUGMENTED,
    SETTLED,
    first_posterior,
    first_weights,
    needs_augmentations,
)


def test_the_first_weights_rank_the_wrong_labels() -> None:
    data, truth = overlapping()
    dropped, confirmed = 3, int(np.flatnonzero(data.labels != truth)[0])
    trainable = data.trainable.copy()
    trainable[dropped] = False
    trusted = np.arange(len(data)) == confirmed
    data = replace(data, trainable=trainable, trusted=trusted)

    posterior = first_posterior(TrainConfig(), data, CancelToken())
    weights = first_weights(posterior, data)

    others = np.delete(np.arange(len(data)), [dropped, confirmed])
    assert auroc(-weights[others], (data.labels != truth)[others]) > 0.9
    assert weights[dropped] == 0
    assert weights[confirmed] == 1


def posterior_of(clearness: np.ndarray) -> np.ndarray:
    return np.stack([clearness, 1 - clearness], axis=1).astype(np.float32)


def test_images_that_are_not_clear_need_augmentations() -> None:
    clearness = np.full(3 * LEAST_AUGMENTED, 0.999)
    clearness[: 2 * LEAST_AUGMENTED] = SETTLED - 0.01
    assert np.array_equal(needs_augmentations(posterior_of(clearness)), clearness < SETTLED)


def test_a_least_number_is_augmented_and_those_are_the_least_clear() -> None:
    clearness = np.linspace(0.999, 0.98, 2 * LEAST_AUGMENTED)
    mask = needs_augmentations(posterior_of(clearness))
    assert np.flatnonzero(mask).tolist() == list(range(LEAST_AUGMENTED, 2 * LEAST_AUGMENTED))
    assert needs_augmentations(posterior_of(clearness[:9])).all()
