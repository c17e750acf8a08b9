"""What is known of each class: counts, estimated errors, spread, neighbours, telling images."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ahsml_app.base.events import CancelToken
from ahsml_app.base.types import BoolArray, Float64Array, FloatArray, IndexArray, IntArray, Scores
from ahsml_app.core.analysis.scores import pairs_within
from ahsml_app.core.ensemble.noise_model import errors_by_group

NEAREST = 3
PICTURES = 12
"""Images of each class that are listed as typical, and as doubtful."""

ROWS_AT_ONCE = 65_536
"""Samples whose distances are computed together, which bounds the memory of the copies."""


@dataclass(frozen=True, slots=True)
class ClassFacts:
    """Facts of J classes; NaN and -1 stand for what is not known.

    Attributes:
        count: (J,) images labelled so, dropped ones left out.
        undecided: (J,) of them, those without a decision.
        wrong: (3, J) estimated share of wrong labels: low end, best guess, high end.
        weight: (J,) mean adaptive weight.
        spread: (J,) mean hyperbolic distance to the prototype; only of classes that the training
            knew just so.
        nearest: (J, M) classes that lie nearest, M <= `NEAREST`.
        divergence: (J, M) class divergence to these.
        typical: (J, `PICTURES`) rows of the unsuspicious images nearest to the prototype.
        doubtful: (J, `PICTURES`) rows of the undecided images most probably wrong.
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
        used: (N,) which images count, as dropped ones do not.
        undecided: (N,) which images nobody has decided about; the labels of others are right.
        classes: J, the number of classes.
    """

    labels: IntArray
    used: BoolArray
    undecided: BoolArray
    classes: int


def count_classes(labels: IntArray, used: BoolArray, classes: int) -> ClassFacts:
    """The facts before the first training: only counts."""
    count = _counted(labels[used], classes)
    unknown = np.full(classes, np.nan)
    none = np.full((classes, PICTURES), -1, dtype=np.int64)
    rows = np.flatnonzero(used & (labels >= 0))
    return ClassFacts(
        count=count,
        undecided=count,
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
    """All facts of all classes.

    Args:
        reviewed: Labels and decisions.
        scores: Of the newest training, over its K <= J classes.
        distances: (N,) of `prototype_distances`.
        cancel: Asks to stop.
    """
    cancel = cancel or CancelToken()
    labels, undecided, classes = reviewed.labels, reviewed.undecided, reviewed.classes
    counted = reviewed.used & (labels >= 0)
    waiting = counted & undecided
    count = _counted(labels[counted], classes)
    errors = errors_by_group(
        np.where(waiting, scores.error_probability, np.nan), labels, classes
    ) / np.maximum(count, 1)
    cancel.check()
    wrong = np.nan_to_num(scores.error_probability)
    rows = np.flatnonzero(waiting & (wrong > 0))
    doubtful = _first_of_each(rows[np.argsort(-wrong[rows], kind="stable")], labels, classes)
    cancel.check()
    rows = np.flatnonzero(counted & ~(undecided & scores.flagged))
    typical = _first_of_each(rows[np.argsort(distances[rows], kind="stable")], labels, classes)
    nearest, divergence = _nearest(np.asarray(scores.class_distances), classes)
    return ClassFacts(
        count=count,
        undecided=_counted(labels[waiting], classes),
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
    """Hyperbolic distance of each image to the prototype of its class (see `ball`).

    Args:
        points: (N, D) points of the ball of curvature -c.
        labels: (N,) class of each; NaN comes of those beyond the prototypes and below 0.
        prototypes: (K, D) points; NaN in a row gives NaN for its class.
        c: c > 0.
        cancel: Asks to stop, checked for each block.
    """
    found = np.full(len(points), np.nan, dtype=np.float32)
    rows = np.flatnonzero((labels >= 0) & (labels < len(prototypes)))
    for start in range(0, len(rows), ROWS_AT_ONCE):
        if cancel is not None:
            cancel.check()
        part = rows[start : start + ROWS_AT_ONCE]
        x = np.asarray(points[part], dtype=np.float32)
        y = prototypes[labels[part]].astype(np.float32, copy=False)
        gap = c * np.square(x - y).sum(1)
        room = np.maximum(1 - c * np.square(x).sum(1), 1e-7)
        room *= np.maximum(1 - c * np.square(y).sum(1), 1e-7)
        found[part] = 2 / np.sqrt(c) * np.arcsinh(np.sqrt(gap / room))
    return found


def _counted(labels: IntArray, classes: int) -> IntArray:
    return np.bincount(labels[labels >= 0], minlength=classes).astype(np.int64)


def _mean(values: FloatArray, labels: IntArray, counted: BoolArray, classes: int) -> Float64Array:
    known = counted & ~np.isnan(values)
    total = np.bincount(labels[known], values[known], classes)
    size = np.bincount(labels[known], minlength=classes)
    return np.where(size > 0, total / np.maximum(size, 1), np.nan)


def _first_of_each(rows: IndexArray, labels: IntArray, classes: int) -> IntArray:
    """(J, `PICTURES`) the first rows of each class, in their order; -1 fills the end."""
    own = labels[rows]
    order = np.argsort(own, kind="stable")
    rows, own = rows[order], own[order]
    starts = np.searchsorted(own, np.arange(classes))
    place = np.arange(len(rows)) - starts[own]
    first = place < PICTURES
    found = np.full((classes, PICTURES), -1, dtype=np.int64)
    found[own[first], place[first]] = rows[first]
    return found


def _nearest(distances: FloatArray, classes: int) -> tuple[IntArray, FloatArray]:
    """The nearest classes of each and their divergence; -1 and NaN for unknown classes."""
    known = len(distances)
    most = max(min(NEAREST, known - 1), 0)
    nearest = np.full((classes, most), -1, dtype=np.int64)
    divergence = np.full((classes, most), np.nan, dtype=np.float32)
    if most:
        away = np.array(distances)
        np.fill_diagonal(away, np.inf)
        near = np.argpartition(away, most - 1, axis=1)[:, :most]
        order = np.argsort(np.take_along_axis(away, near, 1), axis=1, kind="stable")
        nearest[:known] = np.take_along_axis(near, order, 1)
        pairs = np.sort(distances[~np.tri(known, dtype=bool)])
        near_distances = np.take_along_axis(away, nearest[:known], 1)
        divergence[:known] = pairs_within(pairs, near_distances)
    return nearest, divergence
