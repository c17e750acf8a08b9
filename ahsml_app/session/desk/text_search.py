"""Finds images by a text: orders them by how alike picture and text are in the space of CLIP."""

from __future__ import annotations

import importlib.util
from collections.abc import Generator
from dataclasses import dataclass

import numpy as np

from ahsml_app.base.context import RunContext
from ahsml_app.base.errors import InputError
from ahsml_app.base.events import CancelToken, Event, Progress, Stage
from ahsml_app.base.message import Message
from ahsml_app.base.options.recommended_backbones import TEXT_NETWORK
from ahsml_app.base.paths import cache_folder
from ahsml_app.base.types import FloatArray, IntArray, RealArray, SampleTable
from ahsml_app.session.pipeline.preload_torch import preload_torch
from ahsml_app.session.pipeline.stages import content_hashed, with_notices

_ROWS_AT_ONCE = 1 << 16


@dataclass(frozen=True, slots=True)
class TextMatches:
    """Images in the order of their likeness to a text.

    Attributes:
        rows: (M,) rows of those that can be read, the most alike first.
        similarity: (M,) cosine between each and the text.
        is_cut: Whether the end of the text was left out, because the network takes no more.
    """

    rows: IntArray
    similarity: FloatArray
    is_cut: bool


def has_text_search() -> bool:
    """Whether the package is installed that finds images by a text."""
    return importlib.util.find_spec("open_clip") is not None


def find_by_text(
    table: SampleTable, text: str, network: str, cancel: CancelToken | None = None
) -> Generator[Event, None, TextMatches]:
    """Orders images by a text. Their vectors are computed once, and kept in the feature cache.

    Args:
        table: The images.
        text: What they should show.
        network: A file of weights, NAME=FILE, or the name of the recommended network.
        cancel: Asks to stop.

    Raises:
        BackboneError: If package or network is missing or cannot be used.
        InputError: If the text is empty, or the image folder is gone.
        Cancelled: When asked to stop.
    """
    if not text.strip():
        raise InputError(Message("There is no text to find images by."), hint="Write what to find.")
    context = RunContext("auto", cancel=cancel or CancelToken())
    yield Progress(Stage.LOAD_BACKBONE)
    preload_torch()
    from ahsml_app.core.backbones.text_model import load_text_network
    from ahsml_app.core.device import limit_threads
    from ahsml_app.core.features.extract import extract_features

    limit_threads()
    loaded = load_text_network(network, context.notify, context.cancel)
    yield from context.notices()
    vector, is_cut = loaded.encode(text)
    samples, _ = yield from content_hashed(table, context.cancel)
    extraction = extract_features(
        samples, loaded.backbone, context, augmentations=0, cache_folder=cache_folder()
    )
    found = yield from with_notices(extraction, context)
    similarity = _cosines(found.features[0], vector)
    row_of = {path: row for row, path in enumerate(table.paths)}
    rows = np.array([row_of[samples.paths[row]] for row in found.rows.tolist()], dtype=np.int64)
    order = np.argsort(-similarity, kind="stable")
    return TextMatches(rows[order], similarity[order], is_cut)


def fetch_text_network(cancel: CancelToken) -> Generator[Event, None, str]:
    """Downloads the recommended network, and returns the name with its file.

    Raises:
        BackboneError: If it cannot be downloaded.
        Cancelled: When asked to stop.
    """
    preload_torch()
    from ahsml_app.core.backbones.download import published_text_network

    context = RunContext(cancel=cancel)
    file = published_text_network(context.notify, cancel)
    yield from context.notices()
    return f"{TEXT_NETWORK.name}={file}"


def _cosines(vectors: RealArray, text: FloatArray) -> FloatArray:
    """Of unit vectors, a part at a time, because they may lie in a file."""
    parts = (
        vectors[start : start + _ROWS_AT_ONCE].astype(np.float32) @ text
        for start in range(0, len(vectors), _ROWS_AT_ONCE)
    )
    return np.concatenate([np.zeros(0, np.float32), *parts])
