"""Tunes one network: the loop over epochs, with progress, checkpoints and cancellation."""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ahsml_app.base.context import RunContext
from ahsml_app.base.errors import Cancelled
from ahsml_app.base.events import EpochEnd, Event, Notice, Progress, Stage
from ahsml_app.base.message import Message
from ahsml_app.base.reading.planes import FIRST, Planes
from ahsml_app.core.backbones.backbone import Backbone, with_weights
from ahsml_app.core.checkpoint import CheckpointFolder
from ahsml_app.core.config import TrainConfig
from ahsml_app.core.device import OutOfMemory
from ahsml_app.core.finetune.activations.cached import CachedActivations
from ahsml_app.core.finetune.finetune_config import FinetuneConfig
from ahsml_app.core.finetune.inputs.batch_sampler import batch_count
from ahsml_app.core.finetune.inputs.image_loader import (
    MARGIN,
    ImageSource,
    unreadable_notices,
)
from ahsml_app.core.finetune.inputs.prefetch import Prefetcher
from ahsml_app.core.finetune.peer_processes import Peers
from ahsml_app.core.finetune.step import NetworkTraining, Task

CHECKPOINT_SECONDS = 120.0
"""Time between two checkpoints within an epoch: the most work that a kill or Ctrl-C can lose."""

SMALLEST_CHUNK = 4
"""A device that cannot hold this many images at once cannot train the network."""


BatchImages = Prefetcher | CachedActivations


@dataclass(frozen=True, slots=True)
class TuningRun:
    """Which of several networks is tuned, its checkpoint, and how the work is run.

    Attributes:
        number: Number of the network, from 0.
        pass_index: Pass that the tuning counts as in the events.
        steps_before: Steps of the networks before it.
        steps_total: Steps of all networks.
        checkpoint: Keeps the state after each epoch, and every few minutes within one.
        context: A torch device and the cancel token.
        peers: The other processes of the run, or None.
        planes: What is read of images with several pages or channels.
    """

    number: int
    pass_index: int
    steps_before: int
    steps_total: int
    checkpoint: CheckpointFolder
    context: RunContext
    peers: Peers | None = None
    planes: Planes = FIRST

    @property
    def name(self) -> str:
        """Name of the checkpoint."""
        return f"tune{self.number}"


@dataclass(slots=True)
class Position:
    """Progress of a training: the next step, and the loss of the epoch so far.

    Losses stay on the device until they are summed, because reading one waits for its step.
    """

    epoch: int = 0
    step: int = 0
    loss: float = 0.0
    pending_losses: list[Tensor] = field(default_factory=list)

    def total_loss(self) -> float:
        """Returns the sum of the losses of the epoch so far."""
        for loss in self.pending_losses:
            self.loss += float(loss)
        self.pending_losses.clear()
        return self.loss


def step_count(rows: int, tuning: FinetuneConfig) -> int:
    """Returns the number of steps of a training on `rows` samples."""
    per_batch = (tuning.ablation.classes_per_batch, tuning.ablation.samples_per_class)
    return tuning.epochs * batch_count(rows, per_batch)


def tune(
    backbone: Backbone,
    paths: Sequence[Path],
    task: Task,
    config: TrainConfig,
    tuning: FinetuneConfig,
    run: TuningRun,
) -> Generator[Event, None, Backbone]:
    """Trains a whole network on some of the samples.

    Args:
        backbone: The network that the training starts from; it is not changed.
        paths: Paths of all N samples.
        task: The training task.
        config: Loss and method.
        tuning: Options of the training.
        run: Which network of how many this is, its checkpoint, device and cancel token.

    Yields:
        Progress in steps, an `EpochEnd` after each epoch, and notices.

    Returns:
        The tuned backbone, with the running average of the parameters.

    Raises:
        Cancelled: When the token asks to stop; the checkpoint holds the last step. Any other
            end, such as the KeyboardInterrupt of Ctrl-C, loses the steps since the last
            checkpoint, which is at most `CHECKPOINT_SECONDS` old.
        InputError: If most images of a batch can no longer be read; the last checkpoint stays.
    """
    finished = run.checkpoint.load(f"{run.name}-result")
    if finished is not None:
        return with_weights(backbone, finished)
    device = torch.device(run.context.device)
    training = NetworkTraining(backbone, task, config, tuning, device)
    position = _resume(training, run)
    images = ImageSource(paths, round(training.size * MARGIN), run.planes)
    reader = task.activations or Prefetcher(images, len(task.rows), device)
    epochs = run_epochs(training, reader, position, run)
    if run.peers is not None:
        done = (position.epoch, position.step, position.total_loss())
        run.peers.join_training(training, backbone, paths, config, done, run.planes)
    yield from epochs
    if run.peers is not None:
        run.peers.gather_unreadable(images.unreadable)
    yield from unreadable_notices(images)
    result = training.backbone_state()
    run.checkpoint.save(f"{run.name}-result", result)
    run.checkpoint.remove(run.name)
    return with_weights(backbone, result)


