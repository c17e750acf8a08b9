"""Joins the last layer of a network with statistics of inner layers (ours).

The last layer tells the classes of the published training data apart. Texture, stain or print,
which tell the classes of many image folders apart, are weak there, but strong in inner layers that
the network computes anyway (benchmark).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

LENGTH = 10.0
"""Length of the last layer, which keeps its numbers in the middle of float16."""

INNER_LENGTH = 2.5
"""Length of each other part. Training scales every number by its deviation, but the embedding
compares vectors as they are: as long as the last layer, inner layers retrieve better where the
published training data were of another kind, and worse where they were of the same (benchmark)."""

VERSION = 1
"""Changes with the features that the same weights give."""

TAKEN = 3
"""Inner layers taken of a network whose best ones were not measured."""

Compute = Callable[[nn.Module, Tensor], tuple[Tensor, Sequence[Tensor]]]
"""Maps a network and (B, 3, S, S) images to (B, D) features and (B, C, H, W) inner layers."""

_UNFIT = (RuntimeError, AssertionError, ValueError, TypeError, AttributeError, NotImplementedError)
_MAP_AXES = 4  # images, channels, rows, columns
_TOKEN_AXES = 3  # images, tokens, channels
_LEAST_VARIANCE = 1e-12


class MultiLayerNetwork(nn.Module):
    """Maps images to the last layer, and to mean and deviation over the places of inner layers."""

    def __init__(self, network: nn.Module, compute: Compute) -> None:
        """Wraps a network; `compute` reads its layers."""
        super().__init__()
        self.network = network
        self._compute = compute

    def forward(self, images: Tensor) -> Tensor:
        """Maps (B, 3, S, S) images to (B, W) features, those of the last layer first.

        The others are, of each inner layer, the mean and the standard deviation of every channel
        over the places. Each part has a fixed length.
        """
        last, layers = self._compute(self.network, images)
        inner = [part for layer in layers for part in _statistics(layer)]
        parts = [LENGTH * nn.functional.normalize(last.float(), dim=1)]
        parts += [INNER_LENGTH * nn.functional.normalize(part, dim=1) for part in inner]
        return torch.cat(parts, dim=1)


def add_inner_layers(network: nn.Module, images: Tensor) -> nn.Module:
    """Returns a network whose features have statistics of inner layers too.

    Args:
        network: Maps images to (B, D) features; one of timm or torchvision.
        images: (B, 3, S, S) images to try it on.

    Returns:
        The `MultiLayerNetwork`, or the network itself if it does not show its inner layers.
    """
    with torch.inference_mode():
        last = network(images)
        for choose in (_timm_compute, _hooked_compute):
            try:
                compute = choose(network, images)
                if compute is None:
                    continue
                again, layers = compute(network, images)
            except _UNFIT:
                continue
            maps = all(layer.ndim == _MAP_AXES for layer in layers)
            if layers and maps and torch.allclose(last, again, rtol=1e-3, atol=1e-4):
                return MultiLayerNetwork(network, compute)
    return network


def network_of(module: nn.Module) -> nn.Module:
    """Returns the network of timm or torchvision inside a backbone's module."""
    return module.network if isinstance(module, MultiLayerNetwork) else module


def _statistics(layer: Tensor) -> tuple[Tensor, Tensor]:
    """Returns (B, C) mean and standard deviation over the places of (B, C, H, W)."""
    places = layer.float().flatten(2)
    mean = places.mean(2)
    variance = (places - mean[:, :, None]).square().mean(2)
    return mean, variance.clamp_min(_LEAST_VARIANCE).sqrt()


def _timm_compute(network: nn.Module, images: Tensor) -> Compute | None:
    """Chooses among the layers that a network of timm shows itself."""
    forward: Callable[..., Any] | None = getattr(network, "forward_intermediates", None)
    if forward is None:
        return None
    blocks = getattr(network, "blocks", None)
    if hasattr(network, "conv_head") and isinstance(blocks, nn.Sequential):
        # An EfficientNet or MobileNet: the two stages before the last (decision 29).
        own = {"indices": [len(blocks) - 2, len(blocks) - 1], "extra_blocks": True}
        return partial(_timm_layers, own)
    _, layers = forward(images)
    sizes = [layer.shape[-1] for layer in layers]
    return partial(_timm_layers, {"indices": _spread(sizes)})


def _timm_layers(
    options: dict[str, Any], network: nn.Module, images: Tensor
) -> tuple[Tensor, Sequence[Tensor]]:
    final, layers = network.forward_intermediates(images, **options)  # type: ignore[operator]
    return network.forward_head(final), layers  # type: ignore[operator]


def _spread(sizes: Sequence[int]) -> list[int]:
    """Chooses layers by the sides of their maps: late stages, or equally spaced blocks."""
    count = len(sizes)
    if len(set(sizes)) == 1:  # blocks of a transformer
        return sorted({(count * part) // (2 * TAKEN) - 1 for part in range(4, 2 * TAKEN + 1)})
    return list(range(max(0, count - TAKEN), count))


def _hooked_compute(network: nn.Module, images: Tensor) -> Compute | None:
    """Chooses among the stages of a network of torchvision, which are read by hooks."""
    names = _stage_names(network)
    _, layers = _hooked_layers(names, network, images)
    sizes = [layer.shape[-1] for layer in layers]
    if len(set(sizes)) == 1:
        taken = [names[index] for index in _spread(sizes)]
    else:  # the last layer of each size
        ends = [i for i, size in enumerate(sizes) if size not in sizes[i + 1 :]]
        taken = [names[index] for index in ends[-TAKEN:]]
    return partial(_hooked_layers, taken)


def _stage_names(network: nn.Module) -> list[str]:
    """Returns the names of the stages: children of `features` or the encoder, or `layerN`."""
    for container in ("features", "encoder.layers"):
        try:
            children = network.get_submodule(container).named_children()
        except AttributeError:
            continue
        return [f"{container}.{name}" for name, _ in children]
    return [name for name, _ in network.named_children() if name.startswith("layer")]


def _hooked_layers(
    names: Sequence[str], network: nn.Module, images: Tensor
) -> tuple[Tensor, Sequence[Tensor]]:
    outputs: list[Tensor] = []

    def keep(_module: nn.Module, _inputs: Any, output: Tensor) -> None:
        outputs.append(output)

    # Hooks for one call only: a copy of the module must not write into this list.
    handles = [network.get_submodule(name).register_forward_hook(keep) for name in names]
    try:
        last = network(images)
    finally:
        for handle in handles:
            handle.remove()
    return last, [_as_map(output) for output in outputs]


def _as_map(output: Tensor) -> Tensor:
    """Brings tokens (B, N, C) and maps with the channels last into the shape (B, C, H, W)."""
    if output.ndim == _TOKEN_AXES:
        return output[:, 1:].transpose(1, 2).unsqueeze(2)  # the first token is the class's
    if output.ndim == _MAP_AXES and output.shape[1] == output.shape[2] != output.shape[3]:
        return output.permute(0, 3, 1, 2)
    return output
