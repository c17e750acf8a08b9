"""The noise model: how often a true label was given as which other one (adaptive extension).

Real noise depends on the class: dogs are called cats, hardly ever trucks. A K x K matrix
T[true, given] is estimated by expectation maximisation from out-of-fold posteriors and given
labels, and read back by Bayes: P(true = k | image, given) ~ pi(k) T[k, given] (method.md, section
3). Few samples a class cannot fill a matrix, so its rows are shrunk: error rates towards the
global one, the rest towards a mixture of simple shapes whose shares are estimated too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ahsml_app.base.types import FloatArray, IntArray

Matrix = npt.NDArray[np.float64]

SHAPE_STRENGTH = 30.0
"""Pseudo-counts with which a row of the matrix is held to the mixture of shapes."""

RATE_STRENGTH = 30.0
"""Pseudo-counts with which a class's error rate is held to the global one."""

EXPONENTS = (0.7, 1.0, 1.4, 2.0, 2.8)
"""Powers that posteriors are tempered with before reading; the likeliest is taken."""

DISTILLED_EXPONENT = 1.4
"""Power for the experts of the last pass, who learned from soft targets and are a little unsure.

Likelihood cannot tell an unsure model from right labels, and would take too small a power; chosen
on the first half of the benchmark's images.
"""

RATE_CORRECTION = 1.2
"""True over estimated number of wrong labels, for the same reason and from the same images."""

LEAST_RATE = 0.01
"""Share of wrong labels that no class falls below: even the well-kept test sets of Northcutt et al.
(2021) had a few per cent, and with none at all every label would be believed whatever it shows."""

ITERATIONS = 30
"""Steps of expectation maximisation."""

TINY = 1e-12


@dataclass(frozen=True, slots=True)
class NoiseModel:
    """A noise matrix and the tempering it was estimated with.

    Attributes:
        matrix: (K, K) probability of the given label (column) for each true label (row).
        exponent: Power of the tempering.
        error_rate: Share of wrong labels.
        log_likelihood: Mean log likelihood of the given labels.
    """

    matrix: Matrix
    exponent: float
    error_rate: float
    log_likelihood: float

    def clean_posterior(self, posterior: FloatArray) -> FloatArray:
        """(N, K) tempered class probabilities, seen only the image."""
        return _tempered(posterior, self.exponent)

    def corrected(self, posterior: FloatArray, labels: IntArray) -> FloatArray:
        """P(true label | image, given label).

        Args:
            posterior: (N, K) out-of-fold class probabilities.
            labels: (N,) given labels; a sample without one (-1) keeps its tempered posterior.

        Returns:
            (N, K) probabilities.
        """
        joint = _tempered(posterior, self.exponent)
        known = labels >= 0
        columns = np.ascontiguousarray(self.matrix.T, dtype=np.float32)
        joint[known] *= columns[labels[known]]
        joint /= np.maximum(joint.sum(1, keepdims=True), TINY)
        return joint


def fit_noise_model(
    posterior: FloatArray, labels: IntArray, exponent: float | None = None
) -> NoiseModel:
    """Estimate the noise matrix and the tempering.

    Args:
        posterior: (N, K) class probabilities from models that did not see the sample's label.
        labels: (N,) given labels, all >= 0.
        exponent: Power of the tempering; None takes the likeliest of `EXPONENTS`.

    Returns:
        The model.
    """
    shapes = _shapes(posterior)
    models: list[NoiseModel] = []
    for power in EXPONENTS if exponent is None else (exponent,):
        model = _fit_matrix(_tempered(posterior, power), labels, shapes, power)
        if models and model.log_likelihood < models[-1].log_likelihood:
            break  # the likelihood has one peak in the exponent
        models.append(model)
    return max(models, key=lambda model: model.log_likelihood)


def calibrate(corrected: FloatArray, labels: IntArray) -> FloatArray:
    """Move the odds that labels are wrong so that their sum is `RATE_CORRECTION` times as large.

    Args:
        corrected: (N, K) of `NoiseModel.corrected`.
        labels: (N,) given labels, -1 for none.

    Returns:
        (N, K) probabilities, in the same order of suspicion.
    """
    rows = np.flatnonzero(labels >= 0)
    right = corrected[rows, labels[rows]].astype(np.float64)
    odds = (1 - right) / np.maximum(right, TINY)
    wanted = min(RATE_CORRECTION * float((1 - right).sum()), 0.99 * len(rows))
    low, high = 1.0, 1e3
    for _ in range(50):
        factor = (low * high) ** 0.5
        total = float((factor * odds / (1 + factor * odds)).sum())
        low, high = (factor, high) if total < wanted else (low, factor)
    wrong = low * odds / (1 + low * odds)
    result = corrected.copy()
    result[rows] *= (wrong / np.maximum(1 - right, TINY)).astype(np.float32)[:, None]
    result[rows, labels[rows]] = (1 - wrong).astype(np.float32)
    result /= np.maximum(result.sum(1, keepdims=True), TINY)
    return result


