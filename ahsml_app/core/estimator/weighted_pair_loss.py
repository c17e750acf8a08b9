"""The pair-based losses as torch modules, called as those of pytorch-metric-learning are."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from ahsml_app.core.geometry.poincare import CLIP_RADIUS, pairwise_distance
from ahsml_app.core.losses import (
    PairBatch,
    from_distance,
    from_similarity,
    loss_names,
    pair_loss,
)


class WeightedPairLoss(nn.Module):
    """A pair-based loss that takes a weight for each sample, so that doubtful labels count less.

    Args:
        name: Name of the loss: contrastive, triplet, multi-similarity, nt-xent, n-pair, margin,
            log-ratio, circle, or that of a plug-in.
        curvature: None compares embeddings by their cosine. A number c > 0 takes them as points of
            the Poincare ball of curvature -c, and compares them by their distance there.

    Raises:
        ValueError: If there is no such loss, or the curvature is not positive.
        PluginError: If the plug-in of the loss cannot be used.

    Example:
        >>> loss = WeightedPairLoss("multi-similarity")
        >>> loss(network(images), labels, weights=model.adaptive_weight_[rows]).backward()
    """

    def __init__(self, name: str = "multi-similarity", *, curvature: float | None = None) -> None:
        super().__init__()
        if name not in loss_names():
            raise ValueError(f"unknown loss {name!r}; choose one of {', '.join(loss_names())}")
        if curvature is not None and not curvature > 0:
            raise ValueError("the curvature must be a positive number")
        self.name, self.curvature = name, curvature
        self._loss = pair_loss(name)

    def forward(
        self,
        embeddings: Tensor,
        labels: Tensor,
        indices_tuple: None = None,
        ref_emb: Tensor | None = None,
        ref_labels: Tensor | None = None,
        *,
        weights: Tensor | None = None,
    ) -> Tensor:
        """Computes the loss of a batch.

        Args:
            embeddings: (N, D) embeddings, or points of the ball.
            labels: (N,) classes.
            indices_tuple: Must be None: the losses choose among all pairs themselves.
            ref_emb: (M, D) others to pair with, such as a memory; None for the batch itself.
            ref_labels: (M,) their classes.
            weights: (N,) trust in the labels, 0 to 1; None for 1. A pair counts by the product of
                the two, and an other of `ref_emb` fully.

        Returns:
            A scalar; 0 if no pair teaches anything.

        Raises:
            ValueError: If `indices_tuple` is given, or only one of `ref_emb` and `ref_labels`, or
                labels or weights are not one for each embedding.
        """
        if indices_tuple is not None:
            raise ValueError("indices_tuple is not supported: the losses take all pairs")
        if (ref_emb is None) != (ref_labels is None):
            raise ValueError("ref_emb and ref_labels belong together")
        others = embeddings if ref_emb is None else ref_emb
        labels = _one_each("labels", labels, embeddings)
        other_labels = labels if ref_labels is None else _one_each("ref_labels", ref_labels, others)
        target = (labels[:, None] == other_labels[None, :]).to(embeddings.dtype)
        weight = None
        if weights is not None:
            own = _one_each("weights", weights, embeddings).detach().to(embeddings.dtype)
            columns = own if ref_emb is None else torch.ones_like(target[0])
            weight = own[:, None] * columns[None, :]
        # Without a memory, no sample pairs with itself; with one of equal size, each may.
        valid = None if ref_emb is None else torch.ones_like(target, dtype=torch.bool)
        return self._loss(self._batch(embeddings, others, target, weight, valid))

    def _batch(
        self,
        embeddings: Tensor,
        others: Tensor,
        target: Tensor,
        weight: Tensor | None,
        valid: Tensor | None,
    ) -> PairBatch:
        if self.curvature is None:
            unit, other = (functional.normalize(e, dim=1) for e in (embeddings, others))
            return from_similarity(unit @ other.T, target, weight=weight, valid=valid)
        distance = pairwise_distance(embeddings, others, self.curvature)
        return from_distance(distance, target, scale=2 * CLIP_RADIUS, weight=weight, valid=valid)


def _one_each(what: str, values: Tensor, embeddings: Tensor) -> Tensor:
    """Values where the embeddings are; those of another shape would pair without an error."""
    values = torch.as_tensor(values, device=embeddings.device)
    if values.shape != embeddings.shape[:1]:
        raise ValueError(
            f"{what} of shape {tuple(values.shape)} are not one for each of the "
            f"{len(embeddings)} embeddings"
        )
    return values
