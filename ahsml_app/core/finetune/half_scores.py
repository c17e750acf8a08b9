"""Scores of samples by networks not tuned on them, and their combination with earlier scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ahsml_app.base.types import BoolArray, FloatArray, IntArray
from ahsml_app.core.config import TrainConfig
from ahsml_app.core.ensemble.combine import geometric_mean
from ahsml_app.core.ensemble.error_count import calibrate_to_count
from ahsml_app.core.ensemble.noise_model import NoiseModel, label_likelihood
from ahsml_app.core.training.assemble import shown_weight
from ahsml_app.core.training_data import TrainData, TrainResult


@dataclass(frozen=True, slots=True)
class HalfScores:
    """Scores, by the network of one half or of both, of samples that it was not tuned on.

    Attributes:
        rows: Rows of the n samples, those that can be read.
        posterior: (n, K) probability of the true class.
        consistency: (n,) agreement of the augmentations.
    """

    rows: IntArray
    posterior: FloatArray
    consistency: FloatArray


def mean_half_scores(
    halves: Sequence[HalfScores], before: TrainResult, trainable: BoolArray
) -> HalfScores:
    """Joins the scores of both halves; a sample in neither half gets their mean.

    Args:
        halves: Scores of each half.
        before: Result of the training on cached features.
        trainable: (N,) which samples may be trained on.
    """
    count = np.zeros(len(trainable), dtype=np.float32)
    posterior, consistency = np.zeros_like(before.posterior), np.zeros_like(before.consistency)
    for half in halves:
        count[half.rows] += 1
        posterior[half.rows] += half.posterior
        consistency[half.rows] += half.consistency
    rows = np.flatnonzero(count)
    weight = count[rows]
    return HalfScores(rows, posterior[rows] / weight[:, None], consistency[rows] / weight)


def combine_scores(
    config: TrainConfig, data: TrainData, before: TrainResult, alone: HalfScores
) -> TrainResult:
    """Combines the earlier result with the scores of the tuned networks.

    A sample whose file can no longer be read keeps its earlier scores. Every sample keeps its
    outlier probability: a tuned network has learned to tell apart the classes, and no others.

    Args:
        config: Options of the training.
        data: Labels, and which samples may be trained on.
        before: Result of the training on cached features.
        alone: Scores of both halves.
    """
    posterior, agreement = before.posterior.copy(), before.consistency.copy()
    rows = alone.rows
    agreement[rows] = alone.consistency
    posterior[rows] = geometric_mean(
        {"before": posterior[rows], "tuned": alone.posterior}, {"before": 0.5, "tuned": 0.5}
    )
    corrected = posterior
    if config.ablation.noise_model:
        model = NoiseModel(before.noise_matrix.astype(np.float64), 1.0, 0.0, 0.0)
        corrected = model.corrected(posterior, data.labels)
        known = np.flatnonzero(data.trainable)
        wrong = float((1 - before.corrected[known, data.labels[known]]).sum())
        corrected = calibrate_to_count(corrected, data.labels, data.trainable, wrong)
    return replace(
        before,
        posterior=posterior,
        corrected=corrected.astype(np.float32),
        consistency=agreement,
        adaptive_weight=shown_weight(data, corrected, agreement),
    )


def is_better(data: TrainData, before: TrainResult, alone: HalfScores, scored: TrainResult) -> bool:
    """Whether the combined scores make the given labels likelier than before.

    The networks alone must make them no less likely. A second opinion can help even if it is the
    weaker one, but embeddings, map and model come from a tuned network alone.

    Args:
        data: Labels, and which samples may be trained on.
        before: Result of the training on cached features.
        alone: Scores of both halves.
        scored: Result of `combine_scores`.
    """

    def likelihood(posterior: FloatArray, subset: IntArray) -> float:
        own = data.trainable[subset]
        return label_likelihood(posterior[own], data.labels[subset[own]])

    rows, all_rows = alone.rows, np.arange(len(data))
    if likelihood(alone.posterior, rows) < likelihood(before.posterior[rows], rows):
        return False
    return likelihood(scored.posterior, all_rows) > likelihood(before.posterior, all_rows)
