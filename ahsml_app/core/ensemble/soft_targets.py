"""Soft targets and sample weights of a later training, from the posteriors of an earlier one."""

from __future__ import annotations

import numpy as np

from ahsml_app.base.types import BoolArray, FloatArray
from ahsml_app.core.config import TrainConfig
from ahsml_app.core.ensemble.noise_model import calibrate
from ahsml_app.core.training_data import TrainData

MIXED_SHARPNESS = 2.0
"""Power that sharpens posteriors into soft targets where there is no noise model."""


def soften(
    config: TrainConfig,
    data: TrainData,
    posterior: FloatArray,
    corrected: FloatArray,
    odds: float = 1.0,
) -> tuple[FloatArray, FloatArray]:
    """Returns soft targets and adaptive weights for the next training (method.md, section 3).

    With a noise model the targets are P(true label | image, given label). Without one they are
    w_i * given label + (1 - w_i) * sharpened posterior, w_i = pi_i(y_i) / max pi_i.

    Args:
        config: noise_model and weights.
        data: Labels, and which samples are trained on.
        posterior: (N, K) out-of-fold P(true class | image).
        corrected: (N, K) out-of-fold P(true class | image, given label).
        odds: Factor on the odds that labels are wrong.

    Returns:
        (N, K) targets and (N,) weights, float32.
    """
    labelled = data.trainable
    labels = np.where(labelled, data.labels, 0)
    rows = np.arange(len(labels))
    if config.ablation.noise_model:
        soft = calibrate(corrected, data.labels, odds)
        weights = soft[rows, labels] / np.maximum(soft.max(1), 1e-12)
    else:
        weights = posterior[rows, labels] / np.maximum(posterior.max(1), 1e-12)
        sharp = posterior**MIXED_SHARPNESS
        sharp /= np.maximum(sharp.sum(1, keepdims=True), 1e-12)
        soft = weights[:, None] * one_hot(data) + (1 - weights[:, None]) * sharp
    keep = labelled & trusted_labels(data)
    soft[keep] = 0.0
    soft[keep, labels[keep]] = weights[keep] = 1.0
    if config.ablation.weights == "none":
        weights = np.ones_like(weights)
    return soft.astype(np.float32, copy=False), np.where(labelled, weights, 0).astype(np.float32)


def one_hot(data: TrainData) -> FloatArray:
    """Returns (N, K) one-hot given labels of the training samples; zeros for the others."""
    hard = np.zeros((len(data), data.class_count), dtype=np.float32)
    rows = np.flatnonzero(data.trainable)
    hard[rows, data.labels[rows]] = 1.0
    return hard


def trusted_labels(data: TrainData) -> BoolArray:
    """Returns the (N,) mask of labels that a person has confirmed."""
    return np.zeros(len(data), dtype=bool) if data.trusted is None else data.trusted
