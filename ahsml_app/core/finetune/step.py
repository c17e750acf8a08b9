"""Trains a backbone and its head end to end: the state of one training, its steps and epochs."""

from __future__ import annotations

import contextlib
import functools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from ahsml_app.base.events import CancelToken
from ahsml_app.base.types import ByteArray, FloatArray, IntArray
from ahsml_app.core.backbones.backbone import Backbone
from ahsml_app.core.backbones.inner_layers import network_of
from ahsml_app.core.config import TrainConfig
from ahsml_app.core.device import OutOfMemory, out_of_memory
from ahsml_app.core.distributed.rank import ProcessGroup
from ahsml_app.core.features.preprocess import Preparation
from ahsml_app.core.finetune.activations.cached import ActivationInputs, CachedActivations
from ahsml_app.core.finetune.cuda_graph import Outcome, StepCapture
from ahsml_app.core.finetune.finetune_config import FinetuneConfig
from ahsml_app.core.finetune.inputs.batch_sampler import epoch_batches
from ahsml_app.core.finetune.inputs.step_inputs import StepInputs, draw_augmentations, to_device
from ahsml_app.core.finetune.memory import micro_batch, trained_size
from ahsml_app.core.finetune.network import TunedNetwork, checkpoint_activations
from ahsml_app.core.finetune.optimizer import Arrays, Optimiser, prefixed_arrays
from ahsml_app.core.geometry.poincare import pairwise_distance
from ahsml_app.core.head.head_model import HyperbolicHead
from ahsml_app.core.head.margins import (
    BatchLabels,
    ClassSimilarityBank,
    class_divergence_similarity,
)
from ahsml_app.core.head.objective import ClassKnowledge, Memory, pair_term, prototype_term
from ahsml_app.core.head.prototypes import weighted_prototypes

if TYPE_CHECKING:  # torch.distributed, which a single process does not need
    from ahsml_app.core.finetune.ddp import DistributedStep


@dataclass(frozen=True, slots=True)
class Task:
    """The training task of a network, and the head that it starts from.

    Attributes:
        rows: Rows to train on, all labelled.
        labels: (N,) given labels.
        targets: (N, K) soft targets of all samples, float32.
        weights: (N,) adaptive weights of the given labels, float32.
        preparation: Preparation of the backbone's features.
        head: The head trained on cached features.
        activations: Cached activations to train on instead of pictures, or None.
    """

    rows: IntArray
    labels: IntArray
    targets: FloatArray
    weights: FloatArray
    preparation: Preparation
    head: HyperbolicHead
    activations: CachedActivations | None = None


