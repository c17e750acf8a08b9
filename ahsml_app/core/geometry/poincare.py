"""Geometry of the Poincare ball of curvature -c, on torch tensors.

The ball is the set of z with c * ||z||^2 < 1. Distances are geodesic lengths, so that a point
reached by `exp0(v)` lies 2 * ||v|| from the origin. Every function takes float32 (training) or
float64 (scores); half precision is upcast to float32, because near the boundary it cannot tell
points apart.

The maps are our own rather than those of geoopt's `PoincareBall`, which the tests compare them
with. Its float32 results differ in the last bits, so earlier results could not be reproduced, and
its maps and its import take longer (docs/decisions/23).

Formulas: Ganea et al., Hyperbolic Neural Networks, NeurIPS 2018 (exponential map, Mobius
addition, distance); Gulcehre et al., Hyperbolic Attention Networks, ICLR 2019 (Einstein
midpoint).
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

CLIP_RADIUS = 2.3
"""Largest norm of a feature before the exponential map (Hyp-ViT, Ermolov et al., CVPR 2022)."""

BOUNDARY_MARGIN = 1e-3
"""Points are kept this share of the ball's radius away from the boundary."""


def clip_features(v: Tensor, radius: float = CLIP_RADIUS) -> Tensor:
    """Shortens the rows that are longer than `radius`: v * min(1, radius / ||v||).

    Source: Guo et al., Clipped Hyperbolic Classifiers, CVPR 2022.

    Args:
        v: (..., D) features of the tangent space.
        radius: Largest norm that stays unchanged.

    Returns:
        (..., D) features.
    """
    v = _upcast(v)
    return v * (radius / _norm(v)).clamp(max=1.0)


def exp0(v: Tensor, c: float, eps: float = BOUNDARY_MARGIN) -> Tensor:
    """Exponential map at the origin: tanh(sqrt(c) ||v||) v / (sqrt(c) ||v||), then `project`.

    Args:
        v: (..., D) tangent vectors.
        c: Negative curvature, > 0.
        eps: See `project`; 0 leaves the result unchanged.

    Returns:
        (..., D) points of the ball.
    """
    v = _upcast(v)
    length = _norm(v) * math.sqrt(c)
    return project(v * (torch.tanh(length) / length), c, eps)


def log0(z: Tensor, c: float) -> Tensor:
    """Logarithmic map at the origin, the inverse of `exp0`.

    Args:
        z: (..., D) points of the ball.
        c: Negative curvature, > 0.

    Returns:
        (..., D) tangent vectors.
    """
    z = _upcast(z)
    length = (_norm(z) * math.sqrt(c)).clamp(max=1.0 - torch.finfo(z.dtype).eps)
    return z * (torch.atanh(length) / length)


def project(z: Tensor, c: float, eps: float = BOUNDARY_MARGIN) -> Tensor:
    """Moves points that are outside or too near the boundary back to (1 - eps) of the radius.

    Args:
        z: (..., D) points.
        c: Negative curvature, > 0.
        eps: Share of the radius kept free, 0 to 1.

    Returns:
        (..., D) points of the ball.
    """
    z = _upcast(z)
    return z * ((1.0 - eps) / (math.sqrt(c) * _norm(z))).clamp(max=1.0)


def pairwise_distance(x: Tensor, y: Tensor, c: float) -> Tensor:
    """Computes all geodesic distances between two sets, from one matrix product.

    d = 2 / sqrt(c) * asinh(sqrt(u)),  u = c ||x-y||^2 / ((1 - c||x||^2) (1 - c||y||^2)),
    which equals the arcosh form (method.md, section 1) but preserves small distances. A second
    product, of two columns, adds the squared norms, so that only `_length` visits all pairs. It
    computes in float64 where the device has it: float32 would lose distances below about 1e-3, and
    more near the boundary. Coinciding points have distance 0 with gradient 0.

    Args:
        x: (N, D) points of the ball.
        y: (M, D) points of the ball.
        c: Negative curvature, > 0.

    Returns:
        (N, M) distances, float64 for float64 input, otherwise float32.
    """
    x, y = _upcast(x), _upcast(y)
    dtype = torch.promote_types(x.dtype, y.dtype)
    wide = dtype if x.device.type == "mps" else torch.float64
    with torch.autocast(x.device.type, enabled=False):
        x, y = x.to(wide), y.to(wide)
        x2, y2 = _square(x), _square(y)
        ones_x, ones_y = torch.ones_like(x2), torch.ones_like(y2)
        room_x, room_y = _room(x2, c), _room(y2, c)
        left = torch.cat([c * x2, ones_x], dim=1) / room_x
        right = torch.cat([ones_y, c * y2], dim=1) / room_y
        u = torch.addmm(left @ right.T, x * (-2 * c / room_x), (y / room_y).T).to(dtype)
        # Rounding error of a point's distance to itself; no other point is as near.
        noise = 8 * torch.finfo(wide).eps * (c * x2 / room_x.square()).detach()
    return _length(u, c, noise.to(dtype))


