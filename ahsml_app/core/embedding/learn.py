"""Learns the exported embeddings from backbone features and cleaned labels.

A head that separates the known classes loses what separates others: alone, it retrieves unseen
classes worse than the backbone does, with or without wrong labels. The embedding therefore joins
two parts, and its cosine similarity is the weighted sum of theirs:

- backbone features, in a space where differences within classes count less;
- square roots of class probabilities, whose inner product measures their overlap.

The second part counts more, the more an image resembles its nearest class: an image that resembles
none probably belongs to an unseen class. Both parts learn from cleaned labels: the most probable
class of each sample given image and label, weighted by its probability. All of this is ours, not
the paper's; tests/benchmarks retrieval has the figures.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor, nn

from ahsml_app.base.events import CancelToken
from ahsml_app.base.types import Float16Array, FloatArray, IntArray
from ahsml_app.core.embedding.space import fit_space, space_vectors
from ahsml_app.core.ensemble.logistic import fit_linear
from ahsml_app.core.ensemble.soft_targets import trusted_labels
from ahsml_app.core.head.head_model import FeatureHead
from ahsml_app.core.mapped_arrays import bounded_rows, empty_array, release_pages
from ahsml_app.core.training_data import TrainData

LEAST_SHARE, LARGEST_SHARE = 0.1, 0.5
"""Share of the second part in the embedding's squared length, for an image unlike every class and
for a typical one. A smaller largest share loses average precision on known classes, a larger one on
unseen classes (benchmark)."""

SHARPNESS = 24.0
"""Factor on cosines before the softmax over classes: the likeliest for the known classes of
plankton, with and without wrong labels (benchmark)."""

LINEAR_PART = 0.5
"""Share of logistic regression in the log probabilities; the cosines have the rest. Both together
are likelier than either on plankton. Logistic regression alone finds more where all labels are
right, but keeps less of that where half of them are wrong (benchmark)."""

PENALTY = 0.02
"""L2 penalty of the logistic regression, on vectors whose mean square is one."""

MOST_FITTED = 50_000
"""Largest number of samples that the logistic regression is fitted to, which bounds the memory; not
tuned."""

FAMILIAR, STEEPNESS = 0.75, 10.0
"""Likeness to the nearest class, in units of the usual one, at which the share is half way between
its ends, and how fast it changes there: few images of an unseen class lie above (benchmark)."""

ROWS_AT_ONCE = 4096


class EmbeddingModel(nn.Module):
    """Maps raw backbone features to embeddings and to points of the ball."""

    def __init__(self, parameters: Mapping[str, FloatArray], curvature: float) -> None:
        """Builds the model from its parameters.

        Args:
            parameters: Parameters of `learn_embedding` and of the `FeatureHead`.
            curvature: c of the ball.
        """
        super().__init__()
        self.point = FeatureHead.from_parameters(parameters, curvature)
        self.curvature = curvature
        for name in _NAMES:
            self.register_buffer(name, torch.from_numpy(np.array(parameters[name])))
        # Transposed here, because an exported file must hold each parameter under its own name and
        # none derived from others. So the parameters of another training can replace them.
        for name, array in (
            ("likeness_columns", parameters["class_directions"].T),
            ("score_columns", parameters["class_weight"].T),
        ):
            self.register_buffer(name, torch.from_numpy(np.array(array, order="C")))

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Maps (B, W) raw features to (B, E) embeddings of length one and (B, D) points."""
        own = dict(self.named_buffers(recurse=False))
        inside, posterior = self.posterior(features)
        backbone_part = nn.functional.normalize(inside * own["feature_weights"], dim=1)
        likeness = inside @ own["likeness_columns"]
        familiar = likeness.max(dim=1, keepdim=True).values / own["usual_likeness"]
        familiarity = torch.sigmoid(STEEPNESS * (familiar - FAMILIAR))
        share = LEAST_SHARE + (LARGEST_SHARE - LEAST_SHARE) * familiarity
        if posterior.shape[1] == 1:  # of one class; OpenVINO cannot run its normalisation
            classes = torch.ones_like(share)
        else:
            classes = nn.functional.normalize(posterior.sqrt() @ own["class_columns"], dim=1)
        blocks = ((1 - share).sqrt() * backbone_part, share.sqrt() * classes)
        return torch.cat(blocks, dim=1), self.point(features)

    def posterior(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Maps (B, W) raw features to (B, d) vectors in the space and (B, K) class posteriors."""
        own = dict(self.named_buffers(recurse=False))
        roots = features.sign() * features.abs().sqrt()
        inside = nn.functional.normalize(
            (roots - own["feature_mean"]) @ own["feature_rotation"], dim=1
        )
        return inside, torch.softmax(inside @ own["score_columns"] + own["class_bias"], dim=1)


_NAMES = (
    "feature_mean",
    "feature_rotation",
    "feature_weights",
    "class_bias",
    "class_columns",
    "usual_likeness",
)


def model_of(
    parameters: Mapping[str, FloatArray], curvature: float
) -> tuple[nn.Module, tuple[str, ...]]:
    """Builds the model of these parameters, and names its outputs.

    Args:
        parameters: Parameters of a training; those of old projects have points only.
        curvature: c of the ball.
    """
    if all(name in parameters for name in _NAMES):
        return EmbeddingModel(parameters, curvature), ("embedding", "point")
    return FeatureHead.from_parameters(parameters, curvature), ("point",)


def learn_embedding(
    data: TrainData, corrected: FloatArray, cancel: CancelToken
) -> dict[str, FloatArray]:
    """Fits the embedding space and the class probabilities in it, on cleaned labels.

    Args:
        data: The N samples.
        corrected: (N, K) P(true class | image, given label).
        cancel: Checked often.

    Returns:
        The parameters of `EmbeddingModel` except those of the `FeatureHead`.
    """
    trusted = trusted_labels(data)
    labels = np.where(trusted, data.labels, corrected.argmax(1)).astype(np.int64)
    weights = np.where(trusted, 1.0, np.square(corrected.max(1))).astype(np.float32)
    rows = np.flatnonzero(data.trainable)
    # The embedding leaves out classes without a sample.
    _, classes = np.unique(labels[rows], return_inverse=True)
    groups = None if data.groups is None else data.groups[rows]
    space = fit_space(data.features[0], rows, classes, weights[rows], cancel, groups)
    return {**space, **_class_scores(data.features[0], space, rows, classes, weights[rows], cancel)}


def _class_scores(
    plain: Float16Array,
    space: Mapping[str, FloatArray],
    rows: IntArray,
    classes: IntArray,
    weights: FloatArray,
    cancel: CancelToken,
) -> dict[str, FloatArray]:
    """Fits a linear map from the space to unnormalised log probabilities.

    It is the geometric mean of two posteriors: cosines to the classes, and logistic regression.

    Returns:
        "class_weight" (K, d) and "class_bias" (K,).
    """
    subset = slice(None, None, -(-len(rows) // MOST_FITTED))
    vectors, own = space_vectors(space, plain, rows[subset], cancel), classes[subset]
    scale = np.float32(np.sqrt(vectors.shape[1]))
    vectors *= scale
    targets = np.zeros((len(vectors), len(space["class_directions"])), dtype=np.float32)
    targets[np.arange(len(vectors)), own] = weights[subset]
    parameters = fit_linear(vectors, targets, PENALTY, cancel)
    cosines = (1 - LINEAR_PART) * SHARPNESS * space["class_directions"]
    return {
        "class_weight": (cosines + LINEAR_PART * scale * parameters[:, :-1]).astype(np.float32),
        "class_bias": (LINEAR_PART * parameters[:, -1]).astype(np.float32),
    }


def embed_features(
    features: Float16Array,
    parameters: Mapping[str, FloatArray],
    curvature: float,
    cancel: CancelToken,
) -> FloatArray:
    """Computes the embeddings of samples.

    Args:
        features: (N, W) raw features of the plain image; may be memory-mapped.
        parameters: See `EmbeddingModel`.
        curvature: c of the ball.
        cancel: Checked once a chunk.

    Returns:
        (N, E) vectors of length one.
    """
    model = EmbeddingModel(parameters, curvature)
    width = parameters["feature_rotation"].shape[1] + parameters["class_columns"].shape[1]
    shape = (len(features), width)
    vectors: FloatArray = empty_array(shape, np.float32)
    height = bounded_rows(ROWS_AT_ONCE, len(parameters["class_bias"]))
    with torch.inference_mode():
        for start in range(0, len(features), height):
            cancel.check()
            chunk = torch.from_numpy(np.array(features[start : start + height])).float()
            vectors[start : start + height] = model(chunk)[0].numpy()
            release_pages(features)
            release_pages(vectors)
    return vectors
