"""Evidence for and against a label: the nearest trusted images and the duplicates."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.types import IndexArray
from ahsml_app.core.geometry.poincare_numpy import distances_from
from ahsml_app.session.project.project import Project

MOST_NEIGHBOURS = 6

TRUSTED_WEIGHT = 0.5
"""Adaptive weight from which the label of an undecided image counts as trusted."""

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
        given: Nearest trusted images of the image's class.
        suggested: Nearest trusted images of the suggested class; empty if it is the same class.
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
    label, suggested = int(project.labels[row]), int(scores.suggested[row])
    group = int(scores.duplicate_group[row])
    group_rows = np.flatnonzero(scores.duplicate_group == group) if group >= 0 else np.empty(0, int)
    duplicates = group_rows[group_rows != row][: MOST_NEIGHBOURS + 1]
    return Evidence(
        given=_nearest_of_class(project, row, label),
        suggested=() if suggested == label else _nearest_of_class(project, row, suggested),
        duplicates=tuple(Neighbour(int(other), math.nan) for other in duplicates),
    )


def trusted_of_class(project: Project, label: int) -> IndexArray:
    """Rows with this label, if the user confirmed it or the training trusts it."""
    scores = project.scores
    if scores is None or label < 0:
        return np.empty(0, dtype=np.intp)
    members = np.flatnonzero(project.labels == label)
    kinds = project.kinds[members]
    weights = np.nan_to_num(scores.adaptive_weight[members])
    confirmed = (kinds == DecisionKind.KEEP) | (kinds == DecisionKind.RELABEL)
    undecided = kinds == DecisionKind.UNDECIDED
    learned = undecided & (weights >= TRUSTED_WEIGHT) & ~scores.flagged[members]
    mask = confirmed | learned
    trusted: IndexArray = members[mask]
    if len(trusted) > MOST_CANDIDATES:
        order = np.argsort(-weights[mask], kind="stable")[:MOST_CANDIDATES]
        trusted = np.sort(trusted[order])
    return trusted


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
    order = np.argsort(distances, kind="stable")[:MOST_NEIGHBOURS]
    return tuple(Neighbour(int(rows[i]), float(distances[i])) for i in order)
