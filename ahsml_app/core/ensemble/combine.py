"""Cross-fits the linear model and combines the ensemble (adaptive extension)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from ahsml_app.base.context import RunContext
from ahsml_app.base.types import BoolArray, Float16Array, FloatArray, IntArray
from ahsml_app.core.ensemble.error_count import (
    calibrate_to_count,
    fit_count_model,
    wrong_labels,
)
from ahsml_app.core.ensemble.logistic import fit_folds, predict_folds
from ahsml_app.core.ensemble.noise_model import NoiseModel, fit_noise_model, label_likelihood
from ahsml_app.core.folds import head_share
from ahsml_app.core.mapped_arrays import CHUNK, mean_of_augmentations, release_pages

PENALTIES = (3.0, 1.0, 0.3, 0.1, 0.03, 0.01, 0.003)
"""Candidate L2 penalties of the linear model, strongest first."""

FIRST_PENALTY = 2
"""Index in `PENALTIES` where the search starts."""

SEARCH_SAMPLES = 10_000
"""Held-out samples that suffice to choose the penalty; folds beyond them are fitted once."""

SEARCH_NUMBERS = 1_000_000
"""Held-out posteriors, samples times classes, that suffice too."""

DISTILLED_SAMPLES = 1000
"""Samples at which a later pass counts as much as the first; with fewer, its soft targets repeat
the first pass's mistakes (benchmark)."""

LEAST_POSTERIOR = 1e-6
"""Lower bound of a posterior, so that no single member rules a class out."""


OWN = "own"
"""Name of the member that is a model from elsewhere."""


@dataclass(frozen=True, slots=True)
class Posterior:
    """The ensemble's posterior of one pass.

    Attributes:
        clean: (N, K) P(true class | image).
        corrected: (N, K) P(true class | image, given label).
        noise: The noise model that corrects it; None without one.
        count_model: The noise model of the count; None without one.
        wrong: Expected number of wrong labels.
        shares: Weight of each member.
    """

    clean: FloatArray
    corrected: FloatArray
    noise: NoiseModel | None = None
    count_model: NoiseModel | None = None
    wrong: float = 0.0
    shares: Mapping[str, float] = field(default_factory=dict)

    @property
    def noise_matrix(self) -> FloatArray:
        """(K, K) probability of each given label (column) for each true label (row)."""
        if self.count_model is None:
            return np.eye(self.clean.shape[1], dtype=np.float32)
        return self.count_model.matrix.astype(np.float32)

    def counted(self, labels: IntArray, labelled: BoolArray) -> Posterior:
        """Returns the posterior whose error probabilities add up to the expected number.

        Args:
            labels: (N,) given labels, -1 for none.
            labelled: (N,) mask of the samples that the count model was fitted on.
        """
        if self.count_model is None:
            return self
        corrected = calibrate_to_count(self.corrected, labels, labelled, self.wrong)
        return replace(self, corrected=corrected)


def cross_fit_best_linear(
    prepared: Float16Array,
    targets: FloatArray,
    splits: Sequence[IntArray],
    labels: IntArray,
    context: RunContext,
) -> FloatArray:
    """Returns out-of-fold posteriors of the linear model with the likeliest penalty.

    A sample is represented by the mean of its prepared features. The penalty is chosen on the first
    split; the posteriors of all splits are combined by a geometric mean.

    Args:
        prepared: (V + 1, N, d) prepared features, of the plain image first.
        targets: (N, K) soft targets.
        splits: (N,) folds of each split.
        labels: (N,) given labels.
        context: How many folds are fitted at a time, and how to stop.

    Returns:
        (N, K) posteriors.
    """
    features = mean_of_augmentations(prepared)
    fit = partial(fit_folds, features, targets, context=context)
    penalty, models = _search_penalty(fit, features, splits[0], labels, targets.shape[1])
    posteriors = []
    for split in splits:
        missing = set(range(int(split.max()) + 1)) - models.keys()
        models |= fit(split, penalty, dict.fromkeys(sorted(missing)))
        posteriors.append(predict_folds(models, features, split))
        models = {}
    posterior = posteriors[0]
    if len(splits) > 1:
        by_split = {str(index): values for index, values in enumerate(posteriors)}
        posterior = geometric_mean(by_split, dict.fromkeys(by_split, 1 / len(by_split)))
    return posterior


