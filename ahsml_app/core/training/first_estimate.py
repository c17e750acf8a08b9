"""A first estimate of the wrong labels, from the plain images alone, in seconds (ours).

It shows the first suspects before augmentations and training, and tells which images need
augmentations: where the plain image settles what it shows, they no longer change a verdict.
"""

from __future__ import annotations

import numpy as np

from ahsml_app.base.events import CancelToken
from ahsml_app.base.types import BoolArray, FloatArray
from ahsml_app.core.config import TrainConfig
from ahsml_app.core.ensemble.combine import Posterior, combine_members, with_opinion
from ahsml_app.core.ensemble.lda_gp import closed_form_posteriors
from ahsml_app.core.ensemble.soft_targets import one_hot, trusted_labels
from ahsml_app.core.features.preprocess import fit_preparation, prepare_features
from ahsml_app.core.folds import assign_folds, fold_count, linear_splits
from ahsml_app.core.training_data import TrainData

SETTLED = 0.97
"""Posterior of one class from which on the plain image settles what it shows (benchmark)."""

LEAST_AUGMENTED = 1_000
"""Number of images that have augmentations of their own however clear they are: the others borrow
from them."""


def first_posterior(config: TrainConfig, data: TrainData, cancel: CancelToken) -> Posterior:
    """Estimates the true classes by the closed-form members of the ensemble.

    Args:
        config: Options of the training that follows.
        data: Features of the plain images, and given labels.
        cancel: Checked between the steps.

    Returns:
        (N, K) posteriors by models that did not see the label.
    """
    plain, samples = data.features[:1], (data.labels, data.trainable)
    preparation = fit_preparation(plain[0], config.ablation.components, cancel)
    prepared = prepare_features(plain, preparation, cancel)
    count = config.folds or fold_count(int(data.trainable.sum()))
    splits = linear_splits(*samples, config.folds, config.seed, data.groups)
    splits = splits or [assign_folds(*samples, count, config.seed, data.groups)]
    members = closed_form_posteriors(
        prepared, one_hot(data), splits[0], data.labels, cancel, groups=data.groups
    )
    members = with_opinion(members, data.opinion)
    return combine_members(members, *samples, noise=True).counted(*samples)


def first_weights(posterior: Posterior, data: TrainData) -> FloatArray:
    """Returns the (N,) first P(given label is right | image); 0 for samples not trained on."""
    labels = np.where(data.trainable, data.labels, 0)
    right = posterior.corrected[np.arange(len(data)), labels]
    right = np.where(trusted_labels(data), 1, right)
    return np.where(data.trainable, right, 0).astype(np.float32)


def needs_augmentations(clean: FloatArray) -> BoolArray:
    """Selects the images whose class the plain image does not settle, whatever their labels.

    If an image's own label had a say, models could tell from the augmentations which labels are
    wrong, and learn to explain them: on nearest-class errors that costs precision (benchmark).

    Args:
        clean: (N, K) P(true class | plain image).

    Returns:
        (N,) mask.
    """
    clearness = clean.max(axis=1)
    mask: BoolArray = clearness < SETTLED
    if int(mask.sum()) < LEAST_AUGMENTED:
        mask[np.argsort(clearness, kind="stable")[:LEAST_AUGMENTED]] = True
    return mask
