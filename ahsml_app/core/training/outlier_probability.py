"""The probability that a sample is an outlier: an image that belongs to none of the classes (ours).

A sample far from the centre of every class is an outlier. Distances are measured twice, because
each way misses what the other sees: between features of length one, and between the strongest
principal components, also of length one. The centre of a class leaves out its farthest samples;
otherwise a small cluster of outliers under one label would pull that class's centre to itself.
Nearest neighbours instead would be outliers themselves in such a cluster (benchmark).

The set itself says what is far: a distance counts by how much its logarithm exceeds the median,
in units of the distance from the median to the upper quartile. The larger of the two counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from ahsml_app.base.events import CancelToken
from ahsml_app.base.types import UNLABELLED, BoolArray, Float64Array, FloatArray, IntArray
from ahsml_app.core.features.preprocess import Preparation
from ahsml_app.core.geometry.knn import unit_rows
from ahsml_app.core.mapped_arrays import CHUNK, release_pages
from ahsml_app.core.training_data import TrainData

COMPONENTS = 64
"""Principal components that are compared."""

KEPT = 0.7
"""Share of a class, its nearest samples, that makes its centre."""

ROUNDS = 3
"""How often centres are computed, first of whole classes."""

CENTRE, SLOPE = 3.9, 2.3
"""Excess at which a sample is as probably an outlier as not, and steepness of the probability.

Chosen on other images and seeds than RESULTS.md reports, so that probabilities agree with shares.
"""

_Blocks = Callable[[], Iterator[FloatArray]]


def outlier_probability(
    data: TrainData, preparation: Preparation, cancel: CancelToken
) -> FloatArray:
    """Returns the (N,) probability that a sample belongs to none of the classes, float32.

    Args:
        data: Features and given labels; samples that are not trained on are measured by the
            centres of the others.
        preparation: Preparation of the features.
        cancel: Checked once a chunk.
    """
    plain = data.features[0]
    labels = np.where(data.trainable, data.labels, UNLABELLED)
    width = min(COMPONENTS, preparation.rotation.shape[1])
    components = np.empty((len(data), width), dtype=np.float32)
    for start in range(0, len(data), CHUNK):
        block = slice(start, start + CHUNK)
        components[block] = unit_rows(preparation(plain[block]))[:, :width]

    def unit_features() -> Iterator[FloatArray]:
        for start in range(0, len(plain), CHUNK):
            cancel.check()
            yield unit_rows(plain[start : start + CHUNK])
            release_pages(plain)

    def unit_components() -> Iterator[FloatArray]:
        for start in range(0, len(components), CHUNK):
            cancel.check()
            yield components[start : start + CHUNK]

    if not (labels != UNLABELLED).any():
        return np.zeros(len(data), dtype=np.float32)
    excess = np.maximum(
        _excess(_squared_distance(unit_features, labels, data.class_count)),
        _excess(_squared_distance(unit_components, labels, data.class_count)),
    )
    probability: FloatArray = (1 / (1 + np.exp(SLOPE * (CENTRE - excess)))).astype(np.float32)
    return probability


def _excess(squared: Float64Array) -> Float64Array:
    """Returns how far each distance lies above the median, in upper quartiles of the logarithm."""
    logs = np.log(np.clip(squared, 1e-9, 1e9))
    median, quartile = np.quantile(logs, (0.5, 0.75))
    excess: Float64Array = (logs - median) / max(float(quartile - median), 1e-3)
    return np.clip(excess, -20, 20)


def _squared_distance(blocks: _Blocks, labels: IntArray, classes: int) -> Float64Array:
    """Returns the (N,) squared distance of each sample to the nearest centre of a class.

    Args:
        blocks: Returns an iterator over the (N, D) samples, block by block.
        labels: (N,) labels, -1 for samples that are in no centre.
        classes: Number of classes.
    """
    kept = labels != UNLABELLED
    for _ in range(ROUNDS - 1):
        own, _ = _distances(blocks, labels, kept, _centres(blocks, labels, kept, classes))
        kept = _nearest_of_class(own, labels)
    own, others = _distances(blocks, labels, kept, _centres(blocks, labels, kept, classes))
    nearest: Float64Array = np.minimum(own, others).astype(np.float64)
    return nearest


def _centres(blocks: _Blocks, labels: IntArray, kept: BoolArray, classes: int) -> FloatArray:
    """Returns the (K, D) mean of the kept samples of each class; NaN for a class without any."""
    start, totals = 0, np.zeros((classes, 1), dtype=np.float32)
    for block in blocks():
        if not start:
            totals = np.zeros((classes, block.shape[1]), dtype=np.float32)
        rows = start + np.flatnonzero(kept[start : start + len(block)])
        rows = rows[np.argsort(labels[rows], kind="stable")]
        present, first = np.unique(labels[rows], return_index=True)
        if len(rows):
            totals[present] += np.add.reduceat(block[rows - start], first, axis=0)
        start += len(block)
    counts = np.bincount(labels[kept], minlength=classes).astype(np.float32)
    with np.errstate(invalid="ignore"):
        means: FloatArray = totals / counts[:, None]
    return means


def _distances(
    blocks: _Blocks, labels: IntArray, kept: BoolArray, centres: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Returns (N,) squared distances to the centre of the own class, and to the nearest other one.

    The centre of its own class is taken without the sample itself; without a centre, infinity.
    """
    lengths = np.einsum("kd,kd->k", centres, centres)
    counts = np.bincount(labels[kept], minlength=len(centres))
    own, others = np.full((2, len(labels)), np.inf, dtype=np.float32)
    start = 0
    for block in blocks():
        rows = np.arange(start, start + len(block))
        squared = lengths - 2 * (block @ centres.T) + np.einsum("nd,nd->n", block, block)[:, None]
        squared = np.where(np.isnan(squared), np.inf, np.maximum(squared, 0))
        inside = rows[labels[rows] != UNLABELLED]
        cells = inside - start, labels[inside]
        # Without itself, a mean of n samples lies n / (n - 1) times as far from a sample.
        size = counts[labels[inside]].astype(np.float32)
        factor = np.where(kept[inside], size / np.maximum(size - 1, 1e-6), 1) ** 2
        alone = kept[inside] & (size < 2)
        own[inside] = np.where(alone, np.inf, squared[cells] * factor)
        squared[cells] = np.inf
        others[rows] = squared.min(1)
        start += len(block)
    return own, others


def _nearest_of_class(distance: FloatArray, labels: IntArray) -> BoolArray:
    """Returns the (N,) mask of the `KEPT` nearest samples of each class, at least one of each."""
    rows = np.flatnonzero(labels != UNLABELLED)
    order = rows[np.lexsort((distance[rows], labels[rows]))]
    _, first, counts = np.unique(labels[order], return_index=True, return_counts=True)
    rank = np.arange(len(order)) - np.repeat(first, counts)
    mask = np.zeros(len(labels), dtype=bool)
    mask[order] = rank < np.repeat(np.ceil(KEPT * counts), counts)
    return mask
