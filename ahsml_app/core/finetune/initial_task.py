"""The task that fine-tuning starts with: head and soft targets from training on cached features."""

from __future__ import annotations

import numpy as np
import torch

from ahsml_app.core.config import TrainConfig
from ahsml_app.core.ensemble.soft_targets import soften
from ahsml_app.core.features.preprocess import Preparation
from ahsml_app.core.finetune.activations.cached import CachedActivations
from ahsml_app.core.finetune.step import Task
from ahsml_app.core.head.head_model import HyperbolicHead, unfuse
from ahsml_app.core.training_data import TrainData, TrainResult


def initial_task(
    config: TrainConfig,
    data: TrainData,
    result: TrainResult,
    preparation: Preparation,
    activations: CachedActivations | None = None,
) -> Task:
    """Creates the task on the trainable samples from the result of a training on cached features.

    Args:
        config: Options of that training.
        data: Labels, and which samples are trained on.
        result: Its result, on the same samples.
        preparation: Preparation of the features before the head.
        activations: Cached activations to train on instead of pictures.
    """
    targets, weights = soften(config, data, result.posterior, result.corrected)
    dimension, width = result.points.shape[1], preparation.rotation.shape[1]
    head = HyperbolicHead(width, dimension, data.class_count, result.curvature)
    weight, bias = unfuse(preparation.parameters(), result.head)
    with torch.no_grad():
        head.projection.weight.copy_(torch.from_numpy(weight))
        head.projection.bias.copy_(torch.from_numpy(bias))
    head.set_prototypes(torch.from_numpy(result.prototypes))
    rows = np.flatnonzero(data.trainable)
    return Task(rows, data.labels, targets, weights, preparation, head, activations)
