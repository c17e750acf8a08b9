"""Checkpoints of a training run: named arrays, written atomically."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from ahsml_app.base.message import Message
from ahsml_app.base.paths import atomic_write, read_json, write_json
from ahsml_app.base.types import AnyArray

Arrays = Mapping[str, AnyArray]

_CHECKSUM = "checksum"
_log = logging.getLogger(__name__)


class CheckpointFolder:
    """A folder of checkpoints, each a set of named arrays; without a folder, nothing is saved.

    Checkpoints of another run (another digest) are deleted first. A damaged checkpoint is deleted
    too, so that what it held is computed again.

    Args:
        folder: The folder; None saves nothing.
        digest: Digest of everything that the checkpoints depend on.
        notify: Receives a message about a damaged checkpoint.
    """

    def __init__(
        self, folder: Path | None, digest: str, notify: Callable[[Message], None] | None = None
    ) -> None:
        self._folder = folder
        self._notify = notify or (lambda _: None)
        if folder is None:
            return
        folder.mkdir(parents=True, exist_ok=True)
        marker = folder / "training.json"
        if read_json(marker) != {"digest": digest}:
            for stale in folder.glob("*.safetensors"):
                stale.unlink()
            write_json(marker, {"digest": digest})

    def save(self, name: str, arrays: Arrays) -> None:
        """Saves the arrays under this name and replaces an earlier checkpoint of it."""
        if self._folder is None:
            return
        from safetensors.numpy import save

        ordered = {key: np.asarray(value, order="C") for key, value in arrays.items()}
        content = save({**ordered, _CHECKSUM: _checksum(ordered)})
        with atomic_write(self._path(self._folder, name)) as stream:
            stream.write(content)

    def load(self, name: str) -> dict[str, AnyArray] | None:
        """Returns the arrays saved under this name; None if there are none or they are damaged."""
        if self._folder is None:
            return None
        path = self._path(self._folder, name)
        if not path.is_file():
            return None
        try:
            return _read(path)
        except MemoryError:
            raise
        except Exception as error:  # a damaged file makes safetensors raise almost anything
            _log.info("The checkpoint %s is damaged: %r", path, error)
            if not isinstance(error, OSError):  # a disk that does not answer now may answer later
                path.unlink(missing_ok=True)
            self._notify(
                Message(
                    "The checkpoint {path} was damaged; what it held is computed again.", path=path
                )
            )
            return None

    def remove(self, name: str) -> None:
        """Deletes the checkpoint of this name, if there is one."""
        if self._folder is not None:
            self._path(self._folder, name).unlink(missing_ok=True)

    @staticmethod
    def _path(folder: Path, name: str) -> Path:
        return folder / f"{name}.safetensors"


def _read(path: Path) -> dict[str, AnyArray]:
    """Reads a checkpoint and compares its checksum, which safetensors itself does not have."""
    from safetensors.numpy import load

    arrays: dict[str, AnyArray] = load(path.read_bytes())
    stored = arrays.pop(_CHECKSUM)
    if not np.array_equal(stored, _checksum(arrays)):
        raise ValueError("the checksum differs")
    return arrays


def _checksum(arrays: Arrays) -> AnyArray:
    """Returns the (1,) checksum of names, types, shapes and numbers."""
    value = 0
    for key in sorted(arrays):
        array = arrays[key]
        value = zlib.crc32(f"{key} {array.dtype.str} {array.shape}".encode(), value)
        value = zlib.crc32(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data, value)
    return np.array([value], dtype=np.uint32)
