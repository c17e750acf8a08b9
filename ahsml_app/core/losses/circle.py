"""Circle loss."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import softplus

from ahsml_app.core.losses.base import PairBatch, log_sum, mean_of_violations


@dataclass(frozen=True, slots=True)
class CircleLoss:
    """Circle loss: the farther a pair is from its target, the more it weighs.

    softplus(log sum_p e^(-gamma a_p (q - M_p)) + log sum_n e^(gamma a_n (q - M_n))) per anchor
    that has both, with a_p = (2 - M_p - q)_+ and a_n = (q + M_n)_+; mean over the anchors where it
    is not 0. The margins are M_p = 1 - m and M_n = m unless the batch has its own. Pairs of one
    image form a second such term against the same negatives.
    Source: Sun et al., Circle Loss, CVPR 2020, pair-wise labels.

    Attributes:
        margin: m.
        gamma: Scale.
        detach_pace: Whether the pair weights are constants in the gradient, as published.
    """

    margin: float = 0.4
    gamma: float = 80.0
    detach_pace: bool = True

    def __call__(self, batch: PairBatch) -> Tensor:
        """Computes the loss of a batch."""
        near, far, same = batch.similarity_margins(1 - self.margin, self.margin)
        q = batch.similarity
        paced = q.detach() if self.detach_pace else q
        push = self.gamma * torch.relu(paced + far) * (q - far)
        loss = self._term(q, paced, near, batch.positives, push, batch.negatives)
        if batch.same_image_pairs is not None:
            loss = loss + self._term(q, paced, same, batch.same_image_pairs, push, batch.negatives)
        return loss

    def _term(
        self, q: Tensor, paced: Tensor, near: Tensor, pairs: Tensor, push: Tensor, others: Tensor
    ) -> Tensor:
        pull = self.gamma * torch.relu(2 - near - paced) * (near - q)
        both = log_sum(pull, pairs, add_one=False) + log_sum(push, others, add_one=False)
        counted = (pairs > 0).any(dim=1) & (others > 0).any(dim=1)
        losses = softplus(torch.where(counted, both, 0.0))
        return mean_of_violations(losses, counted.to(losses.dtype))
