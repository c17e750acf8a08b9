"""Features from a file instead of a backbone; the images still tell duplicates and bad pictures."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import numpy as np

from ahsml_app.base.context import RunContext
from ahsml_app.base.events import Event, Notice, relay
from ahsml_app.base.message import Message
from ahsml_app.base.options.run_options import Source
from ahsml_app.base.types import ByteArray, FloatArray, Quarantined, SampleTable
from ahsml_app.core.backbones.backbone import Backbone, no_network
from ahsml_app.core.data.scan import scan
from ahsml_app.core.features.extract import Extraction, FeatureResult, Job, extract_features
from ahsml_app.core.own_files.array_rows import is_npy
from ahsml_app.core.own_files.own_features import Standard, check_width, own_features

ENGINE = "own features"
"""Name of the engine of features that were not computed here."""

_BATCH = 64
_LOOKS = "looks"

Tag = TypeVar("Tag")


@dataclass(frozen=True, slots=True)
class FeatureFile:
    """A file of features that a training uses, or has used.

    Attributes:
        path: The file.
        source: Images and labels, whose order rows without paths have; None if they are unknown.
        standard: How the training standardised the features; None before it.
    """

    path: Path
    source: Source | None
    standard: Standard | None = None


def file_features(
    table: SampleTable, file: FeatureFile, context: RunContext, cache_folder: Path
) -> Generator[Event, None, tuple[Backbone, FeatureResult]]:
    """Reads the features of every sample, and looks at its image.

    Args:
        table: The samples, with content hashes.
        file: The features.
        context: Cancel token, and receiver of notices.
        cache_folder: Holds the looks of images from earlier runs and takes the new ones.

    Yields:
        Progress in images.

    Returns:
        What stands for the network, and the features of the samples that have some and can be read.

    Raises:
        Cancelled: When asked to stop.
        InputError: If the file cannot be used, or does not fit the images.
    """
    listing = yield from _listing(file, context)
    own = own_features(file.path, table.root, table.paths, listing)
    if file.standard is not None:
        check_width(file.path, own.rows.width, len(file.standard.centre))
    rows = np.flatnonzero(own.row_of >= 0)
    standard = file.standard or own.standard(context.cancel)
    looks = yield from extract_features(
        table.select(rows),
        no_network(_LOOKS, Standard(np.zeros(1, np.float32), np.ones(1, np.float32))),
        context,
        augmentations=0,
        cache_folder=cache_folder,
        extract=_look,
    )
    readable = rows[looks.rows]
    features = own.array(readable, standard, cache_folder, context.cancel)
    without = Message("{file} has no row for it", file=file.path.name)
    missing = [table.paths[row] for row in np.flatnonzero(own.row_of < 0)]
    result = replace(
        looks,
        features=features[None],
        rows=readable,
        quarantined=(*looks.quarantined, *(Quarantined(path, without) for path in missing)),
        extracted=0,
        engine=ENGINE,
        without=len(missing),
        notices=own.notices,
    )
    return no_network(file.path.name, standard), result


def _listing(file: FeatureFile, context: RunContext) -> Generator[Event, None, Sequence[str]]:
    """Paths of all images in the order of the scan, if the rows of the file have no paths."""
    if file.source is None or not is_npy(file.path):
        return ()
    scanned = yield from relay(scan(file.source, context.cancel), _without_notices)
    return scanned.table.paths


def _without_notices(event: Event) -> tuple[Event, ...]:
    return () if isinstance(event, Notice) else (event,)


class _NoEngine:
    """Computes nothing, so that only the looks of images are kept."""

    name = ENGINE
    batch_size = _BATCH

    def run(self, batches: Iterable[tuple[Tag, ByteArray]]) -> Iterator[tuple[Tag, FloatArray]]:
        """Yields the tag of each batch, and zeros."""
        for tag, images in batches:
            yield tag, np.zeros((len(images), 1), dtype=np.float32)


def _look(
    extraction: Extraction, jobs: Sequence[Job], _: RunContext
) -> Generator[Event, None, str]:
    yield from extraction.extract(_NoEngine(), jobs, len(jobs))
    return ENGINE
