"""Backbones: networks that turn images into features. One is bundled, others are loaded by name."""

from __future__ import annotations

import copy
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
import torch
from torch import nn

from ahsml_app.base.errors import BackboneError
from ahsml_app.base.message import Message
from ahsml_app.base.types import AnyArray, ByteArray
from ahsml_app.core.backbones import weight_files as backbone_files
from ahsml_app.core.backbones.download import build_published
from ahsml_app.core.backbones.inner_layers import VERSION as INNER_VERSION
from ahsml_app.core.backbones.inner_layers import add_inner_layers, network_of
from ahsml_app.core.backbones.metadata_cache import BackboneFacts, FactsFile
from ahsml_app.core.backbones.registry import (
    BUNDLED,
    PLUGIN,
    Blank,
    Triple,
    build,
    bundled_weights,
    resolve,
    shrink,
)
from ahsml_app.core.own_files.own_features import Standard

DEFAULT_SIZE = 192

_UNFIT = (RuntimeError, AssertionError, ValueError)
"""Exceptions that a module may raise for an input size that it does not accept."""

Notify = Callable[[Message], None]


@dataclass(frozen=True, slots=True)
class Backbone:
    """A network without its classification head.

    Attributes:
        name: Source and name, as accepted by `load_backbone`.
        identity: Changes whenever features would: name, hash of the weights, input size.
        load: Returns the module, and may load it only then.
        dimension: Length of a feature vector.
        size: Side of the square input in pixels.
        mean: Mean per channel; `(pixel - mean) / std` normalises pixels of 0 to 255.
        std: Standard deviation per channel.
        tuned: Whether it was trained here, so that its name alone cannot restore it.
        inner: How many of the numbers, the last ones, are statistics of inner layers.
        standard: How features from a file are standardised; None for a network.
    """

    name: str
    identity: str
    load: Callable[[], nn.Module]
    dimension: int
    size: int
    mean: Triple
    std: Triple
    tuned: bool = False
    inner: int = 0
    standard: Standard | None = None

    @property
    def is_here(self) -> bool:
        """Whether there is a network; features may also come from a file."""
        return self.standard is None

    @property
    def module(self) -> nn.Module:
        """Maps normalised images (B, 3, size, size) float32 to features (B, dimension)."""
        return self.load()


def load_backbone(
    spec: str | None = None,
    *,
    size: int | None = None,
    notify: Notify | None = None,
    inner_layers: bool = True,
) -> Backbone:
    """Loads a backbone; if its metadata is cached, the module is only loaded on first use.

    Args:
        spec: None for the bundled one; a NAME of a plug-in, timm or torchvision, which
            "plugin:NAME", "timm:NAME" and "torchvision:NAME" make unambiguous; a FILE of weights;
            or NAME=FILE.
        size: Side of the input in pixels; None for the default, or for the only one accepted.
        notify: Receives messages about downloads and guesses.
        inner_layers: Whether the features have statistics of inner layers beside the last layer.

    Raises:
        BackboneError: If the name is unknown, the file is unusable, or the weights cannot be
            downloaded.
    """
    notify = notify or (lambda _: None)
    name, file = parse_spec(spec or BUNDLED)
    weights = bundled_weights() if name == BUNDLED and not file else file
    cache_file = FactsFile(weights, name, size, inner_layers)
    facts = cache_file.read()
    if facts:
        for message in facts.told:
            notify(message)
        return _lazy_backbone(facts, name, file, inner_layers)
    messages: list[Message] = []

    def forward(message: Message) -> None:
        messages.append(message)
        notify(message)

    backbone = _load(name, file, size, forward, inner_layers)
    cache_file.write(_facts(backbone, messages))
    return backbone


def load_backbone_of_run(spec: str | None, dimension: int, notify: Notify) -> Backbone:
    """Loads the backbone that a run was trained with: early runs have no inner layers.

    Args:
        spec: As for `load_backbone`.
        dimension: Length of the run's feature vectors.
        notify: Receives messages about downloads and guesses.
    """
    backbone = load_backbone(spec, notify=notify)
    if backbone.dimension == dimension:
        return backbone
    return load_backbone(spec, notify=notify, inner_layers=False)


