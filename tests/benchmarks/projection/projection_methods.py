"""Other ways to the disc, beside the product's: HoroPCA, MDS of the classes, flat t-SNE."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from ahsml_app.base.disc import RIM, midpoints
from ahsml_app.core.analysis.disc_projection import exp0
from ahsml_app.core.geometry.geoopt_ball import geoopt_ball
from ahsml_app.core.geometry.poincare import (
    einstein_midpoint,
    lorentz_lift,
    pairwise_distance,
)

Disc = npt.NDArray[np.complex128]
Points = npt.NDArray[np.float32]

_STEPS, _SAMPLE, _RATE = 200, 800, 0.02
_TEMPERATURE = 0.5
_MDS_STEPS, _MDS_STEP, _SPREAD = 400, 0.2, 5.0


def horo_pca(points: Points, c: float) -> Disc:
    """Horospherical projection to the plane of two ideal points that keeps most variance.

    Chami et al., HoroPCA, ICML 2021. With ideal points Q1, Q2 on the light cone and
    N = (1, q1 + q2) the projection is a Q1 + b Q2 - n N, where a and b keep both Busemann values
    and n = sqrt(2ab - 1) puts it on the hyperboloid, on the side of the origin.
    """
    z = torch.from_numpy(points).double()
    middle = einstein_midpoint(z, torch.ones(len(z), dtype=torch.float64), c)
    centred = geoopt_ball(c).mobius_add(-middle, z, project=False)
    lifted = lorentz_lift(centred, c)
    random = torch.Generator().manual_seed(0)
    chosen = lifted[torch.randperm(len(lifted), generator=random)[:_SAMPLE]]
    _, _, axes = torch.linalg.svd(chosen[:, 1:] - chosen[:, 1:].mean(0), full_matrices=False)
    basis = axes[:2].T.clone().requires_grad_(requires_grad=True)
    optimizer = torch.optim.Adam([basis], lr=_RATE)
    for _ in range(_STEPS):
        optimizer.zero_grad()
        flat = _horospherical(chosen, torch.linalg.qr(basis)[0])
        inner = flat[:, :1] * flat[:, 0] - flat[:, 1:] @ flat[:, 1:].T
        loss = -torch.acosh(inner.clamp_min(1 + 1e-9)).square().mean()
        loss.backward()
        optimizer.step()
    flat = _horospherical(lifted, torch.linalg.qr(basis)[0]).detach().numpy()
    return np.asarray((flat[:, 1] + 1j * flat[:, 2]) / (1 + flat[:, 0]))


def _horospherical(lifted: torch.Tensor, basis: torch.Tensor) -> torch.Tensor:
    time, along = lifted[:, 0], lifted[:, 1:] @ basis
    b, a = time - along[:, 0], time - along[:, 1]
    n = (2 * a * b - 1).clamp_min(1e-12).sqrt()
    return torch.stack([a + b - n, a - n, b - n], dim=1)


def class_mds(points: Points, prototypes: Points, c: float) -> Disc:
    """Hyperbolic MDS of the prototypes; images at midpoints, nearer prototypes counting more."""
    ends = torch.from_numpy(np.array(prototypes)).double()
    wanted = pairwise_distance(ends, ends, c).numpy()
    count = len(wanted)
    others = ~np.eye(count, dtype=bool)
    wanted = wanted * _SPREAD / max(float(np.median(wanted[others])), 1e-9)
    random = np.random.default_rng(0)
    z = exp0(0.5 * (random.normal(size=count) + 1j * random.normal(size=count)))
    for step in range(_MDS_STEPS):
        way = (z[None] - z[:, None]) / (1 - np.conj(z[:, None]) * z[None])
        size = np.minimum(np.abs(way), RIM)
        pull = (2 * np.arctanh(size) - wanted) / np.maximum(wanted, 0.5)
        force = (pull * way / np.maximum(size, 1e-12) * others).sum(1) / max(count - 1, 1)
        there = exp0(_MDS_STEP * (1 - step / _MDS_STEPS) * force)
        z = (z + there) / (1 + np.conj(z) * there)
    lengths = pairwise_distance(torch.from_numpy(points).double(), ends, c)
    weights = torch.softmax(-lengths / _TEMPERATURE, dim=1).numpy()
    return midpoints(z[None], weights)


def flat_tsne(points: Points, c: float) -> Disc:
    """t-SNE of scikit-learn on hyperbolic distances, in the plane; no disc, as a control."""
    from sklearn.manifold import TSNE

    z = torch.from_numpy(points).double()
    lengths = pairwise_distance(z, z, c).numpy()
    made: Any = TSNE(metric="precomputed", init="random", random_state=0)
    flat = made.fit_transform(lengths)
    return np.asarray(flat[:, 0] + 1j * flat[:, 1], dtype=np.complex128)
