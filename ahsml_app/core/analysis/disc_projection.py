"""The map: embeddings of the ball as points of the Poincaré disc, with the neighbours kept.

A hyperbolic neighbour embedding (ours; the forces are those of UMAP, McInnes et al. 2018, with
a = b = 1, the distances those of the disc as in hyperbolic t-SNE, Skrodzki et al. 2023): each
landmark is pulled to its nearest neighbours in the ball and pushed from random others, along
geodesics of the disc; springs to a few random others keep the order at large, so that families of
classes stay together. A weak radial force gives the distance from the centre a meaning: the more
clearly an image is nearer to one prototype than to all others, the farther out it lies. All other
points go to the midpoint of their nearest landmarks. `tests/benchmarks projection` compares it
with tangent PCA, HoroPCA and hyperbolic MDS.
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
"""Points that are embedded by forces; the others are placed between them."""

NEIGHBOURS = 15


_EPOCHS, _EPOCHS_AGAIN = 200, 80
_STEP, _STEP_AGAIN = 0.25, 0.1
_LONGEST_STEP = 1.0
_NEGATIVES = 30
_REPULSION = 2.0
_SPRINGS, _SPRING_SETS = 10, 5
"""Random others that a point is tied to in an epoch, and sets of them that take turns."""

_MEDIAN_LENGTH, _SHORTEST_LENGTH = 5.0, 0.5
"""What the median distance of the ball becomes in the disc, and the least that springs want."""

_SOFT, _STRONGEST = 0.01, 4.0
_RADIAL = 0.3
_NEAREST_RING, _FARTHEST_RING = 0.5, 4.0
"""Distances from the centre that the radial force wants for the least and the most clear images."""

_FARTHEST = 6.0
"""Largest distance from the centre; on a screen all beyond is the rim."""

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
    """Place embeddings and prototypes in the disc.

    Args:
        points: (N, D) points of the ball of curvature -c.
        prototypes: (K, D) class prototypes in the same ball.
        c: c > 0.
        earlier: (N,) where the same images lay before, NaN where that is not known; they come to
            lie near there again.
        seed: Of landmarks and negatives.
        cancel: Asks the work to stop.

    Yields:
        Progress.

    Raises:
        Cancelled: When asked to stop.
    """
    random = np.random.default_rng(seed)
    landmarks = np.sort(random.permutation(len(points))[:LANDMARKS])
    chosen = points[landmarks]
    initial = tangent_pca(chosen, c)
    before = None if earlier is None else earlier[landmarks].astype(np.complex128)
    known = np.zeros(len(chosen), dtype=bool) if before is None else ~np.isnan(before)
    start = _Start(initial, again=False)
    if before is not None and 2 * known.sum() > len(known):
        start = _Start(np.where(known, before, initial), again=True)
    placed = yield from _moved(chosen, prototypes, c, start, random, cancel)
    if before is not None and known.any():
        placed = np.asarray(fit_rotation(placed[known], before[known])(placed))
    asked = np.concatenate([points, prototypes])
    whole = np.empty(len(asked), dtype=np.complex64)
    chunks = range(0, len(asked), _CHUNK)
    for number, first in enumerate(chunks):
        if cancel is not None:
            cancel.check()
        rows = slice(first, first + _CHUNK)
        whole[rows] = _between(asked[rows], chosen, placed, c)
        yield Progress(Stage.MAP, 100 + 100 * (number + 1) // len(chunks), 200)
    whole[landmarks] = placed
    return Projection(whole[: len(points)], whole[len(points) :])


def tangent_pca(points: FloatArray, c: float) -> Complex128Array:
    """Two principal axes of the tangent space at the origin, back in the disc.

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
    # The sign of an axis is anybody's choice: its largest entry is positive.
    flat = tangent @ (axes * np.sign(axes[np.abs(axes).argmax(0), np.arange(axes.shape[1])]))
    return exp0(flat[:, 0] + 1j * (flat[:, 1] if flat.shape[1] > 1 else 0.0))


def exp0(v: Complex128Array) -> Complex128Array:
    """Exponential map at the centre: (N,) vectors, each half as long as the way it leads."""
    length = np.maximum(np.abs(v), 1e-300)
    return np.asarray(np.tanh(length) * v / length)


