"""The embeddings that are handed out: what the backbone sees, and what the labels taught.

A head that tells the known classes apart forgets what would tell others apart: alone it retrieves
classes it never saw worse than the backbone does, with or without wrong labels. The embedding is
therefore three parts side by side, so that its cosine similarity is a weighted sum of theirs:

- what the backbone sees, in a space where differences within the classes count less;
- which class it may be: the square roots of probabilities, whose product is their overlap;
- the tangent vector of a point of the ball, from a head with a hidden layer.

The last two count the more, the more an image is like its nearest class: what is like none is
probably of a class never seen. All learn from cleaned labels: the most probable class of each
sample given its image and its label, where that is more probable than not. All of it is ours, not
the paper's; tests/benchmarks/retrieval.py has the figures.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import replace
from functools import partial

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from ahsml_app.base.events import CancelToken, Event
from ahsml_app.base.types import FloatArray
from ahsml_app.core.checkpoint import CheckpointFolder
from ahsml_app.core.config import TrainConfig
from ahsml_app.core.embedding_space import fit_space
from ahsml_app.core.head import FeatureHead
from ahsml_app.core.head_fitting import FittedHead, fit_head
from ahsml_app.core.head_training import FoldData
from ahsml_app.core.preparation import Preparation
from ahsml_app.core.soft_targets import trusted_labels
from ahsml_app.core.training_data import TrainData

LEAST_SHARE, LARGEST_SHARE = 0.1, 0.5
"""Share of the second and third part in the embedding's squared length, for an image that is like
no class and for one that is very like one. A smaller largest share loses average precision on known
classes, a larger one loses it on classes never seen (benchmark)."""

HEAD_PART = 0.1
"""What the head has of that share. With more, known classes are found better where all labels are
right, and less of it is kept where half of them are wrong (benchmark)."""

SHARPNESS = 24.0
"""Factor on cosines before they are probabilities of classes: the likeliest for the known classes
of plankton, with and without wrong labels (benchmark)."""

FAMILIAR, STEEPNESS = 0.75, 10.0
"""Likeness to the nearest class, in units of what is usual, at which the share is half way between
its ends, and how fast it changes there: few images of a class never seen are beyond (benchmark)."""

HIDDEN = 512
"""Units of the head's hidden layer."""

SURE = 0.5
"""Probability from which a cleaned label is learned."""

BATCH, EPOCHS, MOST_STEPS = 64, 30, 1500
"""Samples a step, and rounds over the samples as long as they take so many steps."""

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
            ("hidden_columns", parameters["hidden_weight"].T),
            ("output_columns", parameters["output_weight"].T),
            ("likeness_columns", parameters["class_directions"].T),
        ):
            self.register_buffer(name, torch.from_numpy(np.array(array, order="C")))

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """(B, W) raw features to (B, E) embeddings of length one and (B, D) points."""
        own = dict(self.named_buffers(recurse=False))
        unit = partial(nn.functional.normalize, dim=1)
        roots = features.sign() * features.abs().sqrt()
        seen = unit((roots - own["feature_mean"]) @ own["feature_rotation"])
        likeness = seen @ own["likeness_columns"]
        posterior = torch.softmax(SHARPNESS * likeness, dim=1)
        hidden = torch.relu(features @ own["hidden_columns"] + own["hidden_bias"])
        learned = hidden @ own["output_columns"] + own["output_bias"]
        familiar = likeness.max(dim=1, keepdim=True).values / own["usual_likeness"]
        known = torch.sigmoid(STEEPNESS * (familiar - FAMILIAR))
        share = LEAST_SHARE + (LARGEST_SHARE - LEAST_SHARE) * known
        parts = (
            (1 - share).sqrt() * seen,
            (share * HEAD_PART).sqrt() * unit(learned),
            (share * (1 - HEAD_PART)).sqrt() * unit(posterior.sqrt() @ own["class_columns"]),
        )
        return torch.cat(parts, dim=1), self.point(features)


