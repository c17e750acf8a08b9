"""The linear expert: multinomial logistic regression on soft targets (adaptive extension).

On a few hundred samples, or far from what the backbone was trained on, a linear model is hard to
beat; how far it is trusted against the hyperbolic head is decided by likelihood (`noise`).
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from ahsml_app.base.events import CancelToken

ITERATIONS = 25
"""L-BFGS iterations; more change neither the ranking nor the likelihood (benchmark)."""


def fit_linear(
    features: Tensor, targets: Tensor, penalty: float, cancel: CancelToken, start: Tensor | None
) -> Tensor:
    """Minimise the mean cross entropy to the targets plus penalty / 2 * ||weights||^2.

    Args:
        features: (N, d) float32.
        targets: (N, K) rows summing to the weight of the sample.
        penalty: L2 penalty; the bias is free.
        cancel: Checked at every evaluation.
        start: (d + 1, K) parameters to start from; None for zeros.

    Returns:
        (d + 1, K) parameters, the bias in the last row.
    """
    count, width = features.shape
    parameters = features.new_zeros(width + 1, targets.shape[1]) if start is None else start.clone()
    parameters.requires_grad_()
    optimiser = torch.optim.LBFGS(
        [parameters],
        max_iter=ITERATIONS,
        history_size=10,
        line_search_fn="strong_wolfe",
        tolerance_grad=1e-5,
        tolerance_change=1e-7,
    )

    def closure() -> Tensor:
        cancel.check()
        optimiser.zero_grad()
        scores = functional.log_softmax(_scores(parameters, features), dim=1)
        loss = -(targets * scores).sum() / count + penalty / 2 * parameters[:-1].square().sum()
        loss.backward()
        return loss

    optimiser.step(closure)  # type: ignore[no-untyped-call]
    return parameters.detach()


def predict_linear(parameters: Tensor, features: Tensor) -> Tensor:
    """Class probabilities (N, K) of (N, d) features."""
    return functional.softmax(_scores(parameters, features), dim=1)


def cross_fit_linear(
    features: Tensor,
    targets: Tensor,
    folds: Tensor,
    penalty: float,
    cancel: CancelToken,
    starts: Sequence[Tensor] | None = None,
) -> tuple[Tensor, list[Tensor]]:
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
    posterior = torch.zeros(len(features), targets.shape[1])
    fitted = []
    for fold in range(count):
        train = (folds >= 0) & (folds != fold)
        start = starts[fold] if starts else None
        parameters = fit_linear(features[train], targets[train], penalty, cancel, start)
        held_out, outside = folds == fold, folds < 0
        posterior[held_out] = predict_linear(parameters, features[held_out])
        if outside.any():
            posterior[outside] += predict_linear(parameters, features[outside]) / count
        fitted.append(parameters)
    return posterior, fitted


def _scores(parameters: Tensor, features: Tensor) -> Tensor:
    return torch.addmm(parameters[-1], features, parameters[:-1])
