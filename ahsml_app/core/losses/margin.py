"""Margin loss."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from ahsml_app.core.losses.base import PairBatch


@dataclass(frozen=True, slots=True)
class MarginLoss:
    """Margin loss: positives lie inside one boundary, negatives outside, both by a margin.

    Over all triplets, (d_ij - m_p)_+ + (m_n - d_ik)_+ with m_p = beta - alpha and
    m_n = beta + alpha, divided by the number of terms that are not 0. A triplet counts with
    s_ij w_ij (1 - s_ik) w_ik; since its cost is a sum of a positive and a negative part, sums over
    pairs suffice. Augmentations of one image form triplets of their own.
    Source: Wu et al., Sampling Matters in Deep Embedding Learning, ICCV 2017 (fixed beta).

    Attributes:
        beta: Distance at which the boundary lies.
        alpha: Margin on both sides of it.
    """

    beta: float = 1.2
    alpha: float = 0.2

    def __call__(self, batch: PairBatch) -> Tensor:
        """Computes the loss of a batch."""
        inner, outer = self.beta - self.alpha, self.beta + self.alpha
        near, far, same = batch.distance_margins(inner, outer)
        push = torch.relu(far - batch.distance)
        pull = torch.relu(batch.distance - near)
        loss = _triplet_mean(pull, batch.positives, push, batch.negatives)
        if batch.same_image_pairs is not None:
            pull = torch.relu(batch.distance - same)
            loss = loss + _triplet_mean(pull, batch.same_image_pairs, push, batch.negatives)
        return loss


def _triplet_mean(pull: Tensor, positive: Tensor, push: Tensor, negative: Tensor) -> Tensor:
    """Returns the sum of pull_ij + push_ik over triplets, k != j, over the number of terms > 0."""
    # Total weight of the triplets in which each pair is the positive, and the negative.
    as_positive = positive * (negative.sum(1, keepdim=True) - negative)
    as_negative = negative * (positive.sum(1, keepdim=True) - positive)
    total = (as_positive * pull + as_negative * push).sum()
    count = (as_positive * (pull > 0) + as_negative * (push > 0)).sum()
    return torch.where(count > 0, total / torch.where(count > 0, count, 1.0), total * 0)
