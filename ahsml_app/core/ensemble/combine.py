"""The experts' opinions: the linear one, and how all are combined (adaptive extension)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
import numpy.typing as npt

from ahsml_app.base.context import RunContext
from ahsml_app.base.types import FloatArray, IntArray
from ahsml_app.core.ensemble.logistic import fit_folds, predict_folds
from ahsml_app.core.ensemble.noise_model import (
    ODDS_CORRECTION,
    NoiseModel,
    calibrate,
    fit_noise_model,
    label_likelihood,
)
from ahsml_app.core.folds import HEAD_SHARE, head_share

PENALTIES = (3.0, 1.0, 0.3, 0.1, 0.03, 0.01, 0.003)
"""L2 penalties that the linear expert chooses from, strongest first."""

FIRST_PENALTY = 2
"""Place in `PENALTIES` where the search starts."""

SEARCH_SAMPLES = 10_000
"""Held-out samples that suffice to choose the penalty; folds beyond them are fitted once."""

DISTILLED_SAMPLES = 1000
"""Samples at which a later pass counts as much as the first one; with fewer, its soft targets
repeat the first one's mistakes (benchmark)."""

LEAST_POSTERIOR = 1e-6
"""Keeps one expert from ruling a class out alone."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the experts of a pass think together.

    Attributes:
        posterior: (N, K) probability of the true class, seen only the image.
        corrected: (N, K) the same, seen the given label too.
        noise: The noise model it was read through; None without one.
        shares: Weight of each expert.
    """

    posterior: FloatArray
    corrected: FloatArray
    noise: NoiseModel | None = None
    shares: Mapping[str, float] = field(default_factory=dict)

    @property
    def noise_matrix(self) -> FloatArray:
        """(K, K) probability of a given label (column) for a true label (row)."""
        if self.noise is None:
            return np.eye(self.posterior.shape[1], dtype=np.float32)
        return self.noise.matrix.astype(np.float32)


def cross_fit_best_linear(
    views: npt.NDArray[np.float16],
    targets: FloatArray,
    splits: Sequence[IntArray],
    labels: IntArray,
    context: RunContext,
) -> FloatArray:
    """Out-of-fold posteriors of the linear expert with the likeliest penalty.

    The mean of the prepared views stands for a sample. The penalty is chosen on the first split;
    the posteriors of all splits are joined by a geometric mean.

    Args:
        views: (V + 1, N, d) prepared features.
        targets: (N, K) soft targets.
        splits: (N,) folds of each split.
        labels: (N,) given labels.
        context: How many folds are fitted at a time, and how to stop.

    Returns:
        (N, K) posteriors.
    """
    features = views.mean(0, dtype=np.float32)
    fit = partial(fit_folds, features, targets, context=context)
    penalty, models = _search_penalty(fit, features, splits[0], labels)
    posteriors = []
    for split in splits:
        missing = set(range(int(split.max()) + 1)) - models.keys()
        models |= fit(split, penalty, dict.fromkeys(sorted(missing)))
        posteriors.append(predict_folds(models, features, split))
        models = {}
    posterior = posteriors[0]
    if len(splits) > 1:
        by_split = {str(index): each for index, each in enumerate(posteriors)}
        posterior = geometric_mean(by_split, dict.fromkeys(by_split, 1 / len(by_split)))
    return posterior


