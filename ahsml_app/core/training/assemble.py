"""Assembles the result of the last pass: weights, consistency, embeddings, class distances."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ahsml_app.base.events import CancelToken
from ahsml_app.base.types import UNLABELLED, FloatArray, RealArray
from ahsml_app.core.config import TrainConfig
from ahsml_app.core.embedding.learn import embed_features
from ahsml_app.core.ensemble.combine import Posterior
from ahsml_app.core.features.preprocess import Preparation
from ahsml_app.core.geometry.poincare import lorentz_lift, midpoint_of_sum, pairwise_distance
from ahsml_app.core.head.consistency import consistency
from ahsml_app.core.head.fit import FittedHead, FoldHeads
from ahsml_app.core.head.head_model import fuse
from ahsml_app.core.head.sample_weights import posterior_weights
from ahsml_app.core.mapped_arrays import CHUNK, bounded_rows, release_pages
from ahsml_app.core.training.outlier_probability import outlier_probability
from ahsml_app.core.training_data import TrainData, TrainResult


def summarise(
    config: TrainConfig,
    data: TrainData,
    posterior: Posterior,
    heads: FoldHeads,
    preparation: Preparation,
    learned: Mapping[str, FloatArray],
) -> TrainResult:
    """Assembles the training result.

    The adaptive weight shown is P(given) / P(most probable), from the corrected posterior of models
    that did not see the label, times the consistency. A trusted label has weight 1
    (reconstruction).

    Args:
        config: Options.
        data: What was trained on.
        posterior: Ensemble posterior of the last pass.
        heads: Heads of the last pass.
        preparation: Preparation of the features before the head.
        learned: Parameters of the embedding model, from `learn_embedding`.

    Raises:
        ValueError: If the pass trained no final head.
    """
    final = heads.final
    if heads.posteriors is None or heads.history is None or final is None:
        raise ValueError("the last pass trains heads")
    agreement = _measured(data, _consistency_of_all(heads.posteriors))
    weight = shown_weight(data, posterior.corrected, agreement)
    outliers = outlier_probability(data, preparation, CancelToken())  # before the embedding is held
    embedding_fields = embedding_parts(config, data, weight, final, preparation, learned)
    return TrainResult(
        # As they are, because of thousands of classes copies are gigabytes.
        posterior=posterior.clean.astype(np.float32, copy=False),
        corrected=posterior.corrected.astype(np.float32, copy=False),
        adaptive_weight=weight,
        consistency=agreement.astype(np.float32),
        curvature=config.ablation.curvature,
        outlier_probability=outliers,
        noise_matrix=posterior.noise_matrix,
        weight_history=heads.history.astype(np.float16),
        consistency_history=_measured(data, np.asarray(heads.agreement, dtype=np.float16)),
        member_shares=posterior.shares,
        **embedding_fields,
    )


def _consistency_of_all(posteriors: FloatArray) -> FloatArray:
    """Returns the (N,) consistency of (V + 1, N, K) posteriors."""
    # Of a few rows at a time, because the divergence copies its input several times.
    height = bounded_rows(CHUNK, posteriors.shape[0] * posteriors.shape[2])
    measured = []
    for start in range(0, posteriors.shape[1], height):
        measured.append(
            consistency(torch.from_numpy(posteriors[:, start : start + height])).numpy()
        )
        release_pages(posteriors)
    return np.concatenate(measured)


def _measured(data: TrainData, agreement: RealArray) -> RealArray:
    """Returns the (..., N) consistency with NaN for samples that borrowed their augmentations."""
    if data.augmented is None:
        return agreement
    return np.where(data.augmented, agreement, agreement.dtype.type(np.nan))


def shown_weight(data: TrainData, corrected: FloatArray, agreement: FloatArray) -> FloatArray:
    """Returns the (N,) adaptive weights shown (see `summarise`); NaN for unlabelled samples.

    Args:
        data: Labels, and which of them are trusted.
        corrected: (N, K) P(true class | image, given label).
        agreement: (N,) consistency of the augmentations; where it is NaN, it lowers no weight.
    """
    labelled = data.labels != UNLABELLED
    weight = posterior_weights(corrected, np.where(labelled, data.labels, 0))
    weight = weight * np.where(np.isnan(agreement), 1, agreement)
    if data.trusted is not None:
        weight = np.where(data.trusted, 1.0, weight)
    shown: FloatArray = np.where(labelled, weight, np.nan).astype(np.float32)
    return shown


def embedding_parts(
    config: TrainConfig,
    data: TrainData,
    weight: FloatArray,
    final: FittedHead,
    preparation: Preparation,
    learned: Mapping[str, FloatArray],
) -> dict[str, Any]:
    """Returns the fields of a `TrainResult` that come from the head trained on all samples.

    Args:
        config: Options.
        data: Labels, and which samples were trained on.
        weight: (N,) weights of `shown_weight`.
        final: Head trained on all samples.
        preparation: Preparation of the features before the head.
        learned: Parameters of the embedding model, from `learn_embedding`.
    """
    curvature = config.ablation.curvature
    head = {**fuse(preparation.parameters(), final.projection, final.bias), **learned}
    points = torch.from_numpy(final.points)
    means = _prototypes(config, data, weight, points)
    return {
        "points": final.points,
        "prototypes": means.float().numpy(),
        "class_distances": _class_distances(means, curvature),
        "head": head,
        "embedding": embed_features(data.features[0], head, curvature, CancelToken()),
    }


def _class_distances(means: Tensor, curvature: float) -> FloatArray:
    """Returns the (K, K) distances of (K, D) points, computed in float64 for a few at a time."""
    height = bounded_rows(CHUNK, len(means))
    blocks = [
        pairwise_distance(means[start : start + height], means, curvature).float()
        for start in range(0, len(means), height)
    ]
    distances: FloatArray = torch.cat(blocks).numpy()
    return distances


def _prototypes(config: TrainConfig, data: TrainData, weight: FloatArray, points: Tensor) -> Tensor:
    """Returns weighted prototypes (K, D), in float64, from a part of the samples at a time."""
    curvature, rows = config.ablation.curvature, np.flatnonzero(data.trainable)
    total = torch.zeros(data.class_count, points.shape[1] + 1, dtype=torch.float64)
    for start in range(0, len(rows), CHUNK):
        block = rows[start : start + CHUNK]
        shares = torch.from_numpy(weight[block]).double()[:, None]
        lifted = lorentz_lift(points[block].double(), curvature)
        total.index_add_(0, torch.from_numpy(data.labels[block]), shares * lifted)
    return midpoint_of_sum(total, curvature)
