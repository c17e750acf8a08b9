"""The method as an estimator of scikit-learn, on features that the caller has extracted."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.base import (
    BaseEstimator,
    ClassifierMixin,
    TransformerMixin,
)
from sklearn.utils.multiclass import (
    check_classification_targets,
)
from sklearn.utils.validation import (
    check_is_fitted,
    validate_data,
)

from ahsml_app.base.events import CancelToken, drive
from ahsml_app.base.types import UNLABELLED, AnyArray, FloatArray, IntArray
from ahsml_app.core.config import TrainConfig
from ahsml_app.core.embedding.judge import StoredModels, judge
from ahsml_app.core.estimator.train_features import feature_scale, train_features
from ahsml_app.core.losses import loss_names
from ahsml_app.core.own_files.own_features import half_precision
from ahsml_app.core.training_data import TrainResult


class AHSML(ClassifierMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Learns classes and an embedding from labels of which some are wrong.

    What is published is AHSML; the ensemble around its hyperbolic head, the noise model and the
    embedding are ours (resources/guide/method.md).

    Args:
        loss: Name of the pair-based loss.
        epochs: Epochs of each fold's head; None lets the number of samples decide.
        folds: Folds of the cross-fitting; None lets the number of samples decide.
        passes: Passes over the data; each later one learns from the cleaned labels of the one
            before.
        dimension: Dimensions of the Poincare ball.
        seed: Seed of every random choice; the same seed and data give the same models.

    Attributes:
        classes_: (K,) the classes, sorted.
        error_probability_: (N,) probability that each label of `fit` is wrong, by models that did
            not see it.
        adaptive_weight_: (N,) trust in each of these labels, 0 to 1.
        noise_matrix_: (K, K) probability of each given label (column) for each true one (row).
        prototypes_: (K, D) points of the ball.
        n_features_in_: Number of features.

    Example:
        >>> model = AHSML().fit(features, labels)
        >>> suspects = model.error_probability_.argsort()[::-1]
    """

    def __init__(
        self,
        *,
        loss: str = "multi-similarity",
        epochs: int | None = None,
        folds: int | None = None,
        passes: int = 2,
        dimension: int = 64,
        seed: int = 0,
    ) -> None:
        self.loss = loss
        self.epochs = epochs
        self.folds = folds
        self.passes = passes
        self.dimension = dimension
        self.seed = seed

    def fit(self, X: AnyArray, y: AnyArray) -> Self:
        """Learns from features and labels.

        Args:
            X: (N, W) features, such as those of a pretrained network.
            y: (N,) labels.

        Returns:
            The estimator itself.

        Raises:
            ValueError: If the shapes differ, a number is not finite, or there is one class only.
        """
        if self.loss not in loss_names():
            raise ValueError(f"unknown loss {self.loss!r}; choose one of {', '.join(loss_names())}")
        X, y = validate_data(
            self, X, y, dtype=np.float32, ensure_min_samples=2, ensure_min_features=2
        )
        check_classification_targets(y)
        self.classes_, labels = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError("The labels are of one class; wrong labels need at least two.")
        self.scale_ = feature_scale(X)
        config = TrainConfig(
            loss=self.loss,
            epochs=self.epochs,
            folds=self.folds,
            passes=self.passes,
            dimension=self.dimension,
            seed=self.seed,
        )
        features = half_precision(X * np.float32(self.scale_))
        events = train_features(config, features, labels.astype(np.int64), len(self.classes_))
        result = drive(events, lambda _: None)
        rows = np.arange(len(labels))
        self.error_probability_ = np.clip(1 - result.corrected[rows, labels], 0, 1)
        self.adaptive_weight_ = result.adaptive_weight
        self.noise_matrix_ = result.noise_matrix
        self.prototypes_ = result.prototypes
        self.models_ = StoredModels(
            dict(result.head),
            result.prototypes,
            result.noise_matrix,
            result.class_distances,
            result.curvature,
        )
        return self

    def predict_proba(self, X: AnyArray) -> FloatArray:
        """Returns (N, K) probabilities of the classes, in the order of `classes_`."""
        return self._judged(X).posterior

    def predict(self, X: AnyArray) -> AnyArray:
        """Returns the (N,) most probable classes."""
        best: IntArray = self.predict_proba(X).argmax(axis=1)
        classes: AnyArray = self.classes_[best]
        return classes

    def transform(self, X: AnyArray) -> FloatArray:
        """Returns (N, E) embeddings of length one, to be compared by their cosine."""
        return self._judged(X).embedding

    def _judged(self, X: AnyArray) -> TrainResult:
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float32, reset=False)
        unlabelled = np.full(len(X), UNLABELLED, dtype=np.int64)
        return judge(
            self.models_, half_precision(X * np.float32(self.scale_)), unlabelled, CancelToken()
        )

    def __sklearn_tags__(self) -> Any:
        """Says what scikit-learn may expect: features are compared in half precision."""
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = []
        return tags
