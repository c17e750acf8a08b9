"""The engine is configured by the options of the run."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ahsml_app.base.options.option_table import OPTIONS, with_values
from ahsml_app.base.options.run_options import RunOptions
from ahsml_app.base.types import SampleTable
from ahsml_app.core.config import TrainConfig
from ahsml_app.core.features.extract import FeatureResult
from ahsml_app.session.pipeline.stages import _config, start_job, training_data

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
    assert _config(options) == TrainConfig(**TRAINING)
    engine = {n for n, o in OPTIONS.items() if o.section == "training" and o.in_command}
    assert engine == TRAINING.keys()


def test_a_job_records_every_option_from_the_start() -> None:
    options = with_values(RunOptions(), {"source": Path("photos"), "finetune_memory": 9})
    job = start_job(options)
    assert job.settings["finetune_memory"] == 9
    assert job.settings["source"] == "photos"
    assert job.settings.keys() == OPTIONS.keys()


def test_copies_and_groups_share_a_fold() -> None:
    table = SampleTable(
        root=Path("photos"),
        paths=tuple(f"{row}.png" for row in range(5)),
        labels=np.array([0, 1, 0, 1, -1]),
        class_names=("cat", "dog"),
        hashes=("a", "b", "a", "c", "d"),
        columns={"group": ("", "x", "", "x", "")},
    )
    features = FeatureResult(
        np.zeros((1, 5, 2), np.float16), np.arange(5), (), np.zeros((5, 1), np.uint8), 0, ""
    )
    data = training_data(table, features)
    assert data.groups is not None
    _, members = np.unique(data.groups, return_inverse=True)
    assert members[0] == members[2]
    assert members[1] == members[3]
    assert len(set(members.tolist())) == 3
    assert data.trainable.tolist() == [True] * 4 + [False]
