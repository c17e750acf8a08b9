"""Plants errors among labels that are probably right, and judges how well a training finds them.

Labels hold unknown errors already, so only planted errors are certain (all of this is ours):

- An error is planted only in an image whose label is probably right.
- Another image takes a place in the queue as far as its label was probably right before. So errors
  that the data hold already do not hide planted ones, and count neither as right nor as wrong.
- For the calibration, another image counts as wrong with the probability that it had before.
- The estimate of the number of planted errors is the estimate with them less the one without them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

import numpy as np

from ahsml_app.base.errors import LabelsError
from ahsml_app.base.message import Message
from ahsml_app.base.self_test import (
    BUDGETS,
    CalibrationBin,
    PlantedKind,
    PlantedResult,
)
from ahsml_app.base.types import BoolArray, Float64Array, FloatArray, IndexArray, IntArray
from ahsml_app.core.analysis.dendrogram import class_tree
from ahsml_app.core.ensemble.error_count import expected_errors

PROBABLY_RIGHT = 0.1
"""Largest error probability of a label that counts as probably right."""

LEAST_SHARE, MOST_SHARE = 0.05, 0.2
"""Smallest and largest share of the labels that are planted; between them it is the estimated
share of wrong labels, so that the test is about as hard as the data."""

LEAST_PLANTED = 10
"""Fewest planted errors that say anything."""

KEPT_OF_CLASS = 0.5
"""Share of its labels that a class keeps at least."""

BRANCH_CLASSES = 3
"""Fewest classes of a branch: with two, every error would be one to the nearest class."""

BINS = 10
"""Bins of equal width that error probabilities are compared in."""


@dataclass(frozen=True, slots=True)
class LabelState:
    """Labels and their error probabilities before anything is planted.

    Attributes:
        labels: (N,) given labels, -1 for none.
        trainable: (N,) which samples may be trained on.
        error_probability: (N,) by a training on these labels; NaN for an unlabelled sample.
        class_distances: (K, K) distances between the classes.
    """

    labels: IntArray
    trainable: BoolArray
    error_probability: FloatArray
    class_distances: FloatArray

    @property
    def right(self) -> BoolArray:
        """(N,) which trainable samples have a label that is probably right."""
        mask: BoolArray = self.trainable & (self.error_probability <= PROBABLY_RIGHT)
        return mask

    @property
    def present(self) -> IntArray:
        """Classes with trainable samples."""
        return np.unique(self.labels[self.trainable])


def planted_kinds(state: LabelState) -> tuple[PlantedKind, ...]:
    """The kinds of errors that differ from each other; among two classes all are one kind."""
    every: tuple[PlantedKind, ...] = get_args(PlantedKind)
    return every if len(state.present) > 2 else every[:1]


def plant_errors(state: LabelState, kind: PlantedKind, seed: int) -> tuple[IntArray, IndexArray]:
    """Plants errors in a copy of the labels.

    Args:
        state: The labels; they stay as they are.
        kind: "random" takes any other class, "nearest" the nearest class, and "branch" another
            class of the smallest branch of the class tree with at least `BRANCH_CLASSES` classes.
        seed: The same seed plants the same errors.

    Returns:
        (N,) labels with planted errors, and the rows of the planted errors.

    Raises:
        LabelsError: If too few labels are probably right, or there is only one class.
    """
    random = np.random.default_rng([seed, get_args(PlantedKind).index(kind)])
    present = state.present
    if len(present) < 2:
        raise LabelsError(
            "The self-test needs at least two classes with images.",
            hint="Add images of another class and train again.",
        )
    rows = _drawn_rows(state, random)
    tree = _Branches(state.class_distances[np.ix_(present, present)])
    labels = state.labels.copy()
    for place, label in enumerate(present):
        own = rows[state.labels[rows] == label]
        if len(own):
            labels[own] = random.choice(present[tree.others(place, kind)], len(own))
    return labels, rows


def _drawn_rows(state: LabelState, random: np.random.Generator) -> IndexArray:
    """Draws rows whose labels are probably right; every class keeps `KEPT_OF_CLASS` of its own."""
    labelled = ~np.isnan(state.error_probability)
    images, right = int(labelled.sum()), np.flatnonzero(state.right)
    errors = float(state.error_probability[labelled].astype(np.float64).sum())
    share = min(max(LEAST_SHARE, errors / max(images, 1)), MOST_SHARE)
    count = max(LEAST_PLANTED, round(share * images))
    rows = random.permutation(right)
    order = np.argsort(state.labels[rows], kind="stable")
    _, first, inverse = np.unique(state.labels[rows[order]], return_index=True, return_inverse=True)
    rank = np.empty(len(rows), dtype=np.int64)
    rank[order] = np.arange(len(rows)) - first[inverse]
    size = np.bincount(state.labels[state.trainable], minlength=len(state.class_distances))
    rows = rows[rank < np.floor((1 - KEPT_OF_CLASS) * size[state.labels[rows]])]
    if len(rows) < LEAST_PLANTED:
        needed = round(LEAST_PLANTED / (1 - KEPT_OF_CLASS))
        raise LabelsError(
            Message(
                "Too few labels are probably right for a self-test: {count}, and it needs "
                "about {needed}.",
                count=len(right),
                needed=needed,
            ),
            hint="Add images, or review the most suspect ones and train again.",
        )
    return np.sort(rows[:count])


class _Branches:
    """The classes that are near each class.

    Args:
        distances: (J, J) distances between the classes.
    """

    def __init__(self, distances: FloatArray) -> None:
        self._distances = np.array(distances, dtype=np.float64)
        np.fill_diagonal(self._distances, np.inf)
        self._tree = class_tree(distances)
        self._parents = np.full(2 * len(distances) - 1, -1, dtype=np.int64)
        for joint, children in enumerate(self._tree.children):
            self._parents[children] = len(distances) + joint

    def others(self, index: int, kind: PlantedKind) -> IntArray:
        """Returns the classes that a planted label of a class is drawn from."""
        if kind == "random":
            return np.delete(np.arange(len(self._distances)), index)
        if kind == "nearest":
            return np.array([np.nanargmin(self._distances[index])])
        node, classes = index, np.array([index])
        while len(classes) < BRANCH_CLASSES and self._parents[node] >= 0:
            node = int(self._parents[node])
            classes = self._tree.classes(node)
        others: IntArray = classes[classes != index]
        return others


def judge_planted(
    state: LabelState, kind: PlantedKind, rows: IndexArray, error_probability: FloatArray
) -> PlantedResult:
    """Judges a training on labels with planted errors.

    Args:
        state: The labels without planted errors.
        kind: Kind of the errors.
        rows: Rows of the planted errors.
        error_probability: (N,) by the training on the labels with planted errors; NaN for an
            unlabelled sample.
    """
    labelled = np.flatnonzero(~np.isnan(error_probability))
    stated = error_probability[labelled].astype(np.float64)
    planted = np.isin(labelled, rows)
    own = state.error_probability[labelled].astype(np.float64)
    bins = _calibration(stated, np.where(planted, 1, own))
    distance = sum(each.images * abs(each.stated - each.observed) for each in bins)
    before = expected_errors(state.error_probability)[1]
    low, best, high = expected_errors(error_probability)
    return PlantedResult(
        kind=kind,
        planted=len(rows),
        found=_found(stated, planted, np.where(planted, 1, 1 - own)),
        calibration=bins,
        calibration_error=distance / len(labelled),
        estimate=(max(low - before, 0.0), max(best - before, 0.0), max(high - before, 0.0)),
    )


def _found(stated: Float64Array, planted: BoolArray, weight: Float64Array) -> tuple[float, ...]:
    """Returns the share of the planted errors within each of `BUDGETS`."""
    order = np.argsort(-stated, kind="stable")
    places = np.cumsum(weight[order])
    within = np.cumsum(planted[order])
    reviewed = np.searchsorted(places, np.array(BUDGETS) * places[-1] + 1e-9, side="right")
    shares = np.append(0, within)[reviewed] / max(int(planted.sum()), 1)
    return tuple(shares.tolist())


def _calibration(stated: Float64Array, wrong: Float64Array) -> tuple[CalibrationBin, ...]:
    """Returns the bins that hold images; for the error see Guo et al., ICML 2017."""
    place = np.clip((stated * BINS).astype(np.int64), 0, BINS - 1)
    images = np.bincount(place, minlength=BINS)
    sums, errors = (np.bincount(place, values, BINS) for values in (stated, wrong))
    return tuple(
        CalibrationBin(int(images[n]), float(sums[n] / images[n]), float(errors[n] / images[n]))
        for n in np.flatnonzero(images)
    )
