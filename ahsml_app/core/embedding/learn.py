"""The embeddings that are handed out: what the backbone sees, and what the labels taught.

A head that tells the known classes apart forgets what would tell others apart: alone it retrieves
classes it never saw worse than the backbone does, with or without wrong labels. The embedding is
therefore two parts side by side, so that its cosine similarity is a weighted sum of theirs:

- what the backbone sees, in a space where differences within the classes count less;
- which class it may be: the square roots of probabilities, whose product is their overlap.

The second counts the more, the more an image is like its nearest class: what is like none is
probably of a class never seen. Both learn from cleaned labels: the most probable class of each
sample given its image and its label, the more probable the more. All of it is ours, not the
paper's; tests/benchmarks retrieval has the figures.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from ahsml_app.base.events import CancelToken
from ahsml_app.base.types import FloatArray, IntArray
from ahsml_app.core.embedding.space import fit_space, placed
from ahsml_app.core.ensemble.logistic import fit_linear
from ahsml_app.core.ensemble.soft_targets import trusted_labels
from ahsml_app.core.head.head_model import FeatureHead
from ahsml_app.core.training_data import TrainData

LEAST_SHARE, LARGEST_SHARE = 0.1, 0.5
"""Share of the second part in the embedding's squared length, for an image that is like no class
and for one that is very like one. A smaller largest share loses average precision on known classes,
a larger one loses it on classes never seen (benchmark)."""

SHARPNESS = 24.0
"""Factor on cosines before they are probabilities of classes: the likeliest for the known classes
of plankton, with and without wrong labels (benchmark)."""

LINEAR_PART = 0.5
"""What logistic regression has of the logarithm of the probabilities, beside the cosines. The two
together are likelier than either on plankton; alone it finds more where all labels are right, and
less of that is kept where half of them are wrong (benchmark)."""

PENALTY = 0.02
"""Of the logistic regression, on vectors whose mean square is one."""

MOST_FITTED = 50_000
"""Samples that the logistic regression is fitted on, so that memory is bounded: not measured."""

FAMILIAR, STEEPNESS = 0.75, 10.0
"""Likeness to the nearest class, in units of what is usual, at which the share is half way between
its ends, and how fast it changes there: few images of a class never seen are beyond (benchmark)."""

ROWS_AT_ONCE = 4096


class EmbeddingModel(nn.Module):
    """Raw backbone features to the embedding and to the point of the ball."""

    def __init__(self, parameters: Mapping[str, FloatArray], curvature: float) -> None:
        """A fixed model.

        Args:
            parameters: As `learn_embedding` gives them, with those of the `FeatureHead`.
            curvature: c of the ball.
        """
        super().__init__()
        self.point = FeatureHead.from_parameters(parameters, curvature)
        self.curvature = curvature
        for name in _NAMES:
            self.register_buffer(name, torch.from_numpy(np.array(parameters[name])))
        # Turned here, because an exported file must hold every number under the name that it has
        # here, none computed from others: so another training's numbers can be put into it.
        for name, array in (
            ("likeness_columns", parameters["class_directions"].T),
            ("score_columns", parameters["class_weight"].T),
        ):
            self.register_buffer(name, torch.from_numpy(np.array(array, order="C")))

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """(B, W) raw features to (B, E) embeddings of length one and (B, D) points."""
        own = dict(self.named_buffers(recurse=False))
        roots = features.sign() * features.abs().sqrt()
        inside = nn.functional.normalize(
            (roots - own["feature_mean"]) @ own["feature_rotation"], dim=1
        )
        seen = nn.functional.normalize(inside * own["feature_weights"], dim=1)
        likeness = inside @ own["likeness_columns"]
        posterior = torch.softmax(inside @ own["score_columns"] + own["class_bias"], dim=1)
        familiar = likeness.max(dim=1, keepdim=True).values / own["usual_likeness"]
        known = torch.sigmoid(STEEPNESS * (familiar - FAMILIAR))
        share = LEAST_SHARE + (LARGEST_SHARE - LEAST_SHARE) * known
        classes = nn.functional.normalize(posterior.sqrt() @ own["class_columns"], dim=1)
        parts = ((1 - share).sqrt() * seen, share.sqrt() * classes)
        return torch.cat(parts, dim=1), self.point(features)


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
    """The model of these parameters, and the names of what it gives.

    Args:
        parameters: Of a training; those of old projects have no embedding, only points.
        curvature: c of the ball.
    """
    if all(name in parameters for name in _NAMES):
        return EmbeddingModel(parameters, curvature), ("embedding", "point")
    return FeatureHead.from_parameters(parameters, curvature), ("point",)


def learn_embedding(
    data: TrainData, corrected: FloatArray, cancel: CancelToken
) -> dict[str, FloatArray]:
    """Fit the space of the embeddings and the probabilities of classes in it, on cleaned labels.

    Args:
        data: The N samples.
        corrected: (N, K) probability of each class, seen the image and its given label.
        cancel: Checked often.

    Returns:
        What `EmbeddingModel` needs beside the parameters of the `FeatureHead`.
    """
    trusted = trusted_labels(data)
    labels = np.where(trusted, data.labels, corrected.argmax(1)).astype(np.int64)
    weights = np.where(trusted, 1.0, np.square(corrected.max(1))).astype(np.float32)
    rows = np.flatnonzero(data.trainable)
    # Classes without a sample have no place in the embedding.
    _, classes = np.unique(labels[rows], return_inverse=True)
    groups = None if data.groups is None else data.groups[rows]
    space = fit_space(data.features[0], rows, classes, weights[rows], cancel, groups)
    return {**space, **_class_scores(data.features[0], space, rows, classes, weights[rows], cancel)}


def _class_scores(
    plain: npt.NDArray[np.float16],
    space: Mapping[str, FloatArray],
    rows: IntArray,
    classes: IntArray,
    weights: FloatArray,
    cancel: CancelToken,
) -> dict[str, FloatArray]:
    """A linear map from a place in the space to the logarithms of probabilities, unnormed.

    It is the geometric mean of two opinions: cosines to the classes, and logistic regression.

    Returns:
        "class_weight" (K, d) and "class_bias" (K,).
    """
    some = slice(None, None, -(-len(rows) // MOST_FITTED))
    vectors, own = placed(space, plain, rows[some], cancel), classes[some]
    scale = np.float32(np.sqrt(vectors.shape[1]))
    vectors *= scale
    targets = np.zeros((len(vectors), len(space["class_directions"])), dtype=np.float32)
    targets[np.arange(len(vectors)), own] = weights[some]
    found = fit_linear(vectors, targets, PENALTY, cancel)
    cosines = (1 - LINEAR_PART) * SHARPNESS * space["class_directions"]
    return {
        "class_weight": (cosines + LINEAR_PART * scale * found[:, :-1]).astype(np.float32),
        "class_bias": (LINEAR_PART * found[:, -1]).astype(np.float32),
    }


def embed_features(
    features: npt.NDArray[np.float16],
    parameters: Mapping[str, FloatArray],
    curvature: float,
    cancel: CancelToken,
) -> npt.NDArray[np.float32]:
    """Embeddings of samples.

    Args:
        features: (N, W) raw features of the plain view; may be memory-mapped.
        parameters: See `EmbeddingModel`.
        curvature: c of the ball.
        cancel: Checked once a chunk.

    Returns:
        (N, E) vectors of length one.
    """
    model = EmbeddingModel(parameters, curvature)
    width = parameters["feature_rotation"].shape[1] + parameters["class_columns"].shape[1]
    found = np.empty((len(features), width), dtype=np.float32)
    with torch.inference_mode():
        for start in range(0, len(features), ROWS_AT_ONCE):
            cancel.check()
            chunk = torch.from_numpy(np.array(features[start : start + ROWS_AT_ONCE])).float()
            found[start : start + ROWS_AT_ONCE] = model(chunk)[0].numpy()
    return found
