"""Caches the metadata of backbones, so that a backbone need not be loaded to be described.

If all features are cached, the network itself is not needed, and building it would take longer than
everything else before the training.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from dataclasses import asdict, dataclass, replace
from importlib import metadata
from pathlib import Path

from ahsml_app.base.message import Message, dump_message, load_message
from ahsml_app.base.paths import atomic_write, cache_folder
from ahsml_app.base.version import __version__
from ahsml_app.core.backbones.registry import Triple

_BUILDERS = ("torch", "torchvision", "timm")
"""Libraries of which another version may build another network from the same file."""


@dataclass(frozen=True, slots=True)
class BackboneFacts:
    """Metadata of a `Backbone`, everything except its module; see there.

    Attributes:
        name: Source and name.
        identity: Changes whenever features would.
        dimension: Length of a feature vector.
        size: Side of the square input in pixels.
        mean: Mean per channel.
        std: Standard deviation per channel.
        inner: Numbers that come from inner layers.
        told: Messages from loading it.
    """

    name: str
    identity: str
    dimension: int
    size: int
    mean: Triple
    std: Triple
    inner: int
    told: tuple[Message, ...] = ()


class FactsFile:
    """The cache file of the metadata for one version of a file of weights.

    Args:
        weights: The file of weights; None caches nothing.
        request: Everything else that determines the network: the requested name and input size.
    """

    def __init__(self, weights: Path | None, *request: object) -> None:
        self._path: Path | None = None
        with contextlib.suppress(OSError):  # loading a missing file gives a better message later
            if weights is not None:
                self._path = cache_folder() / "backbones" / f"{_digest(weights, request)}.json"

    def read(self) -> BackboneFacts | None:
        """Returns the metadata, or None if there is none or it cannot be read."""
        if self._path is None:
            return None
        try:
            content = json.loads(self._path.read_text("utf-8"))
            triples = {name: _triple(content[name]) for name in ("mean", "std")}
            return BackboneFacts(
                **content | triples | {"told": tuple(map(load_message, content["told"]))}
            )
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def write(self, facts: BackboneFacts) -> None:
        """Saves the metadata. Failure is ignored, because a missing cache only costs time."""
        if self._path is not None:
            with (
                contextlib.suppress(OSError),
                atomic_write(self._path, "w", encoding="utf-8") as stream,
            ):
                messages = [dump_message(message) for message in facts.told]
                json.dump(asdict(replace(facts, told=())) | {"told": messages}, stream, indent=1)


def _digest(weights: Path, request: tuple[object, ...]) -> str:
    status = weights.stat()
    versions = [metadata.version(name) for name in _BUILDERS]
    path = str(weights.resolve())
    key = (path, status.st_size, status.st_mtime_ns, __version__, *versions, *request)
    return hashlib.blake2b(repr(key).encode(), digest_size=16).hexdigest()


def _triple(values: list[float]) -> Triple:
    red, green, blue = values
    return red, green, blue
