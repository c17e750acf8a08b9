"""Quick, balanced and thorough: named sets of options, and how long the usual one takes."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ahsml_app.base.options.run_options import FeatureOptions, RunOptions, TrainingOptions

PRESETS = ("quick", "balanced", "thorough")


# Fitted to 1,000 and 3,929 photographs on two cores: 43 s and 100 s (benchmark second_run).
# Features are extracted on all cores; the rest runs on about one.
_SECONDS_TO_START = 20.0
_SECONDS_PER_IMAGE = 0.0075
_CORE_SECONDS_PER_IMAGE = 0.027


def preset(name: str, base: RunOptions | None = None) -> RunOptions:
    """Options of a preset; the other options come from `base`.

    "quick" uses one augmentation, three folds and one pass; "balanced" is the default of the
    command; "thorough" uses more augmentations and more folds, so that every model trains on more
    of the images.
    """
    base = base or RunOptions()
    features, training = FeatureOptions(), TrainingOptions()
    views, folds, passes = features.views, training.folds, training.passes
    if name == "quick":
        views, folds, passes = 1, 3, 1
    elif name == "thorough":
        views, folds = 6, 8
    return replace(
        base,
        features=replace(base.features, views=views),
        training=replace(base.training, folds=folds, epochs=training.epochs, passes=passes),
    )


def preset_of(settings: Mapping[str, Any]) -> str:
    """Returns the name of the preset that is nearest to the settings of a run."""
    if settings.get("folds") == preset("thorough").training.folds:
        return "thorough"
    return "quick" if settings.get("passes") == 1 else "balanced"


def expected_seconds(images: int, cores: int | None = None) -> float:
    """Estimates how long a first training by the preset "balanced" takes on a processor.

    Args:
        images: How many images there are; photographs of usual size are assumed.
        cores: Cores of the processor; those of this machine by default.
    """
    cores = cores or os.cpu_count() or 1
    return _SECONDS_TO_START + images * (_SECONDS_PER_IMAGE + _CORE_SECONDS_PER_IMAGE / cores)
