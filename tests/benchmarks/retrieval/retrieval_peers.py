"""Peers of retrieval, small and from their published rules, on a two-layer head.

All share the head (features -> 512 -> 128, ReLU, cosine), the batches (16 classes x 4 images by
their given labels, a random augmentation of each), the optimiser and the number of steps.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from ahsml_app.core.losses import LOSSES, PairLoss, from_similarity
from ahsml_app.core.losses.contrastive import ContrastiveLoss

CLASSES, IMAGES = 16, 4
"""Classes of a batch, and images of each."""

WARM_UP = 0.1
"""Share of the epochs before a rule that drops samples acts; its bank is filled meanwhile."""

MEMORY = 4096
"""Most embeddings of the cross-batch memory that a batch is compared with: nearly all images."""

NEIGHBOURS, LEAST_SHARE = 10, 0.5
"""The kNN filter drops a sample with less than this share of its label among its neighbours."""

WINDOW, WINDOW_SHARE = 100, 0.1
"""Batches over which PRISM's threshold is smoothed, and the largest share of all batches."""

SOFTMAX_TEMPERATURE = 0.1

Labels = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class PeerConfig:
    """How a two-layer head is trained.

    Attributes:
        loss: multi-similarity, contrastive, triplet, proxy-anchor or softmax (over normalised
            class vectors).
        rule: What drops samples: nothing, "prism" or "knn".
        rate: Share of wrong labels, which PRISM must be told.
        memory: Whether a batch is also compared with the cross-batch memory.
        hidden: Units of the hidden layer.
        dimension: Of the embedding.
        epochs: Rounds over the samples.
        learning_rate: Peak, decaying by a cosine; class vectors learn ten times as fast.
        seed: Of everything random.
    """

    loss: str = "multi-similarity"
    rule: str = ""
    rate: float = 0.0
    memory: bool = False
    hidden: int = 512
    dimension: int = 128
    epochs: int = 30
    learning_rate: float = 1e-3
    seed: int = 0


class TwoLayerHead(nn.Module):
    """Features to embeddings of length one."""

    def __init__(self, width: int, hidden: int, dimension: int) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(width, hidden), nn.Linear(hidden, dimension)

    def forward(self, features: Tensor) -> Tensor:
        """(B, W) to (B, D)."""
        return functional.normalize(self.second(torch.relu(self.first(features))), dim=1)


def standardised(
    features: npt.NDArray[np.float16], training: npt.NDArray[np.bool_]
) -> npt.NDArray[np.float32]:
    """Features scaled by mean and spread of the plain training images."""
    plain = features[0, training].astype(np.float32)
    mean, spread = plain.mean(0), plain.std(0) + 1e-3
    return np.asarray((features.astype(np.float32) - mean) / spread, dtype=np.float32)


class Bank:
    """The newest embedding of each training image, and the rules that read it."""

    def __init__(self, labels: Tensor, classes: int, dimension: int, steps: int) -> None:
        self.labels, self.classes = labels, classes
        self._window = max(1, min(WINDOW, int(WINDOW_SHARE * steps)))
        self.vectors = torch.zeros(len(labels), dimension)
        self.seen = torch.zeros(len(labels), dtype=torch.bool)
        self._thresholds: list[float] = []

    def put(self, rows: Tensor, vectors: Tensor) -> None:
        """Take over embeddings of a batch."""
        self.vectors[rows], self.seen[rows] = vectors, True

    def forget(self, rows: Tensor) -> None:
        """Samples that a rule has dropped, so that centres and memory are without them."""
        self.seen[rows] = False

    def prism(self, rows: Tensor, vectors: Tensor, rate: float) -> Tensor:
        """(B,) kept by PRISM: the posterior of the given label under the class centres.

        p_i = exp(v_i . w_y) / sum_k exp(v_i . w_k) with w_k the normalised mean of the class in
        the bank; kept above the rate's quantile, averaged over the last batches (smooth top-R).
        Liu et al., Noise-resistant Deep Metric Learning with Ranking-based Instance Selection,
        CVPR 2021.
        """
        centres = torch.zeros(self.classes, self.vectors.shape[1])
        centres.index_add_(0, self.labels[self.seen], self.vectors[self.seen])
        posteriors = torch.softmax(vectors @ functional.normalize(centres, dim=1).T, dim=1)
        own = posteriors.gather(1, self.labels[rows][:, None])[:, 0]
        now = float(torch.quantile(own, rate))
        self._thresholds = [*self._thresholds, now][-self._window :]
        if not rate:
            return torch.ones(len(rows), dtype=torch.bool)
        return own > float(np.mean(self._thresholds))

    def neighbours(self, rows: Tensor, vectors: Tensor) -> Tensor:
        """(B,) kept by the share of the given label among the nearest others of the bank."""
        similarity = vectors @ self.vectors.T
        similarity[:, ~self.seen] = -2.0
        similarity[torch.arange(len(rows)), rows] = -2.0
        found = similarity.topk(min(NEIGHBOURS, similarity.shape[1]), dim=1).indices
        share = (self.labels[found] == self.labels[rows][:, None]).float().mean(1)
        return share >= LEAST_SHARE

    def drawn(self) -> Tensor:
        """(M,) rows of the memory that a batch is compared with."""
        seen = self.seen.nonzero()[:, 0]
        return seen[torch.randperm(len(seen))[:MEMORY]]


