"""Closed-form members: a linear discriminant, and a Gaussian process where samples are few.

Where samples are few, how a model is regularised matters more than what it can express. Regression
by a Gaussian process and a linear discriminant with a heavily shrunk covariance err in other ways
than logistic regression does, so that all of them together find more wrong labels (benchmark).
Both are textbook methods; soft targets and the combination are ours.
"""

from __future__ import annotations

import numpy as np

from ahsml_app.base.events import CancelToken
from ahsml_app.base.types import Float16Array, FloatArray, IntArray
from ahsml_app.core.ensemble.noise_model import label_likelihood
from ahsml_app.core.mapped_arrays import CHUNK, blocks_of, mean_of_augmentations

MOST_SAMPLES = 2_000
"""Largest number of samples for the Gaussian process. It was behind all other members on 7,101
samples of 104 classes, and it needs N x N numbers."""

NOISE = 1.0
"""Ridge of the Gaussian process, in units of its kernel's largest value."""

SHRINKAGE = 0.9
"""Share of the identity in the discriminant's covariance."""

SHARPNESSES = tuple(0.25 * 1.3**step for step in range(18))
"""Candidate factors on standard scores before the softmax; the likeliest is taken."""

FIRST_SHARPNESS = 6
"""Index in `SHARPNESSES` where the search starts."""


def closed_form_posteriors(
    prepared: Float16Array,
    targets: FloatArray,
    folds: IntArray,
    labels: IntArray,
    cancel: CancelToken,
    *,
    groups: IntArray | None = None,
) -> dict[str, FloatArray]:
    """Returns out-of-sample posteriors of the closed-form members.

    The process reads the plain image, the discriminant the mean of all augmentations. Then the two
    differ most (benchmark).

    Args:
        prepared: (V + 1, N, d) prepared features, of the plain image first.
        targets: (N, K) soft targets.
        folds: (N,) fold of each sample, -1 for those that are not trained on.
        labels: (N,) given labels.
        cancel: Checked between the steps.
        groups: As for `process_scores`; `folds` keep them together already.

    Returns:
        (N, K) posteriors by the member's name.
    """
    training_labels = np.where(folds >= 0, labels, -1)
    if (training_labels < 0).any():
        targets = np.where(training_labels[:, None] >= 0, targets, np.float32(0))
    scores = {
        "discriminant": discriminant_scores(mean_of_augmentations(prepared), targets, folds, cancel)
    }
    if int((folds >= 0).sum()) <= MOST_SAMPLES:
        scores["process"] = process_scores(prepared[0].astype(np.float32), targets, cancel, groups)
    del targets
    # One after the other, because scores and posteriors of many classes are large.
    return {name: likeliest_posterior(scores.pop(name), training_labels) for name in list(scores)}


def process_scores(
    features: FloatArray,
    targets: FloatArray,
    cancel: CancelToken,
    groups: IntArray | None = None,
) -> FloatArray:
    """Returns leave-one-out means of a Gaussian process; a group is left out as a whole.

    Kernel exp(-||x - x'||^2 / median), x scaled to length one; a free constant. The mean at a
    sample without its own target is y_i - [M y]_i / M_ii with M the inverse of the kernel matrix
    bordered by the constant (Rasmussen and Williams 2006, section 5.4.2). For a group g it is
    y_g - inv(M_gg) [M y]_g.

    Args:
        features: (N, d) float32.
        targets: (N, K) rows that sum to one; all zero for samples that are not trained on, which
            are scored by all others.
        cancel: Checked between the steps.
        groups: (N,) numbers; no sample is scored with the target of one of the same number. None
            makes each sample a group of its own.

    Returns:
        (N, K) scores, larger for likelier classes. The target of a sample changes its group's
        scores by rounding errors only: in exact arithmetic it cancels.
    """
    unit = _unit(features)
    rows = np.flatnonzero(targets.any(1))
    others = np.flatnonzero(~targets.any(1))
    cosines = unit[rows] @ unit[rows].T
    width = 2 * (1 - float(np.median(cosines)))  # ||x - x'||^2 = 2 - 2 x.x'
    kernel = _kernel(cosines, width)
    cancel.check()
    # Numpy's solver releases the interpreter's lock; scipy's would block the window.
    inverse = np.linalg.inv(kernel + np.float32(NOISE) * np.eye(len(rows), dtype=np.float32))
    cancel.check()
    column = inverse.sum(1)
    inverse -= np.outer(column, column / column.sum())  # the free constant
    known_targets = targets[rows]
    solved = inverse @ known_targets
    left_out = known_targets - solved / np.maximum(np.diag(inverse), 1e-12)[:, None]
    for block in _larger_groups(None if groups is None else groups[rows]):
        within = inverse[np.ix_(block, block)]
        left_out[block] = known_targets[block] - np.linalg.solve(within, solved[block])
    scores = np.zeros_like(targets)
    scores[rows] = left_out
    if len(others):
        # At a training sample, the residual of the target is the ridge times its solution.
        constant = (known_targets - NOISE * solved - kernel @ solved).mean(0)
        scores[others] = _kernel(unit[others] @ unit[rows].T, width) @ solved + constant
    return scores


