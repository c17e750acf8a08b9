"""Checkpoints of a training run: arrays by name, written whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ahsml_app.base.paths import atomic_write

Arrays = Mapping[str, npt.NDArray[Any]]


class CheckpointFolder:
    """A folder of named sets of arrays; without a folder, nothing is kept.

    A folder that belongs to another run (its digest differs) is emptied first.
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
        """Keep the arrays under this name, in place of what was there."""
        if self._folder is None:
            return
        from safetensors.numpy import save

        content = save({key: np.asarray(value, order="C") for key, value in arrays.items()})
        with atomic_write(self._folder / f"{name}.safetensors") as stream:
            stream.write(content)

    def load(self, name: str) -> dict[str, npt.NDArray[Any]] | None:
        """The arrays that were kept under this name; None if there are none."""
        if self._folder is None:
            return None
        path = self._folder / f"{name}.safetensors"
        if not path.is_file():
            return None
        from safetensors.numpy import load

        loaded: dict[str, npt.NDArray[Any]] = load(path.read_bytes())
        return loaded

    def remove(self, name: str) -> None:
        """Forget this name."""
        if self._folder is not None:
            (self._folder / f"{name}.safetensors").unlink(missing_ok=True)
