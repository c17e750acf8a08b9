"""Training of one hyperbolic head on the samples of one fold."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from ahsml_app.base.events import CancelToken
from ahsml_app.base.types import AnyArray, BoolArray, Float16Array, FloatArray, IntArray, RealArray
from ahsml_app.core.config import TrainConfig
from ahsml_app.core.folds import class_batch
from ahsml_app.core.geometry.poincare import pairwise_distance
from ahsml_app.core.head.consistency import consistency
from ahsml_app.core.head.head_model import HyperbolicHead
from ahsml_app.core.head.margins import (
    BatchLabels,
    ClassSimilarityBank,
    class_divergence_similarity,
)
from ahsml_app.core.head.objective import ClassKnowledge, pair_term, prototype_term
from ahsml_app.core.head.prototypes import class_posterior, weighted_prototypes
from ahsml_app.core.head.sample_weights import (
    EMA_KEEP,
    mixture_weights,
    posterior_weights,
    prototype_margin,
)
from ahsml_app.core.mapped_arrays import CHUNK, ROWS_AT_ONCE, bounded_rows, release_pages

WARM_UP = 0.25
"""Share of the epochs in which weights keep their initial values."""

PAIR_CLASSES, PAIR_SAMPLES = 16, 8
"""P classes x K samples in a pair batch."""

LEAST_STEPS = 100
"""Smallest number of optimiser steps of a head; 200 gained nothing (benchmark)."""


@dataclass(frozen=True, slots=True)
class FoldData:
    """Training data of one head.

    Attributes:
        features: (V + 1, N, d) float16 prepared features, of the plain image first.
        rows: (n,) rows to train on, all labelled.
        labels: (N,) given labels.
        targets: (N, K) soft targets, float32.
        weights: (N,) initial adaptive weights.
        trusted: (N,) mask of labels that a person confirmed; their weight stays 1.
    """

    features: Float16Array
    rows: IntArray
    labels: IntArray
    targets: FloatArray
    weights: FloatArray
    trusted: BoolArray


def default_batch(count: int) -> int:
    """Returns the default batch size: small data needs many steps, large data few."""
    return int(min(512, max(64, count // 16)))


def default_epochs(count: int, batch: int) -> int:
    """Returns the default epochs: thirteen (ten were worse), or as many as `LEAST_STEPS` takes."""
    return max(13, math.ceil(LEAST_STEPS * batch / max(count, 1)))


class HeadTraining:
    """The training of one head, epoch by epoch, with a state that checkpoints hold.

    Every random draw is seeded by (seed, epoch), so that an epoch repeated after a restart gives
    the same result.
    """

    def __init__(
        self, data: FoldData, config: TrainConfig, seed: int, device: torch.device
    ) -> None:
        self._data, self._config, self._seed, self._device = data, config, seed, device
        self._ablation = ablation = config.ablation
        classes = data.targets.shape[1]
        self.batch_size = ablation.batch_size or default_batch(len(data.rows))
        self.epochs = config.epochs or default_epochs(len(data.rows), self.batch_size)
        self.weights = data.weights.copy()
        width, shape = data.features.shape[2], (config.dimension, classes, ablation.curvature)
        self.head = HyperbolicHead(width, *shape, hidden=ablation.hidden)
        self.head.start(torch.Generator().manual_seed(seed))
        self.head.to(device)
        self._optimizer = torch.optim.Adam(self.head.parameters())
        # Only the pair loss compares each two classes, in matrices that are large for many.
        compared = classes if ablation.pair_weight else 0
        self._bank = ClassSimilarityBank(compared, device=device)
        self._affinity = torch.eye(compared, device=device)
        # Soft targets come from out-of-fold models and are better posteriors than the head's own.
        # Hard targets only repeat the labels, so the head's own posteriors replace them.
        self._hard = bool((data.targets.max(1)[data.rows] >= 1).all())
        targets = data.targets.copy() if self._hard else data.targets
        self._posterior = torch.from_numpy(targets).to(device)
        labels = data.labels[data.rows]
        order = data.rows[np.argsort(labels, kind="stable")]
        self._by_class = np.split(order, np.cumsum(np.bincount(labels, minlength=classes))[:-1])

    @property
    def prototypes_learned(self) -> bool:
        """Whether prototypes are learned; otherwise each epoch sets them to the class means."""
        return math.isfinite(self._ablation.pair_weight)

    def run_epoch(self, epoch: int, cancel: CancelToken) -> float:
        """Trains for one epoch and returns its mean loss."""
        random = np.random.default_rng([self._seed, epoch])
        order = random.permutation(self._data.rows)
        knowledge = ClassKnowledge(self._affinity, self._bank, ramp=epoch / max(self.epochs - 1, 1))
        total, steps = 0.0, math.ceil(len(order) / self.batch_size)
        for step in range(steps):
            cancel.check()
            rows = order[step * self.batch_size : (step + 1) * self.batch_size]
            loss = self._step_loss(rows, knowledge, random)
            loss.backward()  # type: ignore[no-untyped-call]
            self._optimizer.param_groups[0]["lr"] = self._rate(
                epoch * steps + step, self.epochs * steps
            )
            self._optimizer.step()
            self._optimizer.zero_grad()
            total += float(loss.detach())
        self._refresh(epoch, cancel)
        return total / steps

    def _step_loss(
        self, rows: IntArray, knowledge: ClassKnowledge, random: np.random.Generator
    ) -> Tensor:
        ablation, penalty = self._ablation, self._ablation.decay / 2
        loss = penalty * self.head.projection.weight.square().sum()
        if self.prototypes_learned:
            targets = self._tensor(self._data.targets[rows])
            augmentations = self._two_augmentations(rows, random)
            weights = self._tensor(self.weights[rows])
            loss = loss + prototype_term(self.head, augmentations, targets, weights, ablation)
        if ablation.pair_weight:
            chosen = class_batch(self._by_class, PAIR_CLASSES, PAIR_SAMPLES, random)
            labels = torch.from_numpy(self._data.labels[chosen]).to(self._device)
            evidence = BatchLabels(
                labels, self._tensor(self.weights[chosen]), self._posterior[chosen]
            )
            augmentations = self._two_augmentations(chosen, random)
            pairs = pair_term(self.head, augmentations, evidence, knowledge, self._config)
            share = ablation.pair_weight if self.prototypes_learned else 1.0
            loss = loss + share * pairs
        return loss

    def _two_augmentations(
        self, rows: IntArray, random: np.random.Generator
    ) -> tuple[Tensor, Tensor]:
        """Draws two different augmentations per sample; without any, the plain image twice."""
        count = len(self._data.features)
        first, second = random.choice(count, size=2, replace=False) if count > 1 else (0, 0)
        features = self._data.features
        return self._tensor(features[first, rows]), self._tensor(features[second, rows])

    def _rate(self, step: int, steps: int) -> float:
        """Returns the learning rate: linear warm-up over 20 steps, then a cosine to a hundredth."""
        rate = self._ablation.learning_rate * min(1.0, (step + 1) / 20)
        return rate * (0.5 * (1 + math.cos(math.pi * step / steps)) + 0.01)

    def _refresh(self, epoch: int, cancel: CancelToken) -> None:
        """Updates class similarities, posteriors and adaptive weights from all samples."""
        data, ablation = self._data, self._ablation
        labels = torch.from_numpy(data.labels[data.rows]).to(self._device)
        with torch.no_grad():
            points = torch.cat(list(self._points(data.rows, cancel)))
            if ablation.pair_weight:
                self._refresh_classes(points, labels)
            if ablation.weights != "none" and epoch + 1 >= WARM_UP * self.epochs:
                self._renew(points, labels)

    def _refresh_classes(self, points: Tensor, labels: Tensor) -> None:
        """Updates what the pair loss needs, which compares each two classes."""
        ablation, weights = self._ablation, self._tensor(self.weights[self._data.rows])
        classes = self._data.targets.shape[1]
        means = weighted_prototypes(points, labels, weights, classes, ablation.curvature)
        if not self.prototypes_learned:
            self.head.set_prototypes(means)
        if ablation.soft_similarity:
            distances = pairwise_distance(means, means, ablation.curvature)
            self._affinity = class_divergence_similarity(distances)
        self._bank.refresh()

    def _renew(self, points: Tensor, labels: Tensor) -> None:
        ablation, rows = self._ablation, self._data.rows
        height = bounded_rows(ROWS_AT_ONCE, self._data.targets.shape[1])
        parts = []
        for start in range(0, len(rows), height):
            block = slice(start, start + height)
            distances = self.head.distances(points[block])
            posterior = torch.softmax(-distances / ablation.temperature, dim=1)
            if self._hard:
                self._posterior[torch.from_numpy(rows[block])] = posterior
            if ablation.weights == "mixture":
                parts.append(prototype_margin(distances, labels[block]).cpu().numpy())
            else:
                given = self._data.labels[rows[block]]
                parts.append(posterior_weights(posterior.cpu().numpy(), given))
        new = np.concatenate(parts)
        if ablation.weights == "mixture":
            new = mixture_weights(new, self._seed)
        kept = EMA_KEEP * self.weights[rows] + (1 - EMA_KEEP) * new
        self.weights[rows] = np.where(self._data.trusted[rows], 1.0, kept)

    def _points(self, rows: IntArray, cancel: CancelToken, number: int = 0) -> Iterator[Tensor]:
        for start in range(0, len(rows), CHUNK):
            cancel.check()
            yield self.head(self._tensor(self._data.features[number, rows[start : start + CHUNK]]))
            release_pages(self._data.features)

    def predict(
        self, rows: IntArray, cancel: CancelToken, numbers: int
    ) -> tuple[FloatArray, FloatArray]:
        """Predicts samples that the head did not train on, with distances in float64.

        Args:
            rows: (n,) rows of the samples.
            cancel: Checked once a chunk.
            numbers: A, the number of augmentations, with the plain image, that posteriors are
                asked of.

        Returns:
            (A, n, K) posteriors, and (n, D) points of the plain image.
        """
        classes = self._data.targets.shape[1]
        posteriors = np.empty((numbers, len(rows), classes), dtype=np.float32)
        points = np.empty((len(rows), self._config.dimension), dtype=np.float32)
        height = bounded_rows(ROWS_AT_ONCE, classes)
        with torch.no_grad():
            for start in range(0, len(rows), height):
                block = slice(start, start + height)
                for number in range(max(numbers, 1)):
                    own = torch.cat([p.cpu() for p in self._points(rows[block], cancel, number)])
                    if number == 0:
                        points[block] = own.float().numpy()
                    if number < numbers:
                        posteriors[number, block] = self._wide_posterior(own)
        return posteriors, points

    def _wide_posterior(self, points: Tensor) -> FloatArray:
        """Returns the (n, K) class probabilities of points, with distances in float64."""
        prototypes = self.head.prototype_points().cpu().double()
        ablation = self._ablation
        posterior = class_posterior(
            points.double(), prototypes, ablation.curvature, ablation.temperature
        )
        numbers: FloatArray = posterior.float().numpy()
        return numbers

    def agreement(self, rows: IntArray, cancel: CancelToken) -> FloatArray:
        """Computes the consistency of the samples' augmentations under the current head.

        Args:
            rows: (n,) rows of the samples.
            cancel: Checked once a chunk.

        Returns:
            (n,) from 0 to 1, float32.
        """
        chunks = []
        height = bounded_rows(CHUNK, len(self._data.features) * self._data.targets.shape[1])
        with torch.no_grad():
            for start in range(0, len(rows), height):
                chunk = rows[start : start + height]
                augmentations = [
                    torch.cat(list(self._points(chunk, cancel, number)))
                    for number in range(len(self._data.features))
                ]
                temperature = self._ablation.temperature
                scaled = [-self.head.distances(points) / temperature for points in augmentations]
                chunks.append(consistency(torch.stack(scaled).softmax(2)).cpu().numpy())
        return np.concatenate(chunks) if chunks else np.zeros(0, dtype=np.float32)

    def state(self) -> dict[str, AnyArray]:
        """Returns all arrays that the next epoch depends on."""
        arrays = {f"head.{k}": v.cpu().numpy() for k, v in self.head.state_dict().items()}
        arrays |= _optimizer_arrays(self._optimizer)
        arrays["weights"] = self.weights
        arrays["affinity"] = self._affinity.cpu().numpy()
        if self._hard:
            arrays["posterior"] = self._posterior.cpu().numpy()
        # Between epochs the bank has collected nothing, and its other two matrices are zeros.
        arrays["bank.class_similarity"] = self._bank.similarity.cpu().numpy()
        return arrays

    def restore(self, arrays: dict[str, AnyArray]) -> None:
        """Continues from a `state`."""
        groups = _by_prefix(arrays)
        self.head.load_state_dict({k: torch.from_numpy(v) for k, v in groups["head"].items()})
        _restore_optimizer(self._optimizer, groups.get("adam", {}))
        self.weights = arrays["weights"].copy()
        self._affinity = torch.from_numpy(arrays["affinity"]).to(self._device)
        if self._hard:
            self._posterior = torch.from_numpy(arrays["posterior"]).to(self._device)
        self._bank.restore({k: torch.from_numpy(v) for k, v in groups["bank"].items()})

    def _tensor(self, values: RealArray) -> Tensor:
        # torch turns float16 into float32 ten times as fast as numpy.
        return torch.from_numpy(values).to(self._device, torch.float32)


def _by_prefix(arrays: dict[str, AnyArray]) -> dict[str, dict[str, AnyArray]]:
    groups: dict[str, dict[str, AnyArray]] = {}
    for name, value in arrays.items():
        prefix, _, rest = name.partition(".")
        groups.setdefault(prefix, {})[rest] = value
    return groups


def _optimizer_arrays(optimizer: torch.optim.Optimizer) -> dict[str, AnyArray]:
    """Returns the state of each parameter by its index; the step determines the learning rate."""
    return {
        f"adam.{index}.{name}": value.cpu().numpy()
        for index, entry in optimizer.state_dict()["state"].items()
        for name, value in entry.items()
    }


def _restore_optimizer(optimizer: torch.optim.Optimizer, arrays: dict[str, AnyArray]) -> None:
    """Loads the arrays of `_optimizer_arrays`, named here without the prefix "adam."."""
    state: dict[int, dict[str, Tensor]] = {}
    for key, value in arrays.items():
        index, _, name = key.partition(".")
        state.setdefault(int(index), {})[name] = torch.from_numpy(np.array(value))
    optimizer.load_state_dict({**optimizer.state_dict(), "state": state})
