"""Evidence for and against a label: the nearest trusted images and the duplicates."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.folder_changes import SampleState
from ahsml_app.base.types import IndexArray, IntArray
from ahsml_app.core.geometry.poincare_numpy import distances_from
from ahsml_app.session.project.project import Project

MOST_NEIGHBOURS, MOST_ALIKE = 6, 60

TRUSTED_WEIGHT = 0.5
"""Adaptive weight from which the label of an undecided image counts as trusted."""

TRUSTED_ERROR = 0.1
"""Error probability up to which it does."""

TRUSTED_OUTLIER = 0.1
"""Outlier probability up to which it does."""

CONFIRMED_FIRST = 3
"""How many of the shown images are confirmed ones, if there are as many; the others are nearest."""

_CONFIRMED = (int(DecisionKind.KEEP), int(DecisionKind.RELABEL))

MOST_CANDIDATES = 20_000
"""Largest number of trusted images of a class to measure; the most trusted ones are kept."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An image and its hyperbolic distance; NaN if not measured."""

    row: int
    distance: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """Images to compare with an image by eye.

    Attributes:
        given: Nearest trusted images of the image's class, confirmed ones first.
        suggested: Nearest trusted images of the suggested class; empty if it is the same class,
            and for an outlier.
        duplicates: Exact and near duplicates.
    """

    given: tuple[Neighbour, ...]
    suggested: tuple[Neighbour, ...]
    duplicates: tuple[Neighbour, ...]


def evidence_for(project: Project, row: int) -> Evidence | None:
    """Evidence of one image; None before the first training."""
    scores = project.scores
    if scores is None:
        return None
    if scores.top_labels[row, 0] < 0:  # nothing is near an image that was not read
        return Evidence((), (), ())
    label, suggested = int(project.labels[row]), int(scores.suggested[row])
    group = int(scores.duplicate_group[row])
    group_rows = np.flatnonzero(scores.duplicate_group == group) if group >= 0 else np.empty(0, int)
    duplicates = group_rows[group_rows != row][: MOST_NEIGHBOURS + 1]
    offered = suggested != label and not scores.outlier[row]
    return Evidence(
        given=_nearest_of_class(project, row, label),
        suggested=_nearest_of_class(project, row, suggested) if offered else (),
        duplicates=tuple(Neighbour(int(other), math.nan) for other in duplicates),
    )


def trusted_of_class(project: Project, label: int) -> IndexArray:
    """Rows with this label, if the user confirmed it or the training trusts it.

    The training trusts a label with a large weight and a small error probability, of an image that
    belongs to a class. Where few labels are that sure, the surest quarter of the class counts.
    """
    scores = project.scores
    if scores is None or label < 0:
        return np.empty(0, dtype=np.intp)
    present = project.states != SampleState.MISSING  # or there is nothing to compare with
    read = scores.top_labels[:, 0] >= 0
    members = np.flatnonzero((project.labels == label) & present & read)
    kinds = project.kinds[members]
    weights = np.nan_to_num(scores.adaptive_weight[members])
    wrong = np.nan_to_num(scores.error_probability[members], nan=1.0)
    outlier = np.nan_to_num(scores.outlier_probability[members])
    undecided = kinds == DecisionKind.UNDECIDED
    quarter = float(np.quantile(wrong, 0.25)) if len(members) else 0.0
    sure = (wrong <= min(max(TRUSTED_ERROR, quarter), 0.5)) & (outlier <= TRUSTED_OUTLIER)
    mask = np.isin(kinds, _CONFIRMED) | (undecided & (weights >= TRUSTED_WEIGHT) & sure)
    trusted: IndexArray = members[mask]
    if len(trusted) > MOST_CANDIDATES:
        order = np.argsort(-weights[mask], kind="stable")[:MOST_CANDIDATES]
        trusted = np.sort(trusted[order])
    return trusted


def alike_rows(project: Project, rows: IntArray, most: int = MOST_ALIKE) -> IntArray:
    """These images, and those that lie nearest to any of them, the nearest first."""
    embeddings, scores = project.embeddings, project.scores
    if embeddings is None or scores is None:
        return np.empty(0, dtype=np.int64)
    nearest = np.full(len(project.table), np.inf, dtype=np.float32)
    for row in rows[:MOST_ALIKE]:
        point = embeddings.points[row]
        distances = distances_from(point, embeddings.points, embeddings.curvature)
        nearest = np.minimum(nearest, np.nan_to_num(distances, nan=np.inf))
    nearest[(project.states == SampleState.MISSING) | (scores.top_labels[:, 0] < 0)] = np.inf
    nearest[rows] = -1.0
    order = np.argsort(nearest, kind="stable")[: len(rows) + most]
    return order[np.isfinite(nearest[order])].astype(np.int64)


def _nearest_of_class(project: Project, row: int, label: int) -> tuple[Neighbour, ...]:
    embeddings = project.embeddings
    rows = trusted_of_class(project, label)
    rows = rows[rows != row]
    scores = project.scores
    if scores is not None and scores.fold_group[row] >= 0:  # a copy is no evidence
        rows = rows[scores.fold_group[rows] != scores.fold_group[row]]
    if embeddings is None or not len(rows):
        return ()
    distances = distances_from(
        embeddings.points[row], embeddings.points[rows], embeddings.curvature
    )
    order = np.argsort(distances, kind="stable")
    confirmed = np.isin(project.kinds[rows[order]], _CONFIRMED)
    first = order[confirmed][:CONFIRMED_FIRST]
    others = order[~np.isin(order, first)][: MOST_NEIGHBOURS - len(first)]
    chosen = np.concatenate([first, others])
    return tuple(Neighbour(int(rows[i]), float(distances[i])) for i in chosen)
