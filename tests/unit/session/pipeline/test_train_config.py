"""The engine is configured by the options of the run."""

from __future__ import annotations

from pathlib import Path

from ahsml_app.base.options.option_table import OPTIONS, with_values
from ahsml_app.base.options.run_options import RunOptions
from ahsml_app.core.config import TrainConfig
from ahsml_app.session.pipeline.stages import _config, start_job

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
