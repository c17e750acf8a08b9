"""End-to-end training of a backbone and its head: one step, one epoch, and what is kept of it."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.optim.swa_utils import AveragedModel

from ahsml_app.base.events import CancelToken
from ahsml_app.base.types import FloatArray, IntArray
from ahsml_app.core.backbones import Backbone, takes
from ahsml_app.core.config import TrainConfig
from ahsml_app.core.finetune.batches import epoch_batches
from ahsml_app.core.finetune.config import FinetuneConfig
from ahsml_app.core.finetune.network import TunedNetwork, keep_few_activations, parameter_groups
from ahsml_app.core.finetune.pictures import Pixels
from ahsml_app.core.finetune.views import STRONG, WEAK, draw, made
from ahsml_app.core.head import HyperbolicHead
from ahsml_app.core.hyperbolic import pairwise_distance
from ahsml_app.core.losses import LOSSES
from ahsml_app.core.objective import ClassKnowledge, Memory, pair_term, prototype_term
from ahsml_app.core.preparation import Preparation
from ahsml_app.core.prototypes import weighted_prototypes
from ahsml_app.core.similarity import ClassSimilarityBank, Evidence, class_divergence_similarity
from ahsml_app.core.team import Team

if TYPE_CHECKING:  # torch's parts for several processes, which one does without
    from ahsml_app.core.finetune.sharing import Sharing

MICRO_BATCH = {"cpu": 24, "cuda": 64, "mps": 32}
"""Pictures of 224 pixels that go through the backbone at once; more of smaller ones. Few on a CPU,
where a person who wants to stop waits for a part; yet a whole batch at the size that it trains on,
as a batch in parts goes through the backbone twice."""

FULL_SIZE = 224

CPU_SHARE = 0.5
"""Side of the pictures that a CPU trains on, in shares of the side that the backbone embeds at,
where it takes them. A quarter of the pixels takes a quarter of the time, and pays: a network so
trained finds more at the full size than at the one that it was trained on (benchmark)."""

LEAST_DONE = 1e-3
"""Share of the warm-up that the first step's learning rates stand at."""

Arrays = dict[str, npt.NDArray[Any]]


class OutOfMemory(RuntimeError):  # noqa: N818 - as torch calls its own
    """The memory of a device ran out before a step changed anything: smaller parts may help.

    All processes of a team have agreed on it: one that tried again alone would wait for the others.
    """


def out_of_memory(error: RuntimeError) -> bool:
    """Whether an error says that the memory of a device ran out; only CUDA has a class for it."""
    words = str(error).lower()
    return isinstance(error, OutOfMemory) or "out of memory" in words or "allocator" in words


def trained_size(backbone: Backbone, device: str) -> int:
    """Side of the pictures that a network is trained on, in pixels.

    A CPU trains on smaller ones, but many transformers take one input size only.

    Args:
        backbone: Where the training starts.
        device: Kind of a torch device.
    """
    smaller = round(backbone.size * CPU_SHARE)
    return smaller if device == "cpu" and takes(backbone, smaller) else backbone.size


def micro_batch(tuning: FinetuneConfig, device: str, size: int) -> int:
    """How many pictures go through the backbone at once.

    Args:
        tuning: Says it, or leaves it to the device.
        device: A torch device.
        size: Side of the pictures in pixels.
    """
    at_once = MICRO_BATCH[device.partition(":")[0]] * FULL_SIZE**2 // size**2
    return tuning.micro_batch or max(at_once, 1)


@dataclass(frozen=True, slots=True)
class Task:
    """What a network is trained on, and where it starts.

    Attributes:
        rows: Rows to train on, all labelled.
        labels: (N,) given labels.
        targets: (N, K) soft targets of all samples, float32.
        weights: (N,) adaptive weights of the given labels, float32.
        preparation: Of the backbone's features.
        head: The head of the training on cached features.
    """

    rows: IntArray
    labels: IntArray
    targets: FloatArray
    weights: FloatArray
    preparation: Preparation
    head: HyperbolicHead


