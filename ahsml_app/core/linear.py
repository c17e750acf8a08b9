"""The linear expert: multinomial logistic regression on soft targets (adaptive extension).

On a few hundred samples, or far from what the backbone was trained on, a linear model is hard to
beat; how far it is trusted against the hyperbolic head is decided by likelihood (`noise`).

scikit-learn's logistic regression takes no soft targets. Numpy's matrix products serve here because
for tall features and few classes they were two to four times as fast as torch's on the CPU.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ahsml_app.base.events import CancelToken
from ahsml_app.base.types import FloatArray, IntArray

ITERATIONS = 25
"""L-BFGS iterations; more change neither the ranking nor the likelihood (benchmark)."""


def fit_linear(
    features: FloatArray,
    targets: FloatArray,
    penalty: float,
    cancel: CancelToken,
    start: FloatArray | None = None,
) -> FloatArray:
    """Minimise the mean cross entropy to the targets plus penalty / 2 * ||weights||^2.

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

    def objective(flat: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        cancel.check()
        parameters = flat.reshape(shape).astype(np.float32)
        logs = _log_posterior(parameters, features)
        loss = -float(np.vdot(targets, logs)) / count
        loss += penalty / 2 * float(np.square(parameters[:, :-1]).sum())
        residual = (np.exp(logs) * mass - targets) / np.float32(count)
        gradient = np.empty(shape)
        gradient[:, :-1] = residual.T @ features + penalty * parameters[:, :-1]
        gradient[:, -1] = residual.sum(0)
        return loss, gradient.ravel()

    first = np.zeros(shape) if start is None else start
    options = {"maxiter": ITERATIONS, "maxcor": 10, "gtol": 1e-5, "ftol": 1e-7}
    found = minimize(
        objective, first.ravel().astype(float), jac=True, method="L-BFGS-B", options=options
    )
    parameters: FloatArray = found.x.reshape(shape).astype(np.float32)
    return parameters


def predict_linear(parameters: FloatArray, features: FloatArray) -> FloatArray:
    """Class probabilities (N, K) of (N, d) features."""
    posterior: FloatArray = np.exp(_log_posterior(parameters, features))
    return posterior


def cross_fit_linear(
    features: FloatArray,
    targets: FloatArray,
    folds: IntArray,
    penalty: float,
    cancel: CancelToken,
    starts: Sequence[FloatArray] = (),
) -> tuple[FloatArray, list[FloatArray]]:
    """Out-of-fold class probabilities.

    Args:
        features: (N, d) float32.
        targets: (N, K) soft targets.
        folds: (N,) fold of each trainable sample, -1 for the others, which every fold's model
            scores, averaged.
        penalty: L2 penalty.
        cancel: Checked at every evaluation.
        starts: Parameters per fold to start from.

    Returns:
        (N, K) probabilities, and the parameters per fold.
    """
    count = int(folds.max()) + 1
    posterior = np.zeros((len(features), targets.shape[1]), dtype=np.float32)
    outside = folds < 0
    fitted = []
    for fold in range(count):
        train, held_out = (folds >= 0) & (folds != fold), folds == fold
        start = starts[fold] if starts else None
        parameters = fit_linear(features[train], targets[train], penalty, cancel, start)
        posterior[held_out] = predict_linear(parameters, features[held_out])
        posterior[outside] += predict_linear(parameters, features[outside]) / count
        fitted.append(parameters)
    return posterior, fitted


def _log_posterior(parameters: FloatArray, features: FloatArray) -> FloatArray:
    scores = features @ parameters[:, :-1].T + parameters[:, -1]
    scores -= scores.max(1, keepdims=True)
    scores -= np.log(np.exp(scores).sum(1, keepdims=True))
    return scores
