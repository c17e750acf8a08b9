"""The experts' opinions: the linear one, and how all are combined (adaptive extension)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ahsml_app.base.events import CancelToken
from ahsml_app.base.types import FloatArray, IntArray
from ahsml_app.core.checkpoint import CheckpointFolder
from ahsml_app.core.linear import cross_fit_linear
from ahsml_app.core.noise import (
    DISTILLED_EXPONENT,
    calibrate,
    expert_shares,
    fit_noise_model,
)

PENALTIES = (3.0, 1.0, 0.3, 0.1, 0.03, 0.01, 0.003)
"""L2 penalties that the linear expert chooses from, strongest first."""

FIRST_PENALTY = 2
"""Place in `PENALTIES` where the search starts."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the experts of a pass think together.

    Attributes:
        posterior: (N, K) probability of the true class, seen only the image.
        corrected: (N, K) the same, seen the given label too.
        noise_matrix: (K, K) probability of a given label (column) for a true label (row).
        shares: Weight of each expert.
    """

    posterior: FloatArray
    corrected: FloatArray
    noise_matrix: FloatArray
    shares: Mapping[str, float] = field(default_factory=dict)


def cross_fit_best_linear(
    views: npt.NDArray[np.float16],
    targets: FloatArray,
    folds: IntArray,
    labels: IntArray,
    checkpoint: CheckpointFolder,
    index: int,
    cancel: CancelToken,
) -> FloatArray:
    """Out-of-fold posteriors of the linear expert with the likeliest penalty.

    The mean of the prepared views stands for a sample. The penalty is chosen by the likelihood of
    the given labels, read through the noise model, by walking from the middle of `PENALTIES` as
    long as it rises.

    Args:
        views: (V + 1, N, d) prepared features.
        targets: (N, K) soft targets.
        folds: (N,) folds.
        labels: (N,) given labels.
        checkpoint: Where the finished posteriors are kept.
        index: The pass.
        cancel: Checked at every evaluation.

    Returns:
        (N, K) posteriors.
    """
    kept = checkpoint.load(f"pass{index}-linear")
    if kept is not None:
        return kept["posterior"]
    features = views.mean(0, dtype=np.float32)
    trained = folds >= 0
    starts: list[FloatArray] = []
    tried: dict[int, tuple[float, FloatArray]] = {}

    def likelihood(place: int) -> float:
        if not 0 <= place < len(PENALTIES):
            return -np.inf
        if place not in tried:
            posterior, fitted = cross_fit_linear(
                features, targets, folds, PENALTIES[place], cancel, starts
            )
            starts[:] = fitted
            model = fit_noise_model(posterior[trained], labels[trained])
            tried[place] = (model.log_likelihood, posterior)
        return tried[place][0]

    best = FIRST_PENALTY
    for direction in (1, -1):
        while likelihood(best + direction) > likelihood(best):
            best += direction
    posterior = tried[best][1]
    checkpoint.save(f"pass{index}-linear", {"posterior": posterior})
    return posterior


def combine_experts(
    opinions: Mapping[str, FloatArray],
    labels: IntArray,
    labelled: npt.NDArray[np.bool_],
    *,
    noise: bool,
    distilled: bool,
) -> Opinion:
    """Mixture of the experts, and what it says once the given label is known.

    Experts that learned from the given labels are tempered by likelihood, those that learned from
    soft targets by `noise.DISTILLED_EXPONENT`.

    Args:
        opinions: (N, K) out-of-fold posteriors by name.
        labels: (N,) given labels, -1 for none.
        labelled: (N,) whose labels the noise model and the shares are estimated from.
        noise: Whether to use the noise model.
        distilled: Whether the experts learned from soft targets.
    """
    names = list(opinions)
    classes = opinions[names[0]].shape[1]
    if not noise:
        mixed = _mean([opinions[name] for name in names])
        shares = dict.fromkeys(names, 1 / len(names))
        return Opinion(mixed, mixed, np.eye(classes, dtype=np.float32), shares)
    exponent = DISTILLED_EXPONENT if distilled else None
    known = labels[labelled]
    each = [opinions[name][labelled] for name in names]
    weights = expert_shares(each, known, fit_noise_model(_mean(each), known, exponent).matrix)
    mixed = np.zeros_like(opinions[names[0]])
    for name, weight in zip(names, weights, strict=True):
        mixed += np.float32(weight) * opinions[name]
    model = fit_noise_model(mixed[labelled], known, exponent)
    corrected = model.corrected(mixed, labels)
    if distilled:
        corrected = calibrate(corrected, labels)
    return Opinion(
        posterior=model.clean_posterior(mixed),
        corrected=corrected,
        noise_matrix=model.matrix.astype(np.float32),
        shares={name: float(w) for name, w in zip(names, weights, strict=True)},
    )


def _mean(posteriors: Sequence[FloatArray]) -> FloatArray:
    total: FloatArray = np.sum(np.stack(posteriors), axis=0) / np.float32(len(posteriors))
    return total
