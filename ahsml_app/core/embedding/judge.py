"""Judges samples that came after a training, by the models that the training stored.

The ensemble is not stored: it exists to judge labels that it has trained on. A new sample is judged
by the class probabilities of the embedding, or by the prototypes where these cover other classes,
and by the noise matrix. The next training judges it like all others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch

from ahsml_app.base.events import CancelToken
from ahsml_app.base.types import UNLABELLED, Float16Array, FloatArray, IntArray
from ahsml_app.core.config import Ablation
from ahsml_app.core.embedding.learn import ROWS_AT_ONCE, EmbeddingModel, model_of
from ahsml_app.core.ensemble.noise_model import NoiseModel
from ahsml_app.core.head.prototypes import class_posterior
from ahsml_app.core.head.sample_weights import posterior_weights
from ahsml_app.core.training_data import TrainResult


@dataclass(frozen=True, slots=True)
class StoredModels:
    """What a training has stored of its models.

    Attributes:
        head: Parameters of the head and of the embedding.
        prototypes: (K, D) points of the ball.
        noise_matrix: (K, K) probability of each given label (column) for each true label (row).
        class_distances: (K, K) distances between the prototypes.
        curvature: c of the ball.
    """

    head: Mapping[str, FloatArray]
    prototypes: FloatArray
    noise_matrix: FloatArray
    class_distances: FloatArray
    curvature: float


def judge(
    models: StoredModels, features: Float16Array, labels: IntArray, cancel: CancelToken
) -> TrainResult:
    """Judges samples that the models have not trained on.

    Args:
        models: The models of a training.
        features: (M, W) raw features of the plain images, by the backbone of that training.
        labels: (M,) index of the given label, -1 for none or for a class that the training lacks.
        cancel: Checked once a chunk.

    Returns:
        The result for these samples. What only a training tells is NaN: consistency, outlier
        probability and the histories. The embedding has no columns where the training has none.
    """
    parts: list[tuple[FloatArray, ...]] = []
    for start in range(0, max(1, len(features)), ROWS_AT_ONCE):
        cancel.check()
        chunk = torch.from_numpy(np.array(features[start : start + ROWS_AT_ONCE])).float()
        parts.append(_judge_chunk(models, chunk))
    posterior, embedding, points = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    noise = NoiseModel(models.noise_matrix.astype(np.float64), 1.0, 0.0, 0.0)
    corrected = noise.corrected(posterior, labels)
    weight = posterior_weights(corrected, np.maximum(labels, 0))
    unknown = np.full(len(labels), np.nan, dtype=np.float32)
    history = np.full((1, len(labels)), np.nan, dtype=np.float16)
    return TrainResult(
        posterior=posterior,
        corrected=corrected,
        adaptive_weight=np.where(labels != UNLABELLED, weight, np.nan).astype(np.float32),
        consistency=unknown,
        points=points,
        embedding=embedding,
        curvature=models.curvature,
        prototypes=models.prototypes,
        class_distances=models.class_distances,
        outlier_probability=unknown,
        noise_matrix=models.noise_matrix,
        head=models.head,
        weight_history=history,
        consistency_history=history,
    )


def _judge_chunk(models: StoredModels, features: torch.Tensor) -> tuple[FloatArray, ...]:
    """Returns (B, K) posteriors, (B, E) embeddings and (B, D) points of the ball."""
    network, _ = model_of(models.head, models.curvature)
    prototypes = torch.from_numpy(np.array(models.prototypes))
    with torch.inference_mode():
        if isinstance(network, EmbeddingModel):
            embedding, points = network(features)
            posterior = network.posterior(features)[1]
        else:  # a training of an early version
            embedding, points = features[:, :0], network(features)
            posterior = embedding
        if posterior.shape[1] != len(prototypes):  # the embedding leaves out classes without sample
            temperature = Ablation().temperature
            posterior = class_posterior(points, prototypes, models.curvature, temperature)
    return posterior.numpy(), embedding.numpy(), points.numpy()
