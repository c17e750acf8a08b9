"""The loss of one step of the head's training."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.nn import functional

from ahsml_app.core.config import Ablation, TrainConfig
from ahsml_app.core.geometry.poincare import CLIP_RADIUS, pairwise_distance
from ahsml_app.core.head.consistency import divergence
from ahsml_app.core.head.head_model import HyperbolicHead
from ahsml_app.core.head.margins import (
    BatchLabels,
    ClassSimilarityBank,
    Margins,
    same_image_margin,
    sample_affinity,
    soft_similarity,
)
from ahsml_app.core.losses import from_distance, pair_loss

DISTANCE_SCALE = 2 * CLIP_RADIUS
"""q = 1 - d / (2 r) lies in [-1, 1] (method.md, section 2)."""

BASE = 0.0
"""g, the centre of the margins: the middle of the similarities. With a batch mean in its place, the
pull of augmentations collapses the points into the origin (benchmark). Reconstruction."""


@dataclass(frozen=True, slots=True)
class ClassKnowledge:
    """Class similarities as of the last epoch.

    Attributes:
        affinity: (K, K) soft similarity S^c of classes; the identity for plain labels.
        bank: Running class similarities for the adaptive margins.
        ramp: Weight of untrusted pairs in this epoch, 0 to 1.
    """

    affinity: Tensor
    bank: ClassSimilarityBank
    ramp: float


@dataclass(frozen=True, slots=True)
class Memory:
    """Samples of earlier batches that pair with the current one; gradients reach the batch only.

    Source: Wang et al., Cross-Batch Memory for Embedding Learning, CVPR 2020.

    Attributes:
        points: (M, D) points of the ball, without gradient.
        evidence: Labels, weights and posteriors of these samples.
    """

    points: Tensor
    evidence: BatchLabels


def prototype_term(
    head: HyperbolicHead,
    augmentations: tuple[Tensor, Tensor],
    targets: Tensor,
    weights: Tensor,
    ablation: Ablation,
) -> Tensor:
    """Computes the weighted cross entropy of both augmentations, plus their divergence.

    -sum_i w_i sum_k t_ik log pi_ik + beta * mean_i JS(pi_i^-, pi_i^+), with
    pi = softmax(-d(z, p) / tau). Adaptive extension (reconstruction).

    Args:
        head: The head.
        augmentations: Two augmentations of the batch, each (B, d).
        targets: (B, K) soft targets.
        weights: (B,) adaptive weights.
        ablation: temperature tau and consistency_weight beta.
    """
    distances = head.distances(head(torch.cat(augmentations)))
    logs = functional.log_softmax(-distances / ablation.temperature, dim=1).chunk(2)
    entropy = -(targets * (logs[0] + logs[1])).sum(1) / 2
    loss = (weights * entropy).mean()
    if ablation.consistency_weight:
        agreement = divergence(logs[0].exp(), logs[1].exp()).mean()
        loss = loss + ablation.consistency_weight * agreement
    return loss


def pair_term(
    head: HyperbolicHead,
    augmentations: tuple[Tensor, Tensor],
    evidence: BatchLabels,
    knowledge: ClassKnowledge,
    config: TrainConfig,
    memory: Memory | None = None,
) -> Tensor:
    """Computes the pair-based loss over both augmentations of a class-balanced batch.

    Adaptive margins and pairs of one image are the AHSML core (method.md, section 2), soft
    similarities and weights the adaptive extension (section 3, reconstruction).

    Args:
        head: The head.
        augmentations: Weak and strong augmentation, each (B, d).
        evidence: Labels, weights and posteriors of the B samples.
        knowledge: Class similarities as of the last epoch.
        config: Name of the loss; of the ablation margins, view_pairs and soft_similarity.
        memory: Samples of earlier batches as further columns of the pairs; None for none.
    """
    ablation, count = config.ablation, len(evidence.labels)
    points = head(torch.cat(augmentations))
    both = BatchLabels(
        evidence.labels.repeat(2), evidence.weights.repeat(2), evidence.posteriors.repeat(2, 1)
    )
    others, columns, extra = points, both, 0
    if memory is not None:
        others, columns = torch.cat([points, memory.points]), _joined(both, memory.evidence)
        extra = len(memory.points)
    distances = pairwise_distance(points, others, head.curvature)
    similarity = (1 - distances / DISTANCE_SCALE).detach()
    knowledge.bank.update(similarity[:count, :count], evidence.labels, evidence.weights)
    twins = _twins(count, extra, points.device) if ablation.view_pairs else None
    if ablation.soft_similarity:
        soft = soft_similarity(
            both,
            columns,
            knowledge.affinity,
            sample_affinity(similarity),
            ramp=knowledge.ramp,
            same_image=twins,
        )
        target, weight = soft.target, soft.weight
    else:
        target = (both.labels[:, None] == columns.labels[None, :]).to(distances.dtype)
        weight = both.weights[:, None] * columns.weights[None, :]
    valid = torch.ones_like(distances, dtype=torch.bool).fill_diagonal_(False)
    batch = from_distance(
        distances, target, scale=DISTANCE_SCALE, weight=weight, valid=valid, same_image=twins
    )
    # The batch alone sets the margins, because the memory is slightly out of date.
    own = similarity[:, : 2 * count].masked_fill(_twins(count, 0, points.device), math.nan)
    margins = _margins(knowledge.bank, own, both.labels, ablation)
    near, far = margins.for_pairs(both.labels, columns.labels)
    batch = replace(
        batch, positive_margin=near, negative_margin=far, same_image_margin=margins.same_image
    )
    return pair_loss(config.loss)(batch)


def _margins(
    bank: ClassSimilarityBank, similarity: Tensor, labels: Tensor, ablation: Ablation
) -> Margins:
    """Returns adaptive margins around `BASE`; constant ones during the first epoch.

    Args:
        bank: Running class similarities.
        similarity: (2B, 2B) similarities of the batch, NaN for the pairs of one image: their
            margin follows other images of the class, not their own similarity.
        labels: (2B,) class indices.
        ablation: margins.
    """
    if ablation.margins == "constant" or not bank.ready:
        # The losses' own constants suit cosine similarity; the ball's have another range.
        constant = similarity.new_full((1,), BASE)
        classes = len(bank.similarity)
        return Margins(constant.expand(classes), constant.expand(classes, classes), constant[0])
    same = labels[:, None] == labels[None, :]
    same.fill_diagonal_(False)
    in_class = similarity.masked_fill(~same, math.nan).flatten()
    same_image = same_image_margin(in_class, ablation.margins, BASE)
    return replace(bank.margins(ablation.margins, BASE), same_image=same_image)


def _twins(count: int, extra: int, device: torch.device) -> Tensor:
    """Returns the (2B, 2B + M) mask of pairs that are the two augmentations of one image."""
    index = torch.arange(count, device=device).repeat(2)
    mask = (index[:, None] == index[None, :]).fill_diagonal_(False)
    return functional.pad(mask, (0, extra)) if extra else mask


def _joined(first: BatchLabels, second: BatchLabels) -> BatchLabels:
    return BatchLabels(
        torch.cat([first.labels, second.labels]),
        torch.cat([first.weights, second.weights]),
        torch.cat([first.posteriors, second.posteriors]),
    )
