"""The softmax losses: NT-Xent and N-pair."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import softplus

from ahsml_app.core.losses.base import PairBatch, log_sum, weighted_mean


@dataclass(frozen=True, slots=True)
class NTXentLoss:
    """NT-Xent loss: classifies each positive pair against the anchor's negatives.

    -log[e^((q_ij - M_p)/t) / (e^((q_ij - M_p)/t) + sum_k e^((q_ik - M_n)/t))], mean over the
    positive pairs by weight. Pairs of one image are positives of a second such mean, against the
    same negatives. Equal margins cancel, so the plain loss has none. A soft pair is among its
    own negatives too, which adds a constant and keeps the direction of its gradient.
    Source: Chen et al., SimCLR, ICML 2020.

    Attributes:
        temperature: t.
    """

    temperature: float = 0.07

    def __call__(self, batch: PairBatch) -> Tensor:
        """Computes the loss of a batch."""
        positive_costs, same_image_costs = _softmax_costs(batch, self.temperature)
        loss = weighted_mean(positive_costs, batch.positives)
        if batch.same_image_pairs is not None:
            loss = loss + weighted_mean(same_image_costs, batch.same_image_pairs)
        return loss


@dataclass(frozen=True, slots=True)
class NPairLoss:
    """The N-pair loss: `NTXentLoss` at temperature 1, with equal weight for every anchor.

    It is meant for inner products, and for rows of N anchors against columns of their N positives,
    one of each per class; with these it is the published loss. In a square batch, the mean over an
    anchor's positives replaces the single positive.
    Source: Sohn, Improved Deep Metric Learning with Multi-class N-pair Loss, NeurIPS 2016.

    Attributes:
        temperature: 1 as published; smaller for bounded similarities.
    """

    temperature: float = 1.0

    def __call__(self, batch: PairBatch) -> Tensor:
        """Computes the loss of a batch."""
        positive_costs, same_image_costs = _softmax_costs(batch, self.temperature)
        loss = _mean_by_anchor(positive_costs, batch.positives)
        if batch.same_image_pairs is not None:
            loss = loss + _mean_by_anchor(same_image_costs, batch.same_image_pairs)
        return loss


def _softmax_costs(batch: PairBatch, temperature: float) -> tuple[Tensor, Tensor]:
    """Returns (N, M) costs of each pair as a positive, and the same with the one-image margin."""
    near, far, same = batch.similarity_margins(0.0, 0.0)
    q = batch.similarity
    rivals = log_sum((q - far) / temperature, batch.negatives, add_one=False)[:, None]
    return softplus(rivals - (q - near) / temperature), softplus(rivals - (q - same) / temperature)


def _mean_by_anchor(costs: Tensor, weights: Tensor) -> Tensor:
    """Averages over each anchor's positives, then over the anchors that have positives."""
    total = weights.sum(1)
    counted = total > 0
    summed = (torch.where(weights > 0, costs, 0.0) * weights).sum(1)
    return weighted_mean(summed / torch.where(counted, total, 1.0), counted.to(costs.dtype))