def no_network(name: str, standard: Standard) -> Backbone:
    """Returns what stands for a network that is not here, because its features come from a file.

    Args:
        name: Name of the file.
        standard: How the features are standardised.
    """

    def load() -> nn.Module:
        raise BackboneError(
            Message("The features came from {name}, so there is no network.", name=name),
            hint="Leave out --features, or what needs a network.",
        )

    nothing: Triple = (0.0, 0.0, 0.0)
    return Backbone(
        name=name,
        identity=f"own-features-{DEFAULT_SIZE}",
        load=load,
        dimension=len(standard.centre),
        size=DEFAULT_SIZE,
        mean=nothing,
        std=nothing,
        standard=standard,
    )


def accepts_size(backbone: Backbone, size: int) -> bool:
    """Whether a network also computes its features for square images of another side in pixels.

    It runs the network, because what networks declare does not cover everything they reject.
    """
    try:
        with torch.inference_mode():
            features: torch.Tensor = backbone.module(torch.zeros(1, 3, size, size))
    except _UNFIT:
        return False
    return features.shape == (1, backbone.dimension)


def with_weights(backbone: Backbone, weights: Mapping[str, AnyArray]) -> Backbone:
    """Returns the same network with other weights, such as those of a finished training.

    Args:
        backbone: The backbone that the training started from; it is not changed.
        weights: Every entry of the network's state dict by name.
    """
    module = copy.deepcopy(backbone.module)
    state = {name: torch.from_numpy(np.array(array)) for name, array in weights.items()}
    network_of(module).load_state_dict(state)
    module.eval().requires_grad_(False)
    blank = Blank(backbone.name, module, (), None, backbone.mean, backbone.std)
    return replace(
        backbone,
        identity=_identity(blank, backbone.size, backbone.inner),
        load=lambda: module,
        tuned=True,
    )


def mean_backbone(backbones: Sequence[Backbone]) -> Backbone:
    """Returns the network whose weights are the mean of those of networks tuned from one start.

    Such networks lie in one basin of the loss, and their mean is about as good as one network that
    was trained on the data of all (Wortsman et al. 2022, "Model soups", sections 2 and 3).

    Args:
        backbones: At least one; none is changed. Whole numbers, such as counters, are the first's.
    """
    states = [network_of(each.module).state_dict() for each in backbones]
    mean = {
        name: torch.stack([state[name] for state in states]).mean(0)
        if tensor.is_floating_point()
        else tensor
        for name, tensor in states[0].items()
    }
    return with_weights(backbones[0], {name: v.cpu().numpy() for name, v in mean.items()})


def pack_weights(backbone: Backbone) -> ByteArray:
    """Returns the weights as the bytes of a safetensors file, which `unpack_weights` reads."""
    from safetensors.numpy import save

    state = network_of(backbone.module).state_dict()
    arrays = {name: np.asarray(tensor.cpu().numpy(), order="C") for name, tensor in state.items()}
    return np.frombuffer(save(arrays), dtype=np.uint8)


def unpack_weights(backbone: Backbone, packed: ByteArray) -> Backbone:
    """Returns the network with the weights that `pack_weights` returned."""
    from safetensors.numpy import load

    return with_weights(backbone, load(packed.tobytes()))


def _load(
    name: str, file: Path | None, size: int | None, notify: Notify, inner_layers: bool
) -> Backbone:
    complete = resolve(name) if name else None
    if file:
        blank = backbone_files.load(file, complete, notify)
    elif complete is None or complete == BUNDLED:
        blank = build(BUNDLED, pretrained=True)
    elif complete.startswith(f"{PLUGIN}:"):
        blank = build(complete, pretrained=True)
    else:
        blank = build_published(complete, notify)
    return as_backbone(shrink(blank), size, inner_layers)


