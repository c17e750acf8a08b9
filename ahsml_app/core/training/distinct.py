"""Training on each distinct image once (ours).

Ten copies of a mislabelled image are ten times the weight of its label, and would pull models,
noise matrix and calibration towards it. So copies under one label are trained on as one sample, and
share its scores: copies change the scores of no other image by a bit.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from ahsml_app.base.context import RunContext
from ahsml_app.base.events import EpochEnd, Event, relay
from ahsml_app.base.types import IndexArray
from ahsml_app.core.config import TrainConfig
from ahsml_app.core.mapped_arrays import empty_array
from ahsml_app.core.training.cross_fit import train
from ahsml_app.core.training_data import TrainData, TrainResult

_BY_SAMPLE = (
    *("posterior", "corrected", "adaptive_weight", "consistency"),
    *("points", "embedding", "outlier_probability"),
)
_HISTORIES = ("weight_history", "consistency_history")
_CHUNK = 4096


def train_distinct(
    config: TrainConfig,
    data: TrainData,
    contents: Sequence[str],
    context: RunContext | None = None,
) -> Generator[Event, None, TrainResult]:
    """Trains as `cross_fit.train` does, on one of the samples with the same content and label.

    Args:
        config: Options.
        data: The N samples; those of one content have the same features.
        contents: N content hashes.
        context: As for `train`.

    Yields:
        As `train`.

    Returns:
        The result for all N samples.

    Raises:
        Cancelled: When asked to stop.
        OutputError: If features too large for the memory cannot be copied.
    """
    rows, position = _distinct(data, contents)
    if len(rows) == len(data):
        return (yield from train(config, data, context))

    def repeat(event: Event) -> Iterator[Event]:
        if isinstance(event, EpochEnd):
            event = replace(event, weights=event.weights[position])
        yield event

    context = context or RunContext()
    selected = _selected(data, rows, context.checkpoints)
    result = yield from relay(train(config, selected, context), repeat)
    repeated = {name: getattr(result, name)[position] for name in _BY_SAMPLE}
    histories = {name: getattr(result, name)[:, position] for name in _HISTORIES}
    return replace(result, **repeated, **histories)


def _distinct(data: TrainData, contents: Sequence[str]) -> tuple[IndexArray, IndexArray]:
    """Returns the first row of each kind of sample, and each sample's (N,) position among them."""
    _, content = np.unique(np.asarray(contents, dtype=np.str_), return_inverse=True)
    trusted = np.zeros(len(data), dtype=bool) if data.trusted is None else data.trusted
    kinds = np.stack([content, data.labels, data.trainable, trusted], axis=1)
    _, first, inverse = np.unique(kinds, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(first)  # as in the data, so that copies at its end change nothing
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return first[order], rank[inverse.ravel()]


def _selected(data: TrainData, rows: IndexArray, folder: Path | None) -> TrainData:
    """Returns some of the samples; large features go to a temporary file, as they came from one."""
    shape = (len(data.features), len(rows), data.features.shape[2])
    features = empty_array(shape, data.features.dtype, folder)
    for start in range(0, len(rows), _CHUNK):
        span = slice(start, start + _CHUNK)
        features[:, span] = data.features[:, rows[span]]
    return replace(
        data,
        features=features,
        labels=data.labels[rows],
        trainable=data.trainable[rows],
        trusted=None if data.trusted is None else data.trusted[rows],
        groups=None if data.groups is None else data.groups[rows],
        augmented=None if data.augmented is None else data.augmented[rows],
        opinion=None if data.opinion is None else data.opinion[rows],
    )
