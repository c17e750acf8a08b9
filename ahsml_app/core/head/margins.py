"""Adaptive margins (the AHSML core) and soft similarity of pairs (the adaptive extension).

Sources of the formulas: [S] follows a second-hand summary of the paper, [R] is our reconstruction,
because the paper's full text was not available (method.md lists both).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, get_args

import torch
from torch import Tensor

Convention = Literal["hierarchical", "paper", "distance"]
CONVENTIONS: tuple[Convention, ...] = get_args(Convention)

SPREAD = 0.2
"""Similarities are scaled to [0, SPREAD] before they move a margin [S]."""

SAME_IMAGE_QUANTILE = 0.95
"""Quantile of in-class similarities that augmentations of one image should reach [R]."""


@dataclass(frozen=True, slots=True)
class Margins:
    """Adaptive margins, all as similarities.

    Attributes:
        positive: (K,) M_p, what pairs of one class should exceed.
        negative: (K, K) M_n, what pairs of two classes should stay under; symmetric.
        same_image: M_a, what two augmentations of one image should exceed, a scalar.
    """

    positive: Tensor
    negative: Tensor
    same_image: Tensor

    def for_pairs(self, rows: Tensor, columns: Tensor) -> tuple[Tensor, Tensor]:
        """Returns the margins of all pairs of two sets.

        Args:
            rows: (N,) class indices of the anchors.
            columns: (M,) class indices of the others.

        Returns:
            (N, 1) positive and (N, M) negative margins.
        """
        return self.positive[rows][:, None], self.negative[rows[:, None], columns[None, :]]


def adaptive_margins(
    class_similarity: Tensor,
    convention: Convention = "hierarchical",
    *,
    base: float | Tensor = 0.5,
    in_class: Tensor | None = None,
    spread: float = SPREAD,
) -> Margins:
    """Computes margins from class similarities (method.md, section 2) [S, gaps R].

    With S^ the similarity scaled to [0, spread], separately over the diagonal and the rest:

    | convention   | M_p          | M_n           | M_a                             |
    | paper        | g + S^_aa    | g - S^_ab     | least in-class similarity       |
    | hierarchical | g + S^_aa    | g - (-S)^_ab  | 95 % quantile of the in-class   |
    | distance     | g - (-S)^_aa | g + (-S)^_ab  | similarity of the nearest pair  |

    "distance" is the paper's rule applied to distances, D_p = g + D^_aa and D_n = g - D^_ab,
    written as similarities.

    Args:
        class_similarity: (K, K) mean similarities S; NaN for unseen pairs, which get the
            middle of the spread.
        convention: Row of the table.
        base: g; 0.5 for cosine.
        in_class: Similarities of pairs of one class, any shape, for M_a; None takes the diagonal
            of S.
        spread: Largest change of a margin.

    Returns:
        The margins, without gradient.

    Raises:
        ValueError: If the convention is unknown.
    """
    if convention not in CONVENTIONS:
        raise ValueError(f"Unknown margin convention {convention!r}; one of {CONVENTIONS}.")
    s = class_similarity.detach()
    off_diagonal = ~torch.eye(len(s), dtype=torch.bool, device=s.device)
    inside = s.diagonal()
    pairs = inside if in_class is None else in_class.detach().flatten()
    if convention == "distance":
        positive = base - _scaled(-inside, torch.ones_like(inside, dtype=torch.bool), spread)
        negative = base + _scaled(-s, off_diagonal, spread)
    else:
        positive = base + _scaled(inside, torch.ones_like(inside, dtype=torch.bool), spread)
        sign = 1.0 if convention == "paper" else -1.0
        negative = base - _scaled(sign * s, off_diagonal, spread)
    return Margins(positive, negative, same_image_margin(pairs, convention, base))


def same_image_margin(in_class: Tensor, convention: Convention, base: float | Tensor) -> Tensor:
    """Returns the margin M_a of `adaptive_margins` from similarities of pairs of one class."""
    unseen = in_class.isnan()
    if convention == "hierarchical":
        margin = torch.nanquantile(in_class, SAME_IMAGE_QUANTILE)
    elif convention == "paper":
        margin = in_class.masked_fill(unseen, math.inf).amin()
    else:
        margin = in_class.masked_fill(unseen, -math.inf).amax()
    # Chosen on the device, because a branch in Python would wait for its result.
    return torch.where(unseen.all(), base, margin)


def _scaled(values: Tensor, counted: Tensor, spread: float) -> Tensor:
    """Scales the counted values to [0, spread]; unseen and equal ones get the middle."""
    mask = counted & ~values.isnan()
    low = values.masked_fill(~mask, math.inf).amin()
    high = values.masked_fill(~mask, -math.inf).amax()
    apart = high - low > torch.finfo(values.dtype).eps  # false where none is seen
    share = ((values - low) / (high - low)).clamp(0.0, 1.0)
    return spread * torch.where(apart & ~values.isnan(), share, 0.5)


def class_similarity(
    similarity: Tensor, labels: Tensor, classes: int, weights: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """Computes the mean similarity within each class and between each two classes of a batch.

    Args:
        similarity: (B, B) similarities q of the batch; the diagonal is left out.
        labels: (B,) class indices.
        classes: K.
        weights: (B,) adaptive weights, a pair counting with their product; None for 1.

    Returns:
        (K, K) means S, NaN where the batch has no pair, and (K, K) the (weighted) pair counts.
    """
    own_sums, own_counts, cells = _class_sums(similarity, labels, classes, weights)
    sums, counts = similarity.new_zeros(2, classes, classes)
    sums[cells], counts[cells] = own_sums, own_counts
    return sums / torch.where(counts > 0, counts, math.nan), counts


def _class_sums(
    similarity: Tensor, labels: Tensor, classes: int, weights: Tensor | None
) -> tuple[Tensor, Tensor, tuple[Tensor, Tensor]]:
    """Returns sums and counts of the pairs of the classes in a batch, and their (K, K) cells."""
    similarity = similarity.detach()
    if labels.device.type == "cpu":
        # A batch holds few of the classes, so the products run over those that are present.
        present, index = torch.unique(labels, return_inverse=True)
    else:  # finding the present classes would wait for the graphics card
        present, index = torch.arange(classes, device=labels.device), labels
    columns = torch.arange(len(present), device=labels.device)
    member = (index[:, None] == columns).to(similarity.dtype)
    if weights is not None:
        member = member * weights.to(similarity.dtype)[:, None]
    pairs = torch.ones_like(similarity).fill_diagonal_(0.0)
    cells = (present[:, None], present[None, :])
    return member.T @ (similarity * pairs) @ member, member.T @ pairs @ member, cells


class ClassSimilarityBank:
    """Running class similarities S of the weak augmentations, updated once an epoch [R].

    `update` collects batches; `refresh` folds an epoch's means into the running ones by an
    exponential moving average, so that margins change between epochs, never within.
    """

    def __init__(
        self, classes: int, *, momentum: float = 0.5, device: torch.device | str = "cpu"
    ) -> None:
        """Creates an empty bank.

        Args:
            classes: K.
            momentum: Share of the old value that an epoch keeps, 0 to 1.
            device: Device of the batches.
        """
        self._momentum = momentum
        self._sums = torch.zeros(classes, classes, device=device)
        self._counts = torch.zeros(classes, classes, device=device)
        self._mean = torch.full((classes, classes), math.nan, device=device)
        self._ready = False
        self._margins: tuple[tuple[Convention, float], Margins] | None = None

    @property
    def similarity(self) -> Tensor:
        """(K, K) S as of the last refresh, symmetric; NaN for pairs that no batch had."""
        return self._mean

    @property
    def ready(self) -> bool:
        """Whether an epoch has been folded in."""
        return self._ready

    def margins(self, convention: Convention, base: float) -> Margins:
        """Returns the `adaptive_margins` of the classes, with S in place of a batch.

        They stay the same until the next refresh, and of thousands of classes each computation
        takes as long as the rest of a step.

        Args:
            convention: As for `adaptive_margins`.
            base: As for `adaptive_margins`.
        """
        asked = (convention, base)
        if self._margins is None or self._margins[0] != asked:
            self._margins = asked, adaptive_margins(self._mean, convention, base=base)
        return self._margins[1]

    def update(self, similarity: Tensor, labels: Tensor, weights: Tensor | None = None) -> None:
        """Collects a batch.

        Args:
            similarity: (B, B) similarities of the weak augmentations.
            labels: (B,) class indices.
            weights: (B,) adaptive weights; None for 1.
        """
        size = len(self._sums)
        sums, counts, cells = _class_sums(similarity.float(), labels, size, weights)
        self._sums[cells] += sums
        self._counts[cells] += counts

    def refresh(self) -> None:
        """Folds the collected batches into S and clears them."""
        self._margins = None
        mask = self._counts > 0
        new = self._sums / torch.where(mask, self._counts, 1.0)
        new = (new + new.T) / 2
        averaged = self._momentum * self._mean + (1 - self._momentum) * new
        averaged = torch.where(self._mean.isnan(), new, averaged)
        self._mean = torch.where(mask, averaged, self._mean)
        self._ready = not bool(self._mean.isnan().all())
        self._sums.zero_()
        self._counts.zero_()

    def state(self) -> dict[str, Tensor]:
        """Returns the tensors of a checkpoint, between epochs or within one."""
        return {
            "class_similarity": self._mean.clone(),
            "sums": self._sums.clone(),
            "counts": self._counts.clone(),
        }

    def restore(self, state: dict[str, Tensor]) -> None:
        """Continues from the `state` of a checkpoint."""
        self._margins = None
        self._mean = state["class_similarity"].to(self._mean, copy=True)
        self._ready = not bool(self._mean.isnan().all())
        # A head's checkpoint has none: it is written between epochs, when nothing is collected.
        nothing = torch.zeros_like(self._mean)
        self._sums = state.get("sums", nothing).to(self._sums, copy=True)
        self._counts = state.get("counts", nothing).to(self._counts, copy=True)


def class_divergence_similarity(divergence: Tensor) -> Tensor:
    """Computes class similarities s^c from the distances of the prototypes [R].

    s^c_kl = 0.5 * (1 - rank of delta_kl among all pairs, scaled to [0, 1]) and s^c_kk = 1: the
    nearest two classes are half alike, the farthest not at all. Equal distances take the highest
    of their ranks: where all distances are equal, or there is a single pair, s^c is the plain
    same/different matrix.

    Args:
        divergence: (K, K) prototype distances delta, symmetric.

    Returns:
        (K, K) similarities in [0, 1], symmetric.
    """
    count = len(divergence)
    delta = ((divergence + divergence.T) / 2).detach()
    upper = torch.triu_indices(count, count, 1, device=delta.device)
    values = delta[upper[0], upper[1]]
    result = torch.eye(count, dtype=delta.dtype, device=delta.device)
    if len(values) < 2:
        return result
    last = torch.searchsorted(values.sort().values, values, right=True) - 1
    similar = 0.5 * (1 - last.to(delta.dtype) / (len(values) - 1))
    result[upper[0], upper[1]] = similar
    result[upper[1], upper[0]] = similar
    return result


@dataclass(frozen=True, slots=True)
class BatchLabels:
    """Labels, weights and posteriors of the samples on one side of the pairs, without gradient.

    Attributes:
        labels: (N,) class indices of the given labels.
        weights: (N,) adaptive weights w.
        posteriors: (N, K) class posteriors pi, rows summing to 1.
    """

    labels: Tensor
    weights: Tensor
    posteriors: Tensor


@dataclass(frozen=True, slots=True)
class SoftPairs:
    """Soft similarity and weight of every pair, the target and weight of a `PairBatch`.

    Attributes:
        target: (N, M) s, 0 to 1.
        weight: (N, M) omega, 0 to 1.
    """

    target: Tensor
    weight: Tensor


def soft_similarity(
    rows: BatchLabels,
    columns: BatchLabels,
    class_affinity: Tensor,
    sample_affinity: Tensor,
    *,
    ramp: float = 1.0,
    same_image: Tensor | None = None,
) -> SoftPairs:
    """Combines labels, classes and samples into pair similarities (method.md, section 3) [R].

    lambda_ij = w_i w_j,  r_ij = max pi_i * max pi_j
    s_ij  = lambda s^c(y_i, y_j) + (1 - lambda) [r pi_i^T S^c pi_j + (1 - r) s^s_ij]
    om_ij = lambda + (1 - lambda) r * ramp
    Two augmentations of one image have s = om = 1.

    Args:
        rows: Labels, weights and posteriors of the N anchors.
        columns: The same for the M others; the same object for a square batch.
        class_affinity: (K, K) S^c of `class_divergence_similarity`; the identity ignores it.
        sample_affinity: (N, M) s^s, similarity of the samples themselves, 0 to 1.
        ramp: Weight of untrusted pairs in this epoch, 0 (warm-up) to 1.
        same_image: (N, M) mask of pairs that are two augmentations of one image; None for none.

    Returns:
        Target and weight, without gradient.
    """
    with torch.no_grad():
        trust = rows.weights[:, None] * columns.weights[None, :]
        sure = rows.posteriors.max(1).values[:, None] * columns.posteriors.max(1).values[None, :]
        by_label = class_affinity[rows.labels[:, None], columns.labels[None, :]]
        by_class = rows.posteriors @ class_affinity @ columns.posteriors.T
        guessed = sure * by_class + (1 - sure) * sample_affinity
        target = (trust * by_label + (1 - trust) * guessed).clamp(0.0, 1.0)
        weight = (trust + (1 - trust) * sure * ramp).clamp(0.0, 1.0)
        if same_image is not None:
            target = torch.where(same_image, 1.0, target)
            weight = torch.where(same_image, 1.0, weight)
    return SoftPairs(target, weight)


def sample_affinity(similarity: Tensor) -> Tensor:
    """Computes the pair similarity s^s from the embedding: (1 + q) / 2 within [0, 1] [R].

    It counts where posteriors are uncertain, so it must not derive from them: two flat posteriors
    agree perfectly and mean nothing.

    Args:
        similarity: (N, M) similarities q in [-1, 1].
    """
    return ((1 + similarity.detach()) / 2).clamp(0.0, 1.0)