class NetworkTraining:
    """State of one network's training.

    Every random draw depends only on (seed, epoch, step), so a step that is repeated after a
    restart gives the same result.

    Attributes:
        chunk_size: Largest number of images that went through the backbone at once in the last
            step; the same in all processes.
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
        self.size = tuning.ablation.size or trained_size(backbone, device.type)
        border = task.activations.border if task.activations else None
        self.network = TunedNetwork(backbone, task.preparation, task.head, border)
        if tuning.ablation.checkpointing:
            checkpoint_activations(network_of(self.network.backbone))
        self.network.to(device).to(memory_format=torch.channels_last).train()
        self._optimiser = Optimiser(self.network, tuning, device)
        classes = task.targets.shape[1]
        # Batches are balanced by the likely class, because the given label may be wrong.
        self._likely = task.targets.argmax(1)
        self._affinity = torch.eye(classes, device=device)
        self._bank = ClassSimilarityBank(classes, device=device)
        self._points = torch.zeros(len(task.targets), config.dimension, device=device)
        self._seen = np.zeros(len(task.targets), dtype=bool)
        self._recent = np.zeros(0, dtype=np.int64)
        self._distributed: DistributedStep | None = None
        self._capture = StepCapture()
        self.chunk_size = micro_batch(tuning, device.type, self.size)

    def distribute(self, group: ProcessGroup) -> None:
        """Joins the process group; from here on, gradients are averaged over the processes.

        Every process calls this at the same time and in the same state.
        """
        from ahsml_app.core.finetune.ddp import DistributedStep

        self._distributed = DistributedStep(group, self.network, self.size)

    def own(self, rows: IntArray) -> IntArray:
        """Returns the rows of a batch whose images this process needs."""
        return rows[self._distributed.own(len(rows))] if self._distributed else rows

    def batches(self, epoch: int) -> list[IntArray]:
        """Returns the rows of each batch of an epoch."""
        tuning = self.tuning
        per_batch = (tuning.ablation.classes_per_batch, tuning.ablation.samples_per_class)
        return epoch_batches(self._likely, self.task.rows, per_batch, (tuning.seed, epoch))

    def step(
        self,
        position: tuple[int, int, int],
        rows: IntArray,
        pixels: ByteArray | Tensor,
        cancel: CancelToken,
    ) -> Tensor:
        """Trains on one batch.

        A step that fails, because memory runs out or because it is cancelled, leaves the state
        unchanged.

        Args:
            position: Epoch and step within the epoch, from 0, and the number of steps in an epoch.
            rows: (B,) rows of the batch.
            pixels: (b, 3, S', S') images of its `own` rows, somewhat larger than the network's
                input, or their (b, V, C, H, W) cached activations; on any device.
            cancel: Checked before each chunk of the batch.

        Returns:
            The loss, still on the device; reading its value waits until the step is computed.

        Raises:
            Cancelled: If this or another process was asked to stop.
            OutOfMemory: If the step may succeed in smaller chunks. Other errors, such as those of
                the optimiser, end the training, because smaller chunks would not help.
        """
        epoch, step, steps = position
        self._optimiser.set_rates((epoch * steps + step) / (self.tuning.epochs * steps))
        ramp = epoch / max(self.tuning.epochs - 1, 1)
        bank_state = self._bank.state()
        try:
            inputs = self._inputs(pixels, rows, (self.tuning.seed, epoch, step))
            replay = self._replay(inputs, ramp, steps - step)
            if replay is None:
                loss, points = self._backward(inputs, rows, ramp, cancel)
            else:
                cancel.check()  # only here: in a group, the other processes would wait
        except BaseException as error:
            self._bank.restore(bank_state)
            self._capture.reset()
            alone = self._distributed is None
            if alone and isinstance(error, RuntimeError) and out_of_memory(error):
                raise OutOfMemory(str(error)) from error
            raise
        if replay is None:
            self._optimiser.step()
        else:
            loss, points = replay()
        self._optimiser.update_average()
        self._remember(rows, points)
        return loss.detach()

    def _inputs(
        self, pixels: ByteArray | Tensor, rows: IntArray, seed: tuple[int, ...]
    ) -> StepInputs | ActivationInputs:
        evidence = self._evidence(rows)
        if self.task.activations:
            return ActivationInputs.draw(torch.as_tensor(pixels), evidence, seed, self._device)
        own = self._distributed.own(len(rows)) if self._distributed else slice(None)
        weak, strong = draw_augmentations(len(rows), own, seed, self._device)
        return StepInputs(to_device(pixels, self._device), weak, strong, evidence)

    def _replay(
        self, inputs: StepInputs | ActivationInputs, ramp: float, left: int
    ) -> Callable[[], Outcome] | None:
        """Returns what repeats the recorded step on these inputs, or None if there is none."""
        if isinstance(inputs, ActivationInputs) or not self._capturable(inputs):
            return None
        compute = functools.partial(self._whole_step, ramp=ramp)
        captured = self._capture.step_for(compute, inputs, left)
        return functools.partial(captured.replay, inputs) if captured else None

    def _capturable(self, inputs: StepInputs) -> bool:
        """Whether a CUDA graph can repeat the step: one process, one chunk, the same all epoch."""
        tuning = self.tuning
        repeatable = (
            self._distributed is None and not tuning.memory and not tuning.ablation.checkpointing
        )
        chunk_size = micro_batch(tuning, self._device.type, self.size)
        return self._device.type == "cuda" and repeatable and 2 * len(inputs.images) <= chunk_size

    def _whole_step(self, inputs: StepInputs, ramp: float) -> Outcome:
        """Runs one whole step, from augmentation to the optimiser; a `CapturedStep` records it."""
        self._optimiser.zero_gradient()
        loss, points = self._objective(
            self.network(inputs.augmentations(self.size)), inputs.evidence, ramp, None
        )
        loss.backward()  # type: ignore[no-untyped-call]
        self._optimiser.clip_gradient()
        self._optimiser.step()
        return loss.detach(), points

    def _backward(
        self,
        inputs: StepInputs | ActivationInputs,
        rows: IntArray,
        ramp: float,
        cancel: CancelToken,
    ) -> Outcome:
        """Computes all gradients; returns the loss and the points of the weak augmentations."""
        self._optimiser.zero_gradient()
        images, distributed = inputs.augmentations(self.size), self._distributed
        largest = distributed.largest_share(len(rows)) if distributed else len(images)
        self.chunk_size = min(micro_batch(self.tuning, self._device.type, self.size), largest)
        # At least two chunks: `DistributedStep.backward` exchanges gradients with the last one.
        chunks = torch.split(
            images, min(self.chunk_size, len(images) // 2) if distributed else self.chunk_size
        )
        # In the first epoch, points move too fast to be compared with earlier ones.
        memory = self._memory(rows) if ramp else None
        objective = functools.partial(
            self._objective, evidence=inputs.evidence, ramp=ramp, memory=memory
        )
        if len(chunks) > 1:
            loss, points = self._in_chunks(chunks, len(rows), objective, cancel)
        else:
            cancel.check()
            loss, points = objective(self.network(images))
            loss.backward()  # type: ignore[no-untyped-call]
        self._optimiser.clip_gradient()
        return loss, points

    def _in_chunks(
        self,
        chunks: tuple[Tensor, ...],
        count: int,
        objective: Callable[[Tensor], Outcome],
        cancel: CancelToken,
    ) -> Outcome:
        """Computes the same gradient with the activations of one chunk in memory at a time.

        The pair loss needs the features of the whole batch at once, but the backbone does not.
        The gradient is computed with respect to the features and then propagated through the
        backbone chunk by chunk (Gao et al., Scaling Deep Contrastive Learning Batch Size, 2021).
        Several processes divide a batch in the same way: each propagates its share, and all of
        them hold the features of the whole batch.
        """
        distributed, outputs = self._distributed, []
        with distributed.synchronized() if distributed else contextlib.nullcontext():
            for chunk in chunks:
                cancel.check()
                with torch.no_grad():
                    outputs.append(self.network(chunk))
        features = torch.cat(outputs)
        if distributed:
            features = distributed.gather(features, count)
        features.requires_grad_()
        with distributed.synchronized() if distributed else contextlib.nullcontext():
            loss, points = objective(features)
            loss.backward()  # type: ignore[no-untyped-call]
        gradient = features.grad
        if distributed:
            distributed.backward(self.network, chunks, gradient, cancel)
        elif gradient is not None:
            shares = torch.split(gradient, len(chunks[0]))
            for chunk, share in zip(chunks, shares, strict=True):
                cancel.check()
                torch.autograd.backward(self.network(chunk), share)
        return loss, points

    def _objective(
        self, features: Tensor, evidence: BatchLabels, ramp: float, memory: Memory | None
    ) -> Outcome:
        """Returns a batch's loss, and the points of its weak augmentations without gradient."""
        ablation, head = self._config.ablation, self.network.head
        weak, strong = features.chunk(2)
        loss = features.new_zeros(())
        if math.isfinite(ablation.pair_weight):
            targets, weights = evidence.posteriors, evidence.weights
            loss = prototype_term(head, (weak, strong), targets, weights, ablation)
        if ablation.pair_weight:
            knowledge = ClassKnowledge(self._affinity, self._bank, ramp)
            pairs = pair_term(head, (weak, strong), evidence, knowledge, self._config, memory)
            share = ablation.pair_weight if math.isfinite(ablation.pair_weight) else 1.0
            loss = loss + share * pairs
        with torch.no_grad():
            return loss, head(weak)

    def _evidence(self, rows: IntArray) -> BatchLabels:
        task, device = self.task, self._device
        return BatchLabels(
            to_device(task.labels[rows], device),
            to_device(task.weights[rows], device).float(),
            to_device(task.targets[rows], device),
        )

    def _memory(self, rows: IntArray) -> Memory | None:
        """Returns the stored points of earlier batches, without the samples of this one."""
        others = self._recent[~np.isin(self._recent, rows)]
        if not len(others):
            return None
        return Memory(self._points[to_device(others, self._device)], self._evidence(others))

    def _remember(self, rows: IntArray, points: Tensor) -> None:
        self._points[to_device(rows, self._device)] = points
        self._seen[rows] = True
        earlier = self._recent[~np.isin(self._recent, rows)]
        self._recent = np.concatenate([rows, earlier])[: self.tuning.memory]

    def end_epoch(self) -> None:
        """Updates the class similarities from the points that the epoch left in the bank."""
        ablation, rows = self._config.ablation, np.flatnonzero(self._seen)
        points = self._points[to_device(rows, self._device)]
        if ablation.soft_similarity:
            # Not `_evidence`: the targets of all samples are large and not needed here.
            labels = torch.from_numpy(self.task.labels[rows]).to(self._device)
            weights = torch.from_numpy(self.task.weights[rows]).to(self._device, torch.float32)
            classes = len(self._affinity)
            means = weighted_prototypes(points, labels, weights, classes, ablation.curvature)
            distances = pairwise_distance(means, means, ablation.curvature)
            self._affinity = class_divergence_similarity(distances)
        self._bank.refresh()
        self._capture.reset()

    @property
    def average(self) -> TunedNetwork:
        """The network with the running average of the parameters."""
        network: TunedNetwork = self._optimiser.average.module  # type: ignore[assignment]
        return network

    def backbone_state(self) -> Arrays:
        """Returns the weights of the tuned backbone by name: their running average."""
        state = network_of(self.average.backbone).state_dict()
        return {name: v.cpu().numpy() for name, v in state.items()}

    def state(self) -> Arrays:
        """Returns everything that the next step depends on."""
        arrays = prefixed_arrays("network", self.network.state_dict()) | self._optimiser.state()
        arrays |= prefixed_arrays("bank", self._bank.state())
        return arrays | {
            "affinity": self._affinity.cpu().numpy(),
            "points": self._points.cpu().numpy(),
            "seen": self._seen,
            "recent": self._recent,
        }

    def restore(self, arrays: Arrays) -> None:
        """Restores the state that `state` returned."""
        groups: dict[str, dict[str, Tensor]] = {}
        for name, value in arrays.items():
            prefix, _, rest = name.partition(".")
            groups.setdefault(prefix, {})[rest] = torch.from_numpy(np.array(value))
        self.network.load_state_dict(groups["network"])
        self._optimiser.restore(groups["average"], groups.get("adam", {}))
        self._bank.restore(groups["bank"])
        self._affinity = groups["affinity"][""].to(self._device)
        self._points = groups["points"][""].to(self._device)
        self._seen = arrays["seen"].copy()
        self._recent = arrays["recent"].copy()
        self._capture.reset()
