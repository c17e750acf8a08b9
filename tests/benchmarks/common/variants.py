"""Configurations that differ from the product's in options of any kind."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, TypeVar

from ahsml_app.core.config import TrainConfig
from ahsml_app.core.finetune.finetune_config import FinetuneConfig

Config = TypeVar("Config", TrainConfig, FinetuneConfig)


def varied(config: Config, **options: Any) -> Config:
    """The configuration with other values of its own options and of its ablation's.

    Args:
        config: Options of a training.
        options: New values by name.
    """
    names = {field.name for field in fields(config.ablation)}
    ablation = {name: options.pop(name) for name in names & options.keys()}
    return replace(config, **options, ablation=replace(config.ablation, **ablation))
