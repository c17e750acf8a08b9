"""The map: projects embeddings of the ball to the Poincaré disc and preserves neighbours.

A hyperbolic neighbour embedding (ours; the forces are those of UMAP, McInnes et al. 2018, with
a = b = 1, the distances those of the disc as in hyperbolic t-SNE, Skrodzki et al. 2023): each
landmark is pulled to its nearest neighbours in the ball and pushed from random others, along
geodesics of the disc; springs to a few random others preserve the global layout, so that families
of classes stay together. A weak radial force gives the distance from the centre a meaning: the more
clearly an image is nearer to one prototype than to all others, the farther out it lies. Each
other point is placed at the midpoint of its nearest landmarks. `tests/benchmarks projection`
compares the map with tangent PCA, HoroPCA and hyperbolic MDS.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np

from ahsml_app.base.disc import RIM, distance, fit_rotation, midpoints
from ahsml_app.base.events import CancelToken, Event, Progress, Stage
from ahsml_app.base.types import Complex64Array, Complex128Array, Float64Array, FloatArray, IntArray
from ahsml_app.core.geometry.knn import nearest
from ahsml_app.core.geometry.poincare_numpy import pair_distances

LANDMARKS = 5000
"""Points that the forces arrange; the others are placed between them."""

NEIGHBOURS = 15


_EPOCHS, _EPOCHS_AGAIN = 200, 80
_STEP, _STEP_AGAIN = 0.25, 0.1
_LONGEST_STEP = 1.0
_NEGATIVES = 30
_REPULSION = 2.0
_SPRINGS, _SPRING_SETS = 10, 5
"""Random springs of a point in an epoch, and number of sets that alternate."""

_MEDIAN_LENGTH, _SHORTEST_LENGTH = 5.0, 0.5
"""Disc length of the ball's median distance, and shortest rest length of a spring."""

_SOFT, _STRONGEST = 0.01, 4.0
_RADIAL = 0.3
_NEAREST_RING, _FARTHEST_RING = 0.5, 4.0
"""Target distances from the centre for the least and the most clearly classified images."""

_FARTHEST = 6.0
"""Largest distance from the centre; a screen shows everything beyond it at the rim."""

_ANCHORS = 4
_CHUNK = 20_000


@dataclass(frozen=True, slots=True)
class Projection:
    """Points of the unit disc.

    Attributes:
        points: (N,) complex64, one for each embedding.
        prototypes: (K,) complex64, one for each class.
    """

    points: Complex64Array
    prototypes: Complex64Array