def _search_penalty(
    fit: Callable[..., dict[int, FloatArray]],
    features: FloatArray,
    folds: IntArray,
    labels: IntArray,
) -> tuple[float, dict[int, FloatArray]]:
    """The penalty that makes the given labels likeliest, read through the noise model.

    Walks from the middle of `PENALTIES` as long as the likelihood rises, on as many folds as hold
    `SEARCH_SAMPLES`.

    Returns:
        The penalty, and the parameters that were fitted with it, by fold.
    """
    ends = np.bincount(folds[folds >= 0]).cumsum()
    searched = range(min(int(np.searchsorted(ends, SEARCH_SAMPLES)) + 1, len(ends)))
    judged = (folds >= 0) & (folds < len(searched))
    tried: dict[int, tuple[float, dict[int, FloatArray]]] = {}

    def likelihood(place: int) -> float:
        if not 0 <= place < len(PENALTIES):
            return -np.inf
        if place not in tried:
            starts = next(reversed(tried.values()))[1] if tried else dict.fromkeys(searched)
            models = fit(folds, PENALTIES[place], starts)
            posterior = predict_folds(models, features, folds)
            tried[place] = (label_likelihood(posterior[judged], labels[judged]), models)
        return tried[place][0]

    best = FIRST_PENALTY
    for direction in (1, -1):
        while likelihood(best + direction) > likelihood(best):
            best += direction
    return PENALTIES[best], tried[best][1]


def combine_experts(
    opinions: Mapping[str, FloatArray],
    labels: IntArray,
    labelled: npt.NDArray[np.bool_],
    *,
    noise: bool,
    first: Opinion | None = None,
) -> Opinion:
    """Weighted geometric mean of the experts, and what it says once the given label is known.

    The noise model comes from the first pass. Later experts learned from soft targets, which took
    the given label in, and would explain part of the noise away.

    Args:
        opinions: (N, K) out-of-fold posteriors by name.
        labels: (N,) given labels, -1 for none.
        labelled: (N,) whose labels the noise model is estimated from.
        noise: Whether to use the noise model.
        first: The opinion of the first pass; None in that pass.
    """
    classes = next(iter(opinions.values())).shape[1]
    shares = _shares(list(opinions), head_share(int(labelled.sum()), classes))
    mixed = geometric_mean(opinions, shares)
    if not noise:
        return Opinion(mixed, mixed, None, shares)
    if first is None or first.noise is None:
        model = fit_noise_model(mixed[labelled], labels[labelled])
        return Opinion(model.clean_posterior(mixed), model.corrected(mixed, labels), model, shares)
    later = later_share(int(labelled.sum()))
    both = geometric_mean(
        {"first": first.posterior, "later": mixed}, {"first": 1 - later, "later": later}
    )
    model = replace(first.noise, exponent=1.0)  # the first is tempered already
    corrected = corrected_later(model.corrected(both, labels), labels, labelled, shares)
    return Opinion(both, corrected, model, shares)


def corrected_later(
    corrected: FloatArray,
    labels: IntArray,
    labelled: npt.NDArray[np.bool_],
    shares: Mapping[str, float],
) -> FloatArray:
    """Correct what experts of a later pass say: heads believe what their soft targets told them.

    Args:
        corrected: (N, K) probabilities, seen image and given label.
        labels: (N,) given labels, -1 for none.
        labelled: (N,) what was trained on.
        shares: Of the experts.
    """
    told = later_share(int(labelled.sum())) * shares.get("head", HEAD_SHARE) / HEAD_SHARE
    return calibrate(corrected, labels, ODDS_CORRECTION**told)


def later_share(samples: int) -> float:
    """Share of a later pass beside the first one."""
    return samples / (samples + DISTILLED_SAMPLES)


def _shares(names: list[str], head: float) -> dict[str, float]:
    """The head's share, and equal ones of what is left for the others."""
    others = [name for name in names if name != "head"]
    if len(others) == len(names):
        head = 0.0
    elif not others:
        head = 1.0
    return {name: head if name == "head" else (1 - head) / len(others) for name in names}


def geometric_mean(opinions: Mapping[str, FloatArray], shares: Mapping[str, float]) -> FloatArray:
    """Weighted geometric mean of (N, K) posteriors by name, normalised."""
    logs = np.zeros_like(next(iter(opinions.values())))
    for name, posterior in opinions.items():
        logs += np.float32(shares[name]) * np.log(np.maximum(posterior, LEAST_POSTERIOR))
    logs -= logs.max(1, keepdims=True)
    mixed: FloatArray = np.exp(logs, out=logs)
    mixed /= mixed.sum(1, keepdims=True)
    return mixed
