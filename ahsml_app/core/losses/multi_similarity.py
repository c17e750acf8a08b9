"""Multi-similarity loss, the one that AHSML's paper extends first."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from ahsml_app.core.losses.base import PairBatch, log_sum, mean_over_anchors


@dataclass(frozen=True, slots=True)
class MultiSimilarityLoss:
    """Multi-similarity loss: per anchor a log-sum over same image, positives and negatives.

    1/rho log[1 + sum e^(-rho (q - M_a))] + 1/alpha log[1 + sum e^(-alpha (q - M_p))]
    + 1/beta log[1 + sum e^(beta (q - M_n))], each term of a sum times the pair's weight;
    mean over the anchors.
    Source: Wang et al., Multi-Similarity Loss, CVPR 2019; the first term and the margins are
    AHSML's (method.md, section 2).

    Attributes:
        positive_scale: alpha.
        negative_scale: beta.
        same_image_scale: rho.
        base: Both margins, as a similarity, where the batch has none.
    """

    positive_scale: float = 2.0
    negative_scale: float = 50.0
    same_image_scale: float = 2.0
    base: float = 0.5

    def __call__(self, batch: PairBatch) -> Tensor:
        """Computes the loss of a batch."""
        near, far, same = batch.similarity_margins(self.base, self.base)
        q = batch.similarity
        pull = log_sum(self.positive_scale * (near - q), batch.positives, add_one=True)
        push = log_sum(self.negative_scale * (q - far), batch.negatives, add_one=True)
        loss = pull / self.positive_scale + push / self.negative_scale
        if batch.same_image_pairs is not None:
            agree = log_sum(
                self.same_image_scale * (same - q), batch.same_image_pairs, add_one=True
            )
            loss = loss + agree / self.same_image_scale
        return mean_over_anchors(loss, batch)
