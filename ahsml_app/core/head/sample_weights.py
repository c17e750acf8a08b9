"""Adaptive weights: how far a given label is trusted (method.md, section 3; reconstruction).

Two rules, both without a noise rate. "posterior": pi_i(y_i) / max pi_i. "mixture": the posterior
of the upper one of two components over the margin g_i between the distance to the nearest other
prototype and the distance to the own one, times the consistency of the augmentations.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ahsml_app.base.types import FloatArray, IntArray

EMA_KEEP = 0.7
"""Share of the old weight in the exponential moving average."""


def posterior_weights(posterior: FloatArray, labels: IntArray) -> FloatArray:
    """Computes w_i = pi_i(y_i) / max pi_i.

    Args:
        posterior: (N, K) class probabilities.
        labels: (N,) given labels, all >= 0.

    Returns:
        (N,) weights, 0 to 1.
    """
    own = posterior[np.arange(len(labels)), labels]
    weights: FloatArray = own / np.maximum(posterior.max(1), np.finfo(np.float32).tiny)
    return weights


def prototype_margin(distances: Tensor, labels: Tensor) -> Tensor:
    """Computes g_i = min over the other classes of d(z_i, p_k), minus d(z_i, p_{y_i}).

    Args:
        distances: (N, K) distances to the prototypes.
        labels: (N,) given labels, all >= 0.

    Returns:
        (N,) margins; negative where another class is nearer.
    """
    own = distances.gather(1, labels[:, None])[:, 0]
    others = distances.scatter(1, labels[:, None], torch.inf).min(1).values
    return others - own


def mixture_weights(margins: FloatArray, seed: int) -> FloatArray:
    """Computes P(label right) by a two-component Gaussian mixture over the margins.

    Guard: unless the lower component's mean is negative and the upper one's positive, the mixture
    has split clean data in two, and every weight is 1.

    Args:
        margins: (N,) margins of `prototype_margin`.
        seed: Seed of the mixture's initial values.

    Returns:
        (N,) weights, 0 to 1.
    """
    from sklearn.mixture import GaussianMixture  # here: the import takes half a second, rarely used

    if len(margins) < 10 or np.ptp(margins) <= 0:
        return np.ones(len(margins), dtype=np.float32)
    column = margins.reshape(-1, 1).astype(np.float64)
    mixture = GaussianMixture(2, random_state=seed, reg_covar=1e-4).fit(column)
    low, high = np.sort(mixture.means_[:, 0])
    if not low < 0 < high:
        return np.ones(len(margins), dtype=np.float32)
    upper = mixture.predict_proba(column)[:, int(mixture.means_[:, 0].argmax())]
    # A wide lower component could win the far right tail, but trust must not fall with the margin.
    order = np.argsort(margins, kind="stable")
    upper[order] = np.maximum.accumulate(upper[order])
    trusted: FloatArray = upper.astype(np.float32)
    return trusted
