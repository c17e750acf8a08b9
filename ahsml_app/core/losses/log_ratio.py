"""Log-ratio loss."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from ahsml_app.core.losses.base import PairBatch, weighted_mean


@dataclass(frozen=True, slots=True)
class LogRatioLoss:
    """Log-ratio loss: ratios of squared distances should follow those of graded label distances.

    Per anchor a, mean over pairs i < j of
    (log(D_ai / D_aj) - log(G_ai / G_aj))^2,  D = d^2 + distance_offset,  G = 1 - s + target_offset,
    weighted by w_ai w_aj; mean over the anchors that have two others. It has no positive and
    negative parts, so margins play no role and augmentations of one image are pairs with s = 1.
    Source: Kim et al., Deep Metric Learning Beyond Binary Supervision, CVPR 2019.

    With x_i = log D_ai - log G_ai the double sum is W * sum_i w_i (x_i - mean)^2, so no array is
    larger than (N, M).

    Attributes:
        distance_offset: Keeps the logarithm finite where points coincide.
        target_offset: Graded distance of a pair with s = 1. It decides how much nearer same-class
            pairs should be than others: by sqrt(target_offset / (1 + target_offset)).
    """

    distance_offset: float = 1e-6
    target_offset: float = 0.1

    def __call__(self, batch: PairBatch) -> Tensor:
        """Computes the loss of a batch."""
        graded = 1 - batch.target + self.target_offset
        x = (batch.distance.square() + self.distance_offset).log() - graded.log()
        weight = batch.weight * batch.valid
        if batch.same_image_pairs is not None:
            weight = torch.maximum(weight, batch.same_image_pairs)
        x = torch.where(weight > 0, x, 0.0)
        total = weight.sum(1, keepdim=True)
        mean = (weight * x).sum(1, keepdim=True) / torch.where(total > 0, total, 1.0)
        spread = total.squeeze(1) * (weight * (x - mean).square()).sum(1)
        pairs = (total.squeeze(1).square() - weight.square().sum(1)) / 2
        counted = ((weight > 0).sum(1) > 1) & (pairs > 0)
        return weighted_mean(spread / torch.where(counted, pairs, 1.0), counted.to(x.dtype))
