"""Inputs of one step: images, parameters of their augmentations, and labels."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import torch
from torch import Tensor

from ahsml_app.base.types import AnyArray
from ahsml_app.core.finetune.inputs.tensor_augment import (
    STRONG,
    WEAK,
    AugmentationParameters,
    augment_batch,
    draw_parameters,
)
from ahsml_app.core.head.margins import BatchLabels

_PARAMETERS = len(fields(AugmentationParameters))


@dataclass(frozen=True, slots=True)
class StepInputs:
    """Everything that changes from step to step, on the device that computes it.

    Attributes:
        images: (b, 3, S', S') uint8 images of this process's share of the batch.
        weak: Parameters of their weak augmentations.
        strong: Parameters of their strong augmentations.
        evidence: Labels, weights and targets of the B samples of the batch.
    """

    images: Tensor
    weak: AugmentationParameters
    strong: AugmentationParameters
    evidence: BatchLabels

    def tensors(self) -> list[Tensor]:
        """Returns all tensors in the order that `from_tensors` takes."""
        labels = self.evidence
        evidence = [labels.labels, labels.weights, labels.posteriors]
        return [self.images, *self.weak.tensors(), *self.strong.tensors(), *evidence]

    @classmethod
    def from_tensors(cls, tensors: list[Tensor]) -> StepInputs:
        """Builds the inputs from the list that `tensors` returns."""
        images, *rest = tensors
        weak, strong = rest[:_PARAMETERS], rest[_PARAMETERS : 2 * _PARAMETERS]
        evidence = BatchLabels(*rest[2 * _PARAMETERS :])
        return cls(images, AugmentationParameters(*weak), AugmentationParameters(*strong), evidence)

    def augmentations(self, size: int) -> Tensor:
        """Returns (2b, 3, size, size) images: the weak augmentations, then the strong ones."""
        both = [
            augment_batch(self.images, size, parameters) for parameters in (self.weak, self.strong)
        ]
        return torch.cat(both).contiguous(memory_format=torch.channels_last)


def draw_augmentations(
    count: int, own: slice, seed: tuple[int, ...], device: torch.device
) -> tuple[AugmentationParameters, AugmentationParameters]:
    """Draws the parameters of the weak and of the strong augmentations of a batch.

    Args:
        count: Number of samples in the whole batch.
        own: Slice of the samples that are augmented in this process.
        seed: Seed; the draws are the same on every device.
        device: Device of the returned parameters.
    """
    state = np.random.SeedSequence(seed).generate_state(1, np.uint64)[0]
    generator = torch.Generator().manual_seed(int(state >> np.uint64(1)))
    parameters = [
        draw_parameters(count, strength, generator).part(own) for strength in (WEAK, STRONG)
    ]
    weak, strong = (
        AugmentationParameters(*(to_device(tensor, device) for tensor in group.tensors()))
        for group in parameters
    )
    return weak, strong


def to_device(values: AnyArray | Tensor, device: torch.device) -> Tensor:
    """Moves values to the device.

    The copy to a graphics card is asynchronous, so it does not wait for the card's earlier work.
    """
    tensor = torch.from_numpy(values) if isinstance(values, np.ndarray) else values
    if device.type == "cuda" and tensor.device.type == "cpu":
        return tensor.pin_memory().to(device, non_blocking=True)
    return tensor.to(device)
