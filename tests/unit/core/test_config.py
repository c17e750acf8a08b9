from __future__ import annotations

from dataclasses import fields

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
