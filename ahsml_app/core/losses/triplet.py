"""Triplet loss over all triplets of a batch."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from ahsml_app.core.losses.base import PairBatch


@dataclass(frozen=True, slots=True)
class TripletLoss:
    """Triplet loss: every positive should be nearer to the anchor than every negative, by a margin.

    Mean of (d_ij - d_ik + margin)_+ over the triplets that violate it, each counted with
    s_ij w_ij (1 - s_ik) w_ik. With margins in the batch, margin_ijk = m_n(ik) - m_p(ij) as
    distances. Augmentations of one image form triplets of their own, against the same negatives.
    Source: Schroff et al., FaceNet, CVPR 2015.

    All N * M * M triplets are covered exactly at the cost of a sort: the margin splits into a part
    of the positive and a part of the negative, so prefix sums over the sorted negatives give the
    cost of each positive pair. No array is larger than (N, M).

    Attributes:
        margin: Distance by which negatives should lie farther away.
    """

    margin: float = 0.05

    def __call__(self, batch: PairBatch) -> Tensor:
        """Computes the loss of a batch."""
        near, far, same = batch.distance_margins(0.0, self.margin)
        negative = batch.distance - far
        loss = _hinge_mean(batch.distance - near, batch.positives, negative, batch.negatives)
        if batch.same_image_pairs is not None:
            positive = batch.distance - same
            loss = loss + _hinge_mean(positive, batch.same_image_pairs, negative, batch.negatives)
        return loss


def _hinge_mean(a: Tensor, a_weight: Tensor, b: Tensor, b_weight: Tensor) -> Tensor:
    """Averages (a_ij - b_ik)_+ > 0 over i, j, k != j, with weights a_weight_ij * b_weight_ik."""
    if a.shape[1] == 0:
        return a.sum()
    order = b.detach().argsort(dim=1)
    ranked = b.gather(1, order)
    ranked_weight = b_weight.gather(1, order)
    below = torch.searchsorted(ranked.detach().contiguous(), a.detach().contiguous())
    weight = _first(ranked_weight.cumsum(1), below)
    summed = _first((ranked_weight * ranked).cumsum(1), below)
    # A soft pair is positive and negative at once, but it forms no triplet with itself.
    own = b_weight * (a > b)
    count = (a_weight * (weight - own)).sum()
    total = (a_weight * (a * (weight - own) - (summed - own * b))).sum()
    return torch.where(count > 0, total / torch.where(count > 0, count, 1.0), total * 0)


def _first(running: Tensor, count: Tensor) -> Tensor:
    """Returns the sum of the first `count` terms of each row, given the running sums."""
    return torch.where(count > 0, running.gather(1, (count - 1).clamp_min(0)), 0.0)
