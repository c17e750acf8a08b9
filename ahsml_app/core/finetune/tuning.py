"""Tune one network: the loop over epochs, with progress, checkpoints and a way to stop."""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from ahsml_app.base.events import CancelToken, EpochEnd, Event, Notice, Progress
from ahsml_app.core.backbones import Backbone, with_weights
from ahsml_app.core.checkpoint import CheckpointFolder
from ahsml_app.core.config import TrainConfig
from ahsml_app.core.finetune.config import FinetuneConfig
from ahsml_app.core.finetune.pictures import MARGIN, PictureSource, read_ahead
from ahsml_app.core.finetune.training import NetworkTraining, Task, micro_batch

CHECKPOINT_SECONDS = 120.0
"""Time between two checkpoints inside an epoch: what a kill may cost."""

SMALLEST_PART = 4
"""A device that cannot hold so many pictures at once cannot train the network."""

STAGE = "fine-tune"


@dataclass(frozen=True, slots=True)
class Place:
    """Which of several networks is tuned.

    Attributes:
        number: From 0.
        total: How many there are.
    """

    number: int
    total: int

    @property
    def name(self) -> str:
        """Of the checkpoint."""
        return f"tune{self.number}"


@dataclass(slots=True)
class _Position:
    """How far a training has come: the next step, and the loss of the epoch so far."""

    epoch: int = 0
    step: int = 0
    loss: float = 0.0


def tune(
    backbone: Backbone,
    source: Sequence[Path],
    task: Task,
    config: TrainConfig,
    tuning: FinetuneConfig,
    *,
    device: str,
    checkpoint: CheckpointFolder,
    cancel: CancelToken,
    place: Place,
) -> Generator[Event, None, Backbone]:
    """Train a whole network on some of the samples.

    Args:
        backbone: Where the training starts; left as it is.
        source: Paths of all N samples.
        task: What to train on.
        config: Loss and method.
        tuning: How.
        device: A torch device.
        checkpoint: Where the state is kept after each epoch, and every few minutes inside one.
        cancel: Checked at every step.
        place: Which network of how many this is.

    Yields:
        Progress in pictures, an `EpochEnd` after each epoch, and notices.

    Returns:
        The tuned backbone, with the running average of the parameters.

    Raises:
        Cancelled: When asked to stop; the checkpoint holds the last step.
    """
    finished = checkpoint.load(f"{place.name}-result")
    if finished is not None:
        return with_weights(backbone, finished)
    training = NetworkTraining(backbone, task, config, tuning, torch.device(device))
    position = _resume(training, checkpoint, place)
    pictures = PictureSource(source, round(training.size * MARGIN))
    while position.epoch < tuning.epochs:
        try:
            yield from _run_epoch(training, pictures, position, checkpoint, cancel, place)
        except torch.OutOfMemoryError:
            smaller = micro_batch(training.tuning, device) // 2
            if smaller < SMALLEST_PART:
                raise
            torch.cuda.empty_cache()
            yield Notice(f"Memory of {device} ran out; {smaller} pictures at once now.", "warning")
            training.tuning = replace(training.tuning, micro_batch=smaller)
    yield from _unreadable(pictures)
    result = training.backbone_state()
    checkpoint.save(f"{place.name}-result", result)
    checkpoint.remove(place.name)
    return with_weights(backbone, result)


def _run_epoch(
    training: NetworkTraining,
    pictures: PictureSource,
    position: _Position,
    checkpoint: CheckpointFolder,
    cancel: CancelToken,
    place: Place,
) -> Generator[Event, None, None]:
    """What is left of the epoch that `position` is in."""
    batches = training.batches(position.epoch)
    steps, epochs = len(batches), training.tuning.epochs
    saved = time.monotonic()
    reader = read_ahead(pictures, batches[position.step :])
    try:
        for rows, pixels in reader:
            if cancel.cancelled:
                _save(training, position, checkpoint, place)
            cancel.check()
            position.loss += training.step(position.epoch, position.step, steps, rows, pixels)
            position.step += 1
            done = (place.number * epochs + position.epoch) * steps + position.step
            yield Progress(STAGE, done, place.total * epochs * steps)
            if time.monotonic() - saved > CHECKPOINT_SECONDS:
                saved = time.monotonic()
                _save(training, position, checkpoint, place)
    finally:
        reader.close()
    training.end_epoch()
    loss, epoch = position.loss / max(steps, 1), position.epoch
    position.epoch, position.step, position.loss = epoch + 1, 0, 0.0
    _save(training, position, checkpoint, place)
    weights = training.task.weights
    rate = 1 - float(weights[training.task.rows].mean())
    yield EpochEnd(0, place.number, epoch, epochs, loss, rate, weights.copy())


def _save(
    training: NetworkTraining, position: _Position, checkpoint: CheckpointFolder, place: Place
) -> None:
    numbers = np.array([position.epoch, position.step, position.loss], dtype=np.float64)
    checkpoint.save(place.name, {**training.state(), "position": numbers})


def _resume(training: NetworkTraining, checkpoint: CheckpointFolder, place: Place) -> _Position:
    state = checkpoint.load(place.name)
    if state is None:
        return _Position()
    epoch, step, loss = state.pop("position").tolist()
    training.restore(state)
    return _Position(int(epoch), int(step), loss)


def _unreadable(pictures: PictureSource) -> Generator[Event, None, None]:
    """Say which files could not be read any more; they were read when they were embedded."""
    for row, reason in sorted(pictures.unreadable.items()):
        path = pictures.paths[row]
        yield Notice(f"{path} could not be read while training: {reason}.", "warning")
