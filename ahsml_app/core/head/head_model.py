"""The hyperbolic head: a projection into the ball, and one prototype for each class."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor, nn

from ahsml_app.base.types import FloatArray
from ahsml_app.core.geometry.poincare import CLIP_RADIUS, clip_features, exp0, pairwise_distance

PROTOTYPE_SPREAD = 0.1
"""Standard deviation of the initial prototypes: near the origin, no class is favoured."""


HIDDEN_SPREAD = 0.6
"""Standard deviation of the hidden layer's initial weights, times the root of its inputs."""


class HyperbolicHead(nn.Module):
    """v = W x + b, clipped, z = exp_0(v) (method.md, section 1; reconstruction), and K prototypes.

    With a hidden layer, v = W relu(W' x + b') + b.

    Prototypes are parametrised as tangent vectors at the origin, so that a plain optimiser works;
    clipping keeps them where float32 is exact.
    """

    def __init__(
        self, width: int, dimension: int, classes: int, curvature: float, hidden: int = 0
    ) -> None:
        """Creates a head for prepared features.

        Args:
            width: d, number of prepared features.
            dimension: D of the ball.
            classes: K.
            curvature: c of the ball of curvature -c.
            hidden: Units of the hidden layer; 0 for none.
        """
        super().__init__()
        self.curvature = curvature
        self.hidden = nn.Linear(width, hidden) if hidden else None
        self.projection = nn.Linear(hidden or width, dimension)
        self.prototypes = nn.Parameter(torch.empty(classes, dimension))

    def start(self, generator: torch.Generator) -> None:
        """Draws the initial parameters."""
        width = self.projection.in_features
        with torch.no_grad():
            if self.hidden is not None:
                spread = HIDDEN_SPREAD / self.hidden.in_features**0.5
                self.hidden.weight.normal_(0, spread, generator=generator)
                self.hidden.bias.zero_()
            self.projection.weight.normal_(0, 0.2 / width**0.5, generator=generator)
            self.projection.bias.zero_()
            self.prototypes.normal_(0, PROTOTYPE_SPREAD, generator=generator)

    def forward(self, features: Tensor) -> Tensor:
        """Maps (B, d) prepared features to (B, D) points of the ball."""
        if self.hidden is not None:
            features = torch.relu(self.hidden(features))
        return exp0(clip_features(self.projection(features)), self.curvature)

    def prototype_points(self) -> Tensor:
        """Returns the (K, D) prototypes as points of the ball."""
        return exp0(clip_features(self.prototypes), self.curvature)

    def distances(self, points: Tensor) -> Tensor:
        """Returns the (B, K) distances of points to the prototypes."""
        return pairwise_distance(points, self.prototype_points(), self.curvature)

    def set_prototypes(self, points: Tensor) -> None:
        """Sets the prototypes to (K, D) points of the ball."""
        from ahsml_app.core.geometry.poincare import log0

        with torch.no_grad():
            self.prototypes.copy_(log0(points, self.curvature))


class FeatureHead(nn.Module):
    """Maps raw backbone features to points of the ball by one fused matrix."""

    def __init__(self, weight: Tensor, bias: Tensor, curvature: float) -> None:
        """Creates a fixed head.

        Args:
            weight: (D, W) projection of raw features.
            bias: (D,) its bias.
            curvature: c of the ball.
        """
        super().__init__()
        self.register_buffer("weight", weight)
        self.register_buffer("bias", bias)
        self.curvature = curvature

    @classmethod
    def from_parameters(cls, parameters: Mapping[str, FloatArray], curvature: float) -> FeatureHead:
        """Creates a head from the arrays "weight" (D, W) and "bias" (D,) of a model file."""
        return cls(
            torch.from_numpy(np.array(parameters["weight"])),
            torch.from_numpy(np.array(parameters["bias"])),
            curvature,
        )

    def forward(self, features: Tensor) -> Tensor:
        """Maps (B, W) raw features to (B, D) points of the ball."""
        tangent = nn.functional.linear(features, self.weight, self.bias)  # type: ignore[arg-type]
        return exp0(clip_features(tangent, CLIP_RADIUS), self.curvature)


def unfuse(
    preparation: Mapping[str, FloatArray], parameters: Mapping[str, FloatArray]
) -> tuple[FloatArray, FloatArray]:
    """Recovers the projection of prepared features from parameters that `fuse` returned.

    Args:
        preparation: The preparation that was fused; its directions are orthonormal.
        parameters: "weight" (D, W) and "bias" (D,).

    Returns:
        (D, d) weight and (D,) bias.
    """
    weight = parameters["weight"]
    bias = parameters["bias"] + weight @ preparation["mean"]
    projection = (weight * preparation["scale"]) @ preparation["rotation"]
    return projection.astype(np.float32), bias.astype(np.float32)


def fuse(
    preparation: Mapping[str, FloatArray], weight: FloatArray, bias: FloatArray
) -> dict[str, FloatArray]:
    """Fuses ((x - mean) / scale) @ rotation and the projection after it into one matrix.

    Args:
        preparation: "mean" (W,), "scale" (W,) and "rotation" (W, d).
        weight: (D, d).
        bias: (D,).

    Returns:
        "weight" (D, W) and "bias" (D,), for `FeatureHead.from_parameters`.
    """
    fused = (preparation["rotation"] @ weight.T) / preparation["scale"][:, None]
    shifted = bias - preparation["mean"] @ fused
    return {
        "weight": np.ascontiguousarray(fused.T, dtype=np.float32),
        "bias": shifted.astype(np.float32),
    }
