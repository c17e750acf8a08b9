"""Checkpoints of a training run: named arrays, written atomically."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from ahsml_app.base.paths import atomic_write
from ahsml_app.base.types import AnyArray

Arrays = Mapping[str, AnyArray]


class CheckpointFolder:
    """A folder of checkpoints, each a set of named arrays; without a folder, nothing is saved.

    Checkpoints of another run (another digest) are deleted first.
    """

    def __init__(self, folder: Path | None, digest: str) -> None:
        self._folder = folder
        if folder is None:
            return
        folder.mkdir(parents=True, exist_ok=True)
        marker = folder / "training.json"
        if not marker.is_file() or json.loads(marker.read_text("utf-8"))["digest"] != digest:
            for stale in folder.glob("*.safetensors"):
                stale.unlink()
            with atomic_write(marker, "w", encoding="utf-8") as stream:
                json.dump({"digest": digest}, stream)

    def save(self, name: str, arrays: Arrays) -> None:
        """Saves the arrays under this name and replaces an earlier checkpoint of it."""
        if self._folder is None:
            return
        from safetensors.numpy import save

        content = save({key: np.asarray(value, order="C") for key, value in arrays.items()})
        with atomic_write(self._folder / f"{name}.safetensors") as stream:
            stream.write(content)

    def load(self, name: str) -> dict[str, AnyArray] | None:
        """Returns the arrays saved under this name, or None."""
        if self._folder is None:
            return None
        path = self._folder / f"{name}.safetensors"
        if not path.is_file():
            return None
        from safetensors.numpy import load

        loaded: dict[str, AnyArray] = load(path.read_bytes())
        return loaded

    def remove(self, name: str) -> None:
        """Deletes the checkpoint of this name, if there is one."""
        if self._folder is not None:
            (self._folder / f"{name}.safetensors").unlink(missing_ok=True)
