"""Input and result of the training."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ahsml_app.base.types import BoolArray, Float16Array, FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class TrainData:
    """Cached features and given labels of N samples.

    Attributes:
        features: (V + 1, N, D) float16 features, the plain image first; may be memory-mapped.
        labels: (N,) index of the given label, -1 for none.
        trainable: (N,) which samples may be trained on.
        class_count: K.
        trusted: (N,) which labels a person has confirmed (weight 1 fixed); None for none.
        groups: (N,) numbers; the samples of one number share a fold (see `folds.sample_groups`).
            None makes each sample a group of its own.
        augmented: (N,) which samples have augmentations of their own; the others borrow them (see
            `selected_views`), so that their consistency is unknown. None for all.
        opinion: (N, K) class probabilities of a model from elsewhere, which has not seen the labels
            of the samples that it judges; NaN for samples that it does not judge. None for none.
    """

    features: Float16Array
    labels: IntArray
    trainable: BoolArray
    class_count: int
    trusted: BoolArray | None = None
    groups: IntArray | None = None
    augmented: BoolArray | None = None
    opinion: FloatArray | None = None

    def __len__(self) -> int:
        return int(self.features.shape[1])


@dataclass(frozen=True, slots=True)
class TrainResult:
    """Result of the training; scores of a sample come from models that did not train on it.

    Attributes:
        posterior: (N, K) P(true class | image).
        corrected: (N, K) P(true class | image, given label).
        adaptive_weight: (N,) 0 to 1; NaN for unlabelled samples.
        consistency: (N,) agreement of the augmentations, 0 to 1; NaN for samples without their own.
        points: (N, D) points of the ball by the final head, float32.
        embedding: (N, E) vectors of length one to be compared by their cosine, float32.
        curvature: c of the ball.
        prototypes: (K, D) points of the ball; a class without samples lies at the origin.
        class_distances: (K, K) hyperbolic distances between the prototypes.
        outlier_probability: (N,) probability that the sample belongs to none of the classes.
        noise_matrix: (K, K) probability of the given label (column) for a true label (row).
        head: Parameters of the final head by name, and of the preparation before it, so that
            features map to points and embeddings: see `embedding.EmbeddingModel`.
        weight_history: (E, N) adaptive weights after each epoch, float16.
        consistency_history: (E, N) consistency after each epoch, float16; NaN as above.
        member_shares: Share of each ensemble member (head, linear, ...) in the posterior.
    """

    posterior: FloatArray
    corrected: FloatArray
    adaptive_weight: FloatArray
    consistency: FloatArray
    points: FloatArray
    embedding: FloatArray
    curvature: float
    prototypes: FloatArray
    class_distances: FloatArray
    outlier_probability: FloatArray
    noise_matrix: FloatArray
    head: Mapping[str, FloatArray]
    weight_history: Float16Array
    consistency_history: Float16Array
    member_shares: Mapping[str, float] = field(default_factory=dict)
