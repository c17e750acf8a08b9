"""Nearest neighbours, hyperbolic and by cosine, through faiss.

On the hyperboloid the distance grows with an inner product that has one sign flipped (see
`poincare.lorentz_lift`), so an inner-product index ranks by true hyperbolic distance. faiss
computes in float32; its results are therefore candidates, a few more than needed, whose distances
are recomputed in float64 and sorted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from ahsml_app.base.events import CancelToken
from ahsml_app.base.types import Float64Array, FloatArray, IntArray, RealArray
from ahsml_app.core.geometry.neighbor_index import (
    EXACT_UP_TO,
    flat_index,
    inverted_index,
    query_order,
    sampled_rows,
)

Method = Literal["auto", "exact", "approximate"]

REDUCED_DIMENSION = 64
"""Principal axes in which candidates of wide features are looked up."""

_CHUNK = 2048  # queries between two checks of the cancel token
_BLOCK = 1 << 23  # numbers gathered at a time when distances are recomputed
_SPARE = 16  # candidates beyond k, so that rounding in float32 loses no neighbour
_RESOLVABLE = 8.0  # largest time coordinate whose inner products float32 resolves (to 2e-5)


@dataclass(frozen=True, slots=True)
class _Space:
    """One metric: vectors of the index, vectors to look up, and exact distances.

    Attributes:
        index: Maps rows of points to the float32 vectors of the index.
        query: Maps rows of queries to the float32 vectors to look up.
        measure: Maps (Q, D) queries and (Q, k, D) points to (Q, k) float64 distances.
        inner_product: Whether larger inner products are nearer; otherwise Euclidean distance.
        spare: Maps k to the number of candidates beyond k.
    """

    index: Callable[[RealArray], FloatArray]
    query: Callable[[RealArray], FloatArray]
    measure: Callable[[RealArray, RealArray], Float64Array]
    inner_product: bool
    spare: Callable[[int], int]


def nearest(
    points: RealArray,
    queries: RealArray | None,
    k: int,
    c: float,
    *,
    method: Method = "auto",
    cancel: CancelToken | None = None,
) -> tuple[Float64Array, IntArray]:
    """Finds the k nearest points of each query by hyperbolic distance, nearest first.

    Exact up to the resolution of float32 at the end of the list; points too near the boundary for
    float32 are compared in float64, which takes longer.

    Args:
        points: (N, D) points of the Poincare ball, float32 or float64.
        queries: (Q, D) points of the ball; None for the points themselves, which then do not find
            themselves.
        k: Neighbours per query.
        c: Negative curvature, > 0.
        method: "exact", "approximate" (an inverted file over the tangent space, recall above 0.95
            in the tests), or by the number of points.
        cancel: Asks the search to stop.

    Returns:
        (Q, k) float64 distances and (Q, k) indices into `points`; where there are fewer than k,
        the rest is infinity and -1.

    Raises:
        Cancelled: When asked to stop.
    """
    targets = points if queries is None else queries
    exact = method == "exact" or (method == "auto" and len(points) <= EXACT_UP_TO)
    if exact and max(_largest_time(points, c), _largest_time(targets, c)) > _RESOLVABLE:
        return _compare_all(points, queries, k, c, cancel)
    space = _lorentz_space(c) if exact else _tangent_space(c)
    return _search(points, queries, k, space, exact, cancel)


def nearest_cosine(
    features: RealArray,
    k: int,
    queries: RealArray | None = None,
    *,
    method: Method = "auto",
    cancel: CancelToken | None = None,
) -> tuple[Float64Array, IntArray]:
    """Finds the k nearest features of each query by cosine distance 1 - cos, nearest first.

    Args:
        features: (N, D) features of any length, float16 to float64; may be memory-mapped.
        k: Neighbours per query.
        queries: (Q, D) features; None for the features themselves, which then do not find
            themselves.
        method: "exact", "approximate" (an inverted file over the principal axes), or by the
            number of features.
        cancel: Asks the search to stop.

    Returns:
        (Q, k) float64 distances and (Q, k) indices into `features`; where there are fewer than k,
        the rest is infinity and -1.

    Raises:
        Cancelled: When asked to stop.
    """
    exact = method == "exact" or (method == "auto" and len(features) <= EXACT_UP_TO)
    vectors = _identity if exact else principal_axes(features)
    space = _Space(vectors, vectors, _cosine_distance, exact, _few if exact else _many)
    return _search(features, queries, k, space, exact, cancel)


def principal_axes(
    features: RealArray, dimension: int = REDUCED_DIMENSION, sample: int = 10_000
) -> Callable[[RealArray], FloatArray]:
    """Returns a projection of unit features onto their principal axes.

    The projection is orthogonal and never lengthens Euclidean distances: features within a radius
    stay within it, which makes it safe for looking up candidates.

    Args:
        features: (N, D) features of any length.
        dimension: Axes to keep, at most D.
        sample: Number of features to estimate the axes from.

    Returns:
        A function from (Q, D) features to their (Q, dimension) float32 coordinates.
    """
    sample_rows = unit_rows(features[sampled_rows(len(features), sample)])
    _, axes = np.linalg.eigh(
        sample_rows.T @ sample_rows - np.outer(sample_rows.mean(0), sample_rows.sum(0))
    )
    kept = np.ascontiguousarray(axes[:, ::-1][:, :dimension], dtype=np.float32)
    return lambda rows: unit_rows(rows) @ kept


def unit_rows(features: RealArray) -> FloatArray:
    """Scales features to length 1; a zero feature stays zero.

    Args:
        features: (N, D).

    Returns:
        (N, D) float32.
    """
    rows = np.ascontiguousarray(features, dtype=np.float32)
    length = np.sqrt(np.einsum("nd,nd->n", rows, rows))[:, None]
    unit: FloatArray = np.divide(rows, length, out=np.zeros_like(rows), where=length > 0)
    return unit


def _search(
    points: RealArray,
    queries: RealArray | None,
    k: int,
    space: _Space,
    exact: bool,
    cancel: CancelToken | None,
) -> tuple[Float64Array, IntArray]:
    exclude_self = queries is None
    targets = points if queries is None else queries
    if not len(points) or not len(targets) or k < 1:
        return np.full((len(targets), k), np.inf), np.full((len(targets), k), -1, dtype=np.int64)
    index = _filled(points, space, exact, cancel)
    wanted = min(len(points), k + int(exclude_self) + space.spare(k))
    order = query_order(index) if exclude_self else np.arange(len(targets))
    found = np.empty((len(targets), k)), np.empty((len(targets), k), dtype=np.int64)
    for start in range(0, len(targets), _CHUNK):
        _check(cancel)
        numbers = order[start : start + _CHUNK]
        rows = np.asarray(targets[numbers])
        _, candidates = index.search(space.query(rows), wanted)
        distances = _measured(points, rows, candidates, space)
        found[0][numbers], found[1][numbers] = _best(
            distances, candidates, k, numbers if exclude_self else None
        )
    return found


def _filled(points: RealArray, space: _Space, exact: bool, cancel: CancelToken | None) -> Any:
    if not exact:
        vectors = np.concatenate(
            [space.index(points[a : a + _CHUNK]) for a in range(0, len(points), _CHUNK)]
        )
        return inverted_index(vectors)
    index = None
    for start in range(0, len(points), _CHUNK):
        _check(cancel)
        vectors = space.index(points[start : start + _CHUNK])
        if index is None:
            index = flat_index(vectors.shape[1], inner_product=space.inner_product)
        index.add(vectors)
    return index


def _measured(
    points: RealArray, rows: RealArray, candidates: IntArray, space: _Space
) -> Float64Array:
    """Computes exact distances of the candidates, in blocks that bound the memory."""
    height = max(1, _BLOCK // (candidates.shape[1] * rows.shape[1]))
    distances = [
        space.measure(rows[a : a + height], points[candidates[a : a + height]])
        for a in range(0, len(rows), height)
    ]
    return np.where(candidates >= 0, np.concatenate(distances), np.inf)


def _best(
    distances: Float64Array, candidates: IntArray, k: int, queries: IntArray | None
) -> tuple[Float64Array, IntArray]:
    """Returns the k best candidates in order, padded; leaves out the query itself if numbered."""
    if queries is not None:
        distances[candidates == queries[:, None]] = np.inf
    candidates = np.where(np.isinf(distances), -1, candidates)
    order = np.argsort(distances, axis=1, kind="stable")[:, :k]
    missing = ((0, 0), (0, k - order.shape[1]))
    return (
        np.pad(np.take_along_axis(distances, order, 1), missing, constant_values=np.inf),
        np.pad(np.take_along_axis(candidates, order, 1), missing, constant_values=-1),
    )


def _compare_all(
    points: RealArray, queries: RealArray | None, k: int, c: float, cancel: CancelToken | None
) -> tuple[Float64Array, IntArray]:
    import torch

    from ahsml_app.core.geometry import poincare as hyperbolic

    exclude_self = queries is None
    targets = points if queries is None else queries
    stored_rows = torch.from_numpy(np.asarray(points, dtype=np.float64))
    wanted = min(len(points), k + int(exclude_self))
    height = max(1, _BLOCK // max(1, len(points)))
    results = []
    for start in range(0, len(targets), height):
        _check(cancel)
        query_rows = torch.from_numpy(np.asarray(targets[start : start + height], dtype=np.float64))
        distances, indices = hyperbolic.pairwise_distance(query_rows, stored_rows, c).topk(
            wanted, largest=False
        )
        numbers = np.arange(start, start + len(query_rows)) if exclude_self else None
        results.append(_best(distances.numpy(), indices.numpy(), k, numbers))
    return np.concatenate([d for d, _ in results]), np.concatenate([i for _, i in results])


def _check(cancel: CancelToken | None) -> None:
    if cancel is not None:
        cancel.check()


def _largest_time(points: RealArray, c: float) -> float:
    """Returns the largest time coordinate of the lifted points; it grows towards the boundary."""
    if not len(points):
        return 1.0
    squared = min(c * max(float((row**2).sum(1).max()) for row in _chunks(points)), 1 - 1e-12)
    return (1 + squared) / (1 - squared)


def _chunks(points: RealArray) -> list[Float64Array]:
    return [
        np.asarray(points[a : a + _CHUNK], dtype=np.float64) for a in range(0, len(points), _CHUNK)
    ]


def _lorentz_space(c: float) -> _Space:
    def index_vectors(rows: RealArray) -> FloatArray:
        import torch

        from ahsml_app.core.geometry import poincare as hyperbolic

        wide = torch.from_numpy(np.asarray(rows, dtype=np.float64))
        lifted: FloatArray = hyperbolic.lorentz_lift(wide, c).float().numpy()
        return lifted

    def query_vectors(rows: RealArray) -> FloatArray:
        lifted = index_vectors(rows)
        lifted[:, 0] *= -1
        return lifted

    return _Space(index_vectors, query_vectors, _hyperbolic_measure(c), True, _few)


def _tangent_space(c: float) -> _Space:
    """Returns a metric that looks up candidates by the distance of tangent vectors.

    An inverted file needs a space in which its lists are neighbourhoods; under the inner product of
    the hyperboloid they are not.
    """

    def tangent(rows: RealArray) -> FloatArray:
        import torch

        from ahsml_app.core.geometry.geoopt_ball import geoopt_ball

        wide = torch.from_numpy(np.asarray(rows, dtype=np.float64))
        vectors: FloatArray = geoopt_ball(c).logmap0(wide).float().numpy()
        return vectors

    return _Space(tangent, tangent, _hyperbolic_measure(c), False, _many)


def _hyperbolic_measure(c: float) -> Callable[[RealArray, RealArray], Float64Array]:
    def measure(rows: RealArray, candidates: RealArray) -> Float64Array:
        import torch

        from ahsml_app.core.geometry import poincare as hyperbolic

        ours = torch.from_numpy(np.asarray(rows, dtype=np.float64))[:, None, :]
        theirs = torch.from_numpy(np.asarray(candidates, dtype=np.float64))
        measured: Float64Array = hyperbolic.distance(ours, theirs, c).numpy()
        return measured

    return measure


def _cosine_distance(rows: RealArray, candidates: RealArray) -> Float64Array:
    ours = unit_rows(rows).astype(np.float64)
    shape = candidates.shape
    theirs = unit_rows(candidates.reshape(-1, shape[-1])).reshape(shape)
    distances: Float64Array = 1.0 - np.einsum("qd,qkd->qk", ours, theirs)
    return distances


def _identity(rows: RealArray) -> FloatArray:
    return unit_rows(rows)


def _few(k: int) -> int:  # noqa: ARG001 - the same for every k
    return _SPARE


def _many(k: int) -> int:
    return 3 * k + 4 * _SPARE
