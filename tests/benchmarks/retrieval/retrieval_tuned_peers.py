"""Peers of retrieval that train a whole network: what `retrieval_peers` trains on fixed features.

They are trained by our own loop, so that network, images, augmentations, batches, learning rates,
average and number of steps are the same; what differs is the objective, the rule that drops
samples, and the head, which is linear and starts at random. Both augmentations of an image are
samples of its given label, and a pair of one class.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from ahsml_app.base.events import CancelToken
from ahsml_app.base.types import ByteArray, IntArray
from ahsml_app.core.backbones.backbone import Backbone, with_weights
from ahsml_app.core.config import TrainConfig
from ahsml_app.core.features.preprocess import Preparation
from ahsml_app.core.finetune.finetune_config import FinetuneConfig
from ahsml_app.core.finetune.inputs.image_loader import MARGIN, ImageSource, read_ahead
from ahsml_app.core.finetune.step import NetworkTraining, Task
from ahsml_app.core.head.head_model import HyperbolicHead
from ahsml_app.core.head.margins import BatchLabels
from ahsml_app.core.head.objective import Memory
from benchmarks.retrieval.retrieval_peers import (
    WARM_UP,
    Bank,
    ClassObjective,
    Labels,
    PairObjective,
    PeerConfig,
    chosen_by_rule,
)


class LinearHead(nn.Module):
    """Prepared features to embeddings of length one."""

    def __init__(self, width: int, dimension: int) -> None:
        super().__init__()
        self.linear = nn.Linear(width, dimension)

    def forward(self, features: Tensor) -> Tensor:
        """(B, d) to (B, D)."""
        return functional.normalize(self.linear(features), dim=1)


class PeerTraining(NetworkTraining):
    """Our loop with the objective of a peer."""

    def __init__(
        self,
        backbone: Backbone,
        task: Task,
        peer: PeerConfig,
        tuning: FinetuneConfig,
    ) -> None:
        config, classes = TrainConfig(dimension=peer.dimension), task.targets.shape[1]
        super().__init__(backbone, task, config, tuning, torch.device("cpu"))
        self._peer, self._steps = peer, 0
        self._rows = torch.zeros(0, dtype=torch.int64)
        steps = tuning.epochs * len(self.batches(0))
        self._idle = WARM_UP * steps
        self._vectors = Bank(torch.from_numpy(task.labels), classes, peer.dimension, steps)
        self._loss_of: ClassObjective | PairObjective
        if peer.loss != "proxy-anchor":
            self._loss_of = PairObjective(peer.loss)
        else:
            self._loss_of = ClassObjective(peer.loss, classes, peer.dimension)
            more = {"params": list(self._loss_of.parameters()), "weight_decay": 0.0, "lr": 0.0}
            # The product's optimiser has no parameters but the network's.
            self._optimiser._adam.add_param_group({**more, "peak": 10 * tuning.ablation.head_rate})

    def step(
        self,
        position: tuple[int, int, int],
        rows: IntArray,
        pixels: ByteArray | Tensor,
        cancel: CancelToken,
    ) -> Tensor:
        """Keeps the rows of the batch for the peer's objective, which reads its own bank."""
        self._rows = torch.from_numpy(rows)
        return super().step(position, rows, pixels, cancel)

    def _objective(
        self, features: Tensor, evidence: BatchLabels, ramp: float, memory: Memory | None
    ) -> tuple[Tensor, Tensor]:
        vectors, both = self.network.head(features), self._rows.repeat(2)
        acting, self._steps = self._steps >= self._idle, self._steps + 1
        chosen = chosen_by_rule(self._vectors, both, vectors.detach(), self._peer, acting=acting)
        remembered = self._vectors.drawn() if self._peer.memory and acting else both[:0]
        if int(chosen.sum()) > 1:
            loss = self._loss_of(both[chosen], vectors[chosen], self._vectors, remembered)
        else:
            loss = vectors.sum() * 0
        return loss, vectors.detach().chunk(2)[0]

    def end_epoch(self) -> None:
        """Peers know no divergence of classes that would be renewed."""


def tuned_by_peer(
    backbone: Backbone,
    files: Sequence[Path],
    preparation: Preparation,
    labels: Labels,
    classes: int,
    peer: PeerConfig,
    tuning: FinetuneConfig,
) -> tuple[Backbone, nn.Module]:
    """Train a network on given labels.

    Args:
        backbone: Where it starts.
        files: Of the n images that train.
        preparation: Of their features.
        labels: (n,) given labels; -1 for images that are left out.
        classes: K.
        peer: Objective and rule; its epochs and learning rate are not used.
        tuning: How networks are trained.

    Returns:
        The tuned backbone, and the head for prepared features of it, by the averaged parameters.
    """
    torch.manual_seed(peer.seed)
    head = LinearHead(preparation.rotation.shape[1], peer.dimension)
    rows = np.flatnonzero(labels >= 0)
    targets = np.eye(classes, dtype=np.float32)[np.maximum(labels, 0)]
    every = np.ones(len(labels), dtype=np.float32)
    task = Task(rows, labels, targets, every, preparation, head)  # type: ignore[arg-type]
    return averaged(PeerTraining(backbone, task, peer, tuning), backbone, files)


def tuned_by_core(
    backbone: Backbone,
    files: Sequence[Path],
    preparation: Preparation,
    labels: Labels,
    classes: int,
    config: TrainConfig,
    tuning: FinetuneConfig,
) -> tuple[Backbone, nn.Module]:
    """Train a network by the paper's part alone: given labels, as a peer, and a head in the ball.

    What is not named is as for `tuned_by_peer`.

    Args:
        labels: (n,) given labels, of all.
        config: A pair loss with adaptive margins and pairs of augmentations, and nothing beside.
    """
    width = preparation.rotation.shape[1]
    head = HyperbolicHead(width, config.dimension, classes, config.ablation.curvature)
    head.start(torch.Generator().manual_seed(config.seed))
    targets, every = np.eye(classes, dtype=np.float32)[labels], np.ones(len(labels), np.float32)
    task = Task(np.arange(len(labels)), labels, targets, every, preparation, head)
    training = NetworkTraining(backbone, task, config, tuning, torch.device("cpu"))
    return averaged(training, backbone, files)


def averaged(
    training: NetworkTraining, backbone: Backbone, files: Sequence[Path]
) -> tuple[Backbone, nn.Module]:
    """Run all epochs; the backbone and the head by the averaged parameters."""
    source = ImageSource(files, round(training.size * MARGIN))
    for epoch in range(training.tuning.epochs):
        batches = training.batches(epoch)
        for step, (batch, pixels) in enumerate(read_ahead(source, batches)):
            training.step((epoch, step, len(batches)), batch, pixels, CancelToken())
        training.end_epoch()
    return with_weights(backbone, training.backbone_state()), training.average.head.eval()


def embedded(head: nn.Module, prepared: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """(N, D) embeddings of prepared features."""
    with torch.inference_mode():
        found: npt.NDArray[np.float32] = head(torch.from_numpy(prepared)).numpy()
    return found
