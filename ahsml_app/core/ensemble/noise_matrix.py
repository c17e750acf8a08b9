"""The noise matrix by expectation maximisation: how often each true label was given as each other.

Rows are shrunk, because a few samples per class cannot fill a matrix: error rates towards the
global one, the rest towards a mixture of simple shapes, whose shares are estimated too (ours).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ahsml_app.base.types import Float64Array, FloatArray, IndexArray, IntArray

RATE_STRENGTH = 30.0
"""Pseudo-counts that shrink a class's error rate towards the global one."""

LEAST_RATE = 0.01
"""Smallest share of wrong labels of a class. Even the well-kept test sets of Northcutt et al. 2021
had a few per cent, and with a share of zero every label would be believed whatever it shows."""

ITERATIONS = 30
"""Steps of expectation maximisation."""

TINY = 1e-12

FEW_CLASSES = 128
"""Classes up to which samples are visited label by label; of more classes, many at a time."""

_BLOCK = 1 << 17  # posteriors in a block of many labels


@dataclass(frozen=True, slots=True)
class MatrixFit:
    """A noise matrix with the expected counts that it was estimated from.

    Attributes:
        matrix: (K, K) probability of the given label (column) for each true label (row).
        errors: (K, K) expected number of wrong labels; 0 on the diagonal.
        samples: (K,) expected number of samples of each true label.
        mixed: (K, K) mixture of shapes that the cells are shrunk towards.
        rate: Share of wrong labels of all samples.
        log_likelihood: Mean log likelihood of the given labels.
    """

    matrix: Float64Array
    errors: Float64Array
    samples: Float64Array
    mixed: Float64Array
    rate: float
    log_likelihood: float


