"""Clouds of points with known classes and known wrong labels, for tests of the training."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from ahsml_app.core.training_data import TrainData


def clouds(
    *, classes: int = 4, each: int = 40, wrong: float = 0.15, width: int = 24, seed: int = 0
) -> tuple[TrainData, npt.NDArray[np.int64]]:
    """Features of three augmentations of gaussian clouds; the truth beside the data."""
    random = np.random.default_rng(seed)
    truth = np.repeat(np.arange(classes), each)
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
    *, classes: int = 4, each: int = 20, wrong: float = 0.2, width: int = 30, seed: int = 0
) -> tuple[TrainData, npt.NDArray[np.int64]]:
    """Clouds that overlap, with few samples for their many features; the truth beside the data.

    A model can learn every label by heart here, right or wrong, and tells the classes of other
    samples apart only in part. So a model that judges what it trained on finds next to no wrong
    label, and a sample that counts too little or too much moves its neighbours.
    """
    random = np.random.default_rng(seed)
    truth = np.tile(np.arange(classes), each)
    centres = random.normal(size=(classes, width)) * 0.5
    plain = centres[truth] + random.normal(size=(len(truth), width))
    augmentations = [plain] + [plain + 0.2 * random.normal(size=plain.shape) for _ in range(2)]
    labels = truth.copy()
    changed = random.choice(len(truth), round(wrong * len(truth)), replace=False)
    labels[changed] = (truth[changed] + random.integers(1, classes, len(changed))) % classes
    features = np.stack(augmentations).astype(np.float16)
    return TrainData(features, labels, np.ones(len(truth), dtype=bool), classes), truth


def groups_of_three(labels: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Groups of three samples of one label; what is left over stays alone.

    Folds are stratified by the most frequent label of each group, so one changed label in a group
    of three leaves all folds as they are. That shows what else a label changes.
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
    """The data, and once more some of its samples under the same labels.

    Args:
        data: N samples, each of its own group.
        rows: n samples to copy; the copies come last.
        grouped: Whether sample and copy form a group.
    """
    every = np.concatenate([np.arange(len(data)), rows])
    return replace(
        data,
        features=data.features[:, every],
        labels=data.labels[every],
        trainable=data.trainable[every],
        groups=every if grouped else None,
    )