def _lazy_backbone(
    facts: BackboneFacts, name: str, file: Path | None, inner_layers: bool
) -> Backbone:
    """Returns a backbone whose module is loaded on first use."""

    @cache
    def load() -> nn.Module:
        backbone = _load(name, file, facts.size, lambda _: None, inner_layers)
        if backbone.identity != facts.identity:
            raise BackboneError(
                Message(
                    "The weights of {name} changed while they were in use: {file}.",
                    name=facts.name,
                    file=file or facts.name,
                ),
                hint="Start again: the new weights will be taken.",
            )
        return backbone.module

    return Backbone(
        facts.name,
        facts.identity,
        load,
        facts.dimension,
        facts.size,
        facts.mean,
        facts.std,
        inner=facts.inner,
    )


def _facts(backbone: Backbone, messages: list[Message]) -> BackboneFacts:
    return BackboneFacts(
        name=backbone.name,
        identity=backbone.identity,
        dimension=backbone.dimension,
        size=backbone.size,
        mean=backbone.mean,
        std=backbone.std,
        inner=backbone.inner,
        told=tuple(messages),
    )


def parse_spec(spec: str) -> tuple[str, Path | None]:
    """Splits a spec into a name and a file; either may be missing."""
    if _is_file(spec):
        return "", Path(spec)
    name, equals, file = spec.partition("=")
    return (name, Path(file)) if equals else (spec, None)


def _is_file(spec: str) -> bool:
    path = Path(spec)
    has_suffix = path.suffix.lower() in backbone_files.SUFFIXES and "=" not in spec
    return has_suffix or path.is_file()


def as_backbone(blank: Blank, size: int | None, inner_layers: bool) -> Backbone:
    """Returns the backbone of a network, which it runs once to see what it computes.

    Args:
        blank: The network.
        size: Side of its input in pixels; None for the default, or for the only one accepted.
        inner_layers: Whether the features have statistics of inner layers beside the last layer.

    Raises:
        BackboneError: If it does not take such images, or gives no vector for each.
    """
    size = size or blank.fixed_size or DEFAULT_SIZE
    module = blank.module.eval().requires_grad_(False)
    images = torch.zeros(1, 3, size, size)
    try:
        with torch.inference_mode():
            features = module(images)
    except _UNFIT as error:
        raise BackboneError(
            Message(
                "{name} does not take images of {size} x {size} pixels.",
                name=blank.name,
                size=size,
            ),
            hint=Message("It needs {fixed_size} pixels.", fixed_size=blank.fixed_size)
            if blank.fixed_size
            else "",
            details=str(error),
        ) from error
    if not isinstance(features, torch.Tensor) or features.ndim != 2:
        raise BackboneError(
            Message("{name} does not give one feature vector per image.", name=blank.name),
            hint="Choose a network for image classification.",
        )
    inner = 0
    if inner_layers:
        module = add_inner_layers(module, images)
        with torch.inference_mode():
            inner = module(images).shape[1] - features.shape[1]
    return Backbone(
        name=blank.name,
        identity=_identity(replace(blank, module=module), size, inner),
        load=lambda: module,
        dimension=features.shape[1] + inner,
        size=size,
        mean=blank.mean,
        std=blank.std,
        inner=inner,
    )


def _identity(blank: Blank, size: int, inner: int) -> str:
    # Another version of the inner layers gives other features from the same weights.
    layers = f"inner {INNER_VERSION} {inner}" if inner else ""
    facts = repr((blank.mean, blank.std)) + layers
    digest = hashlib.blake2b(facts.encode(), digest_size=8)
    for key, tensor in network_of(blank.module).state_dict().items():
        digest.update(key.encode())
        digest.update(tensor.contiguous().reshape(-1).view(torch.uint8).numpy())
    safe = re.sub(r"[^A-Za-z0-9.-]", "_", blank.name)  # as the name of a file
    return f"{safe}-{digest.hexdigest()}-{size}"
