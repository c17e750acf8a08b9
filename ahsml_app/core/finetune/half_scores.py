"""What two networks say of the samples that they were not tuned on, beside what was said before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ahsml_app.base.types import BoolArray, FloatArray, IntArray
from ahsml_app.core.config import TrainConfig
from ahsml_app.core.ensemble.combine import calibrate_later_pass, geometric_mean
from ahsml_app.core.ensemble.noise_model import TINY, NoiseModel, label_likelihood
from ahsml_app.core.training.assemble import shown_weight
from ahsml_app.core.training_data import TrainData, TrainResult


@dataclass(frozen=True, slots=True)
class HalfScores:
    """What the network of a half, or both, says of samples that it was not tuned on.

    Attributes:
        rows: Of the n samples, as far as they can be read.
        posterior: (n, K) probability of the true class.
        consistency: (n,) agreement of the augmentations.
        distance: (n,) to the nearest prototype.
    """

    rows: IntArray
    posterior: FloatArray
    consistency: FloatArray
    distance: FloatArray


def mean_half_scores(
    halves: Sequence[HalfScores], before: TrainResult, trainable: BoolArray
) -> HalfScores:
    """What the networks of both halves say; of a sample of no half they say their mean.

    Their spaces have no common scale, so distances are measured by the median of the samples that
    may be trained on, in each half, and put on the scale of those of before (ours).

    Args:
        halves: Scores of each half.
        before: Of the training on cached features.
        trainable: (N,) which samples may be trained on.
    """
    usual = float(np.median(before.prototype_distance[trainable]))
    count = np.zeros(len(trainable), dtype=np.float32)
    posterior, consistency = np.zeros_like(before.posterior), np.zeros_like(before.consistency)
    distance = np.zeros_like(before.prototype_distance)
    for half in halves:
        count[half.rows] += 1
        posterior[half.rows] += half.posterior
        consistency[half.rows] += half.consistency
        median = float(np.median(half.distance[trainable[half.rows]]))
        distance[half.rows] += half.distance * (usual / max(median, TINY))
    rows = np.flatnonzero(count)
    weight = count[rows]
    return HalfScores(
        rows, posterior[rows] / weight[:, None], consistency[rows] / weight, distance[rows] / weight
    )


def combine_scores(
    config: TrainConfig, data: TrainData, before: TrainResult, alone: HalfScores
) -> TrainResult:
    """The result of before, with the scores of the tuned networks in it.

    A sample whose file can no longer be read keeps what was said of it before. Distances to the
    prototypes are those of the halves: a network that has trained on a sample draws it to its
    prototype, and would show those that nothing has trained on as strange beside it.

    Args:
        config: Options of the training.
        data: Labels, and who may be trained on.
        before: Of the training on cached features.
        alone: Of both halves.
    """
    posterior, agreement = before.posterior.copy(), before.consistency.copy()
    distance, rows = before.prototype_distance.copy(), alone.rows
    agreement[rows], distance[rows] = alone.consistency, alone.distance
    posterior[rows] = geometric_mean(
        {"before": posterior[rows], "tuned": alone.posterior}, {"before": 0.5, "tuned": 0.5}
    )
    corrected = posterior
    if config.ablation.noise_model:
        model = NoiseModel(before.noise_matrix.astype(np.float64), 1.0, 0.0, 0.0)
        corrected = model.corrected(posterior, data.labels)
        if config.passes > 1:
            shares = before.member_shares
            corrected = calibrate_later_pass(corrected, data.labels, data.trainable, shares)
    return replace(
        before,
        posterior=posterior,
        corrected=corrected.astype(np.float32),
        consistency=agreement,
        prototype_distance=distance,
        adaptive_weight=shown_weight(data, corrected, agreement),
    )


def is_better(data: TrainData, before: TrainResult, alone: HalfScores, scored: TrainResult) -> bool:
    """Whether the given labels are likelier than before, and by the networks alone no less.

    A second opinion helps even where it is the worse one; but embeddings, map and model come from
    a tuned network alone.

    Args:
        data: Labels, and who may be trained on.
        before: Of the training on cached features.
        alone: Of both halves.
        scored: Of `combine_scores`.
    """

    def likelihood(posterior: FloatArray, subset: IntArray) -> float:
        own = data.trainable[subset]
        return label_likelihood(posterior[own], data.labels[subset[own]])

    rows, all_rows = alone.rows, np.arange(len(data))
    if likelihood(alone.posterior, rows) < likelihood(before.posterior[rows], rows):
        return False
    return likelihood(scored.posterior, all_rows) > likelihood(before.posterior, all_rows)
