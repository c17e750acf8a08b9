"""Fits one head with checkpoints and events; halves the batch when memory runs out."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import torch

from ahsml_app.base.context import RunContext
from ahsml_app.base.events import CancelToken, EpochEnd, Event, Notice, Progress, Stage
from ahsml_app.base.message import Message
from ahsml_app.base.types import AnyArray, Float16Array, FloatArray, IntArray
from ahsml_app.core.checkpoint import CheckpointFolder
from ahsml_app.core.config import TrainConfig
from ahsml_app.core.head.epoch import FoldData, HeadTraining
from ahsml_app.core.head.head_model import HyperbolicHead
from ahsml_app.core.mapped_arrays import CHUNK, release_pages

SMALLEST_BATCH = 16
"""Smallest batch; a device without memory for it cannot train."""


_HISTORIES = ("history", "agreement")
_Histories = tuple[Float16Array, Float16Array]


@dataclass(frozen=True, slots=True)
class FittedHead:
    """A trained head and its predictions of the samples to predict.

    Attributes:
        posteriors: (V + 1, n, K) class posteriors of each augmentation; (0, n, K) where the task
            needs points alone.
        points: (n, D) points of the ball, plain image.
        prototypes: (K, D) points of the ball.
        projection: (D, d) projection of prepared features, or of the hidden units.
        bias: (D,) bias of the projection.
        hidden_weight: (H, d) weights of the hidden layer; H is 0 without one.
        hidden_bias: (H,) its bias.
        history: (E, N) adaptive weights after each epoch.
        agreement: (E, m) consistency of the followed samples after each epoch.
    """

    posteriors: FloatArray
    points: FloatArray
    prototypes: FloatArray
    projection: FloatArray
    bias: FloatArray
    hidden_weight: FloatArray
    hidden_bias: FloatArray
    history: FloatArray
    agreement: FloatArray


@dataclass(frozen=True, slots=True)
class FoldHeads:
    """Out-of-fold results of the heads of a pass, and the head that trained on all samples.

    Attributes:
        posteriors: (V + 1, N, K) posteriors of each augmentation; None in a pass without heads.
        history: (E, N) adaptive weights after each epoch, averaged over the folds.
        agreement: (E, N) consistency after each epoch, by heads that did not see the sample.
        final: The head that trained on all samples; None in passes before the last.
    """

    posteriors: FloatArray | None = None
    history: FloatArray | None = None
    agreement: FloatArray | None = None
    final: FittedHead | None = None

    def posterior(self) -> FloatArray:
        """Returns the (N, K) mean posterior over the augmentations.

        Raises:
            ValueError: If the pass had no heads.
        """
        if self.posteriors is None:
            raise ValueError("this pass had no heads")
        mean = np.empty(self.posteriors.shape[1:], dtype=np.float32)
        for start in range(0, len(mean), CHUNK):
            rows = slice(start, start + CHUNK)
            self.posteriors[:, rows].sum(axis=0, out=mean[rows])
            release_pages(self.posteriors)
        mean /= np.float32(len(self.posteriors))
        return mean


@dataclass(frozen=True, slots=True)
class HeadTask:
    """One head of a pass: its training data and the samples it predicts.

    Attributes:
        name: Name of its checkpoint.
        data: Training data.
        predicted: (n,) rows to predict.
        pass_index: The pass, from 0.
        fold: The fold, from 0.
        folds: Number of folds in the pass.
        followed: (m,) rows whose consistency is recorded after each epoch.
        points_only: Whether nobody asks for the posteriors.
    """

    name: str
    data: FoldData
    predicted: IntArray
    pass_index: int
    fold: int
    folds: int
    followed: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    points_only: bool = False

    def seed(self, seed: int) -> int:
        """Derives the seed of this head from that of the training."""
        sequence = np.random.SeedSequence([seed, self.pass_index, self.fold])
        return int(sequence.generate_state(1)[0])


def fit_head(
    config: TrainConfig, task: HeadTask, checkpoint: CheckpointFolder, context: RunContext
) -> Generator[Event, None, FittedHead]:
    """Trains a head, or loads it from the checkpoint.

    Args:
        config: Options.
        task: What to train on and what to predict.
        checkpoint: Holds finished epochs and heads.
        context: Torch device and cancel token.

    Yields:
        Progress, an `EpochEnd` after each epoch, and notices.

    Returns:
        The fitted head.

    Raises:
        Cancelled: When asked to stop.
        torch.OutOfMemoryError: If even the smallest batch does not fit.
    """
    if (stored := checkpoint.load(task.name)) is not None:
        return FittedHead(**stored)
    device, seed, cancel = torch.device(context.device), task.seed(config.seed), context.cancel
    training = HeadTraining(task.data, config, seed, device)
    epochs_name = f"{task.name}-epochs"
    history, state = _resume(training, checkpoint.load(epochs_name))
    while len(history) < training.epochs:
        epoch = len(history)
        try:
            loss = training.run_epoch(epoch, cancel)
        except torch.OutOfMemoryError:
            if training.batch_size // 2 < SMALLEST_BATCH:
                raise
            reduced = _with_half_the_batch(config, training)
            yield Notice(_out_of_memory(context.device, reduced), "warning")
            training = HeadTraining(task.data, reduced, seed, device)
            history, state = _resume(training, state)
            continue
        history.append(_snapshot(training, task.followed, cancel))
        state = None  # before the next one, because both may be large
        state = {**training.state(), **_stacked(history)}
        checkpoint.save(epochs_name, state)
        yield from _epoch_events(training, task, epoch, loss)
    fitted = _result(training, task, _stacked(history), cancel)
    checkpoint.save(task.name, {k: getattr(fitted, k) for k in FittedHead.__slots__})
    checkpoint.remove(epochs_name)
    return fitted


def _snapshot(training: HeadTraining, followed: IntArray, cancel: CancelToken) -> _Histories:
    """Returns the current weights of all samples, and the consistency of the followed ones."""
    agreement = training.agreement(followed, cancel)
    return training.weights.astype(np.float16), agreement.astype(np.float16)


def _with_half_the_batch(config: TrainConfig, training: HeadTraining) -> TrainConfig:
    torch.cuda.empty_cache()
    ablation = replace(config.ablation, batch_size=training.batch_size // 2)
    return replace(config, epochs=training.epochs, ablation=ablation)


def _out_of_memory(device: str, config: TrainConfig) -> Message:
    return Message(
        "Memory of {device} ran out; the batch is now {size}.",
        device=device,
        size=config.ablation.batch_size,
    )


def _epoch_events(
    training: HeadTraining, task: HeadTask, epoch: int, loss: float
) -> Iterator[Event]:
    epochs, index, fold = training.epochs, task.pass_index, task.fold
    done, total = fold * epochs + epoch + 1, task.folds * epochs
    yield Progress(Stage.TRAIN, done, total, pass_index=index, fold=fold)
    noise_rate = 1 - float(training.weights[task.data.rows].mean())
    yield EpochEnd(index, fold, epoch, epochs, loss, noise_rate, training.weights.copy())


def _resume(
    training: HeadTraining, state: dict[str, AnyArray] | None
) -> tuple[list[_Histories], dict[str, AnyArray] | None]:
    """Restores the training, and returns the weights and consistency of the finished epochs."""
    if state is None:
        return [], None
    training.restore({k: v for k, v in state.items() if k not in _HISTORIES})
    return list(zip(*(state[name] for name in _HISTORIES), strict=True)), state


def _stacked(history: list[_Histories]) -> dict[str, AnyArray]:
    """Stacks weights (E, N) and consistency (E, n) of all epochs, float16, by name."""
    columns = zip(*history, strict=True)
    return {name: np.stack(column) for name, column in zip(_HISTORIES, columns, strict=True)}


def _result(
    training: HeadTraining,
    task: HeadTask,
    histories: dict[str, AnyArray],
    cancel: CancelToken,
) -> FittedHead:
    numbers = 0 if task.points_only else len(task.data.features)
    posteriors, points = training.predict(task.predicted, cancel, numbers)
    head = training.head
    with torch.no_grad():
        return FittedHead(
            posteriors=posteriors,
            points=points,
            prototypes=head.prototype_points().cpu().numpy(),
            projection=head.projection.weight.cpu().numpy(),
            bias=head.projection.bias.cpu().numpy(),
            **_hidden(head),
            **histories,
        )


def _hidden(head: HyperbolicHead) -> dict[str, FloatArray]:
    if head.hidden is None:
        nothing = np.zeros((0, head.projection.in_features), dtype=np.float32)
        return {"hidden_weight": nothing, "hidden_bias": nothing[:, 0]}
    weight, bias = head.hidden.weight.cpu().numpy(), head.hidden.bias.cpu().numpy()
    return {"hidden_weight": weight, "hidden_bias": bias}