class NetworkTraining:
    """State of one network's training.

    Every random draw comes from (seed, epoch, step), so that a step which is run again after a
    restart gives the same result.

    Attributes:
        part: Most pictures that went through the backbone at once in the last step, the same in
            all processes.
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
        self.size = tuning.size or trained_size(backbone, device.type)
        self.network = TunedNetwork(backbone, task.preparation, task.head)
        if tuning.checkpointing:
            keep_few_activations(self.network.backbone)
        self.network.to(device).to(memory_format=torch.channels_last).train()
        self._optimiser = torch.optim.AdamW(parameter_groups(self.network, tuning))
        self.average = AveragedModel(self.network, avg_fn=_running_average(tuning.average))
        classes = task.targets.shape[1]
        # A wrong label must not decide which class a batch counts a sample to.
        self._likely = task.targets.argmax(1)
        self._affinity = torch.eye(classes, device=device)
        self._bank = ClassSimilarityBank(classes, device=device)
        self._loss = LOSSES[config.loss]()
        self._points = np.zeros((len(task.targets), config.dimension), dtype=np.float32)
        self._seen = np.zeros(len(task.targets), dtype=bool)
        self._recent = np.zeros(0, dtype=np.int64)
        self._sharing: Sharing | None = None
        self.part = micro_batch(tuning, device.type, self.size)

    def share_out(self, team: Team) -> None:
        """From now on train together with the same training in other processes.

        Each of them calls this at the same time, in the same state.
        """
        from ahsml_app.core.finetune.sharing import Sharing

        self._sharing = Sharing(team, self.network, self.size)

    def own(self, rows: IntArray) -> IntArray:
        """Those rows of a batch whose pictures this process is to be given."""
        return rows[self._sharing.own(len(rows))] if self._sharing else rows

    def batches(self, epoch: int) -> list[IntArray]:
        """Rows of each batch of an epoch."""
        tuning = self.tuning
        per_batch = (tuning.classes_per_batch, tuning.samples_per_class)
        return epoch_batches(self._likely, self.task.rows, per_batch, (tuning.seed, epoch))

    def step(
        self, place: tuple[int, int, int], rows: IntArray, pixels: Pixels, cancel: CancelToken
    ) -> float:
        """Train on one batch and return its loss.

        A step that ends in an error, for want of memory or because it was cancelled, leaves
        everything as it was.

        Args:
            place: Epoch and step of the epoch, from 0, and the steps in an epoch.
            rows: (B,) rows of the batch.
            pixels: (b, 3, S', S') pictures of its `own` rows, somewhat larger than the network's
                input.
            cancel: Checked before each part of the batch.

        Raises:
            Cancelled: When asked to stop, here or in another process.
            OutOfMemory: It may be tried again in smaller parts. Other errors end the training, such
                as those of the optimiser, which no smaller part helps.
        """
        epoch, step, steps = place
        self._set_rates((epoch * steps + step) / (self.tuning.epochs * steps))
        ramp = epoch / max(self.tuning.epochs - 1, 1)
        self._optimiser.zero_grad()
        kept = self._bank.state()
        try:
            images = self._views(pixels, len(rows), (self.tuning.seed, epoch, step))
            loss, points = self._carried_back(images, rows, ramp, cancel)
            torch.nn.utils.clip_grad_norm_(self.network.parameters(), self.tuning.clip)
        except BaseException as error:
            self._bank.restore(kept)
            alone = self._sharing is None
            if alone and isinstance(error, RuntimeError) and out_of_memory(error):
                raise OutOfMemory(str(error)) from error
            raise
        self._optimiser.step()
        self.average.update_parameters(self.network)
        self._remember(rows, points)
        return float(loss.detach())

    def _carried_back(
        self, images: Tensor, rows: IntArray, ramp: float, cancel: CancelToken
    ) -> tuple[Tensor, Tensor]:
        """Leave the gradient at all parameters; the loss, and the points of the weak views."""
        sharing = self._sharing
        most = sharing.most(len(rows)) if sharing else len(images)
        self.part = min(micro_batch(self.tuning, self._device.type, self.size), most)
        # The last part carries the exchange: it must not be the first, see there.
        chunks = torch.split(images, min(self.part, len(images) // 2) if sharing else self.part)
        if len(chunks) > 1:
            return self._in_parts(chunks, rows, ramp, cancel)
        cancel.check()
        loss, points = self._objective(self.network(images), rows, ramp)
        loss.backward()  # type: ignore[no-untyped-call]
        return loss, points

    def _in_parts(
        self, chunks: tuple[Tensor, ...], rows: IntArray, ramp: float, cancel: CancelToken
    ) -> tuple[Tensor, Tensor]:
        """The same gradient with the activations of one part in memory at a time.

        The pair loss needs the features of the whole batch at once, the backbone does not: the
        gradient is taken at the features, and then carried through the backbone part by part
        (Gao et al., Scaling Deep Contrastive Learning Batch Size, 2021). In the same way several
        processes each carry their share of the batch, and all know the features of the whole.
        """
        sharing, parts = self._sharing, []
        with sharing.agreed() if sharing else contextlib.nullcontext():
            for chunk in chunks:
                cancel.check()
                with torch.no_grad():
                    parts.append(self.network(chunk))
        features = torch.cat(parts)
        if sharing:
            features = sharing.gathered(features, len(rows))
        features.requires_grad_()
        with sharing.agreed() if sharing else contextlib.nullcontext():
            loss, points = self._objective(features, rows, ramp)
            loss.backward()  # type: ignore[no-untyped-call]
        gradient = features.grad
        if sharing:
            sharing.carry_back(self.network, chunks, gradient, cancel)
        elif gradient is not None:
            shares = torch.split(gradient, len(chunks[0]))
            for chunk, part in zip(chunks, shares, strict=True):
                cancel.check()
                torch.autograd.backward(self.network(chunk), part)
        return loss, points

    def _views(self, pixels: Pixels, count: int, seed: tuple[int, ...]) -> Tensor:
        """(2b, 3, S, S): the weak views of the own pictures of `count`, then the strong ones."""
        state = np.random.SeedSequence(seed).generate_state(1, np.uint64)[0]
        generator = torch.Generator().manual_seed(int(state >> np.uint64(1)))
        pictures = torch.from_numpy(pixels).to(self._device)
        own = self._sharing.own(count) if self._sharing else slice(None)
        views = [
            made(pictures, self.size, draw(count, strength, generator).part(own))
            for strength in (WEAK, STRONG)
        ]
        return torch.cat(views).contiguous(memory_format=torch.channels_last)

    def _objective(self, features: Tensor, rows: IntArray, ramp: float) -> tuple[Tensor, Tensor]:
        """The loss of a batch, and the points of its weak views without gradient."""
        config, head = self._config, self.network.head
        weak, strong = features.chunk(2)
        evidence = self._evidence(rows)
        loss = features.new_zeros(())
        if math.isfinite(config.pair_weight):
            targets, weights = evidence.posteriors, evidence.weights
            loss = prototype_term(head, (weak, strong), targets, weights, config)
        if config.pair_weight:
            knowledge = ClassKnowledge(self._affinity, self._bank, ramp)
            # In the first epoch points move too fast to be compared with those of before.
            memory = self._memory(rows) if ramp else None
            pairs = pair_term(head, (weak, strong), evidence, knowledge, self._loss, config, memory)
            share = config.pair_weight if math.isfinite(config.pair_weight) else 1.0
            loss = loss + share * pairs
        with torch.no_grad():
            return loss, head(weak)

    def _evidence(self, rows: IntArray) -> Evidence:
        task, device = self.task, self._device
        return Evidence(
            torch.from_numpy(task.labels[rows]).to(device),
            torch.from_numpy(task.weights[rows]).to(device, torch.float32),
            torch.from_numpy(task.targets[rows]).to(device),
        )

    def _memory(self, rows: IntArray) -> Memory | None:
        """Earlier batches, without the samples of this one, of which they hold older points."""
        others = self._recent[~np.isin(self._recent, rows)]
        if not len(others):
            return None
        points = torch.from_numpy(self._points[others]).to(self._device)
        return Memory(points, self._evidence(others))

    def _remember(self, rows: IntArray, points: Tensor) -> None:
        self._points[rows] = points.cpu().numpy()
        self._seen[rows] = True
        earlier = self._recent[~np.isin(self._recent, rows)]
        self._recent = np.concatenate([rows, earlier])[: self.tuning.memory]

    def _set_rates(self, done: float) -> None:
        """Linear warm-up, then a cosine down to a hundredth of the peak."""
        warm = min(max(self.tuning.warm_up, LEAST_DONE), 1 - LEAST_DONE)
        rise = min(1.0, done / warm + LEAST_DONE)
        fall = 0.5 * (1 + math.cos(math.pi * max(0.0, done - warm) / (1 - warm))) + 0.01
        for group in self._optimiser.param_groups:
            group["lr"] = group["peak"] * rise * fall

    def end_epoch(self) -> None:
        """Renew the class-wise divergences from the points that the epoch has left in the bank."""
        config, rows = self._config, np.flatnonzero(self._seen)
        points = torch.from_numpy(self._points[rows]).to(self._device)
        if config.soft_similarity:
            # Not `_evidence`: the targets of all samples are large, and not needed here.
            labels = torch.from_numpy(self.task.labels[rows]).to(self._device)
            weights = torch.from_numpy(self.task.weights[rows]).to(self._device, torch.float32)
            classes = len(self._affinity)
            means = weighted_prototypes(points, labels, weights, classes, config.curvature)
            distances = pairwise_distance(means, means, config.curvature)
            self._affinity = class_divergence_similarity(distances)
        self._bank.refresh()

    def backbone_state(self) -> Arrays:
        """Weights of the tuned backbone by name: the running average."""
        network: TunedNetwork = self.average.module  # type: ignore[assignment]
        return {name: v.cpu().numpy() for name, v in network.backbone.state_dict().items()}

    def state(self) -> Arrays:
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
            "recent": self._recent,
        }

    def restore(self, arrays: Arrays) -> None:
        """Continue from `state`."""
        parts: dict[str, dict[str, Tensor]] = {}
        for name, value in arrays.items():
            prefix, _, rest = name.partition(".")
            parts.setdefault(prefix, {})[rest] = torch.from_numpy(np.array(value))
        self.network.load_state_dict(parts["network"])
        self.average.load_state_dict(parts["average"])
        adam = self._optimiser.state_dict()
        parameters = [p for group in self._optimiser.param_groups for p in group["params"]]
        for key, entry in parts.get("adam", {}).items():
            index, _, name = key.partition(".")
            like = parameters[int(index)]
            # Laid out as the parameter is, or numbers could be rounded in another way.
            laid_out = torch.empty_like(like).copy_(entry) if entry.shape == like.shape else entry
            adam["state"].setdefault(int(index), {})[name] = laid_out.detach()
        self._optimiser.load_state_dict(adam)
        self._bank.restore(parts["bank"])
        self._affinity = parts["affinity"][""].to(self._device)
        self._points, self._seen = arrays["points"].copy(), arrays["seen"].copy()
        self._recent = arrays["recent"].copy()


def _running_average(keep: float) -> Callable[[Tensor, Tensor, Tensor | int], Tensor]:
    """An exponential moving average that starts quickly, so that short trainings have one too."""

    def average(averaged: Tensor, current: Tensor, number: Tensor | int) -> Tensor:
        steps = int(number)
        return torch.lerp(averaged, current, 1 - min(keep, (1 + steps) / (10 + steps)))

    return average


def _named(prefix: str, values: Mapping[str, Any]) -> Arrays:
    return {f"{prefix}.{name}": torch.as_tensor(v).cpu().numpy() for name, v in values.items()}
