"""The input of every pair-based loss (`PairBatch`) and sums that the losses share.

A batch is N anchors (rows) against M others (columns). The soft similarity s ("target") and the
weight w of a pair replace the usual same/different mask: the pair counts as a positive with s * w
and as a negative with (1 - s) * w. With s of 0 or 1 and w = 1 these are the two masks of the plain
loss, and every loss here then equals the one of pytorch-metric-learning (see the tests).

Two augmentations of one image are always positive, whatever their label. They are excluded from the
positive part and form a separate term with a separate margin (method.md, section 2). Only the
log-ratio loss, which has graded distances instead of parts, keeps them among the other pairs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

import torch
from torch import Tensor

Margin = Tensor | float | None


@dataclass(frozen=True)
class PairBatch:
    """All pairs of a batch; the module docstring defines target and weight.

    Margins are similarities for every loss: positives should exceed theirs, negatives stay below
    theirs. A loss on distances converts them by d = scale * (1 - q). None selects the loss's own
    constants.

    Attributes:
        distance: (N, M) distances, >= 0.
        similarity: (N, M) similarities, larger is nearer.
        target: (N, M) soft similarity of the pair, 0 to 1, without gradient.
        weight: (N, M) weight of the pair, 0 to 1, without gradient.
        valid: (N, M) mask of pairs that count; false for a sample with itself and for padding.
        same_image: (N, M) mask of the pairs of two augmentations of one image; None for none.
        positive_margin: Similarity that positives should exceed, broadcast to (N, M).
        negative_margin: Similarity that negatives should stay under, broadcast to (N, M).
        same_image_margin: Similarity that these pairs should exceed; None for the positive margin.
        scale: Distance that corresponds to one unit of similarity.
    """

    distance: Tensor
    similarity: Tensor
    target: Tensor
    weight: Tensor
    valid: Tensor
    same_image: Tensor | None = None
    positive_margin: Margin = None
    negative_margin: Margin = None
    same_image_margin: Margin = None
    scale: float = 1.0

    @cached_property
    def positives(self) -> Tensor:
        """(N, M) weight of each pair as a positive; 0 for the pairs of one image."""
        return self.target * self.weight * self._ordinary

    @cached_property
    def negatives(self) -> Tensor:
        """(N, M) weight of each pair as a negative; 0 for the pairs of one image."""
        return (1 - self.target) * self.weight * self._ordinary

    @cached_property
    def same_image_pairs(self) -> Tensor | None:
        """(N, M) 1 for the pairs of one image, always at full weight; None without any."""
        if self.same_image is None:
            return None
        return (self.same_image & self.valid).to(self.target.dtype)

    @property
    def _ordinary(self) -> Tensor:
        return self.valid if self.same_image is None else self.valid & ~self.same_image

    def similarity_margins(self, positive: float, negative: float) -> tuple[Tensor, ...]:
        """Returns three (N, M) similarities: margins of positives, negatives, pairs of one image.

        Args:
            positive: The loss's constant, used where the batch has no margin of its own.
            negative: Likewise, for negatives.
        """
        own = (self.positive_margin, self.negative_margin, self.same_image_margin)
        return self._fill(own, positive, negative, self.similarity)

    def distance_margins(self, positive: float, negative: float) -> tuple[Tensor, ...]:
        """Returns margins as distances: positives should stay below theirs, negatives above.

        Args:
            positive: The loss's constant distance, used where the batch has no margin.
            negative: Likewise, for negatives.
        """
        own = (self.positive_margin, self.negative_margin, self.same_image_margin)
        converted = tuple(None if m is None else self.scale * (1 - m) for m in own)
        return self._fill(converted, positive, negative, self.distance)

    @staticmethod
    def _fill(
        own: tuple[Margin, ...], positive: float, negative: float, like: Tensor
    ) -> tuple[Tensor, ...]:
        first = positive if own[0] is None else own[0]
        second = negative if own[1] is None else own[1]
        third = first if own[2] is None else own[2]
        return tuple(
            torch.as_tensor(m, dtype=like.dtype, device=like.device).expand_as(like)
            for m in (first, second, third)
        )


class PairLoss(Protocol):
    """A pair-based loss: its fields are hyperparameters, a call computes the loss of a batch."""

    def __call__(self, batch: PairBatch) -> Tensor:
        """Computes the loss, a scalar >= 0; 0 with gradient 0 if nothing can be learned."""
        ...


def from_distance(
    distance: Tensor,
    target: Tensor,
    *,
    scale: float = 1.0,
    weight: Tensor | None = None,
    valid: Tensor | None = None,
    same_image: Tensor | None = None,
) -> PairBatch:
    """Creates a batch from distances, with similarities q = 1 - d / scale.

    The AHSML core has scale = 2 r (method.md, section 2; reconstruction).

    Args:
        distance: (N, M) distances.
        target: (N, M) soft similarity.
        scale: Distance that corresponds to one unit of similarity.
        weight: (N, M); None for 1.
        valid: (N, M); None for all but the diagonal of a square batch.
        same_image: (N, M); None for no pair of one image.
    """
    if valid is None:
        valid = torch.ones_like(distance, dtype=torch.bool)
        if distance.shape[0] == distance.shape[1]:
            valid = valid.fill_diagonal_(False)
    return PairBatch(
        distance=distance,
        similarity=1 - distance / scale,
        target=target.to(distance.dtype),
        weight=torch.ones_like(distance) if weight is None else weight.to(distance.dtype),
        valid=valid,
        same_image=same_image,
        scale=scale,
    )


def from_similarity(
    similarity: Tensor,
    target: Tensor,
    *,
    weight: Tensor | None = None,
    valid: Tensor | None = None,
    same_image: Tensor | None = None,
) -> PairBatch:
    """Creates a batch from cosine similarities q, with distances d = 1 - q.

    Args:
        similarity: (N, M) similarities.
        target: (N, M) soft similarity.
        weight: (N, M); None for 1.
        valid: (N, M); None for all but the diagonal of a square batch.
        same_image: (N, M); None for no pair of one image.
    """
    batch = from_distance(1 - similarity, target, weight=weight, valid=valid, same_image=same_image)
    return replace(batch, similarity=similarity)  # exactly as given, without a rounding


def weighted_mean(values: Tensor, weights: Tensor) -> Tensor:
    """Returns the weighted mean of `values`, or 0 where all weights are 0.

    Args:
        values: Any shape.
        weights: The same shape, >= 0, without gradient.
    """
    total = weights.sum()
    # A value without weight may be infinite; it is replaced, because inf * 0 is NaN.
    summed = (torch.where(weights > 0, values, 0.0) * weights).sum()
    return summed / torch.where(total > 0, total, 1.0)


def mean_of_violations(values: Tensor, weights: Tensor) -> Tensor:
    """Returns the mean over pairs with a loss above 0 (pytorch-metric-learning: AvgNonZero).

    Args:
        values: Hinge values, >= 0.
        weights: The same shape, >= 0.
    """
    return weighted_mean(values, weights * (values > 0))


def log_sum(exponents: Tensor, weights: Tensor, *, add_one: bool) -> Tensor:
    """Returns log([1 +] sum of weights * exp(exponents)) of each row, without overflow.

    Args:
        exponents: (N, M).
        weights: (N, M), >= 0, without gradient.
        add_one: Whether 1 is added inside the logarithm; without it, a row without weight
            gives a very low finite number, with gradient 0.

    Returns:
        (N,) values.
    """
    counted = weights > 0
    lowest = torch.finfo(exponents.dtype).min / 8
    terms = torch.where(counted, exponents + torch.where(counted, weights, 1.0).log(), lowest)
    if add_one:
        terms = torch.cat([terms, terms.new_zeros(len(terms), 1)], dim=1)
    summed = torch.logsumexp(terms, dim=1)
    return summed if add_one else torch.where(counted.any(dim=1), summed, lowest)


def mean_over_anchors(values: Tensor, batch: PairBatch) -> Tensor:
    """Returns the mean over the rows that have a valid pair, so that padding has no effect.

    Args:
        values: (N,) loss of each anchor.
        batch: The batch.
    """
    return weighted_mean(values, batch.valid.any(dim=1).to(values.dtype))


LossFactory = Callable[[], PairLoss]
