"""Standardised and rotated features: what the head and the linear expert train on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ahsml_app.base.events import CancelToken
from ahsml_app.base.types import FloatArray, RealArray
from ahsml_app.core.mapped_arrays import CHUNK, empty_array, release_pages

SCALE_FLOOR = 1e-3
"""Added to the scale, so that features that hardly vary are not amplified."""


@dataclass(frozen=True, slots=True)
class Preparation:
    """The map from backbone features to prepared ones: ((x - mean) / scale) @ rotation.

    Attributes:
        mean: (D,) mean of the plain images.
        scale: (D,) their standard deviation.
        rotation: (D, d) principal directions, the strongest first.
    """

    mean: FloatArray
    scale: FloatArray
    rotation: FloatArray

    def __call__(self, features: RealArray) -> FloatArray:
        """Maps (B, D) features to (B, d) prepared ones, float32."""
        # Mean and scale are in the matrix, to save two passes over the large array of features.
        matrix = self.rotation / self.scale[:, None]
        prepared: FloatArray = np.asarray(features, dtype=np.float32) @ matrix
        prepared -= self.mean @ matrix
        return prepared

    def parameters(self) -> Mapping[str, FloatArray]:
        """Returns the arrays by name, for a model file."""
        return {"mean": self.mean, "scale": self.scale, "rotation": self.rotation}


def fit_preparation(
    plain: npt.NDArray[np.float16], components: int, cancel: CancelToken
) -> Preparation:
    """Fits the map on the plain images of all samples; ignores labels.

    Args:
        plain: (N, D) features.
        components: Largest number d of directions to keep.
        cancel: Checked once a chunk.
    """
    count, width = plain.shape
    total, squares = np.zeros(width), np.zeros(width)
    for start in range(0, count, CHUNK):
        cancel.check()
        chunk = plain[start : start + CHUNK].astype(np.float64)
        total += chunk.sum(0)
        squares += np.square(chunk).sum(0)
        release_pages(plain)
    mean = total / count
    scale = np.sqrt(np.maximum(squares / count - mean**2, 0)) + SCALE_FLOOR
    centre, spread = mean.astype(np.float32), scale.astype(np.float32)
    covariance = np.zeros((width, width), dtype=np.float64)
    for start in range(0, count, CHUNK):
        cancel.check()
        chunk32 = (plain[start : start + CHUNK].astype(np.float32) - centre) / spread
        covariance += chunk32.T @ chunk32
        release_pages(plain)
    _, directions = np.linalg.eigh(covariance / count)
    kept = directions[:, ::-1][:, : min(components, width)]
    return Preparation(centre, spread, np.ascontiguousarray(kept, dtype=np.float32))


def prepare_features(
    features: npt.NDArray[np.float16],
    preparation: Preparation,
    cancel: CancelToken,
    folder: Path | None = None,
) -> npt.NDArray[np.float16]:
    """Prepares the features of the plain images and of all augmentations.

    Args:
        features: (V + 1, N, D).
        preparation: The map.
        cancel: Checked once a chunk.
        folder: Folder of the file that a large result lies in; None for that of temporary files.

    Returns:
        (V + 1, N, d) float16, which loses less than the augmentations differ by.
    """
    copies, count, _ = features.shape
    width = preparation.rotation.shape[1]
    prepared = empty_array((copies, count, width), np.float16, folder)
    for number in range(copies):
        for start in range(0, count, CHUNK):
            cancel.check()
            stop = start + CHUNK
            prepared[number, start:stop] = preparation(features[number, start:stop])
            release_pages(features)
            release_pages(prepared)
    return prepared
