"""Activations of a few fixed augmentations of each picture, on disk, and how they are read."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ahsml_app.base.types import IntArray
from ahsml_app.core.finetune.activations.border import Border
from ahsml_app.core.finetune.inputs.step_inputs import to_device
from ahsml_app.core.head.margins import BatchLabels


@dataclass(frozen=True, slots=True)
class CachedActivations:
    """The cached activations of the samples that networks are tuned on.

    Attributes:
        border: Where the network is divided.
        path: File of the (n, V, C, H, W) float16 activations; the first half of the V
            augmentations is weak, the other half strong.
        rows: (n,) rows of the samples, sorted.
        views: V.
    """

    border: Border
    path: Path
    rows: IntArray
    views: int

    def batches(self, batches: Sequence[IntArray]) -> Generator[Tensor]:
        """Yields (b, V, C, H, W) activations of each batch of rows."""
        shape = (len(self.rows), self.views, *self.border.shape)
        stored = np.memmap(self.path, np.float16, "r", shape=shape)
        for rows in batches:
            yield torch.from_numpy(stored[np.searchsorted(self.rows, rows)])

    def release(self) -> bool:
        """Returns that no memory can be freed; see `Prefetcher.release`."""
        return False


@dataclass(frozen=True, slots=True)
class ActivationInputs:
    """What changes from step to step of a training on activations.

    Attributes:
        images: (b, V, C, H, W) activations of the batch.
        weak: (b,) number of the weak augmentation of each.
        strong: (b,) number of the strong one.
        evidence: Labels, weights and targets of the batch.
    """

    images: Tensor
    weak: Tensor
    strong: Tensor
    evidence: BatchLabels

    @classmethod
    def draw(
        cls,
        activations: Tensor,
        evidence: BatchLabels,
        seed: tuple[int, ...],
        device: torch.device,
    ) -> ActivationInputs:
        """Draws a weak and a strong one of the augmentations of each sample."""
        count, views = activations.shape[:2]
        random = np.random.default_rng(seed)
        weak = random.integers(0, views // 2, count)
        strong = random.integers(views // 2, views, count)
        return cls(
            to_device(activations, device),
            to_device(weak, device),
            to_device(strong, device),
            evidence,
        )

    def augmentations(self, _size: int) -> Tensor:
        """Returns (2b, C, H, W) activations: of the weak augmentations, then of the strong."""
        rows = torch.arange(len(self.images), device=self.images.device)
        both = torch.cat([self.images[rows, self.weak], self.images[rows, self.strong]])
        return both.float().contiguous(memory_format=torch.channels_last)
