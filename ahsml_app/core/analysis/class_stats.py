"""Statistics of each class: counts, estimated errors, spread, neighbours, typical images."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ahsml_app.base.events import CancelToken
from ahsml_app.base.types import BoolArray, Float64Array, FloatArray, IndexArray, IntArray, Scores
from ahsml_app.core.analysis.scores import pairs_within
from ahsml_app.core.ensemble.error_count import errors_by_group

NEAREST = 3
EXAMPLES_PER_CLASS = 12
"""Number of images listed for each class as typical, and as doubtful."""

ROWS_AT_ONCE = 65_536
"""Samples whose distances are computed at a time, which bounds the memory of the copies."""


@dataclass(frozen=True, slots=True)
class ClassFacts:
    """Statistics of J classes; NaN and -1 stand for unknown values.

    Attributes:
        count: (J,) images with this label, without dropped ones.
        undecided: (J,) images of these without a decision.
        wrong: (3, J) estimated share of wrong labels: low end, best guess, high end.
        weight: (J,) mean adaptive weight.
        spread: (J,) mean hyperbolic distance to the prototype; NaN for classes
            that changed since the training.
        nearest: (J, M) nearest classes, M <= `NEAREST`.
        divergence: (J, M) class divergence to these.
        typical: (J, `EXAMPLES_PER_CLASS`) rows of the unsuspicious images nearest to the prototype.
        doubtful: (J, `EXAMPLES_PER_CLASS`) rows of the undecided images most probably wrong.
    """

    count: IntArray
    undecided: IntArray
    wrong: Float64Array
    weight: Float64Array
    spread: Float64Array
    nearest: IntArray
    divergence: FloatArray
    typical: IntArray
    doubtful: IntArray


@dataclass(frozen=True, slots=True)
class ReviewedLabels:
    """Labels of N images after the decisions.

    Attributes:
        labels: (N,) label of each image, 0 to `classes` - 1, -1 for none.
        used: (N,) mask of the images that count; dropped ones do not.
        undecided: (N,) mask of the images without a decision; the labels of others are right.
        classes: J, the number of classes.
    """

    labels: IntArray
    used: BoolArray
    undecided: BoolArray
    classes: int


def count_classes(reviewed: ReviewedLabels) -> ClassFacts:
    """Returns the statistics before the first training: counts only."""
    labels, used, classes = reviewed.labels, reviewed.used, reviewed.classes
    count = _counted(labels[used], classes)
    unknown = np.full(classes, np.nan)
    none = np.full((classes, EXAMPLES_PER_CLASS), -1, dtype=np.int64)
    rows = np.flatnonzero(used & (labels >= 0))
    return ClassFacts(
        count=count,
        undecided=_counted(labels[used & reviewed.undecided], classes),
        wrong=np.full((3, classes), np.nan),
        weight=unknown,
        spread=unknown,
        nearest=none[:, :0],
        divergence=np.empty((classes, 0), dtype=np.float32),
        typical=_first_of_each(rows, labels, classes),
        doubtful=none,
    )


def class_facts(
    reviewed: ReviewedLabels,
    scores: Scores,
    distances: FloatArray,
    cancel: CancelToken | None = None,
) -> ClassFacts:
    """Computes all statistics of all classes.

    Args:
        reviewed: Labels and decisions.
        scores: Scores of the newest training, over its K <= J classes.
        distances: (N,) distances of `prototype_distances`.
        cancel: Asks to stop.
    """
    cancel = cancel or CancelToken()
    labels, undecided, classes = reviewed.labels, reviewed.undecided, reviewed.classes
    counted = reviewed.used & (labels >= 0)
    unreviewed = counted & undecided
    count = _counted(labels[counted], classes)
    errors = errors_by_group(
        np.where(unreviewed, scores.error_probability, np.nan), labels, classes
    ) / np.maximum(count, 1)
    cancel.check()
    wrong = np.nan_to_num(scores.error_probability)
    rows = np.flatnonzero(unreviewed & (wrong > 0))
    doubtful = _first_of_each(rows[np.argsort(-wrong[rows], kind="stable")], labels, classes)
    cancel.check()
    rows = np.flatnonzero(counted & ~(undecided & scores.flagged))
    typical = _first_of_each(rows[np.argsort(distances[rows], kind="stable")], labels, classes)
    nearest, divergence = _nearest(np.asarray(scores.class_distances), classes)
    return ClassFacts(
        count=count,
        undecided=_counted(labels[unreviewed], classes),
        wrong=np.where(count > 0, errors, np.nan),
        weight=_mean(scores.adaptive_weight, labels, counted, classes),
        spread=_mean(distances, labels, counted, classes),
        nearest=nearest,
        divergence=divergence,
        typical=typical,
        doubtful=doubtful,
    )


def prototype_distances(
    points: FloatArray,
    labels: IntArray,
    prototypes: FloatArray,
    c: float,
    cancel: CancelToken | None = None,
) -> FloatArray:
    """Computes each image's hyperbolic distance to the prototype of its class.

    d(x, y) as in `poincare_numpy.distances_from`.

    Args:
        points: (N, D) points of the ball of curvature -c.
        labels: (N,) class of each; a class without a prototype, or -1, gives NaN.
        prototypes: (K, D) points; NaN in a row gives NaN for its class.
        c: c > 0.
        cancel: Asks to stop, checked for each block.

    Returns:
        (N,) float32 distances.
    """
    distances = np.full(len(points), np.nan, dtype=np.float32)
    rows = np.flatnonzero((labels >= 0) & (labels < len(prototypes)))
    for start in range(0, len(rows), ROWS_AT_ONCE):
        if cancel is not None:
            cancel.check()
        chunk = rows[start : start + ROWS_AT_ONCE]
        x = np.asarray(points[chunk], dtype=np.float32)
        y = prototypes[labels[chunk]].astype(np.float32, copy=False)
        gap = c * np.square(x - y).sum(1)
        room = np.maximum(1 - c * np.square(x).sum(1), 1e-7)
        room *= np.maximum(1 - c * np.square(y).sum(1), 1e-7)
        distances[chunk] = 2 / np.sqrt(c) * np.arcsinh(np.sqrt(gap / room))
    return distances


def _counted(labels: IntArray, classes: int) -> IntArray:
    return np.bincount(labels[labels >= 0], minlength=classes).astype(np.int64)


def _mean(values: FloatArray, labels: IntArray, counted: BoolArray, classes: int) -> Float64Array:
    mask = counted & ~np.isnan(values)
    total = np.bincount(labels[mask], values[mask], classes)
    size = np.bincount(labels[mask], minlength=classes)
    return np.where(size > 0, total / np.maximum(size, 1), np.nan)


def _first_of_each(rows: IndexArray, labels: IntArray, classes: int) -> IntArray:
    """Returns the first rows of each class in order, (J, `EXAMPLES_PER_CLASS`), padded with -1."""
    own = labels[rows]
    order = np.argsort(own, kind="stable")
    rows, own = rows[order], own[order]
    starts = np.searchsorted(own, np.arange(classes))
    rank = np.arange(len(rows)) - starts[own]
    mask = rank < EXAMPLES_PER_CLASS
    result = np.full((classes, EXAMPLES_PER_CLASS), -1, dtype=np.int64)
    result[own[mask], rank[mask]] = rows[mask]
    return result


def _nearest(distances: FloatArray, classes: int) -> tuple[IntArray, FloatArray]:
    """Returns the nearest classes of each and their divergence; -1 and NaN for unknown classes."""
    trained = len(distances)
    count = max(min(NEAREST, trained - 1), 0)
    nearest = np.full((classes, count), -1, dtype=np.int64)
    divergence = np.full((classes, count), np.nan, dtype=np.float32)
    if count:
        away = np.array(distances)
        np.fill_diagonal(away, np.inf)
        near = np.argpartition(away, count - 1, axis=1)[:, :count]
        order = np.argsort(np.take_along_axis(away, near, 1), axis=1, kind="stable")
        nearest[:trained] = np.take_along_axis(near, order, 1)
        pairs = np.sort(distances[~np.tri(trained, dtype=bool)])
        near_distances = np.take_along_axis(away, nearest[:trained], 1)
        divergence[:trained] = pairs_within(pairs, near_distances)
    return nearest, divergence
