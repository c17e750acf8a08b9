"""The border between the frozen and the trained stages of a network (ours).

What the frozen stages make of a picture never changes while a network is tuned, so it can be
computed once. The trained stages then start from these activations. Networks are run by their own
code: the frozen modules are replaced by nothing, and whether the rest then computes the same
features is tried out.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from ahsml_app.core.backbones.backbone import Backbone
from ahsml_app.core.backbones.inner_layers import network_of

_PROBES = 2
_MAP_AXES = 4
_UNFIT = (RuntimeError, AssertionError, ValueError, TypeError, AttributeError, IndexError)


@dataclass(frozen=True, slots=True)
class Border:
    """Where a network is divided.

    Attributes:
        stage: Number of frozen stages, counted from the pixels.
        modules: Names of the frozen modules, in the order in which they are run.
        shape: Shape (C, H, W) of the activations of an image.
    """

    stage: int
    modules: tuple[str, ...]
    shape: tuple[int, int, int]


class FrozenStages(nn.Module):
    """The part of a network before the border, as a network of its own."""

    def __init__(self, module: nn.Module, last: str) -> None:
        """Takes the part of a network up to the module named `last`."""
        super().__init__()
        self.module = module
        self._last = last

    def forward(self, images: Tensor) -> Tensor:
        """Maps (B, 3, S, S) normalised images to (B, C * H * W) activations."""
        return self.activations(images).flatten(1)

    def activations(self, images: Tensor) -> Tensor:
        """Maps (B, 3, S, S) normalised images to (B, C, H, W) activations."""

        def stop(_module: nn.Module, _inputs: Any, output: Tensor) -> None:
            raise _BorderReached(output)

        handle = network_of(self.module).get_submodule(self._last).register_forward_hook(stop)
        try:
            self.module(images)
        except _BorderReached as reached:
            return reached.activations
        finally:
            handle.remove()
        raise ValueError("the network does not run the last of its frozen stages")


class _BorderReached(Exception):  # noqa: N818 - it ends a forward pass and is no error
    def __init__(self, activations: Tensor) -> None:
        super().__init__()
        self.activations = activations


def find_border(backbone: Backbone, share: float, size: int) -> Border | None:
    """Finds the deepest border up to which a network can be replaced by its activations.

    A border behind an inner layer that the features show would lose that layer, and in some
    networks more than the activations passes the border. There, fewer stages are frozen.

    Args:
        backbone: The network.
        share: Largest share of the stages, counted from the pixels, before the border.
        size: Side of the images in pixels.

    Returns:
        The border, or None if the network has none.
    """
    depths = stage_depths(network_of(backbone.module))
    last = max(depths.values(), default=0)
    images = torch.randn(_PROBES, 3, size, size, generator=torch.Generator().manual_seed(0))
    for stage in range(int(share * (last + 1)), 0, -1):
        try:
            border = _border_at(backbone.module, stage, depths, images)
        except _UNFIT:
            continue
        if border is not None:
            return border
    return None


def skip_frozen(module: nn.Module, border: Border) -> None:
    """Lets a network start at the border: it takes activations instead of images.

    The frozen modules keep their parameters, so that the weights have the same names as before.
    """
    network = network_of(module)
    for name in border.modules:
        network.get_submodule(name).forward = _unchanged


def stage_depths(network: nn.Module) -> dict[str, int]:
    """Returns the stage of each parameter, 0 at the pixels; empty for torchvision's networks."""
    matcher: Callable[..., Any] | None = getattr(network, "group_matcher", None)
    if matcher is None:
        return {}
    from timm.models import group_parameters

    depths: dict[str, int] = group_parameters(network, matcher(coarse=True), reverse=True)
    return depths


def _unchanged(values: Tensor) -> Tensor:
    return values


@torch.no_grad()
def _border_at(
    module: nn.Module, stage: int, depths: dict[str, int], images: Tensor
) -> Border | None:
    modules = _frozen_modules(module, images, {n for n, d in depths.items() if d < stage})
    if not modules:
        return None
    activations = FrozenStages(module, modules[-1]).activations(images)
    if activations.ndim != _MAP_AXES:
        return None
    _, channels, rows, columns = activations.shape
    border = Border(stage, tuple(modules), (channels, rows, columns))
    rest = copy.deepcopy(module)
    skip_frozen(rest, border)
    same = torch.allclose(rest(activations), module(images), rtol=1e-3, atol=1e-4)
    return border if same else None


def _frozen_modules(module: nn.Module, images: Tensor, frozen: set[str]) -> list[str]:
    """Returns the largest modules that run before any trained one, in the order they are run."""
    network = network_of(module)
    modules: list[str] = []
    waiting: list[str] = []  # without parameters: frozen if a frozen module follows
    for name in _names_of_calls(network, module, images):
        inside = any(name.startswith(f"{outer}.") for outer in (*modules, *waiting))
        if not name or inside:
            continue
        names = [n for n, _ in network.get_submodule(name).named_parameters(prefix=name)]
        if not names:
            waiting.append(name)
        elif frozen.issuperset(names):
            modules += [*waiting, name]
            waiting.clear()
        elif frozen.isdisjoint(names):
            break
    return modules


def _names_of_calls(network: nn.Module, module: nn.Module, images: Tensor) -> list[str]:
    names = {inner: name for name, inner in network.named_modules()}
    calls: list[str] = []

    def note(inner: nn.Module, _inputs: Any) -> None:
        calls.append(names[inner])

    handles = [inner.register_forward_pre_hook(note) for inner in names]
    try:
        module(images)
    finally:
        for handle in handles:
            handle.remove()
    return calls
