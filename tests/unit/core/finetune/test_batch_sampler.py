"""Batches of the fine-tuning."""

from __future__ import annotations

import numpy as np

from ahsml_app.core.finetune.inputs.batch_sampler import epoch_batches


def test_batches_hold_every_class_alike_and_stay_full_with_few_classes() -> None:
    classes = np.repeat([0, 1, 2], [50, 10, 4])
    batches = epoch_batches(classes, np.arange(64), (4, 3), (0, 0))
    assert len(batches) == 6
    for rows in batches:
        assert len(np.unique(rows)) == len(rows)
        assert np.bincount(classes[rows]).tolist() == [4, 4, 4]
    other = epoch_batches(classes, np.arange(64), (4, 3), (0, 1))
    assert not all(np.array_equal(a, b) for a, b in zip(batches, other, strict=True))
