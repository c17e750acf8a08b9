"""The trained network: a backbone, the fixed preparation of its features, and the head."""

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
from ahsml_app.core.backbones.inner_layers import network_of
from ahsml_app.core.features.preprocess import Preparation
from ahsml_app.core.finetune.activations.border import Border, skip_frozen, stage_depths
from ahsml_app.core.finetune.activations.depthwise import speed_up_depthwise
from ahsml_app.core.finetune.finetune_config import FinetuneConfig
from ahsml_app.core.head.head_model import HyperbolicHead


class TunedNetwork(nn.Module):
    """Maps pixels to features and features to points of the ball; copies the backbone."""

    def __init__(
        self,
        backbone: Backbone,
        preparation: Preparation,
        head: HyperbolicHead,
        border: Border | None = None,
    ) -> None:
        """Builds a network to train.

        Args:
            backbone: The backbone that the training starts from.
            preparation: Preparation of this backbone's features.
            head: The head for prepared features; it is copied.
            border: Where the network starts if it takes activations instead of pixels.
        """
        super().__init__()
        self.backbone = copy.deepcopy(backbone.module).requires_grad_(True)
        self.border = border
        if border is not None:
            skip_frozen(self.backbone, border)
            speed_up_depthwise(self.backbone)
        self.head = copy.deepcopy(head)
        for name, values in (("pixel_mean", backbone.mean), ("pixel_std", backbone.std)):
            self.register_buffer(name, torch.tensor(values)[:, None, None])
        for name, array in preparation.parameters().items():
            self.register_buffer(name, torch.from_numpy(np.array(array)))

    def forward(self, pixels: Tensor, wrapper: nn.Module | None = None) -> Tensor:
        """Maps (B, 3, S, S) pixels of 0 to 255 to (B, d) prepared features, in float32.

        With a border, it maps the (B, C, H, W) activations there instead.

        `wrapper` is the distributed wrapper of the backbone, if several processes train it.

        Only the backbone computes in bfloat16, and only on graphics cards that support it.
        Distances in the ball need full precision, and on the CPUs measured bfloat16 took twice as
        long.
        """
        buffers = dict(self.named_buffers(recurse=False))
        scaled = pixels
        if self.border is None:
            scaled = (pixels - buffers["pixel_mean"]) / buffers["pixel_std"]
        with torch.autocast(
            pixels.device.type, torch.bfloat16, enabled=uses_bfloat16(pixels.device)
        ):
            features = (wrapper or self.backbone)(scaled)
        centred = (features.float() - buffers["mean"]) / buffers["scale"]
        prepared: Tensor = centred @ buffers["rotation"]
        return prepared

    def train(self, mode: bool = True) -> TunedNetwork:
        """Sets the training mode of the head; the backbone always stays in evaluation mode.

        Batches of few classes have other statistics than the data, so batch norm keeps those of
        the published weights. Dropout stays off, because a step in chunks runs the backbone twice
        and must compute the same features.
        """
        super().train(mode)
        self.backbone.eval()
        return self


def uses_bfloat16(device: torch.device) -> bool:
    """Whether a backbone computes in bfloat16 on this device."""
    # Older cards only emulate it, which loses precision but saves no time.
    return device.type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)


def checkpoint_activations(module: nn.Module) -> None:
    """Makes a network recompute its activations in the backward pass instead of storing them.

    timm's networks have a method for it; in others, the children of every top-level
    `Sequential` are wrapped.
    """
    enable: Callable[[], None] | None = getattr(module, "set_grad_checkpointing", None)
    if enable is not None:
        enable()
        return
    for child in module.children():
        if isinstance(child, nn.Sequential):
            for block in child.children():
                block.forward = functools.partial(checkpoint, block.forward, use_reentrant=False)


def parameter_groups(network: TunedNetwork, config: FinetuneConfig) -> list[dict[str, Any]]:
    """Returns the parameters with their learning rates: the head's, and the backbone's by stage.

    The nearer a stage is to the pixels, the lower is its rate, because low-level filters change
    little. The first stages process the largest feature maps and cost most of the time, so they
    are frozen.

    Args:
        network: The network to train; its frozen parameters no longer require a gradient
            afterwards.
        config: Rates, layer decay, weight decay and frozen share.

    Returns:
        Groups for an optimiser; "peak" is the highest learning rate of each.
    """
    head = {"params": list(network.head.parameters()), "weight_decay": 0.0}
    groups: list[dict[str, Any]] = [{**head, "peak": config.ablation.head_rate, "lr": 0.0}]
    trained = network_of(network.backbone)
    depths = stage_depths(trained)
    last = max(depths.values(), default=0)
    by_kind: dict[tuple[int, float], list[nn.Parameter]] = {}
    border = network.border
    first_trained = border.stage if border else int(config.ablation.frozen * (last + 1))
    for name, parameter in trained.named_parameters():
        if depths.get(name, last) < first_trained:
            parameter.requires_grad_(False)
            continue
        # Biases and the scales of normalisation layers are not decayed.
        decay = config.ablation.decay if parameter.ndim > 1 else 0.0
        by_kind.setdefault((depths.get(name, last), decay), []).append(parameter)
    for (depth, decay), parameters in by_kind.items():
        peak = config.ablation.backbone_rate * config.ablation.layer_decay ** (last - depth)
        groups.append({"params": parameters, "weight_decay": decay, "peak": peak, "lr": 0.0})
    return groups
