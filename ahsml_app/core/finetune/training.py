"""End-to-end training of a backbone and its head: one step, one epoch, and what is kept of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from ahsml_app.base.types import FloatArray, IntArray
from ahsml_app.core.backbones import Backbone
from ahsml_app.core.config import TrainConfig
from ahsml_app.core.finetune.batches import epoch_batches
from ahsml_app.core.finetune.config import FinetuneConfig
from ahsml_app.core.finetune.network import TunedNetwork, keep_few_activations, parameter_groups
from ahsml_app.core.finetune.pictures import Pixels
from ahsml_app.core.finetune.views import STRONG, WEAK, draw, made
from ahsml_app.core.head import HyperbolicHead
from ahsml_app.core.hyperbolic import pairwise_distance
from ahsml_app.core.losses import LOSSES
from ahsml_app.core.objective import ClassKnowledge, pair_term, prototype_term
from ahsml_app.core.preparation import Preparation
from ahsml_app.core.prototypes import weighted_prototypes
from ahsml_app.core.similarity import ClassSimilarityBank, Evidence, class_divergence_similarity

MICRO_BATCH = {"cpu": 32, "cuda": 64, "mps": 32}
"""Pictures that go through the backbone at once; eight gigabytes hold 64 of ResNet-50 at 224."""


def micro_batch(tuning: FinetuneConfig, device: str) -> int:
    """How many pictures go through the backbone at once."""
    return tuning.micro_batch or MICRO_BATCH[device.partition(":")[0]]


@dataclass(frozen=True, slots=True)
class Task:
    """What a network is trained on, and where it starts.

    Attributes:
        rows: Rows to train on.
        targets: (N, K) soft targets of all samples, float32.
        weights: (N,) adaptive weights.
        preparation: Of the backbone's features.
        head: The head of the training on cached features.
    """

    rows: IntArray
    targets: FloatArray
    weights: FloatArray
    preparation: Preparation
    head: HyperbolicHead


class NetworkTraining:
    """State of one network's training.

    Every random draw comes from (seed, epoch, step), so that a step which is run again after a
    restart gives the same result.
    """

    def __init__(
        self,
        backbone: Backbone,
        task: Task,
        config: TrainConfig,
        tuning: FinetuneConfig,
        device: torch.device,
    ) -> None:
        self.task, self.tuning, self._config, self._device = task, tuning, config, device
        self.size = tuning.size or backbone.size
        self.network = TunedNetwork(backbone, task.preparation, task.head)
        if tuning.checkpointing:
            keep_few_activations(self.network.backbone)
        self.network.to(device, memory_format=torch.channels_last).train()
        self._optimiser = torch.optim.AdamW(parameter_groups(self.network, tuning))
        self.average = AveragedModel(
            self.network, multi_avg_fn=get_ema_multi_avg_fn(tuning.average)
        )
        classes = task.targets.shape[1]
        self._classes = task.targets.argmax(1)
        self._affinity = torch.eye(classes, device=device)
        self._bank = ClassSimilarityBank(classes, device=device)
        self._loss = LOSSES[config.loss]()
        self._points = np.zeros((len(task.targets), config.dimension), dtype=np.float32)
        self._seen = np.zeros(len(task.targets), dtype=bool)

    def batches(self, epoch: int) -> list[IntArray]:
        """Rows of each batch of an epoch."""
        tuning = self.tuning
        per_batch = (tuning.classes_per_batch, tuning.samples_per_class)
        return epoch_batches(self._classes, self.task.rows, per_batch, (tuning.seed, epoch))

    def step(self, epoch: int, step: int, steps: int, rows: IntArray, pixels: Pixels) -> float:
        """Train on one batch and return its loss.

        Args:
            epoch: From 0.
            step: Of the epoch, from 0.
            steps: In an epoch.
            rows: (B,) rows of the batch.
            pixels: (B, 3, S', S') their pictures, somewhat larger than the network's input.
        """
        self._set_rates((epoch * steps + step) / (self.tuning.epochs * steps))
        images = self._views(pixels, (self.tuning.seed, epoch, step))
        ramp = epoch / max(self.tuning.epochs - 1, 1)
        self._optimiser.zero_grad()
        chunks = images.split(micro_batch(self.tuning, self._device.type))
        if len(chunks) == 1:
            loss = self._objective(self._features(images), rows, ramp)
            loss.backward()  # type: ignore[no-untyped-call]
        else:
            loss = self._in_parts(chunks, rows, ramp)
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), self.tuning.clip)
        self._optimiser.step()
        self.average.update_parameters(self.network)
        return float(loss.detach())

    def _in_parts(self, chunks: tuple[Tensor, ...], rows: IntArray, ramp: float) -> Tensor:
        """The same gradient with the activations of one part in memory at a time.

        The pair loss needs the features of the whole batch at once, the backbone does not: the
        gradient is taken at the features, and then carried through the backbone part by part
        (Gao et al., Scaling Deep Contrastive Learning Batch Size, 2021).
        """
        with torch.no_grad():
            features = torch.cat([self._features(chunk) for chunk in chunks])
        features.requires_grad_()
        loss = self._objective(features, rows, ramp)
        loss.backward()  # type: ignore[no-untyped-call]
        gradient = features.grad
        if gradient is not None:
            for chunk, part in zip(chunks, gradient.split(len(chunks[0])), strict=True):
                torch.autograd.backward(self._features(chunk), part)
        return loss

    def _views(self, pixels: Pixels, seed: tuple[int, ...]) -> Tensor:
        """(2B, 3, S, S): the weak views, then the strong ones."""
        state = np.random.SeedSequence(seed).generate_state(1, np.uint64)[0]
        generator = torch.Generator().manual_seed(int(state >> np.uint64(1)))
        pictures = torch.from_numpy(pixels).to(self._device)
        views = [
            made(pictures, self.size, draw(len(pictures), strength, generator))
            for strength in (WEAK, STRONG)
        ]
        return torch.cat(views).contiguous(memory_format=torch.channels_last)

    def _features(self, images: Tensor) -> Tensor:
        kind = self._device.type
        with torch.autocast(kind, dtype=torch.bfloat16, enabled=kind == "cuda"):
            features: Tensor = self.network(images)
        return features.float()

    def _objective(self, features: Tensor, rows: IntArray, ramp: float) -> Tensor:
        task, config, head = self.task, self._config, self.network.head
        weak, strong = features.chunk(2)
        weights = torch.from_numpy(task.weights[rows]).to(self._device, torch.float32)
        targets = torch.from_numpy(task.targets[rows]).to(self._device)
        loss = prototype_term(head, (weak, strong), targets, weights, config)
        if config.pair_weight:
            labels = torch.from_numpy(self._classes[rows]).to(self._device)
            evidence = Evidence(labels, weights, targets)
            knowledge = ClassKnowledge(self._affinity, self._bank, ramp)
            pairs = pair_term(head, (weak, strong), evidence, knowledge, self._loss, config)
            loss = loss + config.pair_weight * pairs
        with torch.no_grad():
            self._points[rows] = head(weak).cpu().numpy()
            self._seen[rows] = True
        return loss

    def _set_rates(self, done: float) -> None:
        """Linear warm-up, then a cosine down to a hundredth of the peak."""
        warm = self.tuning.warm_up
        rise = min(1.0, (done + 1e-3) / max(warm, 1e-9))
        fall = 0.5 * (1 + math.cos(math.pi * max(0.0, done - warm) / max(1 - warm, 1e-9))) + 0.01
        for group in self._optimiser.param_groups:
            group["lr"] = group["peak"] * rise * fall

    def end_epoch(self) -> None:
        """Renew the class-wise divergences from the points that the epoch has left in the bank."""
        config, rows = self._config, np.flatnonzero(self._seen)
        points = torch.from_numpy(self._points[rows]).to(self._device)
        labels = torch.from_numpy(self._classes[rows]).to(self._device)
        weights = torch.from_numpy(self.task.weights[rows]).to(self._device)
        means = weighted_prototypes(points, labels, weights, len(self._affinity), config.curvature)
        if config.soft_similarity:
            distances = pairwise_distance(means, means, config.curvature)
            self._affinity = class_divergence_similarity(distances)
        self._bank.refresh()

    def backbone_state(self) -> dict[str, npt.NDArray[Any]]:
        """Weights of the tuned backbone by name: the running average."""
        network: TunedNetwork = self.average.module  # type: ignore[assignment]
        return {name: np.asarray(v.cpu()) for name, v in network.backbone.state_dict().items()}

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """Everything that the next step depends on."""
        arrays = _named("network", self.network.state_dict())
        arrays |= _named("average", self.average.state_dict())
        for index, entry in self._optimiser.state_dict()["state"].items():
            arrays |= _named(f"adam.{index}", entry)
        arrays |= _named("bank", self._bank.state())
        return arrays | {
            "affinity": self._affinity.cpu().numpy(),
            "points": self._points,
            "seen": self._seen,
        }

    def restore(self, arrays: dict[str, npt.NDArray[Any]]) -> None:
        """Continue from `state`."""
        parts: dict[str, dict[str, Tensor]] = {}
        for name, value in arrays.items():
            prefix, _, rest = name.partition(".")
            parts.setdefault(prefix, {})[rest] = torch.from_numpy(np.array(value))
        self.network.load_state_dict(parts["network"])
        self.average.load_state_dict(parts["average"])
        adam = self._optimiser.state_dict()
        for key, value in parts.get("adam", {}).items():
            index, _, name = key.partition(".")
            adam["state"].setdefault(int(index), {})[name] = value
        self._optimiser.load_state_dict(adam)
        self._bank.restore(parts["bank"])
        self._affinity = parts["affinity"][""].to(self._device)
        self._points, self._seen = arrays["points"].copy(), arrays["seen"].copy()


def _named(prefix: str, values: Mapping[str, Any]) -> dict[str, npt.NDArray[Any]]:
    return {
        f"{prefix}.{name}": np.asarray(torch.as_tensor(value).cpu())
        for name, value in values.items()
    }