def _larger_groups(groups: IntArray | None) -> list[IntArray]:
    """Returns the rows of each group of at least two samples."""
    if groups is None:
        return []
    order = np.argsort(groups, kind="stable")
    starts = np.flatnonzero(np.diff(groups[order])) + 1
    return [block for block in np.split(order, starts) if len(block) > 1]


_LEAST_SPREAD = 1e-6
"""Of features that are the same in each class, whose covariance has no inverse otherwise."""


def discriminant_scores(
    features: FloatArray, targets: FloatArray, folds: IntArray, cancel: CancelToken
) -> FloatArray:
    """Returns out-of-fold scores of a linear discriminant with a shared, shrunk covariance.

    S = (1 - s) S_within + s tr(S_within) / d I; score_k = x' S^-1 m_k - m_k' S^-1 m_k / 2 +
    log prior_k (Hastie, Tibshirani and Friedman 2009, sections 4.3 and 18.2), with soft targets
    as responsibilities.

    Args:
        features: (N, d) float32.
        targets: (N, K) soft targets; rows of samples that are not trained on are left out.
        folds: (N,) fold of each sample, -1 for those scored by every model.
        cancel: Checked once a fold.

    Returns:
        (N, K) scores, to be scaled before they are probabilities.
    """
    scores = np.zeros_like(targets)
    count = int(folds.max()) + 1
    for fold in range(count):
        cancel.check()
        train = (folds >= 0) & (folds != fold)
        x, t = _unit(features[train]), targets[train]
        mass = t.sum(0)
        means = (t.T @ x) / np.maximum(mass, 1e-6)[:, None]
        total = float(mass.sum())
        within = (x.T @ (x * t.sum(1, keepdims=True)) - (means.T * mass) @ means) / total
        level = max(float(np.trace(within)) / len(within), _LEAST_SPREAD)
        shrunk = (1 - SHRINKAGE) * within
        shrunk[np.diag_indices_from(shrunk)] += SHRINKAGE * level
        solved = np.linalg.solve(shrunk, means.T)
        prior = np.log((mass + 1) / (total + len(mass)))
        constant = prior - 0.5 * (means.T * solved).sum(0)
        held_out = folds == fold
        scores[held_out] = _unit(features[held_out]) @ solved + constant
        for rows in blocks_of(np.flatnonzero(folds < 0)):
            scores[rows] += (_unit(features[rows]) @ solved + constant) / count
    return scores


def likeliest_posterior(scores: FloatArray, labels: IntArray) -> FloatArray:
    """Returns softmax(a * standard scores), with the a that makes the given labels likeliest.

    Args:
        scores: (N, K).
        labels: (N,) given labels, -1 for samples that are not trained on.

    Returns:
        (N, K) probabilities.
    """
    known = labels >= 0
    rows = slice(None) if known.all() else np.flatnonzero(known)
    spread = np.concatenate([scores[a : a + CHUNK].std(1) for a in range(0, len(scores), CHUNK)])
    scores = scores / np.maximum(spread.mean(), 1e-12)
    likelihoods: dict[int, float] = {}

    def likelihood(index: int) -> float:
        if not 0 <= index < len(SHARPNESSES):
            return -np.inf
        if index not in likelihoods:
            posterior = _softmax(scores[rows], SHARPNESSES[index])
            likelihoods[index] = label_likelihood(posterior, labels[rows], powers=(1.0,))
        return likelihoods[index]

    best = FIRST_SHARPNESS
    for direction in (1, -1):
        while likelihood(best + direction) > likelihood(best):
            best += direction
    return _softmax(scores, SHARPNESSES[best])


def _unit(features: FloatArray) -> FloatArray:
    lengths = np.linalg.norm(features, axis=1, keepdims=True)
    scaled: FloatArray = features / np.maximum(lengths, 1e-12)
    return scaled


def _kernel(cosines: FloatArray, width: float) -> FloatArray:
    """Returns exp(-||x - x'||^2 / width), computed from the cosines of x and x'."""
    kernel: FloatArray = np.exp((cosines - 1) * np.float32(2 / max(width, 1e-12)))
    return kernel


def _softmax(scores: FloatArray, factor: float) -> FloatArray:
    logs = scores * np.float32(factor)
    logs -= logs.max(1, keepdims=True)
    posterior: FloatArray = np.exp(logs, out=logs)
    posterior /= posterior.sum(1, keepdims=True)
    return posterior
