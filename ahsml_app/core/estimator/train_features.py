"""Trains on features that came from elsewhere, without images."""

from __future__ import annotations

import hashlib
from collections.abc import Generator

import numpy as np

from ahsml_app.base.events import Event
from ahsml_app.base.types import UNLABELLED, AnyArray, Float16Array, FloatArray, IntArray
from ahsml_app.core.config import TrainConfig
from ahsml_app.core.folds import judgeable_groups, sample_groups
from ahsml_app.core.training.distinct import train_distinct
from ahsml_app.core.training_data import TrainData, TrainResult

LARGEST = 1000.0
"""Magnitude above which features are made smaller as a whole: half precision ends at 65,504."""


def feature_scale(features: AnyArray) -> float:
    """Returns the factor that brings features into the range of half precision.

    Args:
        features: (N, W) finite numbers.
    """
    largest = float(np.abs(features).max(initial=0.0))
    if largest > LARGEST or 0 < largest < 1 / LARGEST:
        return 1 / largest
    return 1.0


def train_features(
    config: TrainConfig,
    features: Float16Array,
    labels: IntArray,
    classes: int,
    *,
    groups: IntArray | None = None,
    opinion: FloatArray | None = None,
) -> Generator[Event, None, TrainResult]:
    """Trains on plain features; equal rows share a fold, and those of one label count once.

    Args:
        config: Options.
        features: (N, W) features of N samples.
        labels: (N,) index of the given label, -1 for none.
        classes: K.
        groups: (N,) numbers; samples of one number would vouch for each other's labels, as frames
            of a video do. Negative numbers and None group nothing.
        opinion: (N, K) class probabilities of a model from elsewhere, see `TrainData`.

    Yields:
        Progress, epochs and notices.

    Returns:
        The result. Consistency means nothing, because there are no augmentations.
    """
    contents = [hashlib.blake2b(row.tobytes(), digest_size=16).hexdigest() for row in features]
    own = np.full(len(labels), -1, dtype=np.int64) if groups is None else groups
    data = TrainData(
        features=features[None],
        labels=labels,
        trainable=labels != UNLABELLED,
        class_count=classes,
        groups=judgeable_groups(sample_groups(contents, own), labels),
        opinion=opinion,
    )
    return (yield from train_distinct(config, data, contents))
