"""Counts wrong labels: a noise model for the count, the calibration to it, and intervals.

The ranking is best where doubtful cells of the noise matrix are flattened. A count is not: errors
that follow a structure, such as those of people or from one class to another, would pass as
confusions of the model. So the number of wrong labels comes from a second noise model, and one
factor on the odds makes the error probabilities of the ranking add up to it. All of this is ours:

- Its cells are almost free or tied to the mixture of shapes, whichever predicts the label of a
  sample better from the other samples (leave-one-out likelihood). In sample, free cells always
  seem better, and follow every single error.
- Errors with a structure come from images that are hard for models as well. A model that is unsure
  of them explains part of the errors away, which labels alone cannot show: sharp posteriors and
  many errors explain them about as well as soft posteriors and few (compare Patrini et al., "Making
  deep neural networks robust to label noise", 2017, who assume images of certain class). So the
  posteriors are sharpened further, as far as the structure has evidence.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache

import numpy as np

from ahsml_app.base.types import (
    AnyArray,
    BoolArray,
    Float64Array,
    FloatArray,
    IntArray,
    RealArray,
)
from ahsml_app.core.ensemble.noise_matrix import (
    LEAST_RATE,
    RATE_STRENGTH,
    TINY,
    MatrixFit,
    fit_matrix,
    label_blocks,
    noise_shapes,
    tempered,
)
from ahsml_app.core.ensemble.noise_model import (
    MANY_CLASSES,
    NoiseModel,
    calibrate,
    likeliest_power,
)

FREE, TIED = 0.3, 10.0
"""Pseudo-counts that shrink each cell towards the mixture of shapes, with and without structure."""

POWERS = tuple(1.12**step for step in range(-3, 10))
"""Candidate powers of the tempering."""

FIRST_POWER = 4
"""Index in `POWERS` where the search starts."""

STRUCTURE_GAIN = 2.0
"""Gain in log likelihood of free cells over tied ones at which most of the sharpening applies."""

SHARPENING, MOST_SHARPENING = 0.3, 0.6
"""How much the power grows where errors have a structure: at 100 samples per class, and at most. It
grows with the root of the samples per class: the better a model knows the classes, the more of its
doubt is about labels."""

COUNTED_SAMPLES = 50_000
"""Samples that the count model is fitted on; with more, every n-th."""

COUNTED_NUMBERS = 50_000_000
"""Posteriors, samples times classes, that it is fitted on at most."""

LARGEST_FACTOR = 100.0
"""Largest factor on the odds; its reciprocal is the smallest."""

RATE_ERROR, SHARE_ERROR = 0.25, 0.018
"""Standard errors of the estimated number of wrong labels that one data set cannot show: relative
to the number, and as a share of the samples. The second stands for images that any model takes for
another class. Both were chosen so that the interval held, on data that no table reports."""


def fit_count_model(posterior: FloatArray, labels: IntArray) -> NoiseModel:
    """Estimates the noise model that wrong labels are counted with.

    Args:
        posterior: (N, K) class probabilities from models that did not see the sample's label.
        labels: (N,) given labels, all >= 0.

    Returns:
        The model.
    """
    most = min(COUNTED_SAMPLES, max(COUNTED_NUMBERS // posterior.shape[1], 1))
    step = -(-len(labels) // most) or 1
    posterior, labels = posterior[::step], labels[::step]
    shapes = noise_shapes(posterior)

    def fit(power: float, strength: float) -> tuple[MatrixFit, float]:
        sharpened = tempered(posterior, power)
        fitted = fit_matrix(sharpened, labels, shapes, strength)
        return fitted, held_out_likelihood(sharpened, labels, fitted, strength)

    if posterior.shape[1] > MANY_CLASSES:
        common = likeliest_power(posterior, labels, POWERS)
        tied, free = ((common, fit(common, strength)[1]) for strength in (TIED, FREE))
    else:
        tied, free = (_best_power(fit, strength) for strength in (TIED, FREE))
    gain = free[1] - tied[1]
    power, strength = (free[0], FREE) if gain > 0 else (tied[0], TIED)
    if gain > 0:
        per_class = len(labels) / posterior.shape[1]
        most = min(SHARPENING * math.sqrt(per_class / 100), MOST_SHARPENING)
        power *= 1 + most * (1 - math.exp(-gain / STRUCTURE_GAIN))
    fitted, _ = fit(power, strength)
    return NoiseModel(fitted.matrix, power, fitted.rate, fitted.log_likelihood)


def _best_power(
    fit: Callable[[float, float], tuple[MatrixFit, float]], strength: float
) -> tuple[float, float]:
    """Returns the power with the largest held-out log likelihood, and that likelihood."""

    @cache
    def likelihood(index: int) -> float:
        inside = 0 <= index < len(POWERS)
        return fit(POWERS[index], strength)[1] if inside else -math.inf

    best = FIRST_POWER
    for direction in (1, -1):
        while likelihood(best + direction) > likelihood(best):
            best += direction
    return POWERS[best], likelihood(best)


def held_out_likelihood(
    posterior: FloatArray, labels: IntArray, fit: MatrixFit, strength: float
) -> float:
    """Returns the log likelihood of each given label under the matrix of the other samples.

    A sample is left out by subtracting its expected counts; shapes and global rate keep theirs.

    Args:
        posterior: (N, K) tempered class probabilities.
        labels: (N,) given labels, all >= 0.
        fit: Result of `fit_matrix` on them.
        strength: Pseudo-counts that `fit` was estimated with.

    Returns:
        The sum over the samples.
    """
    errors_of, mixed_of = (np.ascontiguousarray(cells.T) for cells in (fit.errors, fit.mixed))
    per_class, pseudo = fit.errors.sum(1), strength * posterior.shape[1]
    by_given = np.ascontiguousarray(fit.matrix.T, dtype=np.float32)
    total = 0.0
    for block in label_blocks(labels, posterior.shape[1]):
        joint, sums = block.joint(posterior, by_given)
        given = block.labels if len(block.labels) == 1 else block.given
        cell = np.arange(len(sums)), given
        own = joint / sums[:, None]
        samples = np.maximum(fit.samples - own, 0)
        own[cell] = 0  # the rest is about wrong labels
        errors = np.maximum(per_class - own, 0)
        rates = (errors + RATE_STRENGTH * fit.rate) / (samples + RATE_STRENGTH)
        rates = np.maximum(rates, LEAST_RATE)
        counts = np.maximum(errors_of[given] - own, 0) + pseudo * mixed_of[given]
        chance = rates * counts / (errors + pseudo)
        chance[cell] = 1 - rates[cell]
        total += float(np.log(np.maximum((posterior[block.rows] * chance).sum(1), TINY)).sum())
    return total


def wrong_labels(model: NoiseModel, posterior: FloatArray, labels: IntArray) -> float:
    """Returns the expected number of wrong labels.

    Args:
        model: Result of `fit_count_model`.
        posterior: (N, K) class probabilities.
        labels: (N,) given labels, all >= 0.
    """
    right = model.corrected(posterior, labels)[np.arange(len(labels)), labels]
    return float((1 - right.astype(np.float64)).sum())


def calibrate_to_count(
    corrected: FloatArray, labels: IntArray, labelled: BoolArray, count: float
) -> FloatArray:
    """Makes the error probabilities add up to a number of wrong labels.

    Args:
        corrected: (N, K) P(true class | image, given label).
        labels: (N,) given labels, -1 for none.
        labelled: (N,) mask of the samples that were counted.
        count: Number of wrong labels among them.

    Returns:
        (N, K) probabilities, in the same order of suspicion.
    """
    rows = np.flatnonzero(labelled & (labels >= 0))
    right = corrected[rows, labels[rows]].astype(np.float64)
    wrong = np.maximum(1 - right, 0)
    low, high = 1 / LARGEST_FACTOR, LARGEST_FACTOR
    for _ in range(40):
        factor = math.sqrt(low * high)
        if float((factor * wrong / (right + factor * wrong)).sum()) < count:
            low = factor
        else:
            high = factor
    return calibrate(corrected, labels, math.sqrt(low * high))


def expected_errors(error_probability: FloatArray) -> tuple[float, float, float]:
    """Estimates the number of wrong labels, with an interval meant to hold in 95 of 100 data sets.

    Two errors add up (ours): independent draws with the given probabilities, whose variance is
    sum p (1 - p) (Poisson-binomial), and the probabilities being wrong together, by `RATE_ERROR` of
    the number and `SHARE_ERROR` of the samples. The second is no theorem: it is how far estimates
    missed the truth on data sets of known truth.

    Args:
        error_probability: (N,) probabilities; NaN is left out.

    Returns:
        Low end, best guess, high end; zeros without any probability.
    """
    probabilities = error_probability[~np.isnan(error_probability)].astype(np.float64)
    if not len(probabilities):
        return 0.0, 0.0, 0.0
    size, best = np.array([len(probabilities)]), np.array([probabilities.sum()])
    low, best, high = _interval(size, best, best - probabilities @ probabilities)[:, 0]
    return float(low), float(best), float(high)


def errors_by_group(error_probability: RealArray, groups: IntArray, count: int) -> Float64Array:
    """Applies `expected_errors` to each group.

    Args:
        error_probability: (N,) probabilities; NaN is left out.
        groups: (N,) group of each, 0 to `count` - 1; -1 is left out.
        count: G, the number of groups.

    Returns:
        (3, G) low ends, best guesses and high ends.
    """
    mask = ~np.isnan(error_probability) & (groups >= 0)
    groups, wrong = groups[mask], error_probability[mask].astype(np.float64)
    size = np.bincount(groups, minlength=count)
    best = np.bincount(groups, wrong, count)
    return _interval(size, best, np.bincount(groups, wrong * (1 - wrong), count))


def _interval(size: AnyArray, best: AnyArray, by_chance: AnyArray) -> Float64Array:
    """Returns (3, G) low ends, best guesses and high ends, from sums of p and of p (1 - p)."""
    shared = RATE_ERROR * best * (1 - best / np.maximum(size, 1))
    # No more than the number itself: labels that are all confirmed leave nothing open.
    floor = np.minimum(SHARE_ERROR * size, best)
    spread = 1.96 * np.sqrt(np.maximum(by_chance, 0.0) + shared**2 + floor**2)
    return np.stack([np.maximum(best - spread, 0.0), best, np.minimum(best + spread, size)])
