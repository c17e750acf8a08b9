"""Networks that put images and texts into one space: CLIP and its kin, by the extra `open_clip`.

That package holds the vocabulary of CLIP, so a text needs no network connection. Networks with a
vocabulary of their own, such as SigLIP, need a further package and file, and are not taken.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from torch import nn

from ahsml_app.base.errors import BackboneError
from ahsml_app.base.events import CancelToken
from ahsml_app.base.message import Message
from ahsml_app.base.options.recommended_backbones import TEXT_EXTRA, TEXT_NETWORK
from ahsml_app.base.types import FloatArray
from ahsml_app.core.backbones.backbone import Backbone, Notify, as_backbone, parse_spec
from ahsml_app.core.backbones.download import published_text_network
from ahsml_app.core.backbones.registry import Blank, State, Triple
from ahsml_app.core.backbones.weight_files import fitted, read_weights, short_list

LONGEST_TEXT = 10_000
"""Letters of a text that are looked at: many times what a network takes."""

_SHORTLIST = ("ViT-B-32", "ViT-B-16", "ViT-L-14", "RN50", "RN101", "ViT-B-32-256", "ViT-H-14")
_ENDS = 2  # tokens that mark beginning and end of a text
_HINT = Message(
    "Name the network that the file was made with: in a script as ViT-B-16=FILE, or call the file "
    "ViT-B-16.safetensors."
)


@dataclass(frozen=True, slots=True)
class TextNetwork:
    """A network with its text half.

    Attributes:
        backbone: Its image half, whose features are unit vectors.
        encode: Maps a text to its unit vector (D,), and tells whether its end was left out.
    """

    backbone: Backbone
    encode: Callable[[str], tuple[FloatArray, bool]]


def load_text_network(spec: str, notify: Notify, cancel: CancelToken | None = None) -> TextNetwork:
    """Loads a network; the last one stays loaded for the next text.

    Args:
        spec: A FILE of weights; NAME=FILE with a name of open_clip; or the name of
            `TEXT_NETWORK`, whose weights are downloaded once.
        notify: Receives messages about downloads.
        cancel: Stops a download.

    Raises:
        BackboneError: If the extra is not installed, the name is unknown, the file is unusable,
            or the weights cannot be downloaded.
        Cancelled: When asked to stop.
    """
    package = _package()
    name, file = parse_spec(spec)
    if file is None:
        if name != TEXT_NETWORK.name:
            raise BackboneError(
                Message("There are no weights of the text network {name!r}.", name=name),
                hint=Message(
                    "Give a file of weights, or {name} to have its weights downloaded.",
                    name=TEXT_NETWORK.name,
                ),
            )
        file = published_text_network(notify, cancel or CancelToken())
    if name and name not in package.list_models():
        raise BackboneError(
            Message("open_clip has no network called {name!r}.", name=name), hint=_HINT
        )
    if not file.is_file():
        raise BackboneError(
            Message("There is no file of weights at {path}.", path=file),
            hint="Choose another file of weights.",
        )
    status = file.stat()
    return _load(name, file, (status.st_size, status.st_mtime_ns))


def _package() -> ModuleType:
    try:
        return importlib.import_module("open_clip")
    except ImportError as error:
        raise BackboneError(
            Message("Finding images by a text needs a package."),
            hint=Message(
                'Install it: pip install "ahsml-app[{extra}]"',
                extra=TEXT_EXTRA,
            ),
            details=str(error),
        ) from error


@functools.lru_cache(maxsize=1)
def _load(name: str, file: Path, _: tuple[int, int]) -> TextNetwork:
    state = read_weights(file)
    name = name or (file.stem if file.stem in _package().list_models() else _guess(file, state))
    module = _build(name)
    weights, problems = fitted(state, module)
    if problems:
        raise BackboneError(
            Message(
                "{path} does not hold the weights of {name}: {problems}.",
                path=file,
                name=name,
                problems=short_list(problems),
            ),
            hint=_HINT,
            details="\n".join(problems),
        )
    module.load_state_dict(weights)
    module.eval().requires_grad_(False)
    mean, std = _scales(name)
    size = int(module.visual.image_size[0])
    blank = Blank(f"open_clip:{name}", _ImageHalf(module.visual), (), size, mean, std)
    return TextNetwork(as_backbone(blank, size, inner_layers=False), _encoder(name, module))


class _ImageHalf(nn.Module):
    def __init__(self, visual: nn.Module) -> None:
        super().__init__()
        self.visual = visual

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        """Maps images (B, 3, S, S) to unit vectors (B, D)."""
        return nn.functional.normalize(self.visual(pixels), dim=-1)


def _guess(file: Path, state: State) -> str:
    for name in _SHORTLIST:
        with torch.device("meta"):
            module = _build(name)
        if not fitted(state, module)[1]:
            return name
    raise BackboneError(
        Message("{path} fits none of the common networks for images and texts.", path=file),
        hint=_HINT,
    )


def _build(name: str) -> Any:
    """Builds a network with random weights; `open_clip.create_model` would warn of these."""
    package = _package()
    settings = package.get_model_config(name)
    text = settings["text_cfg"]
    if text.get("hf_tokenizer_name") or text.get("hf_model_name") or "multimodal_cfg" in settings:
        raise BackboneError(
            Message("{name} reads texts with a vocabulary that does not come with it.", name=name),
            hint="Choose a network with the vocabulary of CLIP; SigLIP is not taken.",
        )
    settings["vision_cfg"]["timm_model_pretrained"] = False
    is_custom = settings.pop("custom_text", False)
    return (package.CustomTextCLIP if is_custom else package.CLIP)(**settings)


def _scales(name: str) -> tuple[Triple, Triple]:
    """Mean and standard deviation of each channel that the network was trained with."""
    package = _package()
    tags = package.list_pretrained_tags_by_model(name)
    known: dict[str, Any] = package.get_pretrained_cfg(name, tags[-1]) if tags else {}
    mean = known.get("mean") or package.OPENAI_DATASET_MEAN
    std = known.get("std") or package.OPENAI_DATASET_STD
    return _of_bytes(mean), _of_bytes(std)


def _of_bytes(values: Any) -> Triple:
    red, green, blue = (255.0 * float(value) for value in values)
    return red, green, blue


def _encoder(name: str, module: Any) -> Callable[[str], tuple[FloatArray, bool]]:
    package = _package()
    text = package.get_model_config(name)["text_cfg"]
    options = text.get("tokenizer_kwargs", {})
    tokenizer = package.SimpleTokenizer(context_length=text["context_length"], **options)

    @torch.inference_mode()
    def encode(text: str) -> tuple[FloatArray, bool]:
        shown = text[:LONGEST_TEXT]
        room = tokenizer.context_length - _ENDS
        is_cut = len(shown) < len(text) or len(tokenizer.encode(shown)) > room
        vector: FloatArray = module.encode_text(tokenizer([shown]), normalize=True)[0].numpy()
        return vector, is_cut

    return encode
