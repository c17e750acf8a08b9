from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from benchmarks.common.variants import Config, varied
from made_up_data import clouds

from ahsml_app.core.config import TrainConfig
from ahsml_app.core.finetune.finetune_config import FinetuneConfig
from ahsml_app.core.training.cross_fit import training_digest

CONFIGS = [TrainConfig(), FinetuneConfig()]


@pytest.mark.parametrize("config", CONFIGS, ids=["training", "fine-tuning"])
def test_the_recorded_settings_hold_every_option_and_its_value(config: Config) -> None:
    own = {field.name for field in fields(config)} - {"ablation"}
    ablation = {field.name for field in fields(config.ablation)}
    assert not own & ablation
    settings = config.settings()
    assert settings.keys() == own | ablation
    assert all(settings[name] == getattr(config, name) for name in own)
    assert all(settings[name] == getattr(config.ablation, name) for name in ablation)


def test_the_ablation_is_part_of_what_a_checkpoint_belongs_to() -> None:
    data, _ = clouds(per_class=5)
    config = TrainConfig()
    digests = {
        training_digest(each, data, "cpu")
        for each in (config, varied(config, curvature=1.0), varied(config, seed=1))
    }
    assert len(digests) == 3


def test_a_checkpoint_belongs_to_one_device_and_to_all_that_is_trained_on() -> None:
    data, _ = clouds(per_class=5)
    size = len(data)
    data = replace(data, trusted=np.zeros(size, dtype=bool), groups=np.arange(size))
    trainable, trusted = data.trainable.copy(), np.zeros(size, dtype=bool)
    trainable[3], trusted[3] = False, True
    variants = [
        data,
        replace(data, features=data.features + np.float16(1)),
        replace(data, features=data.features[:2]),
        replace(data, labels=np.roll(data.labels, 1)),
        replace(data, trainable=trainable),
        replace(data, trusted=trusted),
        replace(data, trusted=None),
        replace(data, groups=np.arange(size) // 2),
        replace(data, class_count=5),
    ]
    digests = [training_digest(TrainConfig(), each, "cpu") for each in variants]
    digests.append(training_digest(TrainConfig(), data, "cuda"))
    assert len(set(digests)) == len(digests)
    assert digests[0] == training_digest(TrainConfig(), replace(data), "cpu")
