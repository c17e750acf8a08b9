"""Size of the training images, and how many go through a network at once."""

from __future__ import annotations

import torch

from ahsml_app.core.backbones.backbone import Backbone, accepts_size
from ahsml_app.core.finetune.finetune_config import FinetuneConfig
from ahsml_app.core.finetune.network import uses_bfloat16

MICRO_BATCH = {"cpu": 24, "cuda": 64, "mps": 32}
"""Images of 224 pixels that go through the backbone at once. Smaller images allow more and bfloat16
twice as many; a batch then fits into 8 GB. A CPU takes few, because cancelling waits for the
current chunk, but still a whole batch at its training size, because a batch in chunks goes through
the backbone twice."""

REFERENCE_SIZE = 224

CPU_SHARE = 0.5
"""Side of the images that a CPU trains on, as a share of the side for feature extraction, if the
network accepts it. A quarter of the pixels takes a quarter of the time, and the network trained
this way finds more wrong labels at the full size than at its training size (benchmark)."""


def trained_size(backbone: Backbone, device: str) -> int:
    """Returns the side of the training images in pixels.

    A CPU trains on smaller images, but many transformers accept only one input size.

    Args:
        backbone: The backbone that the training starts from.
        device: Kind of torch device.
    """
    smaller = round(backbone.size * CPU_SHARE)
    return smaller if device == "cpu" and accepts_size(backbone, smaller) else backbone.size


def micro_batch(tuning: FinetuneConfig, device: str, size: int) -> int:
    """Returns how many images go through the backbone at once.

    Args:
        tuning: May set the number; otherwise the device decides.
        device: A torch device.
        size: Side of the images in pixels.
    """
    count = MICRO_BATCH[device.partition(":")[0]]
    if uses_bfloat16(torch.device(device)):
        count *= 2
    count = count * REFERENCE_SIZE**2 // size**2
    return tuning.ablation.micro_batch or max(count, 1)