def project(
    points: FloatArray,
    prototypes: FloatArray,
    c: float,
    *,
    earlier: Complex64Array | None = None,
    seed: int = 0,
    cancel: CancelToken | None = None,
) -> Generator[Event, None, Projection]:
    """Projects embeddings and prototypes to the disc.

    Args:
        points: (N, D) points of the ball of curvature -c.
        prototypes: (K, D) class prototypes in the same ball.
        c: c > 0.
        earlier: (N,) positions of the same images in an earlier map, NaN where unknown; the new map
            stays near them.
        seed: Seed of landmarks and negatives.
        cancel: Asks to stop.

    Yields:
        Progress.

    Returns:
        The projection.

    Raises:
        Cancelled: When asked to stop.
    """
    random = np.random.default_rng(seed)
    landmarks = np.sort(random.permutation(len(points))[:LANDMARKS])
    landmark_points = points[landmarks]
    initial = tangent_pca(landmark_points, c)
    earlier_positions = None if earlier is None else earlier[landmarks].astype(np.complex128)
    mask = (
        np.zeros(len(landmark_points), dtype=bool)
        if earlier_positions is None
        else ~np.isnan(earlier_positions)
    )
    start = _Start(initial, again=False)
    if earlier_positions is not None and 2 * mask.sum() > len(mask):
        start = _Start(np.where(mask, earlier_positions, initial), again=True)
    positions = yield from _arrange(landmark_points, prototypes, c, start, random, cancel)
    if earlier_positions is not None and mask.any():
        positions = np.asarray(fit_rotation(positions[mask], earlier_positions[mask])(positions))
    vectors = np.concatenate([points, prototypes])
    result = np.empty(len(vectors), dtype=np.complex64)
    chunks = range(0, len(vectors), _CHUNK)
    for index, first in enumerate(chunks):
        if cancel is not None:
            cancel.check()
        rows = slice(first, first + _CHUNK)
        result[rows] = _interpolate(vectors[rows], landmark_points, positions, c)
        yield Progress(Stage.MAP, 100 + 100 * (index + 1) // len(chunks), 200)
    result[landmarks] = positions
    return Projection(result[: len(points)], result[len(points) :])


def tangent_pca(points: FloatArray, c: float) -> Complex128Array:
    """Projects to the two principal axes of the tangent space at the origin.

    Args:
        points: (N, D) points of the ball of curvature -c.
        c: c > 0.

    Returns:
        (N,) points of the unit disc.
    """
    length = np.sqrt(c) * np.linalg.norm(points.astype(np.float64), axis=1, keepdims=True)
    length = np.clip(length, 1e-12, 1 - 1e-6)
    tangent = points * (np.sqrt(c) * np.arctanh(length) / length)
    tangent -= tangent.mean(0)
    _, axes = np.linalg.eigh(tangent.T @ tangent)
    axes = axes[:, ::-1][:, :2]
    # The sign of an axis is arbitrary: its largest entry is positive.
    flat = tangent @ (axes * np.sign(axes[np.abs(axes).argmax(0), np.arange(axes.shape[1])]))
    return exp0(flat[:, 0] + 1j * (flat[:, 1] if flat.shape[1] > 1 else 0.0))


def exp0(v: Complex128Array) -> Complex128Array:
    """Exponential map at the centre: (N,) vectors, each half as long as its geodesic."""
    length = np.maximum(np.abs(v), 1e-300)
    return np.asarray(np.tanh(length) * v / length)


@dataclass(frozen=True, slots=True)
class _Start:
    """Initial positions of the landmarks.

    Attributes:
        z: (M,) points of the disc.
        again: Whether most positions come from an earlier map, which the new one stays near.
    """

    z: Complex128Array
    again: bool


def _arrange(
    points: FloatArray,
    prototypes: FloatArray,
    c: float,
    start: _Start,
    random: np.random.Generator,
    cancel: CancelToken | None,
) -> Generator[Event, None, Complex128Array]:
    """Moves (M,) landmarks by the forces, from their initial positions."""
    z, neighbours = start.z, min(NEIGHBOURS, len(points) - 1)
    if neighbours < 1:
        return z
    _, near = nearest(points, None, neighbours, c, cancel=cancel)
    target_radius = _rings(points, prototypes, c)
    springs = _springs(points, c, random)
    epochs, step = (_EPOCHS_AGAIN, _STEP_AGAIN) if start.again else (_EPOCHS, _STEP)
    farthest = np.tanh(_FARTHEST / 2)
    for epoch in range(epochs):
        if cancel is not None:
            cancel.check()
        share = 1 - epoch / epochs
        force = _forces(z, near, random) + share * _spring_force(z, *springs[epoch % len(springs)])
        radius = np.abs(z)
        force += (
            _RADIAL * (target_radius - distance(z, np.zeros_like(z))) * z / np.maximum(radius, 1e-9)
        )
        move = step * share * force
        move *= np.minimum(1, _LONGEST_STEP / np.maximum(np.abs(move), 1e-12))
        target = exp0(move / 2)
        z = (z + target) / (1 + np.conj(z) * target)
        z *= np.minimum(1, farthest / np.maximum(np.abs(z), 1e-12))
        yield Progress(Stage.MAP, 100 * (epoch + 1) // epochs, 200)
    return z


def _rings(points: FloatArray, prototypes: FloatArray, c: float) -> Float64Array:
    """Returns (M,) target radii by the rank of the gap between the two nearest prototypes."""
    if len(prototypes) < 2:
        return np.full(len(points), (_NEAREST_RING + _FARTHEST_RING) / 2)
    lengths, _ = nearest(prototypes, points, 2, c)
    rank = np.argsort(np.argsort(lengths[:, 1] - lengths[:, 0], kind="stable"))
    return np.asarray(_NEAREST_RING + (_FARTHEST_RING - _NEAREST_RING) * rank / len(rank))


def _springs(
    points: FloatArray, c: float, random: np.random.Generator
) -> list[tuple[IntArray, Float64Array]]:
    """Draws sets of (M, S) random others, with the rest length of each spring."""
    count = len(points)
    sets = [random.integers(0, count, (count, _SPRINGS)) for _ in range(_SPRING_SETS)]
    lengths = [pair_distances(points, points[others], c).astype(np.float64) for others in sets]
    scale = _MEDIAN_LENGTH / max(float(np.median(lengths[0])), 1e-6)
    return list(zip(sets, [scale * values for values in lengths], strict=True))


def _spring_force(
    z: Complex128Array, others: IntArray, rest_length: Float64Array
) -> Complex128Array:
    """Returns the (M,) mean force of the springs, weaker for long ones as in Sammon's map."""
    pull, length = _directions(z[:, None], z[others])
    return np.asarray(
        ((length - rest_length) / np.maximum(rest_length, _SHORTEST_LENGTH) * pull).mean(1)
    )


def _forces(z: Complex128Array, near: IntArray, random: np.random.Generator) -> Complex128Array:
    """Returns the (M,) sum of attraction and repulsion in the tangent plane of each point."""
    count, k = near.shape
    pull, length = _directions(z[:, None], z[near])
    strength = 2 * length / (1 + length**2)
    force = (strength * pull).sum(1)
    back, _ = _directions(z[near], z[:, None])
    back = (strength * back).ravel()
    tails = near.ravel()
    force += np.bincount(tails, back.real, count) + 1j * np.bincount(tails, back.imag, count)
    push, length = _directions(z[:, None], z[random.integers(0, count, (count, _NEGATIVES))])
    strength = np.minimum(2 / ((_SOFT + length) * (1 + length**2)), _STRONGEST)
    return np.asarray(force / k - _REPULSION * (strength * push).mean(1))


def _directions(
    here: Complex128Array, there: Complex128Array
) -> tuple[Complex128Array, Float64Array]:
    """Returns unit vectors along the geodesics and their lengths."""
    vector = (there - here) / (1 - np.conj(here) * there)
    length = np.minimum(np.abs(vector), RIM)
    return vector / np.maximum(length, 1e-12), 2 * np.arctanh(length)


def _interpolate(
    points: FloatArray, landmarks: FloatArray, positions: Complex128Array, c: float
) -> Complex128Array:
    """Returns (M,) midpoints of each point's nearest landmarks; nearer ones count more."""
    anchors = min(_ANCHORS, len(landmarks))
    lengths, indices = nearest(landmarks, points, anchors, c)
    weights = 1 / (lengths**2 + 1e-6)
    return midpoints(positions[indices], weights)
