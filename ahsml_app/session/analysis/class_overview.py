"""The data of the classes view: a snapshot of a project, and statistics computed from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.events import CancelToken
from ahsml_app.base.types import Embeddings, FloatArray, IndexArray, IntArray, Scores
from ahsml_app.core.analysis.class_stats import (
    EXAMPLES_PER_CLASS,
    ClassFacts,
    ReviewedLabels,
    class_facts,
    count_classes,
    prototype_distances,
)
from ahsml_app.core.analysis.dendrogram import ClassTree, class_tree
from ahsml_app.session.project.project import Project

__all__ = [
    "EXAMPLES_PER_CLASS",
    "ClassFacts",
    "ClassOverview",
    "ClassRequest",
    "ClassTree",
    "class_request",
    "find_classes",
]


@dataclass(frozen=True, slots=True)
class ClassRequest:
    """A snapshot of a project for the thread that analyses its classes.

    Attributes:
        names: Names of the J classes.
        class_ids: ID of each class (see `ClassRegistry`).
        labels: (N,) class of each image, -1 for none.
        kinds: (N,) kinds of the decisions.
        unreadable: Rows of the images that could not be read, which do not count.
        scores: Scores of the newest training; None before the first.
        embeddings: Embeddings of the newest training; None before the first.
        prototypes: (J, D) class prototypes in the ball; NaN for classes merged since the training.
    """

    names: tuple[str, ...]
    class_ids: tuple[str, ...]
    labels: IntArray
    kinds: IntArray
    unreadable: tuple[int, ...]
    scores: Scores | None
    embeddings: Embeddings | None
    prototypes: FloatArray | None


@dataclass(frozen=True, slots=True)
class ClassOverview:
    """The classes of a project, with statistics and dendrogram.

    Attributes:
        names: Names of the J classes.
        class_ids: ID of each class.
        facts: Statistics of the classes.
        tree: Dendrogram of the classes of the training; None before the first training, or for
            fewer than two classes.
    """

    names: tuple[str, ...]
    class_ids: tuple[str, ...]
    facts: ClassFacts
    tree: ClassTree | None


def class_request(project: Project) -> ClassRequest:
    """Takes a snapshot of the project."""
    arrays, indices = project.arrays(), project.classes.run_indices
    prototypes = arrays.get("prototypes")
    if prototypes is not None:
        prototypes = _of_present_classes(prototypes, indices)
    return ClassRequest(
        project.class_names,
        project.classes.class_ids,
        project.labels.copy(),
        project.kinds.copy(),
        tuple(project.unreadable),
        project.scores,
        project.embeddings,
        prototypes,
    )


def find_classes(
    request: ClassRequest, cancel: CancelToken | None = None, before: ClassOverview | None = None
) -> ClassOverview:
    """Computes the statistics and the dendrogram of the classes; callable from any thread.

    Args:
        request: The snapshot.
        cancel: Requests a stop.
        before: An earlier result on the same scores, whose dendrogram is reused.

    Raises:
        Cancelled: If a stop was requested.
    """
    names, labels, scores = request.names, request.labels, request.scores
    used = request.kinds != DecisionKind.DROP
    used[list(request.unreadable)] = False
    undecided = request.kinds == DecisionKind.UNDECIDED
    reviewed = ReviewedLabels(labels, used, undecided, len(names))
    if scores is None:
        return ClassOverview(names, request.class_ids, count_classes(reviewed), None)
    distances: FloatArray = np.full(len(labels), np.nan, dtype=np.float32)
    if request.embeddings is not None and request.prototypes is not None:
        points, c = request.embeddings.points, request.embeddings.curvature
        distances = prototype_distances(points, labels, request.prototypes, c, cancel)
    facts = class_facts(reviewed, scores, distances, cancel)
    tree = before.tree if before is not None else None
    if tree is None and len(scores.class_distances) > 1:
        tree = class_tree(np.asarray(scores.class_distances), cancel)
    return ClassOverview(names, request.class_ids, facts, tree)


def _of_present_classes(prototypes: FloatArray, indices: IntArray) -> FloatArray:
    """Prototypes of the current classes; NaN for a class merged since the training."""
    sizes: IndexArray = np.bincount(indices)
    if (sizes == 1).all():
        return prototypes
    present = np.full((len(sizes), prototypes.shape[1]), np.nan, dtype=np.float32)
    single = sizes[indices] == 1
    present[indices[single]] = prototypes[single]
    return present
