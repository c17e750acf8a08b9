"""The map of a project: computed once per training and stored with its scores."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ahsml_app.base.disc import midpoints
from ahsml_app.base.events import CancelToken, Event
from ahsml_app.base.types import BoolArray, Complex64Array, FloatArray, IntArray
from ahsml_app.session.project.project import Project
from ahsml_app.store.files.training_arrays import newest_array, write_array

_POINTS, _PROTOTYPES, _ORDER = "map", "map-prototypes", "map-order"


@dataclass(frozen=True, slots=True)
class DiscMap:
    """Positions of all images and prototypes in the Poincaré disc.

    Attributes:
        number: Number of the training that the map shows.
        points: (N,) complex points, |z| < 1; NaN for images that could not be read.
        prototypes: (K,) points of the training's classes.
        order: (K,) these classes in the order of the leaves of the dendrogram.
    """

    number: int
    points: Complex64Array
    prototypes: Complex64Array
    order: IntArray


@dataclass(frozen=True, slots=True)
class MapRequest:
    """A snapshot of a project for the thread that computes its map.

    Attributes:
        project: Folder of the project.
        number: Number of the training.
        points: (N, D) embeddings in the ball of curvature -c.
        prototypes: (K, D) class prototypes in the same ball.
        curvature: c > 0 of the ball of curvature -c.
        scored: (N,) mask of the readable images.
        distances: (K, K) distances between the classes.
        keep: Whether to store the map in the project.
    """

    project: Path
    number: int
    points: FloatArray
    prototypes: FloatArray
    curvature: float
    scored: BoolArray
    distances: FloatArray
    keep: bool


def stored_map(project: Project) -> DiscMap | None:
    """The stored map of the newest training, or None."""
    arrays = project.arrays()
    if project.run is None or _ORDER not in arrays:
        return None
    points, prototypes = np.array(arrays[_POINTS]), np.array(arrays[_PROTOTYPES])
    return DiscMap(project.run["number"], points, prototypes, np.array(arrays[_ORDER]))


def map_request(project: Project) -> MapRequest | None:
    """The inputs of `draw_map`, for another thread; None before the first training."""
    if project.run is None or project.embeddings is None or project.scores is None:
        return None
    arrays = project.arrays()
    return MapRequest(
        project=project.folder,
        number=project.run["number"],
        points=project.embeddings.points,
        prototypes=arrays["prototypes"],
        curvature=project.embeddings.curvature,
        scored=np.array(arrays["scored"]),
        distances=np.array(arrays["score-class_distances"]),  # of the training's own classes
        keep=not project.read_only,
    )


def present_classes(disc_map: DiscMap, project: Project) -> tuple[Complex64Array, IntArray]:
    """Prototypes and order of the current classes.

    Returns:
        (J,) points, for a merged class the midpoint of its parts; and (J,) class indices in the
        order of the leaves of the dendrogram.
    """
    indices = project.classes.run_indices
    if np.array_equal(indices, np.arange(len(indices))) or len(indices) != len(disc_map.order):
        return disc_map.prototypes, disc_map.order
    members = indices == np.arange(indices.max() + 1)[:, None]
    points = midpoints(disc_map.prototypes[None, :], members.astype(np.float64))
    order = indices[disc_map.order]
    _, first = np.unique(order, return_index=True)
    return points.astype(np.complex64), order[np.sort(first)]


def draw_map(
    request: MapRequest, cancel: CancelToken | None = None
) -> Generator[Event, None, DiscMap]:
    """Projects the embeddings to the disc, aligned with the map of an earlier training.

    Yields:
        Progress.

    Raises:
        Cancelled: If a stop was requested.
    """
    from ahsml_app.core.analysis.dendrogram import class_order
    from ahsml_app.core.analysis.disc_projection import project as projected

    rows = np.flatnonzero(request.scored)
    earlier = newest_array(request.project, request.number, _POINTS)
    result = yield from projected(
        np.asarray(request.points)[rows],
        np.asarray(request.prototypes),
        request.curvature,
        earlier=None if earlier is None else earlier[rows],
        cancel=cancel,
    )
    points = np.full(len(request.points), np.nan, dtype=np.complex64)
    points[rows] = result.points
    order = class_order(np.asarray(request.distances))
    if request.keep:
        # The order is written last, so if it exists, the others exist too.
        write_array(request.project, request.number, _POINTS, points)
        write_array(request.project, request.number, _PROTOTYPES, result.prototypes)
        write_array(request.project, request.number, _ORDER, order)
    return DiscMap(request.number, points, result.prototypes, order)