def expert_shares(
    posteriors: Sequence[FloatArray], labels: IntArray, matrix: npt.NDArray[np.floating]
) -> Matrix:
    """Shares of a mixture of experts that make the given labels likeliest, by EM.

    Args:
        posteriors: One (N, K) out-of-fold posterior for each of M experts.
        labels: (N,) given labels, all >= 0.
        matrix: (K, K) noise matrix that the posteriors are read through.

    Returns:
        (M,) shares that sum to 1.
    """
    columns = np.ascontiguousarray(matrix.T, dtype=np.float32)[labels]
    each = np.stack([np.einsum("nk,nk->n", p, columns) for p in posteriors], axis=1) + TINY
    shares = np.full(len(posteriors), 1 / len(posteriors))
    for _ in range(50):
        belongs = shares * each
        shares = (belongs / belongs.sum(1, keepdims=True)).mean(0)
    return shares


def expected_errors(error_probability: FloatArray) -> tuple[float, float, float]:
    """Estimated number of wrong labels, with a 95 % interval.

    The variance is that of independent draws with the given probabilities (Poisson-binomial),
    plus a relative error of a quarter of the uncertain part, because the probabilities
    themselves are estimates; how often the interval holds is measured in the benchmark.

    Args:
        error_probability: (N,) probabilities; NaN is left out.

    Returns:
        Low end, best guess, high end.
    """
    known = error_probability[~np.isnan(error_probability)].astype(np.float64)
    best = float(known.sum())
    uncertain = float((known * (1 - known)).sum())
    spread = 1.96 * float(np.sqrt(uncertain + (0.25 * uncertain) ** 2))
    return max(0.0, best - spread), best, min(float(len(known)), best + spread)


def _tempered(posterior: FloatArray, exponent: float) -> FloatArray:
    powered: FloatArray = np.maximum(posterior, 1e-7).astype(np.float32) ** np.float32(exponent)
    powered /= powered.sum(1, keepdims=True)
    return powered


def _shapes(posterior: FloatArray) -> list[Matrix]:
    """Simple off-diagonal shapes of noise: any class, the most confused one, confused ones.

    Which classes are confused is read from the correlation of their posteriors.
    """
    classes = posterior.shape[1]
    uniform = (1 - np.eye(classes)) / max(classes - 1, 1)
    if classes < 3:
        return [uniform]
    centred = posterior - posterior.mean(0)
    cross = (centred.T @ centred).astype(np.float64)
    spread = np.sqrt(np.maximum(np.diag(cross), TINY))
    affinity = cross / spread[:, None] / spread[None, :]
    np.fill_diagonal(affinity, -np.inf)
    nearest = np.zeros((classes, classes))
    nearest[np.arange(classes), affinity.argmax(1)] = 1.0
    finite = affinity[np.isfinite(affinity)]
    scaled = 2 * (affinity - affinity.max(1, keepdims=True)) / max(float(finite.std()), TINY)
    graded = np.exp(scaled)
    return [uniform, nearest, graded / graded.sum(1, keepdims=True)]


def _fit_matrix(
    posterior: FloatArray, labels: IntArray, shapes: list[Matrix], exponent: float
) -> NoiseModel:
    classes = posterior.shape[1]
    order = np.argsort(labels, kind="stable")
    bounds = np.searchsorted(labels[order], np.arange(classes + 1))
    shares = np.full(len(shapes), 1 / len(shapes))
    rates = np.full(classes, 0.1)
    matrix, rate = _compose(_mix(shares, shapes), rates), 0.1
    for _ in range(ITERATIONS):
        counts, _ = _expected_counts(posterior, order, bounds, matrix)
        wrong = counts.copy()
        np.fill_diagonal(wrong, 0.0)
        per_class = wrong.sum(1)
        rate = per_class.sum() / max(counts.sum(), TINY)
        rates = (per_class + RATE_STRENGTH * rate) / (counts.sum(1) + RATE_STRENGTH)
        rates = np.maximum(rates, LEAST_RATE)
        mixed = _mix(shares, shapes)
        parts = [
            float((share * shape / np.maximum(mixed, TINY) * wrong).sum())
            for share, shape in zip(shares, shapes, strict=True)
        ]
        shares = (np.array(parts) + 1e-3) / (sum(parts) + 1e-3 * len(parts))
        mixed = _mix(shares, shapes)
        away = (wrong + SHAPE_STRENGTH * mixed) / (per_class + SHAPE_STRENGTH)[:, None]
        matrix = _compose(away, rates)
    _, likelihood = _expected_counts(posterior, order, bounds, matrix)
    return NoiseModel(matrix, exponent, float(rate), likelihood)


def _mix(shares: Matrix, shapes: list[Matrix]) -> Matrix:
    return np.tensordot(shares, np.stack(shapes), axes=1)


def _compose(away: Matrix, rates: Matrix) -> Matrix:
    matrix = rates[:, None] * away
    np.fill_diagonal(matrix, 1 - rates)
    return matrix


def _expected_counts(
    posterior: FloatArray,
    order: npt.NDArray[np.intp],
    bounds: npt.NDArray[np.intp],
    matrix: Matrix,
) -> tuple[Matrix, float]:
    """Expected (true, given) counts and the mean log likelihood, label by label.

    One label's samples at a time need no (N, K) temporary beside the posterior itself.
    """
    classes = len(matrix)
    counts = np.zeros((classes, classes))
    likelihood = 0.0
    for given in range(classes):
        rows = order[bounds[given] : bounds[given + 1]]
        if not len(rows):
            continue
        joint = posterior[rows] * matrix[:, given].astype(np.float32)
        total = np.maximum(joint.sum(1), TINY)
        counts[:, given] = (1 / total) @ joint
        likelihood += float(np.log(total).sum())
    return counts, likelihood / len(posterior)
