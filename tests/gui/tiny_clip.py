"""A network for images and texts with random weights, small enough to be built in a test."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

NAME = "tiny-clip"
SIZE = 32
_SETTINGS = {
    "embed_dim": 32,
    "vision_cfg": {"image_size": SIZE, "layers": 1, "width": 32, "patch_size": 8, "head_width": 16},
    "text_cfg": {
        "context_length": 77,
        "vocab_size": 49408,
        "width": 16,
        "heads": 2,
        "layers": 1,
    },
}


def tiny_clip(folder: Path) -> str:
    """Writes the weights into a folder; returns NAME=FILE. Skips the test without open_clip."""
    open_clip = pytest.importorskip("open_clip")
    import torch
    from safetensors.torch import save_file

    settings = folder / f"{NAME}.json"
    settings.write_text(json.dumps(_SETTINGS))
    open_clip.add_model_config(settings)
    torch.manual_seed(0)
    network = open_clip.CLIP(**_SETTINGS)
    file = folder / "tiny.safetensors"
    save_file(network.state_dict(), file)
    return f"{NAME}={file}"
