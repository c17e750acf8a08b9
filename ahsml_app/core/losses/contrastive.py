"""Contrastive loss."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from ahsml_app.core.losses.base import PairBatch, mean_of_violations


@dataclass(frozen=True, slots=True)
class ContrastiveLoss:
    """Contrastive loss: pulls positives below one distance, pushes negatives above another.

    mean (d - m_p)_+ over positives + mean (m_n - d)_+ over negatives + mean (d - m_a)_+ over
    augmentations, each mean over the pairs that violate their margin.
    Source: Hadsell, Chopra, LeCun, CVPR 2006 (unsquared, as in pytorch-metric-learning).

    Attributes:
        positive_margin: Distance that positives should not exceed.
        negative_margin: Distance that negatives should keep.
    """

    positive_margin: float = 0.0
    negative_margin: float = 1.0

    def __call__(self, batch: PairBatch) -> Tensor:
        """Computes the loss of a batch."""
        near, far, same = batch.distance_margins(self.positive_margin, self.negative_margin)
        loss = mean_of_violations(torch.relu(batch.distance - near), batch.positives)
        loss = loss + mean_of_violations(torch.relu(far - batch.distance), batch.negatives)
        if batch.same_image_pairs is not None:
            loss = loss + mean_of_violations(
                torch.relu(batch.distance - same), batch.same_image_pairs
            )
        return loss