@dataclass(frozen=True, slots=True)
class LabelBlock:
    """The samples of one given label, or of several.

    Attributes:
        rows: (B,) rows of the samples, in the order of their labels.
        labels: (L,) the labels, ascending.
        ends: (L + 1,) where the samples of each label start and end among the rows.
    """

    rows: IndexArray
    labels: IntArray
    ends: IndexArray

    @property
    def given(self) -> IntArray:
        """(B,) given label of each sample."""
        return np.repeat(self.labels, np.diff(self.ends))

    def joint(self, posterior: FloatArray, by_given: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Returns P(true label, given label | image), and the sums of its rows.

        Args:
            posterior: (N, K) tempered class probabilities.
            by_given: (K, K) probability of the given label (row) for each true label (column).

        Returns:
            (B, K) and (B,).
        """
        alone = len(self.labels) == 1
        joint = posterior[self.rows] * by_given[self.labels[0] if alone else self.given]
        return joint, np.maximum(joint.sum(1), TINY)


def tempered(posterior: FloatArray, exponent: float) -> FloatArray:
    """Returns the (N, K) probabilities raised to a power and normalised."""
    powered: FloatArray = np.maximum(posterior, 1e-7).astype(np.float32, copy=False)
    powered **= np.float32(exponent)
    powered /= powered.sum(1, keepdims=True)
    return powered


def noise_shapes(posterior: FloatArray) -> list[Float64Array]:
    """Returns off-diagonal shapes of noise: uniform, nearest class, graded by confusion.

    The confusion of two classes is the correlation of their posteriors.
    """
    classes = posterior.shape[1]
    uniform = np.full((classes, classes), 1 / max(classes - 1, 1))
    np.fill_diagonal(uniform, 0.0)
    if classes < 3 or not len(posterior):
        return [uniform]
    affinity = _correlations(posterior)
    np.fill_diagonal(affinity, 0.0)
    pairs = classes * (classes - 1)
    variance = float(np.vdot(affinity, affinity)) / pairs - (float(affinity.sum()) / pairs) ** 2
    np.fill_diagonal(affinity, -np.inf)
    nearest = np.zeros((classes, classes))
    nearest[np.arange(classes), affinity.argmax(1)] = 1.0
    # In place, because at thousands of classes each copy is hundreds of megabytes.
    affinity -= affinity.max(1, keepdims=True)
    affinity *= 2 / max(math.sqrt(max(variance, 0.0)), TINY)
    graded = np.exp(affinity, out=affinity)
    graded /= graded.sum(1, keepdims=True)
    return [uniform, nearest, graded]


def _correlations(posterior: FloatArray) -> Float64Array:
    """Returns the (K, K) correlations of the classes' posteriors."""
    centred = posterior - posterior.mean(0)
    cross = centred.T @ centred
    del centred
    correlations: Float64Array = cross.astype(np.float64)
    spread = np.sqrt(np.maximum(np.diag(correlations), TINY))
    correlations /= spread[:, None]
    correlations /= spread
    return correlations


def fit_matrix(
    posterior: FloatArray, labels: IntArray, shapes: list[Float64Array], strength: float
) -> MatrixFit:
    """Estimates a noise matrix by expectation maximisation.

    Args:
        posterior: (N, K) tempered class probabilities.
        labels: (N,) given labels, all >= 0.
        shapes: Off-diagonal shapes of noise, from `noise_shapes`.
        strength: Pseudo-counts that shrink each cell towards the mixture of shapes.

    Returns:
        The matrix and its counts.
    """
    classes = posterior.shape[1]
    row_strength = strength * classes
    blocks = label_blocks(labels, classes)
    shares = np.full(len(shapes), 1 / len(shapes))
    mixed, rate = _mix(shares, shapes), 0.1
    matrix = with_rates(mixed.copy(), np.full(classes, rate))
    for _ in range(ITERATIONS):
        wrong, _ = _expected_counts(posterior, blocks, matrix)
        samples = wrong.sum(1)
        np.fill_diagonal(wrong, 0.0)
        per_class = wrong.sum(1)
        rate = float(per_class.sum() / max(samples.sum(), TINY))
        rates = (per_class + RATE_STRENGTH * rate) / (samples + RATE_STRENGTH)
        rates = np.maximum(rates, LEAST_RATE)
        ratio = np.divide(wrong, np.maximum(mixed, TINY, out=mixed), out=mixed)
        evidence = shares * [float(np.vdot(shape, ratio)) for shape in shapes] + 1e-3
        shares = evidence / evidence.sum()
        mixed = _mix(shares, shapes, out=mixed)
        # In place, because at thousands of classes new arrays took most of the time.
        away = np.multiply(mixed, row_strength, out=matrix)
        away += wrong
        away /= (per_class + row_strength)[:, None]
        matrix = with_rates(away, rates)
    _, likelihood = _expected_counts(posterior, blocks, matrix)
    return MatrixFit(matrix, wrong, samples, mixed, rate, likelihood)


def label_blocks(labels: IntArray, classes: int) -> list[LabelBlock]:
    """Returns the samples of each given label; more than `FEW_CLASSES` labels share blocks.

    Args:
        labels: (N,) given labels, all >= 0.
        classes: K.
    """
    order = np.argsort(labels, kind="stable")
    bounds = np.searchsorted(labels[order], np.arange(classes + 1))
    step = 1 if classes <= FEW_CLASSES else max(1, _BLOCK // max(len(labels), 1))
    blocks = []
    for first in range(0, classes, step):
        ends = bounds[first : first + step + 1]
        present = first + np.flatnonzero(np.diff(ends))
        rows = order[ends[0] : ends[-1]]
        blocks.append(LabelBlock(rows, present, np.append(bounds[present], ends[-1]) - ends[0]))
    return [block for block in blocks if len(block.rows)]


def _mix(
    shares: Float64Array, shapes: list[Float64Array], out: Float64Array | None = None
) -> Float64Array:
    mixed: Float64Array = np.multiply(shapes[0], shares[0], out=out)
    for share, shape in zip(shares[1:], shapes[1:], strict=True):
        for mixed_row, row in zip(mixed, shape, strict=True):  # no third matrix
            mixed_row += share * row
    return mixed


def with_rates(away: Float64Array, rates: Float64Array) -> Float64Array:
    """Turns the shares of wrong labels, in place, into a matrix with these error rates."""
    away *= rates[:, None]
    np.fill_diagonal(away, 1 - rates)
    return away


def _expected_counts(
    posterior: FloatArray, blocks: list[LabelBlock], matrix: Float64Array
) -> tuple[Float64Array, float]:
    """Returns expected (true, given) counts and the mean log likelihood."""
    from scipy.sparse import csr_array

    by_given = np.ascontiguousarray(matrix.T, dtype=np.float32)
    counts, likelihood = np.zeros_like(matrix), 0.0
    for block in blocks:
        joint, total = block.joint(posterior, by_given)
        if len(block.labels) == 1:
            counts[:, block.labels[0]] = (1 / total) @ joint
        else:
            shape = len(block.labels), len(total)
            sums = csr_array((1 / total, np.arange(len(total)), block.ends), shape)
            counts[:, block.labels] = (sums @ joint).T
        likelihood += float(np.log(total).sum())
    return counts, likelihood / max(len(posterior), 1)