def _search_penalty(
    fit: Callable[..., dict[int, FloatArray]],
    features: FloatArray,
    folds: IntArray,
    labels: IntArray,
    classes: int,
) -> tuple[float, dict[int, FloatArray]]:
    """Finds the penalty under which the given labels are likeliest, given the noise model.

    Starts in the middle of `PENALTIES` and moves while the likelihood rises, on as many folds as
    hold `SEARCH_SAMPLES` samples, or `SEARCH_NUMBERS` posteriors.

    Returns:
        The penalty, and the parameters fitted with it, by fold.
    """
    ends = np.bincount(folds[folds >= 0]).cumsum()
    enough = min(SEARCH_SAMPLES, SEARCH_NUMBERS // classes)
    searched = range(min(int(np.searchsorted(ends, enough)) + 1, len(ends)))
    mask = (folds >= 0) & (folds < len(searched))
    judged = np.where(mask, folds, len(ends))  # no model predicts the others, which would take long
    fits: dict[int, tuple[float, dict[int, FloatArray]]] = {}

    def likelihood(index: int) -> float:
        if not 0 <= index < len(PENALTIES):
            return -np.inf
        if index not in fits:
            starts = next(reversed(fits.values()))[1] if fits else dict.fromkeys(searched)
            models = fit(folds, PENALTIES[index], starts)
            posterior = predict_folds(models, features, judged)
            fits[index] = (label_likelihood(posterior[mask], labels[mask]), models)
        return fits[index][0]

    best = FIRST_PENALTY
    for direction in (1, -1):
        while likelihood(best + direction) > likelihood(best):
            best += direction
    return PENALTIES[best], fits[best][1]


def combine_members(
    members: Mapping[str, FloatArray],
    labels: IntArray,
    labelled: BoolArray,
    *,
    noise: bool,
    first: Posterior | None = None,
) -> Posterior:
    """Combines the members by a weighted geometric mean and corrects it by the given labels.

    Noise and count model are always the first pass's. Members of a later pass learn from soft
    targets, which depend on the given labels, and would explain part of the noise away. The error
    probabilities of a later pass add up to the count; those of the first serve its soft targets.

    Args:
        members: (N, K) out-of-fold posteriors by the member's name.
        labels: (N,) given labels, -1 for none.
        labelled: (N,) mask of the samples that the noise model is estimated from.
        noise: Whether to use the noise model.
        first: Posterior of the first pass; None in that pass.
    """
    return read_through_noise(
        *mix_members(members, labelled), labels, labelled, noise=noise, first=first
    )


def mix_members(
    members: Mapping[str, FloatArray], labelled: BoolArray
) -> tuple[FloatArray, dict[str, float]]:
    """Returns the weighted geometric mean (N, K) of the members, and their shares.

    Args:
        members: (N, K) out-of-fold posteriors by the member's name.
        labelled: (N,) mask of the samples that the members were fitted on.
    """
    classes = next(iter(members.values())).shape[1]
    shares = _shares(list(members), head_share(int(labelled.sum()), classes))
    return geometric_mean(members, shares), shares


def read_through_noise(
    mixed: FloatArray,
    shares: Mapping[str, float],
    labels: IntArray,
    labelled: BoolArray,
    *,
    noise: bool,
    first: Posterior | None = None,
) -> Posterior:
    """Corrects what the members say together by the given labels, as `combine_members` does.

    Args:
        mixed: (N, K) posteriors of `mix_members`.
        shares: The members' shares in them.
        labels: (N,) given labels, -1 for none.
        labelled: (N,) mask of the samples that the noise model is estimated from.
        noise: Whether to use the noise model.
        first: Posterior of the first pass; None in that pass.
    """
    if not noise:
        return Posterior(mixed, mixed, shares=shares)
    if first is None or first.noise is None:
        rows = slice(None) if labelled.all() else np.flatnonzero(labelled)  # no copy of all
        known, given = mixed[rows], labels[rows]
        model, count_model = fit_noise_model(known, given), fit_count_model(known, given)
        wrong = wrong_labels(count_model, known, given)
        corrected = model.corrected(mixed, labels)
        return Posterior(model.clean_posterior(mixed), corrected, model, count_model, wrong, shares)
    later = later_share(int(labelled.sum()))
    both = geometric_mean(
        {"first": first.clean, "later": mixed}, {"first": 1 - later, "later": later}
    )
    model = replace(first.noise, exponent=1.0)  # the first is tempered already
    corrected = model.corrected(both, labels)
    later_pass = Posterior(both, corrected, model, first.count_model, first.wrong, shares)
    return later_pass.counted(labels, labelled)


def with_opinion(
    members: dict[str, FloatArray], opinion: FloatArray | None
) -> dict[str, FloatArray]:
    """Returns the members with the opinion of a model from elsewhere as one more.

    It has the share of any member but the head. Of a sample that it does not judge it says what
    these say together, which leaves the result as it is.

    Args:
        members: (N, K) out-of-fold posteriors by the member's name.
        opinion: (N, K) probabilities, NaN for samples that it does not judge; None for none.
    """
    if opinion is None:
        return members
    rows = np.flatnonzero(np.isnan(opinion[:, 0]))
    if len(rows):
        opinion = opinion.copy()
        others = [name for name in members if name != "head"] or list(members)
        mixed = {name: members[name][rows] for name in others}
        opinion[rows] = geometric_mean(mixed, dict.fromkeys(others, 1 / len(others)))
    return {**members, OWN: opinion}


def later_share(samples: int) -> float:
    """Returns the share of a later pass against the first one."""
    return samples / (samples + DISTILLED_SAMPLES)


def _shares(names: list[str], head: float) -> dict[str, float]:
    """Gives the head its share and divides the rest equally among the other members."""
    others = [name for name in names if name != "head"]
    if len(others) == len(names):
        head = 0.0
    elif not others:
        head = 1.0
    return {name: head if name == "head" else (1 - head) / len(others) for name in names}


def geometric_mean(posteriors: Mapping[str, FloatArray], shares: Mapping[str, float]) -> FloatArray:
    """Returns the normalised weighted geometric mean of (N, K) posteriors by name."""
    logs = np.zeros_like(next(iter(posteriors.values())))
    for start in range(0, len(logs), CHUNK):
        rows = slice(start, start + CHUNK)
        for name, posterior in posteriors.items():
            logs[rows] += np.float32(shares[name]) * np.log(
                np.maximum(posterior[rows], LEAST_POSTERIOR)
            )
            release_pages(posterior)
    logs -= logs.max(1, keepdims=True)
    mixed: FloatArray = np.exp(logs, out=logs)
    mixed /= mixed.sum(1, keepdims=True)
    return mixed
