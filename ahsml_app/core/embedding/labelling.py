"""The exported network with class probabilities, so that it labels images without this program."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor, nn

from ahsml_app.base.types import FloatArray
from ahsml_app.core.config import Ablation
from ahsml_app.core.embedding.learn import EmbeddingModel, model_of
from ahsml_app.core.head.prototypes import class_posterior


class LabellingModel(nn.Module):
    """Maps raw backbone features to embedding, point of the ball, and class probabilities.

    The probabilities are those of the embedding. Where it leaves out classes without a sample, or
    an early version stored none, they come from the distances to the prototypes.

    Attributes:
        outputs: Names of the tensors that a call returns.
    """

    def __init__(
        self, parameters: Mapping[str, FloatArray], prototypes: FloatArray, curvature: float
    ) -> None:
        """Builds the network.

        Args:
            parameters: Parameters of a training.
            prototypes: (K, D) points of the ball.
            curvature: c of the ball.
        """
        super().__init__()
        self.network, names = model_of(parameters, curvature)
        self.outputs = (*names, "probability")
        self.curvature = curvature
        self.register_buffer("prototypes", torch.from_numpy(np.array(prototypes)))
        known = parameters.get("class_bias")
        self._by_embedding = isinstance(self.network, EmbeddingModel) and (
            known is not None and len(known) == len(prototypes)
        )

    def forward(self, features: Tensor) -> tuple[Tensor, ...]:
        """Maps (B, W) raw features to (B, E) embeddings, (B, D) points and (B, K) probabilities."""
        found = self.network(features)
        vectors = found if isinstance(found, tuple) else (found,)
        if self._by_embedding and isinstance(self.network, EmbeddingModel):
            return (*vectors, self.network.posterior(features)[1])
        prototypes = dict(self.named_buffers(recurse=False))["prototypes"]
        temperature = Ablation().temperature
        return (*vectors, class_posterior(vectors[-1], prototypes, self.curvature, temperature))
