"""A pair-based loss: pulls positives above one margin, and pushes negatives below another."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from ahsml_app.core.losses import PairBatch


@dataclass(frozen=True, slots=True)
class SquaredHinge:
    """The farther a pair lies beyond its margin, the more it moves."""

    near: float = 0.8
    far: float = 0.2

    def __call__(self, batch: PairBatch) -> Tensor:
        near, far, _ = batch.similarity_margins(self.near, self.far)
        pull = (near - batch.similarity).clamp(min=0) ** 2 * batch.positives
        push = (batch.similarity - far).clamp(min=0) ** 2 * batch.negatives
        pairs = batch.positives.sum() + batch.negatives.sum()
        return (pull + push).sum() / pairs.clamp(min=1e-6)