def distance(x: Tensor, y: Tensor, c: float) -> Tensor:
    """Computes the geodesic distance of corresponding rows.

    Args:
        x: (..., D) points of the ball.
        y: (..., D) points of the ball, broadcast against `x`.
        c: Negative curvature, > 0.

    Returns:
        (...) distances; 0 with gradient 0 where the points coincide.
    """
    x, y = _upcast(x), _upcast(y)
    u = c * _square(x - y) / (_room(_square(x), c) * _room(_square(y), c))
    return _length(u, c, torch.zeros_like(u)).squeeze(-1)


def klein_to_poincare(k: Tensor, c: float) -> Tensor:
    """Maps points of the Klein model to the ball: k / (1 + sqrt(1 - c ||k||^2)).

    Args:
        k: (..., D) points of the Klein ball.
        c: Negative curvature, > 0.

    Returns:
        (..., D) points of the Poincare ball.
    """
    k = _upcast(k)
    return k / (1 + _room(_square(k), c).sqrt())


def lorentz_lift(z: Tensor, c: float) -> Tensor:
    """Lifts points to the unit hyperboloid, time coordinate first.

    There, cosh(sqrt(c) d(x, y)) = x_0 y_0 - <x_rest, y_rest>: an inner product with one sign
    flipped, which ranks by true distance in any inner-product index.

    Args:
        z: (..., D) points of the Poincare ball.
        c: Negative curvature, > 0.

    Returns:
        (..., D + 1) points: (1 + c||z||^2, 2 sqrt(c) z) / (1 - c||z||^2).
    """
    z = _upcast(z)
    squared = _square(z)
    room = _room(squared, c)
    return torch.cat([(1 + c * squared) / room, 2 * math.sqrt(c) * z / room], dim=-1)


def einstein_midpoint(z: Tensor, weights: Tensor, c: float) -> Tensor:
    """Computes weighted Einstein midpoints: Klein means with Lorentz factors as weights.

    On the hyperboloid, the weighted sum (t, s) of the lifted points has the midpoint s / t in the
    Klein model, so that one matrix product computes all K midpoints.

    Args:
        z: (N, D) points of the Poincare ball.
        weights: (N,) or (N, K) weights >= 0.
        c: Negative curvature, > 0.

    Returns:
        (K, D) points of the Poincare ball (K = 1 for weights of one dimension); the origin where
        all weights are 0.
    """
    lifted = lorentz_lift(z, c)
    columns = weights.to(lifted.dtype).reshape(len(lifted), -1)
    with torch.autocast(z.device.type, enabled=False):
        total = columns.T @ lifted
    return midpoint_of_sum(total, c)


def midpoint_of_sum(total: Tensor, c: float) -> Tensor:
    """Returns the Einstein midpoints whose weighted sums of lifted points are given.

    Args:
        total: (K, D + 1) sums of points of `lorentz_lift` times weights >= 0.
        c: Negative curvature, > 0.

    Returns:
        (K, D) points of the Poincare ball; the origin where all weights are 0.
    """
    time = total[:, :1]
    empty = time <= 0
    klein = total[:, 1:] / torch.where(empty, 1.0, time) / math.sqrt(c)
    return klein_to_poincare(klein, c)


def _upcast(x: Tensor) -> Tensor:
    return x if x.dtype == torch.float64 else x.float()


def _square(x: Tensor) -> Tensor:
    return x.square().sum(-1, keepdim=True)


def _norm(x: Tensor) -> Tensor:
    """Norm with gradient 0 instead of NaN at the origin; never exactly 0."""
    return _square(x).clamp_min(torch.finfo(x.dtype).tiny ** 0.5).sqrt()


def _room(squared: Tensor, c: float) -> Tensor:
    """Returns 1 - c ||z||^2, kept above 0 for points that rounding moved to the boundary."""
    return (1 - c * squared).clamp_min(torch.finfo(squared.dtype).eps)


def _length(u: Tensor, c: float, noise: Tensor) -> Tensor:
    """2 / sqrt(c) * asinh(sqrt(u)); 0 with gradient 0 where u does not exceed the noise."""
    apart = u > noise.clamp_min(torch.finfo(u.dtype).tiny)
    u = torch.where(apart, u, 1.0)
    # asinh(r) = log1p(r + r^2 / (1 + sqrt(1 + r^2))): torch.asinh is ten times slower on a CPU.
    angle = torch.log1p(u.sqrt() + u / (1 + (1 + u).sqrt()))
    return torch.where(apart, angle, 0.0) * (2 / math.sqrt(c))
