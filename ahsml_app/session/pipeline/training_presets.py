"""Quick, balanced and thorough: named sets of options."""

from __future__ import annotations

from dataclasses import replace

from ahsml_app.base.options.run_options import FeatureOptions, RunOptions, TrainingOptions

PRESETS = ("quick", "balanced", "thorough")


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
