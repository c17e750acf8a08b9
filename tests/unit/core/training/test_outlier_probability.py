"""Images that belong to none of the classes: alone, in a cluster, in weak features."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ahsml_app.base.events import CancelToken
from ahsml_app.core.features.preprocess import fit_preparation
from ahsml_app.core.training.outlier_probability import outlier_probability
from ahsml_app.core.training_data import TrainData

CLASSES, EACH, WIDTH = 5, 60, 96


def classes_of_images(seed: int = 0) -> TrainData:
    """Five classes that share a mean, as features of a network do."""
    random = np.random.default_rng(seed)
    labels = np.repeat(np.arange(CLASSES), EACH)
    centres = 2 + random.normal(0, 0.6, (CLASSES, WIDTH))
    features = np.abs(centres[labels] + random.normal(0, 0.5, (len(labels), WIDTH)))
    return TrainData(
        features[None].astype(np.float16), labels, np.ones(len(labels), dtype=bool), CLASSES
    )


def joined(data: TrainData, features: np.ndarray, labels: np.ndarray) -> TrainData:
    """The data with further samples behind it."""
    return TrainData(
        np.concatenate([data.features, features[None].astype(np.float16)], axis=1),
        np.concatenate([data.labels, labels]),
        np.ones(len(data) + len(labels), dtype=bool),
        data.class_count,
    )


def strangers(count: int, spread: float, seed: int = 1) -> np.ndarray:
    """Samples around a centre that no class has."""
    random = np.random.default_rng(seed)
    centre = 2 + random.normal(0, 1.2, WIDTH)
    return centre + random.normal(0, spread, (count, WIDTH))


def probability(data: TrainData) -> np.ndarray:
    preparation = fit_preparation(data.features[0], 512, CancelToken())
    return outlier_probability(data, preparation, CancelToken())


def test_clean_images_belong() -> None:
    found = np.concatenate([probability(classes_of_images(seed)) for seed in range(4)])
    assert found.dtype == np.float32
    assert (found > 0.5).mean() < 0.03


def test_a_cluster_under_one_label_is_found() -> None:
    data = joined(classes_of_images(), strangers(15, 0.1), np.zeros(15, dtype=np.int64))
    found = probability(data)
    assert (found[-15:] > 0.9).all()
    assert (found[:-15] > 0.5).mean() < 0.03


def test_an_image_alone_in_its_class_is_no_evidence_for_itself() -> None:
    data = replace(classes_of_images(), class_count=CLASSES + 1)
    found = probability(joined(data, strangers(1, 0.1), np.array([CLASSES])))
    assert found[-1] > 0.9


def test_dropped_images_vouch_for_no_others() -> None:
    data = replace(classes_of_images(), class_count=CLASSES + 1)
    data = joined(data, strangers(30, 0.1), np.full(30, CLASSES))
    assert (probability(data)[-30:] < 0.5).all()  # a class of its own
    trainable = data.trainable.copy()
    trainable[-30:] = False
    assert (probability(replace(data, trainable=trainable))[-30:] > 0.9).all()


def test_what_differs_in_weak_features_is_found_by_the_components() -> None:
    """Features that vary little hardly count in the length of a vector."""
    data = classes_of_images()
    features = data.features[0].astype(np.float32)
    features[:, 48:] = 2 + 0.01 * (features[:, 48:] - 2)
    odd = features[:3].copy()
    odd[:, 48:] = 2 + 0.12 * np.random.default_rng(2).choice([-1.0, 1.0], 48)
    data = joined(replace(data, features=features[None].astype(np.float16)), odd, data.labels[:3])
    assert (probability(data)[-3:] > 0.9).all()


def test_images_that_are_all_alike_are_no_outliers() -> None:
    data = classes_of_images()
    alike = replace(data, features=np.ones_like(data.features))
    assert (probability(alike) < 0.5).all()


def test_without_labels_nothing_is_an_outlier() -> None:
    data = classes_of_images()
    nothing = replace(
        data, labels=np.full(len(data), -1), trainable=np.zeros(len(data), dtype=bool)
    )
    assert not probability(nothing).any()
