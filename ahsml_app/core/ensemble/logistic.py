"""The linear model: multinomial logistic regression on soft targets (adaptive extension).

On a few hundred samples, or far from the backbone's training data, a linear model is hard to beat.
Its share against the hyperbolic head depends on the samples per class (`folds.head_share`).

scikit-learn's logistic regression takes no soft targets. For tall features and few classes, numpy's
matrix products were two to four times as fast as torch's on the CPU.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from ahsml_app.base.context import RunContext
from ahsml_app.base.events import CancelToken
from ahsml_app.base.types import Float64Array, FloatArray, IntArray
from ahsml_app.core.mapped_arrays import CHUNK, blocks_of

ITERATIONS = 25
"""L-BFGS iterations; more change neither the ranking nor the likelihood (benchmark)."""


def fit_linear(
    features: FloatArray,
    targets: FloatArray,
    penalty: float,
    cancel: CancelToken,
    start: FloatArray | None = None,
) -> FloatArray:
    """Minimises the mean cross entropy to the targets plus penalty / 2 * ||weights||^2.

    Args:
        features: (N, d) float32.
        targets: (N, K) rows summing to the weight of the sample.
        penalty: L2 penalty; the bias is free.
        cancel: Checked at every evaluation.
        start: (K, d + 1) parameters to start from; None for zeros.

    Returns:
        (K, d + 1) parameters, the bias in the last column.
    """
    from scipy.optimize import minimize  # here, because the import takes a while

    count, width = features.shape
    shape = (targets.shape[1], width + 1)
    mass = targets.sum(1, keepdims=True)

    def objective(flat: Float64Array) -> tuple[float, Float64Array]:
        cancel.check()
        parameters = flat.reshape(shape).astype(np.float32)
        logs = _log_posterior(parameters, features)
        loss = -float(np.vdot(targets, logs)) / count
        loss += penalty / 2 * float(np.square(parameters[:, :-1]).sum())
        # In place, because of thousands of classes each copy is hundreds of megabytes.
        residual = np.exp(logs, out=logs)
        residual *= mass
        residual -= targets
        residual /= np.float32(count)
        gradient = np.empty(shape)
        gradient[:, :-1] = residual.T @ features + penalty * parameters[:, :-1]
        gradient[:, -1] = residual.sum(0)
        return loss, gradient.ravel()

    initial = np.zeros(shape) if start is None else start
    options = {"maxiter": ITERATIONS, "maxcor": 10, "gtol": 1e-5, "ftol": 1e-7}
    solution = minimize(
        objective, initial.ravel().astype(float), jac=True, method="L-BFGS-B", options=options
    )
    parameters: FloatArray = solution.x.reshape(shape).astype(np.float32)
    return parameters


def predict_linear(parameters: FloatArray, features: FloatArray) -> FloatArray:
    """Returns class probabilities (N, K) of (N, d) features."""
    posterior: FloatArray = np.exp(_log_posterior(parameters, features))
    return posterior


def fit_folds(
    features: FloatArray,
    targets: FloatArray,
    folds: IntArray,
    penalty: float,
    starts: Mapping[int, FloatArray | None],
    context: RunContext,
) -> dict[int, FloatArray]:
    """Fits one model for each fold in `starts`, on the samples of the other folds.

    Args:
        features: (N, d) float32.
        targets: (N, K) soft targets.
        folds: (N,) fold of each trainable sample, -1 for the others.
        penalty: L2 penalty.
        starts: The folds to fit a model for, each with the parameters to start from; None starts
            from zeros.
        context: How many models are fitted at a time, and how to stop.

    Returns:
        Parameters by fold.
    """

    def fit(fold: int) -> FloatArray:
        train = (folds >= 0) & (folds != fold)
        return fit_linear(features[train], targets[train], penalty, context.cancel, starts[fold])

    if context.parallel_fits == 1:
        return {fold: fit(fold) for fold in starts}
    with ThreadPoolExecutor(context.parallel_fits, thread_name_prefix="fit") as pool:
        return dict(zip(starts, pool.map(fit, starts), strict=True))


def predict_folds(
    models: Mapping[int, FloatArray], features: FloatArray, folds: IntArray
) -> FloatArray:
    """Returns out-of-fold class probabilities; zeros where a fold has no model.

    Args:
        models: Parameters by fold.
        features: (N, d) float32.
        folds: (N,) fold; a sample without one (-1) gets the mean of all models.

    Returns:
        (N, K) probabilities.
    """
    classes = len(next(iter(models.values())))
    posterior = np.zeros((len(features), classes), dtype=np.float32)
    outside = folds < 0
    for fold, parameters in models.items():
        held_out = folds == fold
        posterior[held_out] = predict_linear(parameters, features[held_out])
        for rows in blocks_of(np.flatnonzero(outside)):
            posterior[rows] += predict_linear(parameters, features[rows]) / len(models)
    return posterior


def _log_posterior(parameters: FloatArray, features: FloatArray) -> FloatArray:
    scores: FloatArray = features @ parameters[:, :-1].T
    scores += parameters[:, -1]
    for start in range(0, len(scores), CHUNK):
        block = scores[start : start + CHUNK]
        block -= block.max(1, keepdims=True)
        block -= np.log(np.exp(block).sum(1, keepdims=True))
    return scores
