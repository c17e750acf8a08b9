"""Augmentations of the images that need them; the others borrow theirs (ours).

Computing an augmentation takes as long as the features of the plain image. Where the plain image
settles the label, augmentations change no verdict. The models still need them: they train on the
mean of an image's augmentations, and would tell images with and without augmentations apart. So the
others borrow: the difference that an augmentation made to the features of another image, drawn at
random, is added to their own.
"""

from __future__ import annotations

from collections.abc import Callable, Generator

import numpy as np
import numpy.typing as npt

from ahsml_app.base.events import Event
from ahsml_app.base.types import BoolArray, SampleTable
from ahsml_app.core.features.extract import FeatureResult
from ahsml_app.core.mapped_arrays import empty_array

_CHUNK = 4096  # images that are in float32 at a time


def add_augmentations(
    plain: npt.NDArray[np.float16],
    table: SampleTable,
    selected: BoolArray,
    extract: Callable[[SampleTable], Generator[Event, None, FeatureResult]],
    seed: int,
) -> Generator[Event, None, tuple[npt.NDArray[np.float16], BoolArray, str]]:
    """Adds augmentations to the features of plain images.

    Args:
        plain: (N, D) features of the plain images.
        table: The samples, with content hashes.
        selected: (N,) which samples get augmentations of their own; copies of one image alike.
        extract: Extracts (V + 1, n, D) features of some samples, the plain image first.
        seed: Seed of the draws.

    Yields:
        The events of `extract`.

    Returns:
        (V + 1, N, D) features, in memory or memory-mapped; the (N,) mask of the samples with
        augmentations of their own, the selected ones whose files can still be read; and the name of
        the engine.

    Raises:
        OutputError: If the cache folder cannot be written.
    """
    rows = np.flatnonzero(selected)
    own = yield from extract(table.select(rows))
    rows = rows[own.rows]
    augmented = np.zeros(len(plain), dtype=bool)
    augmented[rows] = True
    if augmented.all():
        return own.features, augmented, own.engine
    features = empty_array((len(own.features), *plain.shape), np.float16)
    for start in range(0, len(plain), _CHUNK):
        features[0, start : start + _CHUNK] = plain[start : start + _CHUNK]
    for start in range(0, len(rows), _CHUNK):
        chunk = slice(start, start + _CHUNK)
        features[1:, rows[chunk]] = own.features[1:, chunk]
    _borrow(features, augmented, seed)
    return features, augmented, own.engine


def _borrow(features: npt.NDArray[np.float16], augmented: BoolArray, seed: int) -> None:
    """Fills the augmentations of the images without their own, in place.

    Without any image to borrow from, they equal the plain image.
    """
    lenders, borrowers = np.flatnonzero(augmented), np.flatnonzero(~augmented)
    random = np.random.default_rng([seed, 4])
    for number in range(1, len(features)):
        for start in range(0, len(borrowers), _CHUNK):
            rows = borrowers[start : start + _CHUNK]
            values = features[0, rows].astype(np.float32)
            if len(lenders):
                chosen = random.choice(lenders, len(rows))
                values += features[number, chosen]
                values -= features[0, chosen]
            features[number, rows] = values
