"""What the classes view shows: a snapshot of a project, and what any thread makes of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.events import CancelToken
from ahsml_app.base.types import Embeddings, FloatArray, IndexArray, IntArray, Scores
from ahsml_app.core.analysis.class_stats import (
    PICTURES,
    ClassFacts,
    ReviewedLabels,
    class_facts,
    count_classes,
    prototype_distances,
)
from ahsml_app.core.analysis.dendrogram import ClassTree, class_tree
from ahsml_app.session.project.project import Project

__all__ = [
    "PICTURES",
    "ClassFacts",
    "ClassOverview",
    "ClassRequest",
    "ClassTree",
    "class_request",
    "find_classes",
]


@dataclass(frozen=True, slots=True)
class ClassRequest:
    """A snapshot of a project for the thread that looks at its classes.

    Attributes:
        names: Of the J classes.
        keys: What stays of each when it gets another name (see `ClassBook`).
        labels: (N,) class of each image, -1 for none.
        kinds: (N,) kinds of the decisions.
        scores: Of the newest training; None before the first.
        embeddings: Likewise.
        prototypes: (K, D) of the classes that the training knew just so; NaN for merged ones.
    """

    names: tuple[str, ...]
    keys: tuple[str, ...]
    labels: IntArray
    kinds: IntArray
    scores: Scores | None
    embeddings: Embeddings | None
    prototypes: FloatArray | None


@dataclass(frozen=True, slots=True)
class ClassOverview:
    """The classes.

    Attributes:
        names: Of the J classes.
        keys: Of each.
        facts: About each.
        tree: Of those that the training knew; None before the first, and of fewer than two.
    """

    names: tuple[str, ...]
    keys: tuple[str, ...]
    facts: ClassFacts
    tree: ClassTree | None


def class_request(project: Project) -> ClassRequest:
    """A snapshot of what the project holds now."""
    arrays, places = project.arrays(), project.classes.run_places
    prototypes = arrays.get("prototypes")
    if prototypes is not None:
        prototypes = _of_present_classes(prototypes, places)
    return ClassRequest(
        project.class_names,
        project.classes.keys,
        project.labels.copy(),
        project.kinds.copy(),
        project.scores,
        project.embeddings,
        prototypes,
    )


def find_classes(
    request: ClassRequest, cancel: CancelToken | None = None, before: ClassOverview | None = None
) -> ClassOverview:
    """Count, estimate and compare; callable from any thread.

    Args:
        request: The snapshot.
        cancel: Asks to stop.
        before: An earlier result on the same scores, whose tree is taken over.

    Raises:
        Cancelled: When asked to stop.
    """
    names, labels, scores = request.names, request.labels, request.scores
    used = request.kinds != DecisionKind.DROP
    if scores is None:
        return ClassOverview(names, request.keys, count_classes(labels, used, len(names)), None)
    distances: FloatArray = np.full(len(labels), np.nan, dtype=np.float32)
    if request.embeddings is not None and request.prototypes is not None:
        points, c = request.embeddings.points, request.embeddings.curvature
        distances = prototype_distances(points, labels, request.prototypes, c, cancel)
    undecided = request.kinds == DecisionKind.UNDECIDED
    reviewed = ReviewedLabels(labels, used, undecided, len(names))
    facts = class_facts(reviewed, scores, distances, cancel)
    tree = before.tree if before is not None else None
    if tree is None and len(scores.class_distances) > 1:
        tree = class_tree(np.asarray(scores.class_distances), cancel)
    return ClassOverview(names, request.keys, facts, tree)


def _of_present_classes(prototypes: FloatArray, places: IntArray) -> FloatArray:
    """Prototypes by the classes as they are now; a merged class has none until it is trained."""
    sizes: IndexArray = np.bincount(places)
    if (sizes == 1).all():
        return prototypes
    present = np.full((len(sizes), prototypes.shape[1]), np.nan, dtype=np.float32)
    single = sizes[places] == 1
    present[places[single]] = prototypes[single]
    return present
