"""The engine is configured by the options of the run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from running import result_of

from ahsml_app.base.options.option_table import OPTIONS, with_values
from ahsml_app.base.options.run_options import RunOptions
from ahsml_app.base.types import SampleTable
from ahsml_app.core.config import TrainConfig
from ahsml_app.core.features.extract import FeatureResult
from ahsml_app.session.pipeline.stages import find_groups, start_job, train_config, training_data

TRAINING = {
    "loss": "triplet",
    "epochs": 3,
    "folds": 4,
    "passes": 1,
    "dimension": 32,
    "seed": 7,
}


def test_every_option_of_the_training_reaches_the_engine() -> None:
    options = with_values(RunOptions(), TRAINING)
    assert train_config(options) == TrainConfig(**TRAINING)
    engine = {n for n, o in OPTIONS.items() if o.section == "training" and o.in_command}
    # The probabilities of another model are read from their file before, and are no option there.
    assert engine - {"probabilities"} == TRAINING.keys()


def test_a_job_records_every_option_from_the_start() -> None:
    options = with_values(RunOptions(), {"source": Path("photos"), "finetune_memory": 9})
    job = start_job(options)
    assert job.settings["finetune_memory"] == 9
    assert job.settings["source"] == "photos"
    assert job.settings.keys() == OPTIONS.keys()


def unlike_images(count: int) -> FeatureResult:
    """Images that have nothing in common, each with its features and thumbnail."""
    random = np.random.default_rng(0)
    return FeatureResult(
        features=random.normal(size=(2, count, 64)).astype(np.float16),
        rows=np.arange(count),
        thumbnails=random.integers(0, 256, (count, 256)).astype(np.uint8),
        quarantined=(),
        extracted=0,
        engine="",
        measures=np.full((count, 7), 100, dtype=np.float32),
    )


def test_copies_look_alikes_and_groups_share_a_fold() -> None:
    count, named = 60, {1: "x", 3: "x"}
    table = SampleTable(
        root=Path("photos"),
        paths=tuple(f"{row}.png" for row in range(count)),
        labels=np.array([*([0, 1] * 29), 0, -1]),
        class_names=("cat", "dog"),
        hashes=tuple("a" if row in (0, 2) else f"own {row}" for row in range(count)),
        columns={"group": tuple(named.get(row, "") for row in range(count))},
    )
    images = unlike_images(count)
    images.thumbnails[5] = images.thumbnails[4]  # re-encoded
    images.features[0, 5] = images.features[0, 4] + images.features[0, 6]
    images.features[0, 8] = images.features[0, 7] + images.features[0, 9] * 0.1  # cropped
    groups = result_of(find_groups(start_job(RunOptions()), table, images))

    data = training_data(table, images, groups)

    assert data.groups is not None
    _, members, size = np.unique(data.groups, return_inverse=True, return_counts=True)
    pairs = {(0, 2), (1, 3), (4, 5), (7, 8)}
    assert {tuple(np.flatnonzero(members == n).tolist()) for n in np.flatnonzero(size > 1)} == pairs
    assert groups.duplicates[[0, 2, 4, 5]].tolist() == [0, 0, 1, 1]
    assert (groups.duplicates >= 0).sum() == 4
    assert data.trainable.tolist() == [True] * 59 + [False]
