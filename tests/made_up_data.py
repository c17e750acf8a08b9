"""Clouds of points with known classes and known wrong labels, for tests of the training."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from ahsml_app.core.training_data import TrainData


def clouds(
    *, classes: int = 4, per_class: int = 40, wrong: float = 0.15, width: int = 24, seed: int = 0
) -> tuple[TrainData, npt.NDArray[np.int64]]:
    """Features of three augmentations of Gaussian clouds; returns the data and the true labels."""
    random = np.random.default_rng(seed)
    truth = np.repeat(np.arange(classes), per_class)
    centres = random.normal(size=(classes, width)) * 2
    plain = centres[truth] + random.normal(size=(len(truth), width))
    augmentations = [plain] + [plain + 0.3 * random.normal(size=plain.shape) for _ in range(2)]
    labels = truth.copy()
    changed = random.choice(len(truth), int(wrong * len(truth)), replace=False)
    labels[changed] = (truth[changed] + random.integers(1, classes, len(changed))) % classes
    data = TrainData(
        features=np.stack(augmentations).astype(np.float16),
        labels=labels,
        trainable=np.ones(len(truth), dtype=bool),
        class_count=classes,
    )
    return data, truth


def overlapping(
    *, classes: int = 4, per_class: int = 20, wrong: float = 0.2, width: int = 30, seed: int = 0
) -> tuple[TrainData, npt.NDArray[np.int64]]:
    """Overlapping clouds with few samples and many features; returns data and true labels.

    A model can memorise every label here, right or wrong, and separates the classes of other
    samples only in part. So a model that judges its own training samples finds almost no wrong
    label, and a sample with too little or too much weight shifts its neighbours.
    """
    random = np.random.default_rng(seed)
    truth = np.tile(np.arange(classes), per_class)
    centres = random.normal(size=(classes, width)) * 0.5
    plain = centres[truth] + random.normal(size=(len(truth), width))
    augmentations = [plain] + [plain + 0.2 * random.normal(size=plain.shape) for _ in range(2)]
    labels = truth.copy()
    changed = random.choice(len(truth), round(wrong * len(truth)), replace=False)
    labels[changed] = (truth[changed] + random.integers(1, classes, len(changed))) % classes
    features = np.stack(augmentations).astype(np.float16)
    return TrainData(features, labels, np.ones(len(truth), dtype=bool), classes), truth


def groups_of_three(labels: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Groups of three samples of one label; the remaining samples stay alone.

    Folds are stratified by the most frequent label of each group, so one changed label in a group
    of three leaves all folds unchanged. This shows what else a label changes.
    """
    groups = np.arange(len(labels))
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        for first in range(0, len(rows) - 2, 3):
            groups[rows[first : first + 3]] = rows[first]
    return groups


def with_label(data: TrainData, row: int, label: int) -> TrainData:
    """The data with another given label of one sample."""
    labels = data.labels.copy()
    labels[row] = label
    return replace(data, labels=labels)


def with_copies(data: TrainData, rows: npt.NDArray[np.intp], *, grouped: bool) -> TrainData:
    """The data, with copies of some samples under the same labels appended.

    Args:
        data: N samples, each in its own group.
        rows: (n,) rows of the samples to copy.
        grouped: Whether a sample and its copy form a group.
    """
    indices = np.concatenate([np.arange(len(data)), rows])
    return replace(
        data,
        features=data.features[:, indices],
        labels=data.labels[indices],
        trainable=data.trainable[indices],
        groups=indices if grouped else None,
    )


def simulated(
    classes: int, count: int, matrix: np.ndarray, sharp: float, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Honest posteriors, true and given labels drawn from them."""
    random = np.random.default_rng(seed)
    scores = random.normal(size=(count, classes)) * sharp
    posterior = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
    truth = np.array([random.choice(classes, p=row) for row in posterior])
    given_labels = np.array([random.choice(classes, p=matrix[k]) for k in truth])
    return posterior.astype(np.float32), truth, given_labels


def pair_noise(classes: int, rate: float) -> np.ndarray:
    matrix = np.eye(classes) * (1 - rate)
    matrix[np.arange(classes), (np.arange(classes) + 1) % classes] += rate
    return matrix
