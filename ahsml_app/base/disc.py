"""Geometry of the Poincaré disc of curvature -1, on complex numbers.

A point is a complex number z with |z| < 1; its distance from the centre is 2 artanh |z|. Every
isometry is z -> (alpha w + beta) / (conj(beta) w + conj(alpha)) with |alpha|^2 - |beta|^2 = 1 and
w = z, or w = conj(z) for reflections.

Formulas: Anderson, Hyperbolic Geometry, 2nd ed. 2005; the translation that moves one point to
another: Lamping and Rao, The hyperbolic browser, J. Visual Languages and Computing 7, 1996; the
midpoint: Gulcehre et al., Hyperbolic Attention Networks, ICLR 2019.
"""

from __future__ import annotations

import cmath
import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ahsml_app.base.types import ComplexArray, RealArray

RIM = 1 - 1e-9
"""Largest |z| in use; rounding errors would carry larger ones out of the disc."""

_FIT_STEPS = 6


@dataclass(frozen=True, slots=True)
class Isometry:
    """A map of the disc onto itself that preserves all distances.

    Attributes:
        alpha: First coefficient of the map in the module's formula.
        beta: Second coefficient.
        mirrored: Whether the map conjugates the point first.
    """

    alpha: complex = 1 + 0j
    beta: complex = 0j
    mirrored: bool = False

    def __call__(self, z: ComplexArray) -> ComplexArray:
        """Maps points (...) to points (...) of the same dtype."""
        w = np.conj(z) if self.mirrored else z
        alpha, beta = self.alpha, self.beta
        moved: ComplexArray = (alpha * w + beta) / (beta.conjugate() * w + alpha.conjugate())
        return moved

    def point(self, z: complex) -> complex:
        """Maps one point."""
        w = z.conjugate() if self.mirrored else z
        alpha, beta = self.alpha, self.beta
        return (alpha * w + beta) / (beta.conjugate() * w + alpha.conjugate())

    def after(self, first: Isometry) -> Isometry:
        """The composition: applies `first`, then this isometry."""
        a, b = first.alpha, first.beta
        if self.mirrored:
            a, b = a.conjugate(), b.conjugate()
        alpha = self.alpha * a + self.beta * b.conjugate()
        beta = self.alpha * b + self.beta * a.conjugate()
        # Rounding errors add up over many drags; normalising removes them.
        size = math.sqrt(max(abs(alpha) ** 2 - abs(beta) ** 2, 1e-300))
        return Isometry(alpha / size, beta / size, self.mirrored != first.mirrored)

    def inverse(self) -> Isometry:
        """The inverse isometry."""
        if self.mirrored:
            return Isometry(self.alpha, -self.beta.conjugate(), mirrored=True)
        return Isometry(self.alpha.conjugate(), -self.beta)


def translation(to: complex) -> Isometry:
    """The translation without rotation that maps the centre to a point: Möbius addition."""
    to = inside(to)
    size = math.sqrt(1 - abs(to) ** 2)
    return Isometry(1 / size + 0j, to / size)


def dragging(start: complex, end: complex) -> Isometry:
    """The translation, without rotation at the centre, that maps one point to another."""
    start, end = inside(start), inside(end)
    gap = end - start
    scale = 1 - abs(start * end) ** 2
    return translation((gap + start * end * gap.conjugate()) / scale)


def rotation(angle: float) -> Isometry:
    """The rotation about the centre by an angle in radians."""
    return Isometry(cmath.exp(0.5j * angle))


def inside(z: complex) -> complex:
    """The point itself, or the nearest point with |z| <= `RIM`."""
    size = abs(z)
    return z if size <= RIM else z * (RIM / size)


def distance(x: ComplexArray, y: ComplexArray) -> RealArray:
    """(...) geodesic distances of corresponding points: 2 artanh |(y - x) / (1 - conj(x) y)|."""
    ratio = np.abs((y - x) / (1 - np.conj(x) * y))
    lengths: RealArray = 2 * np.arctanh(np.minimum(ratio, RIM))
    return lengths


def geodesics(x: ComplexArray, y: ComplexArray, steps: int) -> npt.NDArray[np.complex128]:
    """Equidistant points along the geodesics between pairs of points.

    Args:
        x: (M,) start points.
        y: (M,) end points.
        steps: Number S of points on each geodesic, both ends included.

    Returns:
        (M, S) points.
    """
    start = np.asarray(x, dtype=np.complex128)[:, None]
    direction = (y[:, None] - start) / (1 - np.conj(start) * y[:, None])
    size = np.minimum(np.abs(direction), RIM)
    lengths = np.tanh(np.arctanh(size) * np.linspace(0, 1, steps))
    step = direction / np.maximum(size, 1e-300) * lengths
    line: npt.NDArray[np.complex128] = (step + start) / (1 + np.conj(start) * step)
    return line


def midpoints(z: ComplexArray, weights: RealArray) -> npt.NDArray[np.complex128]:
    """Weighted Einstein midpoints, which commute with isometries (Gulcehre et al. 2019).

    Args:
        z: (..., N) points.
        weights: (..., N) weights >= 0.

    Returns:
        (...) points; the centre where all weights are 0.
    """
    square = np.minimum(np.abs(z.astype(np.complex128)) ** 2, RIM)
    lifted = weights / (1 - square)
    time = ((1 + square) * lifted).sum(-1)
    klein = 2 * (z * lifted).sum(-1) / np.where(time > 0, time, 1)
    middle: npt.NDArray[np.complex128] = klein / (
        1 + np.sqrt(np.maximum(1 - np.abs(klein) ** 2, 0.0))
    )
    return middle


def fit_rotation(source: ComplexArray, target: ComplexArray) -> Isometry:
    """The rotation about the centre, with or without reflection, that best aligns points (ours).

    The angle is that of a Procrustes fit, iterated with weights 1 / (1 + d^2), so that points that
    really moved have little influence. The centre is fixed, because the distance from it is
    meaningful.

    Args:
        source: (N,) points to map.
        target: (N,) their desired positions.
    """
    best, least = Isometry(), math.inf
    for flip in (Isometry(), Isometry(mirrored=True)):
        flipped, weights = flip(source), np.ones(len(source))
        for _ in range(_FIT_STEPS):
            angle = cmath.phase(complex((weights * np.conj(flipped) * target).sum()))
            lengths = distance(flipped * cmath.exp(1j * angle), target)
            weights = 1 / (1 + lengths**2)
        loss = float(np.log1p(lengths**2).sum())
        if loss < least:
            best, least = rotation(angle).after(flip), loss
    return best
