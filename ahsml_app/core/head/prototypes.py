"""Class prototypes and class-wise divergence in the ball (method.md, section 3; reconstruction)."""

from __future__ import annotations

import torch
from torch import Tensor

from ahsml_app.core.geometry.poincare import einstein_midpoint, pairwise_distance


def weighted_prototypes(
    points: Tensor, labels: Tensor, weights: Tensor, classes: int, c: float
) -> Tensor:
    """Computes the weighted Einstein midpoint of each class.

    Args:
        points: (N, D) points of the ball.
        labels: (N,) class indices, all >= 0.
        weights: (N,) adaptive weights.
        classes: K.
        c: Negative curvature, > 0.

    Returns:
        (K, D) points of the ball; the origin for a class without samples.
    """
    shares = torch.zeros(len(points), classes, dtype=points.dtype, device=points.device)
    shares[torch.arange(len(points), device=points.device), labels] = weights.to(points.dtype)
    return einstein_midpoint(points, shares, c)


def class_posterior(points: Tensor, prototypes: Tensor, c: float, temperature: float) -> Tensor:
    """Returns softmax_k(-d_c(z, p_k) / tau), the (N, K) class probabilities of (N, D) points."""
    return torch.softmax(-pairwise_distance(points, prototypes, c) / temperature, dim=1)
