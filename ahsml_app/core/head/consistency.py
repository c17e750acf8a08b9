"""Sample-wise consistency: how far an image's augmentations agree (method.md, section 3; [R])."""

from __future__ import annotations

import math

import torch
from torch import Tensor


def divergence(first: Tensor, second: Tensor) -> Tensor:
    """Computes the Jensen-Shannon divergence of two class posteriors, divided by log 2.

    Args:
        first: (N, K) probabilities.
        second: (N, K) probabilities.

    Returns:
        (N,) values from 0 (equal) to 1 (nothing in common).
    """
    tiny = torch.finfo(first.dtype).tiny
    middle = (first + second) / 2
    log_middle = middle.clamp_min(tiny).log()
    left = (first * (first.clamp_min(tiny).log() - log_middle)).sum(1)
    right = (second * (second.clamp_min(tiny).log() - log_middle)).sum(1)
    return ((left + right) / (2 * math.log(2))).clamp(0.0, 1.0)


def consistency(posteriors: Tensor) -> Tensor:
    """Computes s^s_i = 1 - JS(plain image, augmentation), averaged over the augmentations.

    Args:
        posteriors: (V + 1, N, K) class probabilities, the plain image first.

    Returns:
        (N,) from 0 to 1; 1 where there is only the plain image.
    """
    if len(posteriors) < 2:
        return torch.ones(posteriors.shape[1])
    divergences = [divergence(posteriors[0], other) for other in posteriors[1:]]
    return 1 - torch.stack(divergences).mean(0)
