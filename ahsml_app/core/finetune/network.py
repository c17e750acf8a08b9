"""The network that is trained: a backbone, the fixed preparation of its features, and the head."""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.utils.checkpoint import checkpoint

from ahsml_app.core.backbones import Backbone
from ahsml_app.core.finetune.config import FinetuneConfig
from ahsml_app.core.head import HyperbolicHead
from ahsml_app.core.preparation import Preparation


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

    def forward(self, pixels: Tensor) -> Tensor:
        """(B, 3, S, S) pixels of 0 to 255 to (B, d) prepared features, in float32."""
        buffers = dict(self.named_buffers(recurse=False))
        features = self.backbone((pixels - buffers["pixel_mean"]) / buffers["pixel_std"]).float()
        prepared: Tensor = (features - buffers["mean"]) / buffers["scale"] @ buffers["rotation"]
        return prepared

    def train(self, mode: bool = True) -> TunedNetwork:
        """As always, but the statistics of batch norm stay those of the published weights.

        Batches of few classes have other statistics than the data.
        """
        super().train(mode)
        for part in self.modules():
            if isinstance(part, _BatchNorm):
                part.eval()
        return self


def keep_few_activations(module: nn.Module) -> None:
    """Let a backbone compute its activations again in the backward pass instead of keeping them.

    timm's networks know how; of others, the parts of every `Sequential` at the top are wrapped.
    """
    change: Callable[[], None] | None = getattr(module, "set_grad_checkpointing", None)
    if change is not None:
        change()
        return
    for part in module.children():
        if isinstance(part, nn.Sequential):
            for block in part.children():
                block.forward = functools.partial(  # type: ignore[method-assign]
                    checkpoint, block.forward, use_reentrant=False
                )


def parameter_groups(network: TunedNetwork, config: FinetuneConfig) -> list[dict[str, Any]]:
    """Parameters with their learning rates: the head's, and the backbone's stage by stage.

    The nearer to the pixels, the lower the rate: what edges look like is known already.

    Args:
        network: To be trained.
        config: Rates, layer decay and weight decay.

    Returns:
        Groups for an optimiser; "peak" is the highest learning rate of each.
    """
    head = {"params": list(network.head.parameters()), "weight_decay": 0.0}
    groups = [{**head, "peak": config.head_rate, "lr": config.head_rate}]
    for each in _stages(network.backbone, config):
        scale = each.pop("lr_scale", 1.0)
        groups.append({**each, "peak": config.backbone_rate * scale, "lr": 0.0})
    return groups


def _stages(module: nn.Module, config: FinetuneConfig) -> Iterable[dict[str, Any]]:
    if not hasattr(module, "group_matcher"):
        return [{"params": list(module.parameters()), "weight_decay": config.decay}]
    from timm.optim import param_groups_layer_decay

    found: list[dict[str, Any]] = param_groups_layer_decay(
        module, weight_decay=config.decay, layer_decay=config.layer_decay
    )
    return [{key: each[key] for key in ("params", "weight_decay", "lr_scale")} for each in found]