def run_epochs(
    training: NetworkTraining, images: BatchImages, position: Position, run: TuningRun
) -> Generator[Event, None, None]:
    """Runs the remaining epochs, in smaller chunks if memory runs out.

    Args:
        training: The network in training.
        images: Provides the images of batches, or their activations.
        position: Where to continue; updated as the training proceeds.
        run: As for `tune`.
    """
    while position.epoch < training.tuning.epochs:
        try:
            steps = yield from _run_steps(training, images, position, run)
        except OutOfMemory as error:
            # First free the images on the card: all processes of a group keep them, or none does.
            smaller = training.chunk_size if images.release() else training.chunk_size // 2
            if smaller < SMALLEST_CHUNK:
                raise error.__cause__ or error  # noqa: B904 - torch's error tells the size
        else:  # outside the try, because smaller chunks would not help here
            yield _end_epoch(training, position, run, steps)
            continue
        # Outside the handler, because the error's traceback keeps the memory in use.
        torch.cuda.empty_cache()
        if smaller == training.chunk_size:
            continue
        device = run.context.device
        yield Notice(
            Message.plural(
                "Memory of {device} ran out; the batch is now {count} image.",
                "Memory of {device} ran out; the batch is now {count} images.",
                count=smaller,
                device=device,
            ),
            "warning",
        )
        ablation = replace(training.tuning.ablation, micro_batch=smaller)
        training.tuning = replace(training.tuning, ablation=ablation)


def _run_steps(
    training: NetworkTraining, images: BatchImages, position: Position, run: TuningRun
) -> Generator[Event, None, int]:
    """Runs the remaining steps of the epoch at `position`; returns the epoch's number of steps."""
    batches = training.batches(position.epoch)
    steps = len(batches)
    saved = time.monotonic()
    left = batches[position.step :]
    reader = images.batches([training.own(rows) for rows in left])
    try:
        for rows, pixels in zip(left, reader, strict=True):
            step = (position.epoch, position.step, steps)
            try:
                position.pending_losses.append(
                    training.step(step, rows, pixels, run.context.cancel)
                )
            except Cancelled:
                _save(training, position, run)
                raise
            position.step += 1
            done = run.steps_before + position.epoch * steps + position.step
            yield Progress(Stage.FINETUNE, done, run.steps_total, fold=run.number)
            if time.monotonic() - saved > CHECKPOINT_SECONDS:
                saved = time.monotonic()
                _save(training, position, run)
    finally:
        reader.close()
    return steps


def _end_epoch(
    training: NetworkTraining, position: Position, run: TuningRun, steps: int
) -> EpochEnd:
    """Moves on to the next epoch and saves a checkpoint."""
    training.end_epoch()
    loss, epoch = position.total_loss() / max(steps, 1), position.epoch
    position.epoch, position.step, position.loss = epoch + 1, 0, 0.0
    _save(training, position, run)
    weights = training.task.weights
    rate = 1 - float(weights[training.task.rows].mean())
    epochs = training.tuning.epochs
    return EpochEnd(run.pass_index, run.number, epoch, epochs, loss, rate, weights.copy())


def _save(training: NetworkTraining, position: Position, run: TuningRun) -> None:
    numbers = np.array([position.epoch, position.step, position.total_loss()], dtype=np.float64)
    run.checkpoint.save(run.name, {**training.state(), "position": numbers})


def _resume(training: NetworkTraining, run: TuningRun) -> Position:
    state = run.checkpoint.load(run.name)
    if state is None:
        return Position()
    epoch, step, loss = state.pop("position").tolist()
    training.restore(state)
    return Position(int(epoch), int(step), loss)
