"""Clouds of points with known classes and known wrong labels, for tests of the training."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ahsml_app.core.training_data import TrainData


def clouds(
    *, classes: int = 4, each: int = 40, wrong: float = 0.15, width: int = 24, seed: int = 0
) -> tuple[TrainData, npt.NDArray[np.int64]]:
    """Three views of gaussian clouds; the truth beside the data."""
    random = np.random.default_rng(seed)
    truth = np.repeat(np.arange(classes), each)
    centres = random.normal(size=(classes, width)) * 2
    plain = centres[truth] + random.normal(size=(len(truth), width))
    views = [plain] + [plain + 0.3 * random.normal(size=plain.shape) for _ in range(2)]
    labels = truth.copy()
    changed = random.choice(len(truth), int(wrong * len(truth)), replace=False)
    labels[changed] = (truth[changed] + random.integers(1, classes, len(changed))) % classes
    data = TrainData(
        features=np.stack(views).astype(np.float16),
        labels=labels,
        trainable=np.ones(len(truth), dtype=bool),
        class_count=classes,
    )
    return data, truth