@dataclass(frozen=True, slots=True)
class _Start:
    """Where the landmarks start.

    Attributes:
        z: (M,) points of the disc.
        again: Whether most of them lay there in an earlier map, which they are to stay near.
    """

    z: Complex128Array
    again: bool


def _moved(
    points: FloatArray,
    prototypes: FloatArray,
    c: float,
    start: _Start,
    random: np.random.Generator,
    cancel: CancelToken | None,
) -> Generator[Event, None, Complex128Array]:
    """Let the forces move (M,) landmarks from where they start."""
    z, neighbours = start.z, min(NEIGHBOURS, len(points) - 1)
    if neighbours < 1:
        return z
    _, near = nearest(points, None, neighbours, c, cancel=cancel)
    wanted = _rings(points, prototypes, c)
    springs = _springs(points, c, random)
    epochs, step = (_EPOCHS_AGAIN, _STEP_AGAIN) if start.again else (_EPOCHS, _STEP)
    farthest = np.tanh(_FARTHEST / 2)
    for epoch in range(epochs):
        if cancel is not None:
            cancel.check()
        share = 1 - epoch / epochs
        force = _forces(z, near, random) + share * _spring_force(z, *springs[epoch % len(springs)])
        radius = np.abs(z)
        force += _RADIAL * (wanted - distance(z, np.zeros_like(z))) * z / np.maximum(radius, 1e-9)
        way = step * share * force
        way *= np.minimum(1, _LONGEST_STEP / np.maximum(np.abs(way), 1e-12))
        there = exp0(way / 2)
        z = (z + there) / (1 + np.conj(z) * there)
        z *= np.minimum(1, farthest / np.maximum(np.abs(z), 1e-12))
        yield Progress(Stage.MAP, 100 * (epoch + 1) // epochs, 200)
    return z


def _rings(points: FloatArray, prototypes: FloatArray, c: float) -> Float64Array:
    """(M,) wanted distances from the centre, by the rank of the gap between two prototypes."""
    if len(prototypes) < 2:
        return np.full(len(points), (_NEAREST_RING + _FARTHEST_RING) / 2)
    lengths, _ = nearest(prototypes, points, 2, c)
    rank = np.argsort(np.argsort(lengths[:, 1] - lengths[:, 0], kind="stable"))
    return np.asarray(_NEAREST_RING + (_FARTHEST_RING - _NEAREST_RING) * rank / len(rank))


def _springs(
    points: FloatArray, c: float, random: np.random.Generator
) -> list[tuple[IntArray, Float64Array]]:
    """Sets of (M, S) random others, and how far from them each point wants to be."""
    count = len(points)
    sets = [random.integers(0, count, (count, _SPRINGS)) for _ in range(_SPRING_SETS)]
    lengths = [pair_distances(points, points[others], c).astype(np.float64) for others in sets]
    scale = _MEDIAN_LENGTH / max(float(np.median(lengths[0])), 1e-6)
    return list(zip(sets, [scale * each for each in lengths], strict=True))


def _spring_force(z: Complex128Array, others: IntArray, wanted: Float64Array) -> Complex128Array:
    """(M,) mean pull of the springs, weaker for long ones as in Sammon's map."""
    pull, length = _directions(z[:, None], z[others])
    return np.asarray(((length - wanted) / np.maximum(wanted, _SHORTEST_LENGTH) * pull).mean(1))


def _forces(z: Complex128Array, near: IntArray, random: np.random.Generator) -> Complex128Array:
    """(M,) sum of pulls and pushes, in the plane that touches the disc at each point."""
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
    """Unit vectors along the shortest way, and its length."""
    way = (there - here) / (1 - np.conj(here) * there)
    size = np.minimum(np.abs(way), RIM)
    return way / np.maximum(size, 1e-12), 2 * np.arctanh(size)


def _between(
    points: FloatArray, landmarks: FloatArray, placed: Complex128Array, c: float
) -> Complex128Array:
    """(M,) midpoints of the nearest landmarks of each point, nearer ones counting more."""
    anchors = min(_ANCHORS, len(landmarks))
    lengths, found = nearest(landmarks, points, anchors, c)
    weights = 1 / (lengths**2 + 1e-6)
    return midpoints(placed[found], weights)
