"""The cached rows of one backbone: features by the engine that computed them, and thumbnails."""

from __future__ import annotations

import contextlib
import platform
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from ahsml_app.base.message import Message
from ahsml_app.base.paths import CACHE_VARIABLE, read_json, write_json
from ahsml_app.base.reading.planes import FIRST, Planes
from ahsml_app.base.types import AnyArray, BoolArray, ByteArray
from ahsml_app.core.features import augment
from ahsml_app.core.features.duplicates import THUMBNAIL_SIZE
from ahsml_app.core.features.feature_cache import RowCache
from ahsml_app.core.features.image_findings import MEASURES

if TYPE_CHECKING:  # torch, which a run with cached features does not need
    from ahsml_app.core.backbones.backbone import Backbone

FEATURES = "features"
"""Folder of all rows inside the cache folder."""

GRAY = THUMBNAIL_SIZE**2
"""Bytes of a thumbnail."""

LOOK = GRAY + 4 * len(MEASURES)
"""Bytes of a thumbnail, and of the measures behind it."""

_ENGINES = "engines.json"
_LOOKS = "looks"
_UNKNOWN = "unknown"


class FeatureSink(Protocol):
    """Takes what an engine computes."""

    def use_engine(self, name: str) -> None:
        """Sets the engine, library and precision, that computes the features from now on."""

    def add_features(
        self, hashes: npt.NDArray[np.uint64], numbers: Sequence[int], rows: AnyArray
    ) -> None:
        """Takes (B, 2) content hashes, B numbers of augmentations and (B, D) features."""

    def add_looks(self, hashes: npt.NDArray[np.uint64], rows: ByteArray) -> None:
        """Takes (B, 2) content hashes, and (B, `LOOK`) thumbnails with the measures behind."""


class FeatureStore:
    """Features and thumbnails in the cache folder.

    Engines differ in precision, so each has features of its own. Which one this machine uses for a
    device is known only once it has been made, which takes seconds; its name is remembered.

    Args:
        cache_folder: Folder of the cache.
        backbone: The backbone that computes the features.
        device: auto, cpu, cuda or mps.
        notify: Receives a message if the cache cannot be written.
        planes: The rule by which the images are read; each has rows of its own.

    Attributes:
        width: D, the numbers in a row of features.
    """

    def __init__(
        self,
        cache_folder: Path,
        backbone: Backbone,
        device: str,
        notify: Callable[[Message], None],
        planes: Planes = FIRST,
    ) -> None:
        self._cache_folder, self._notify = cache_folder, notify
        self.width = backbone.dimension
        rule = "" if planes == FIRST else f"-planes-{planes}"
        name = f"{backbone.identity}-views{augment.VERSION}{rule}"
        self._folder = cache_folder / FEATURES / name
        self._device = f"{platform.node()} {device}"
        names = read_json(self._folder / _ENGINES)
        engine = names.get(self._device) if isinstance(names, dict) else None
        self._engine = engine if isinstance(engine, str) else _UNKNOWN
        self._features = self._open_features()
        self._looks = RowCache(self._folder / _LOOKS, np.uint8, LOOK, self._tell_failure)

    @property
    def may_have_features_of_this_engine(self) -> bool:
        """Whether the engine is unknown, and there are features of some engine.

        They may be those of this machine, whose name has changed. One image then tells.
        """
        others = {path.parent.name for path in self._folder.glob("*/*.keys")}
        return self._engine == _UNKNOWN and bool(others - {_LOOKS})

    def use_engine(self, name: str) -> None:
        """See `FeatureSink`; features of another engine are no longer found."""
        if name == self._engine:
            return
        self._features.close()
        self._engine = name
        self._features = self._open_features()
        names = read_json(self._folder / _ENGINES)
        known = names if isinstance(names, dict) else {}
        with contextlib.suppress(OSError):
            write_json(self._folder / _ENGINES, known | {self._device: name})

    def missing(
        self, keys: npt.NDArray[np.uint64], augmentations: int, unreadable: Iterable[int] = ()
    ) -> BoolArray:
        """Returns the (V + 1, U) mask of augmentations and contents that are not cached.

        Args:
            keys: (U, 2) content hashes.
            augmentations: V, the number of augmentations.
            unreadable: Numbers of contents that cannot be computed, and so are not missing.
        """
        missing = np.less(self._features.lookup(keys, range(augmentations + 1)), 0)
        missing[0] |= self._looks.lookup(keys, [0])[0] < 0  # made of the plain image
        missing[:, list(unreadable)] = False
        return missing

    def read(
        self, keys: npt.NDArray[np.uint64], features: npt.NDArray[np.float16], looks: ByteArray
    ) -> int:
        """Fills (V + 1, U, D) features, and (U, `LOOK`) thumbnails with the measures behind.

        Returns:
            How many rows could not be read; they count as missing from now on.
        """
        lost = self._features.read(self._features.lookup(keys, range(len(features))), features)
        lost_looks = self._looks.read(self._looks.lookup(keys, [0]), looks[None])
        return int(lost.sum() + lost_looks.sum())

    def add_features(
        self, hashes: npt.NDArray[np.uint64], numbers: Sequence[int], rows: AnyArray
    ) -> None:
        """See `FeatureSink`."""
        self._features.add(hashes, numbers, rows)

    def add_looks(self, hashes: npt.NDArray[np.uint64], rows: ByteArray) -> None:
        """See `FeatureSink`."""
        self._looks.add(hashes, [0] * len(rows), rows)

    def close(self) -> None:
        """Commits the new rows, and makes them readable."""
        for cache in (self._looks, self._features):
            cache.close()
            cache.refresh()

    def _open_features(self) -> RowCache:
        name = re.sub(r"[^a-z0-9.]+", "-", self._engine.lower())
        return RowCache(self._folder / name, np.float16, self.width, self._tell_failure)

    def _tell_failure(self, error: OSError) -> None:
        self._notify(
            Message(
                "The feature cache {folder} cannot be written ({reason}). The run goes on without "
                "it; the next one computes the features again. Free some space there, or name "
                "another folder in {variable}.",
                folder=self._cache_folder,
                reason=error.strerror or str(error),
                variable=CACHE_VARIABLE,
            )
        )