class PairObjective:
    """A pair loss over the batch, and over the memory where one is given."""

    def __init__(self, name: str) -> None:
        # Cosine distances reach 2: the margin of 0.5 is that of the cross-batch memory's paper.
        contrastive = ContrastiveLoss(negative_margin=0.5)
        self._loss: PairLoss = contrastive if name == "contrastive" else LOSSES[name]()

    def __call__(self, rows: Tensor, vectors: Tensor, bank: Bank, memory: Tensor) -> Tensor:
        """The loss of a batch against itself and rows of the memory."""
        others, columns = torch.cat([vectors, bank.vectors[memory]]), torch.cat([rows, memory])
        similarity = vectors @ others.T
        same = bank.labels[rows][:, None] == bank.labels[columns][None, :]
        # Two augmentations in a batch are a pair; an image and its own earlier embedding are none.
        valid = rows[:, None] != columns[None, :]
        valid[:, : len(rows)] = ~torch.eye(len(rows), dtype=torch.bool)
        return self._loss(from_similarity(similarity, same.float(), valid=valid))


class ClassObjective(nn.Module):
    """Proxy-anchor, or a softmax over cosines: losses with one learned vector a class."""

    def __init__(self, name: str, classes: int, dimension: int) -> None:
        super().__init__()
        if name == "proxy-anchor":
            from pytorch_metric_learning.losses import ProxyAnchorLoss

            self._anchor = ProxyAnchorLoss(classes, dimension)
        else:
            self._anchor = None
            self.vectors = nn.Parameter(0.1 * torch.randn(classes, dimension))

    def forward(self, rows: Tensor, vectors: Tensor, bank: Bank, memory: Tensor) -> Tensor:
        """The loss of a batch; the memory plays no part."""
        labels = bank.labels[rows]
        if self._anchor is not None:
            found: Tensor = self._anchor(vectors, labels)
            return found
        cosines = vectors @ functional.normalize(self.vectors, dim=1).T
        return functional.cross_entropy(cosines / SOFTMAX_TEMPERATURE, labels)


def train_head(
    prepared: npt.NDArray[np.floating], labels: Labels, classes: int, config: PeerConfig
) -> TwoLayerHead:
    """Train a head on given labels.

    Args:
        prepared: (V + 1, n, d) prepared features of the images that train.
        labels: (n,) given labels; -1 for images that are left out.
        classes: K.
        config: Options.
    """
    torch.manual_seed(config.seed)
    inputs = torch.from_numpy(prepared).float()
    head = TwoLayerHead(inputs.shape[2], config.hidden, config.dimension)
    groups = [{"params": head.parameters(), "lr": config.learning_rate}]
    if config.loss in ("proxy-anchor", "softmax"):
        objective = ClassObjective(config.loss, classes, config.dimension)
        groups.append({"params": objective.parameters(), "lr": 10 * config.learning_rate})
    else:
        objective = PairObjective(config.loss)
    optimiser = torch.optim.AdamW(groups, weight_decay=1e-4)
    steps = math.ceil((labels >= 0).sum() / (CLASSES * IMAGES)) * config.epochs
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    bank = Bank(torch.from_numpy(labels), classes, config.dimension, steps)
    random = np.random.default_rng(config.seed)
    for step, rows in enumerate(_batches(labels, classes, steps, random)):
        vectors = head(inputs[int(random.integers(len(inputs))), rows])
        acting = step >= WARM_UP * steps
        kept = chosen_by_rule(bank, rows, vectors.detach(), config, acting=acting)
        memory = bank.drawn() if config.memory and acting else rows[:0]
        if int(kept.sum()) > 1:
            optimiser.zero_grad()
            objective(rows[kept], vectors[kept], bank, memory).backward()
            optimiser.step()
        schedule.step()
    return head


def chosen_by_rule(
    bank: Bank, rows: Tensor, vectors: Tensor, config: PeerConfig, *, acting: bool
) -> Tensor:
    """(B,) samples that count; the bank takes over what its rule lets in."""
    kept = torch.ones(len(rows), dtype=torch.bool)
    if not config.rule and not config.memory:
        return kept
    if acting and config.rule == "prism":
        kept = bank.prism(rows, vectors, config.rate)
    elif acting and config.rule == "knn":
        kept = bank.neighbours(rows, vectors)
    entering = kept if config.rule == "prism" else torch.ones_like(kept)
    bank.forget(rows[~entering])
    bank.put(rows[entering], vectors[entering])
    return kept


def _batches(
    labels: Labels, classes: int, steps: int, random: np.random.Generator
) -> Iterator[Tensor]:
    """Rows of some images of some classes; a class with fewer images gives some twice."""
    members = [np.flatnonzero(labels == k) for k in range(classes)]
    present = [rows for rows in members if len(rows) > 1]
    for _ in range(steps):
        chosen = random.choice(len(present), min(CLASSES, len(present)), replace=False)
        drawn = [
            random.choice(present[k], IMAGES, replace=len(present[k]) < IMAGES) for k in chosen
        ]
        yield torch.from_numpy(np.concatenate(drawn))


def embed(head: TwoLayerHead, plain: npt.NDArray[np.floating]) -> npt.NDArray[np.float32]:
    """(N, D) embeddings of prepared plain features."""
    with torch.inference_mode():
        found: npt.NDArray[np.float32] = head(torch.from_numpy(plain).float()).numpy()
    return found
