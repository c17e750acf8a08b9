"""The network that is trained: a backbone, the fixed preparation of its features, and the head."""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from ahsml_app.core.backbones.backbone import Backbone
from ahsml_app.core.features.preprocess import Preparation
from ahsml_app.core.finetune.finetune_config import FinetuneConfig
from ahsml_app.core.head.head_model import HyperbolicHead


class TunedNetwork(nn.Module):
    """Pixels to features to points of the ball; the backbone given is left as it is."""

    def __init__(self, backbone: Backbone, preparation: Preparation, head: HyperbolicHead) -> None:
        """A network to be trained.

        Args:
            backbone: Where the training starts.
            preparation: Of the features of this backbone.
            head: For prepared features; copied.
        """
        super().__init__()
        self.backbone = copy.deepcopy(backbone.module).requires_grad_(True)
        self.head = copy.deepcopy(head)
        for name, values in (("pixel_mean", backbone.mean), ("pixel_std", backbone.std)):
            self.register_buffer(name, torch.tensor(values)[:, None, None])
        for name, array in preparation.parameters().items():
            self.register_buffer(name, torch.from_numpy(np.array(array)))

    def forward(self, pixels: Tensor, through: nn.Module | None = None) -> Tensor:
        """(B, 3, S, S) pixels of 0 to 255 to (B, d) prepared features, in float32.

        `through` is what stands around the backbone where several processes train it.

        Only the backbone computes in bfloat16, and only on a graphics card that can: distances in
        the ball need all digits, and on the CPUs measured it took twice as long.
        """
        buffers = dict(self.named_buffers(recurse=False))
        scaled = (pixels - buffers["pixel_mean"]) / buffers["pixel_std"]
        with torch.autocast(pixels.device.type, torch.bfloat16, enabled=halves(pixels.device)):
            features = (through or self.backbone)(scaled)
        centred = (features.float() - buffers["mean"]) / buffers["scale"]
        prepared: Tensor = centred @ buffers["rotation"]
        return prepared

    def train(self, mode: bool = True) -> TunedNetwork:
        """As always, but the backbone stays as it is when it embeds.

        Batches of few classes have other statistics than the data, so batch norm keeps those of
        the published weights. Nothing is dropped at random either: a step in parts runs the
        backbone twice and must find the same features.
        """
        super().train(mode)
        self.backbone.eval()
        return self


def halves(device: torch.device) -> bool:
    """Whether a backbone computes in bfloat16 there."""
    # Older cards only emulate it, which saves nothing and rounds all the same.
    return device.type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)


def keep_few_activations(module: nn.Module) -> None:
    """Let a backbone compute its activations again in the backward pass instead of keeping them.

    timm's networks know how; of others, the parts of every `Sequential` at the top are wrapped.
    """
    change: Callable[[], None] | None = getattr(module, "set_grad_checkpointing", None)
    if change is not None:
        change()
        return
    for child in module.children():
        if isinstance(child, nn.Sequential):
            for block in child.children():
                block.forward = functools.partial(checkpoint, block.forward, use_reentrant=False)


def parameter_groups(network: TunedNetwork, config: FinetuneConfig) -> list[dict[str, Any]]:
    """Parameters with their learning rates: the head's, and the backbone's stage by stage.

    The nearer to the pixels, the lower the rate: what edges look like is known already. The first
    stages see the largest pictures and cost most of the time, so they are not trained at all.

    Args:
        network: To be trained; parameters that are not need no gradient afterwards.
        config: Rates, layer decay, weight decay, and what stays as it is.

    Returns:
        Groups for an optimiser; "peak" is the highest learning rate of each.
    """
    head = {"params": list(network.head.parameters()), "weight_decay": 0.0}
    groups: list[dict[str, Any]] = [{**head, "peak": config.ablation.head_rate, "lr": 0.0}]
    depths = _depths(network.backbone)
    last = max(depths.values(), default=0)
    by_kind: dict[tuple[int, float], list[nn.Parameter]] = {}
    first_trained = int(config.ablation.frozen * (last + 1))
    for name, parameter in network.backbone.named_parameters():
        if depths.get(name, last) < first_trained:
            parameter.requires_grad_(False)
            continue
        # Biases and the factors of norms have no need to be small.
        decay = config.ablation.decay if parameter.ndim > 1 else 0.0
        by_kind.setdefault((depths.get(name, last), decay), []).append(parameter)
    for (depth, decay), parameters in by_kind.items():
        peak = config.ablation.backbone_rate * config.ablation.layer_decay ** (last - depth)
        groups.append({"params": parameters, "weight_decay": decay, "peak": peak, "lr": 0.0})
    return groups


def _depths(module: nn.Module) -> dict[str, int]:
    """Stage of each parameter, 0 at the pixels; torchvision's networks do not tell theirs."""
    matcher: Callable[..., Any] | None = getattr(module, "group_matcher", None)
    if matcher is None:
        return {}
    from timm.models import group_parameters

    depths: dict[str, int] = group_parameters(module, matcher(coarse=True), reverse=True)
    return depths
