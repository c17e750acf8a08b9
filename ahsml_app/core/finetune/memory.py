"""How large images are, and how many go through a network at once."""

from __future__ import annotations

import torch

from ahsml_app.core.backbones.backbone import Backbone, takes
from ahsml_app.core.finetune.finetune_config import FinetuneConfig
from ahsml_app.core.finetune.network import halves

MICRO_BATCH = {"cpu": 24, "cuda": 64, "mps": 32}
"""Pictures of 224 pixels that go through the backbone at once; more of smaller ones, and twice as
many where it computes in half of the digits: a batch, for which 8 GB suffice. Few on a CPU,
where a person who wants to stop waits for a part; yet a whole batch at the size that it trains on,
as a batch in parts goes through the backbone twice."""

FULL_SIZE = 224

CPU_SHARE = 0.5
"""Side of the pictures that a CPU trains on, in shares of the side that the backbone embeds at,
where it takes them. A quarter of the pixels takes a quarter of the time, and pays: a network so
trained finds more at the full size than at the one that it was trained on (benchmark)."""


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
    at_once = MICRO_BATCH[device.partition(":")[0]] * (2 if halves(torch.device(device)) else 1)
    at_once = at_once * FULL_SIZE**2 // size**2
    return tuning.ablation.micro_batch or max(at_once, 1)
