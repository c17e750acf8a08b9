"""Sends a backbone in a message, so that other processes build it without a download."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ahsml_app.base.errors import ProcessesError
from ahsml_app.base.message import Message
from ahsml_app.base.types import AnyArray, FloatArray
from ahsml_app.core.backbones.backbone import Backbone
from ahsml_app.core.backbones.inference import Normalized, structured_images
from ahsml_app.core.backbones.inner_layers import add_inner_layers, network_of
from ahsml_app.core.backbones.registry import build, shrink
from ahsml_app.core.distributed.process_group import Arrays, Packet

_PREFIX = "backbone."
_PROBES = 2
_TOLERANCE = 1e-2
"""Largest relative difference of features. Rounding differs between machines, but by far less."""


def pack_backbone(backbone: Backbone) -> tuple[dict[str, Any], dict[str, AnyArray]]:
    """Returns the values and arrays of a message that `unpack_backbone` reads."""
    values = {
        name: getattr(backbone, name)
        for name in ("name", "identity", "dimension", "size", "mean", "std", "tuned", "inner")
    }
    state = network_of(backbone.module).state_dict()
    arrays = {_PREFIX + name: value.cpu().numpy() for name, value in state.items()}
    return {"backbone": values}, arrays | {"probes": _probe_features(backbone)}


def unpack_backbone(message: Packet) -> Backbone:
    """Builds the network that a message describes.

    Raises:
        ProcessesError: If it computes other features here than in the sending process.
    """
    values = dict(message.values["backbone"])
    module = shrink(build(values["name"], pretrained=False)).module
    weights = _backbone_arrays(message.arrays)
    module.load_state_dict({name: torch.from_numpy(np.array(w)) for name, w in weights.items()})
    module.eval().requires_grad_(False)
    if values["inner"]:
        module = add_inner_layers(module, torch.zeros(1, 3, values["size"], values["size"]))
    values |= {name: tuple(values[name]) for name in ("mean", "std")}
    backbone = Backbone(load=lambda: module, **values)
    wanted = message.arrays["probes"]
    if np.abs(_probe_features(backbone) - wanted).max() > _TOLERANCE * np.abs(wanted).max():
        raise ProcessesError(
            Message("The network {name} gives other features here.", name=backbone.name),
            hint="Install the same versions of this program, torch, torchvision and timm on all "
            "machines.",
        )
    return backbone


def _backbone_arrays(arrays: Arrays) -> Arrays:
    return {
        name.removeprefix(_PREFIX): value
        for name, value in arrays.items()
        if name.startswith(_PREFIX)
    }


@torch.no_grad()
def _probe_features(backbone: Backbone) -> FloatArray:
    """Returns the features of structured images."""
    images = torch.from_numpy(structured_images(backbone.size, _PROBES))
    features: FloatArray = Normalized(backbone).eval()(images).numpy()
    return features
