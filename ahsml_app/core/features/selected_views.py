"""Augmentations of the images that need them; the others borrow theirs (ours).

Computing an augmentation takes as long as the features of the plain image. Where the plain image
settles the label, augmentations change no verdict. The models still need them: they train on the
mean of an image's augmentations, and would tell images with and without augmentations apart. So the
others borrow: the difference that an augmentation made to the features of another image, drawn at
random, is added to their own.
"""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
import numpy.typing as npt

from ahsml_app.base.context import RunContext
from ahsml_app.base.events import Event
from ahsml_app.base.paths import cache_folder
from ahsml_app.base.types import BoolArray, SampleTable
from ahsml_app.core.backbones.backbone import Backbone
from ahsml_app.core.features.extract import ExtractJobs, extract_features
from ahsml_app.core.features.feature_cache import empty_array

_CHUNK = 4096  # images that are in float32 at a time


def add_augmentations(
    plain: npt.NDArray[np.float16],
    table: SampleTable,
    backbone: Backbone,
    context: RunContext,
    selected: BoolArray,
    *,
    augmentations: int,
    seed: int,
    extract: ExtractJobs,
) -> Generator[Event, None, tuple[npt.NDArray[np.float16], BoolArray, str]]:
    """Adds augmentations to the features of plain images.

    Args:
        plain: (N, D) features of the plain images, from the cache or newly cached.
        table: The samples, with content hashes.
        backbone: The backbone that computed the features.
        context: Device, cancel token, and receiver of notices about a slower engine.
        selected: (N,) which samples get augmentations of their own; copies of one image alike.
        augmentations: V, the number of augmentations of each image.
        seed: Seed of the draws.
        extract: Computes the missing features.

    Yields:
        Progress in images.

    Returns:
        (V + 1, N, D) features, in memory or memory-mapped; the (N,) mask of the samples with
        augmentations of their own, the selected ones whose files can still be read; and the name of
        the engine.

    Raises:
        Cancelled: When asked to stop.
        DeviceError: If the device is missing.
        OutputError: If the cache folder cannot be written or read.
    """
    rows = np.flatnonzero(selected)
    own = yield from extract_features(
        table.select(rows),
        backbone,
        context,
        augmentations=augmentations,
        cache_folder=cache_folder(),
        extract=extract,
    )
    rows = rows[own.rows]
    augmented = np.zeros(len(plain), dtype=bool)
    augmented[rows] = True
    if augmented.all():
        return own.features, augmented, own.engine
    features = empty_array((augmentations + 1, *plain.shape), np.float16, cache_folder())
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
