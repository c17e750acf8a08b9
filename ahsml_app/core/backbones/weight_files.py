"""Reads weights from a local file and finds the architecture that they fit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import nn

from ahsml_app.base.errors import BackboneError
from ahsml_app.base.message import Message
from ahsml_app.core.backbones.registry import BUNDLED, Blank, State, build, bundled_state

SUFFIXES = (".pth", ".pt", ".bin", ".safetensors")
_SHORTLIST = (
    BUNDLED,
    "timm:resnet18",
    "timm:resnet34",
    "timm:resnet50",
    "timm:mobilenetv3_large_100",
    "timm:mobilenetv3_small_100",
    "timm:vit_small_patch16_224",
    "timm:vit_base_patch16_224",
    "timm:vit_small_patch14_dinov2",
    "timm:convnext_tiny",
    "torchvision:resnet18",
    "torchvision:resnet34",
    "torchvision:resnet50",
    "torchvision:mobilenet_v3_large",
    "torchvision:mobilenet_v3_small",
    "torchvision:vit_b_16",
    "torchvision:convnext_tiny",
)
_WRAPPERS = ("state_dict", "model_state_dict", "model", "teacher", "student", "weights")
_PREFIXES = ("module.", "model.", "backbone.", "encoder.", "_orig_mod.")
_NEVER_NEEDED = ("mask_token",)  # DINOv2 uses it only in training


def load(path: Path, name: str | None, notify: Callable[[Message], None]) -> Blank:
    """Loads weights from a file into their architecture.

    Args:
        path: A state dict in a .pth, .pt, .bin or .safetensors file.
        name: Complete name of the architecture; None to find it among common ones.
        notify: Receives a message that names the architecture found.

    Raises:
        BackboneError: If the file cannot be read or fits no architecture.
    """
    state = read_weights(path)
    if name is None:
        name = _guess(path, state)
        notify(
            Message("{name} holds weights of {architecture}.", name=path.name, architecture=name)
        )
    blank = build(name, pretrained=False)
    weights, problems = _fit(state, blank)
    if problems:
        raise BackboneError(
            Message(
                "{path} does not hold the weights of {name}: {problems}.",
                path=path,
                name=name,
                problems=short_list(problems),
            ),
            hint="Name the architecture that the file was made with: --backbone NAME=FILE.",
            details="\n".join(problems),
        )
    blank.module.load_state_dict(weights)
    return blank


def read_weights(path: Path) -> State:
    """Reads the weights in a file by their names; code inside the file is never run.

    Raises:
        BackboneError: If there is no such file, or it holds no state dict.
    """
    return _unwrap(read_state(path))


def read_state(path: Path) -> dict[Any, Any]:
    """Reads the state dict in a file; code inside the file is never run.

    Raises:
        BackboneError: If there is no such file, or it holds no state dict.
    """
    if not path.is_file():
        raise BackboneError(
            Message("There is no file of weights at {path}.", path=path),
            hint="Check the path after --backbone.",
        )
    try:
        content = _read(path)
    except Exception as error:  # the errors of a foreign file have no common base class
        raise BackboneError(
            Message("{path} cannot be read as weights.", path=path),
            hint="Save the state dict of the network with torch.save or as safetensors, and "
            "pass that file. TorchScript, ONNX and whole pickled modules are not taken.",
            details=str(error),
        ) from error
    if not isinstance(content, dict):
        raise BackboneError(
            Message(
                "{path} holds no state dict but a {kind}.",
                path=path,
                kind=type(content).__name__,
            ),
            hint="Save `module.state_dict()` instead.",
        )
    return content


def _read(path: Path) -> Any:
    if path.suffix.lower() == ".safetensors":
        from safetensors import SafetensorError
        from safetensors.torch import load_file

        try:
            return load_file(path)
        except SafetensorError as error:
            raise ValueError(str(error)) from error
    return torch.load(path, map_location="cpu", weights_only=True)


def _unwrap(content: dict[Any, Any]) -> State:
    """Extracts the weights from a training checkpoint and removes prefixes that all names share."""
    for wrapper in _WRAPPERS:
        if isinstance(content.get(wrapper), dict):
            return _unwrap(content[wrapper])
    state = {str(key): value for key, value in content.items() if isinstance(value, torch.Tensor)}
    for prefix in _PREFIXES:
        if state and all(key.startswith(prefix) for key in state):
            return _unwrap({key.removeprefix(prefix): value for key, value in state.items()})
    return state


def _guess(path: Path, state: State) -> str:
    closest, fewest = BUNDLED, None
    for name in _SHORTLIST:
        with torch.device("meta"):
            blank = build(name, pretrained=False)
        _, problems = _fit(state, blank)
        if not problems:
            return name
        if fewest is None or len(problems) < len(fewest):
            closest, fewest = name, problems
    raise BackboneError(
        Message(
            "{path} fits none of the common architectures. The nearest is {closest}: {problems}.",
            path=path,
            closest=closest,
            problems=short_list(fewest or []),
        ),
        hint="Name the architecture that the file was made with: --backbone NAME=FILE.",
        details="\n".join(fewest or []),
    )


def _fit(state: State, blank: Blank) -> tuple[State, list[str]]:
    """Matches weights to a module by name and shape; returns them with a list of problems."""
    if blank.name == BUNDLED:
        try:
            return bundled_state(state, blank.module), []
        except ValueError:
            pass  # perhaps it has timm's names or is incomplete: checked below
    return fitted(state, blank.module, blank.heads)


def fitted(state: State, module: nn.Module, heads: tuple[str, ...] = ()) -> tuple[State, list[str]]:
    """Matches weights to a module by name and shape; returns them with a list of problems.

    Args:
        state: The weights of a file.
        module: The module.
        heads: Names of its parts that are removed.
    """
    own = module.state_dict()
    optional = {key for key in own if key.endswith("num_batches_tracked")}
    dropped = tuple(f"{head}." for head in heads)
    given = {
        key: value
        for key, value in state.items()
        if key in own or not (key.startswith(dropped) or key in _NEVER_NEEDED)
    }
    problems = [f"missing {key}" for key in own if key not in given and key not in optional]
    problems += [f"unexpected {key}" for key in given if key not in own]
    problems += [
        f"{key} is {tuple(value.shape)} instead of {tuple(own[key].shape)}"
        for key, value in given.items()
        if key in own and value.shape != own[key].shape
    ]
    return {key: given.get(key, own[key]) for key in own}, problems


def short_list(problems: list[str]) -> str:
    """The first of some problems, and how many more there are."""
    rest = len(problems) - 4
    return ", ".join(problems[:4]) + (f" and {rest} more" if rest > 0 else "")
