"""Backbones: the networks that turn a picture into features. One is embedded, others by name."""

from __future__ import annotations

import copy
import hashlib
import re
from collections.abc import Callable, Mapping
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
from ahsml_app.core.backbones.metadata_cache import BackboneFacts, FactsFile
from ahsml_app.core.backbones.registry import (
    EMBEDDED,
    Blank,
    Triple,
    build,
    embedded_weights,
    resolve,
    shrink,
)

DEFAULT_SIZE = 192

_UNFIT = (RuntimeError, AssertionError, ValueError)
"""What a module may raise about a picture of a size that it does not take."""

Notify = Callable[[Message], None]


@dataclass(frozen=True, slots=True)
class Backbone:
    """A network without its classification head.

    Attributes:
        name: Source and name, as a person can pass it again.
        identity: Changes whenever features would: name, hash of the weights, input size.
        load: Gives the module, which may be loaded only then.
        dimension: Length of a feature vector.
        size: Side of the square input in pixels.
        mean: Per channel; `(pixel - mean) / std` normalises pixels of 0 to 255.
        std: Per channel.
        tuned: Whether it was trained here, so that its name alone does not bring it back.
    """

    name: str
    identity: str
    load: Callable[[], nn.Module]
    dimension: int
    size: int
    mean: Triple
    std: Triple
    tuned: bool = False

    @property
    def module(self) -> nn.Module:
        """Maps normalised pictures (B, 3, size, size) float32 to features (B, dimension)."""
        return self.load()


def load_backbone(
    spec: str | None = None, *, size: int | None = None, notify: Notify | None = None
) -> Backbone:
    """Load a backbone; one that was loaded before from the same file waits until it is needed.

    Args:
        spec: None for the embedded one; a NAME of timm or torchvision ("timm:NAME" and
            "torchvision:NAME" say which); a FILE of weights; or NAME=FILE.
        size: Side of the input in pixels; None for the default, or for the only one it takes.
        notify: Is told of downloads and of guesses.

    Raises:
        BackboneError: Unknown name, unusable file, or weights that cannot be downloaded.
    """
    notify = notify or (lambda _: None)
    name, file = _parse(spec or EMBEDDED)
    weights = embedded_weights() if name == EMBEDDED and not file else file
    kept = FactsFile(weights, name, size)
    facts = kept.read()
    if facts:
        for message in facts.told:
            notify(message)
        return _waiting(facts, name, file)
    messages: list[Message] = []

    def forward(message: Message) -> None:
        messages.append(message)
        notify(message)

    backbone = _loaded(name, file, size, forward)
    kept.write(_facts(backbone, messages))
    return backbone


def takes(backbone: Backbone, size: int) -> bool:
    """Whether a network also gives its features of pictures of another side, in pixels.

    Tried out: what networks say of themselves does not cover all that they refuse.
    """
    try:
        with torch.inference_mode():
            features: torch.Tensor = backbone.module(torch.zeros(1, 3, size, size))
    except _UNFIT:
        return False
    return features.shape == (1, backbone.dimension)


def with_weights(backbone: Backbone, weights: Mapping[str, AnyArray]) -> Backbone:
    """The same network with other weights, such as a training has left.

    Args:
        backbone: Where the training started; left as it is.
        weights: Every entry of the module's state dict by name.
    """
    module = copy.deepcopy(backbone.module)
    module.load_state_dict({name: torch.from_numpy(np.array(w)) for name, w in weights.items()})
    module.eval().requires_grad_(False)
    facts = (backbone.name, backbone.mean, backbone.std)
    return replace(
        backbone,
        identity=_identity(*facts, module, backbone.size),
        load=lambda: module,
        tuned=True,
    )


def pack_weights(backbone: Backbone) -> ByteArray:
    """The weights as the content of a safetensors file, for `unpack_weights` or to be written."""
    from safetensors.numpy import save

    state = backbone.module.state_dict()
    arrays = {name: np.asarray(tensor.cpu().numpy(), order="C") for name, tensor in state.items()}
    return np.frombuffer(save(arrays), dtype=np.uint8)


def unpack_weights(backbone: Backbone, packed: ByteArray) -> Backbone:
    """The network with weights of `pack_weights`."""
    from safetensors.numpy import load

    return with_weights(backbone, load(packed.tobytes()))


def _loaded(name: str, file: Path | None, size: int | None, notify: Notify) -> Backbone:
    complete = resolve(name) if name else None
    if file:
        blank = backbone_files.load(file, complete, notify)
    elif complete is None or complete == EMBEDDED:
        blank = build(EMBEDDED, pretrained=True)
    else:
        blank = build_published(complete, notify)
    return _finish(shrink(blank), size)


def _waiting(facts: BackboneFacts, name: str, file: Path | None) -> Backbone:
    """A backbone whose module is loaded when somebody asks for it."""

    @cache
    def load() -> nn.Module:
        backbone = _loaded(name, file, facts.size, lambda _: None)
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
        facts.name, facts.identity, load, facts.dimension, facts.size, facts.mean, facts.std
    )


def _facts(backbone: Backbone, messages: list[Message]) -> BackboneFacts:
    return BackboneFacts(
        name=backbone.name,
        identity=backbone.identity,
        dimension=backbone.dimension,
        size=backbone.size,
        mean=backbone.mean,
        std=backbone.std,
        told=tuple(messages),
    )


def _parse(spec: str) -> tuple[str, Path | None]:
    """Split a spec into a name and a file; either may be missing."""
    if _is_file(spec):
        return "", Path(spec)
    name, equals, file = spec.partition("=")
    return (name, Path(file)) if equals else (spec, None)


def _is_file(spec: str) -> bool:
    path = Path(spec)
    has_suffix = path.suffix.lower() in backbone_files.SUFFIXES and "=" not in spec
    return has_suffix or path.is_file()


def _finish(blank: Blank, size: int | None) -> Backbone:
    size = size or blank.fixed_size or DEFAULT_SIZE
    module = blank.module.eval().requires_grad_(False)
    try:
        with torch.inference_mode():
            features = module(torch.zeros(1, 3, size, size))
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
    return Backbone(
        name=blank.name,
        identity=_identity(blank.name, blank.mean, blank.std, module, size),
        load=lambda: module,
        dimension=features.shape[1],
        size=size,
        mean=blank.mean,
        std=blank.std,
    )


def _identity(name: str, mean: Triple, std: Triple, module: nn.Module, size: int) -> str:
    digest = hashlib.blake2b(repr((mean, std)).encode(), digest_size=8)
    for key, tensor in module.state_dict().items():
        digest.update(key.encode())
        digest.update(tensor.contiguous().reshape(-1).view(torch.uint8).numpy())
    safe = re.sub(r"[^A-Za-z0-9.-]", "_", name)  # as the name of a file
    return f"{safe}-{digest.hexdigest()}-{size}"