_NAMES = (
    "feature_mean",
    "feature_rotation",
    "hidden_bias",
    "output_bias",
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
    config: TrainConfig,
    data: TrainData,
    prepared: tuple[Preparation, npt.NDArray[np.float16]],
    corrected: FloatArray,
    *,
    device: str,
    checkpoint: CheckpointFolder,
    cancel: CancelToken,
) -> Generator[Event, None, dict[str, FloatArray]]:
    """Fit the space of the embeddings and train their head, both on cleaned labels.

    Args:
        config: Options of the training; dimension, curvature, temperature and seed are used.
        data: The N samples.
        prepared: The preparation of their features, and (V + 1, N, d) the prepared views.
        corrected: (N, K) probability of each class, seen the image and its given label.
        device: A torch device.
        checkpoint: Where the state is kept.
        cancel: Checked once a batch.

    Yields:
        Progress.

    Returns:
        What `EmbeddingModel` needs beside the parameters of the `FeatureHead`.
    """
    preparation, views = prepared
    cleaned = _cleaned(data, views, corrected)
    plain = head_config(config, len(cleaned.rows))
    place, nobody = (config.passes, 0, 1), np.empty(0, dtype=np.int64)
    job = (plain, cleaned, nobody, "embedding", device, checkpoint, cancel)
    head = yield from fit_head(*job, place=place, stage=f"embeddings, pass {config.passes}")
    space = fit_space(data.features[0], cleaned.rows, cleaned.labels, cancel)
    return {**space, **_head_parameters(preparation, head)}


def head_config(config: TrainConfig, count: int) -> TrainConfig:
    """How the head of the embeddings is trained.

    Args:
        config: Options of the training.
        count: Samples that it learns from.
    """
    steps = -(-count // BATCH)
    return replace(
        config,
        hidden=HIDDEN,
        epochs=max(1, min(EPOCHS, MOST_STEPS // steps)),
        batch_size=BATCH,
        learning_rate=1e-3,
        decay=1e-4,
        consistency_weight=0.0,
        pair_weight=0.0,
        weights="none",
    )


def _cleaned(data: TrainData, views: npt.NDArray[np.float16], corrected: FloatArray) -> FoldData:
    """The sure samples with their most probable class, or with the label a person confirmed."""
    trusted = trusted_labels(data)
    classes = np.where(trusted, data.labels, corrected.argmax(1)).astype(np.int64)
    sure = trusted | (corrected.max(1) > SURE)
    rows = np.flatnonzero(data.trainable & sure)
    if not len(rows):  # a training that is sure of nothing still gives embeddings
        rows = np.flatnonzero(data.trainable)
    targets = np.zeros_like(corrected, dtype=np.float32)
    targets[np.arange(len(targets)), classes] = 1.0
    return FoldData(
        views=views,
        rows=rows,
        labels=classes,
        targets=targets,
        weights=np.ones(len(targets), dtype=np.float32),
        trusted=trusted,
    )


def _head_parameters(preparation: Preparation, head: FittedHead) -> dict[str, FloatArray]:
    """Arrays by name; the preparation becomes part of the hidden layer, which takes raw features.

    Args:
        preparation: Of the backbone's features.
        head: The head of the embeddings.
    """
    matrix = preparation.rotation / preparation.scale[:, None]
    hidden = matrix @ head.hidden_weight.T
    return {
        "hidden_weight": np.ascontiguousarray(hidden.T, dtype=np.float32),
        "hidden_bias": (head.hidden_bias - preparation.mean @ hidden).astype(np.float32),
        "output_weight": head.projection,
        "output_bias": head.bias,
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
    width = parameters["output_weight"].shape[0]
    width += parameters["feature_rotation"].shape[1] + parameters["class_columns"].shape[1]
    found = np.empty((len(features), width), dtype=np.float32)
    with torch.inference_mode():
        for start in range(0, len(features), ROWS_AT_ONCE):
            cancel.check()
            chunk = torch.from_numpy(np.array(features[start : start + ROWS_AT_ONCE])).float()
            found[start : start + ROWS_AT_ONCE] = model(chunk)[0].numpy()
    return found
