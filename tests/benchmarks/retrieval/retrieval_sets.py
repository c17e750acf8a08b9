"""The sets that retrieval is measured on: who trains, with which labels, and who asks whom."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ahsml_app.core.analysis.retrieval_metrics import retrieval_by_sample
from ahsml_app.core.geometry.knn import nearest, nearest_cosine
from benchmarks.common.sets import LabelledSet, break_up, folder_labels, plant

Features = npt.NDArray[np.float16]
Mask = npt.NDArray[np.bool_]
Vectors = npt.NDArray[np.float32]

CLEAN, SYMMETRIC_20, SYMMETRIC_50, SIBLING, CLUSTERS = (
    "clean",
    "symmetric 20%",
    "symmetric 50%",
    "sibling 40%",
    "small clusters",
)
KINDS = (CLEAN, SYMMETRIC_20, SYMMETRIC_50, SIBLING, CLUSTERS)
APART = ("caltech101", "clothing")
"""Sets on whose known classes no constant of the embedding was chosen."""

QUICK_CLASSES = 20


@dataclass(frozen=True)
class RetrievalSet:
    """Images that train with given labels, and images that are retrieved by their true ones.

    What trains sees nothing of the others: neither their labels nor their features.

    Attributes:
        labelled: The images that train, with given and true labels.
        paths: Of all images, relative to their folder.
        features: (V + 1, N, W) of all images.
        training: (N,) the images that train, in the order of `labelled`.
        truth: (N,) true classes of all.
        known: Whether the others ask for the training images of their class; else for each other.
        seed: Of the noise and of all training.
    """

    labelled: LabelledSet
    paths: tuple[str, ...]
    features: Features
    training: Mask
    truth: npt.NDArray[np.int64]
    known: bool
    seed: int

    @cached_property
    def training_features(self) -> Features:
        """(V + 1, n, W) of the images that train."""
        return np.ascontiguousarray(self.features[:, self.training])

    @property
    def noise(self) -> float:
        """Share of the training labels that are wrong."""
        return float((self.labelled.given != self.labelled.truth).mean())

    def measure(self, vectors: Vectors, c: float | None = None) -> dict[str, Any]:
        """Recall@1 and MAP@R.

        Args:
            vectors: (N, E) of all images.
            c: Curvature for points of the ball; None compares by cosine.
        """
        asking = ~self.training
        if self.known:
            first, precision = retrieved_by_query(
                (vectors[asking], self.truth[asking]),
                (vectors[self.training], self.truth[self.training]),
                c,
            )
        else:
            first, precision = retrieval_by_sample(vectors[asking], self.truth[asking], c=c)
        return {"recall_1": float(first.mean()), "map_r": float(precision.mean())}


def retrieved_by_query(
    queries: tuple[Vectors, npt.NDArray[np.int64]],
    base: tuple[Vectors, npt.NDArray[np.int64]],
    c: float | None = None,
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Recall@1 and average precision at R of each query among other images.

    Args:
        queries: Vectors and classes of those that ask.
        base: Of those that are found; every class of a query has at least one.
        c: Curvature for points of the ball; None compares by cosine.
    """
    counts = np.bincount(base[1], minlength=int(queries[1].max()) + 1)
    most, relevant = int(counts.max()), counts[queries[1]]
    if c is None:
        _, found = nearest_cosine(base[0], most, queries[0])
    else:
        _, found = nearest(base[0], queries[0], most, c)
    hits = base[1][found] == queries[1][:, None]
    first = hits[:, 0].astype(np.float64)
    rank = np.arange(1, most + 1)
    hits = hits & (rank[None, :] <= relevant[:, None])
    precision = np.cumsum(hits, axis=1) / rank
    return first, (precision * hits).sum(axis=1) / relevant


def known_sets(
    data: Path,
    features: Features,
    seed: int,
    kinds: tuple[str, ...],
    folder: str = "plankton",
    *,
    quick: bool,
) -> Iterator[RetrievalSet]:
    """Test images ask for training images: by the split of truth.csv, or every other image.

    Args:
        data: Folder of the image folders.
        features: (V + 1, N, W) of the folder's images.
        seed: Of noise and training.
        kinds: Kinds of noise.
        folder: Name of the image folder.
        quick: Only the first classes.
    """
    paths, truth, _ = folder_labels(data, folder)
    training = _training_part(data / folder / "truth.csv", paths)
    if quick:
        some = truth < QUICK_CLASSES
        paths = tuple(path for path, taken in zip(paths, some, strict=True) if taken)
        features, truth, training = features[:, some], truth[some], training[some]
    for kind in kinds:
        title = f"{'quick: ' if quick else ''}known {folder} {kind} seed {seed}"
        yield _noisy(title, folder, paths, features, (training, truth), kind, seed, known=True)


def _training_part(table: Path, paths: tuple[str, ...]) -> Mask:
    """(N,) whether an image trains; the paths are sorted by class where there is no table."""
    if not table.is_file():
        return np.arange(len(paths)) % 2 == 0
    with table.open(encoding="utf-8", newline="") as stream:
        parts = {row["path"]: row["split"] for row in csv.DictReader(stream)}
    return np.array([parts[path] == "train" for path in paths])


def unseen_sets(
    data: Path, folder: str, features: Features, seed: int, *, quick: bool
) -> Iterator[RetrievalSet]:
    """Even places of the sorted class list train, odd places ask each other."""
    paths, truth, _ = folder_labels(data, folder)
    if quick:
        some = truth < QUICK_CLASSES
        paths = tuple(path for path, taken in zip(paths, some, strict=True) if taken)
        features, truth = features[:, some], truth[some]
    for kind in (SYMMETRIC_50,) if quick else (CLEAN, SYMMETRIC_20, SYMMETRIC_50):
        title = f"{'quick: ' if quick else ''}unseen {folder} {kind} seed {seed}"
        parts = (truth % 2 == 0, truth)
        yield _noisy(title, folder, paths, features, parts, kind, seed, known=False)


def _noisy(
    title: str,
    folder: str,
    paths: tuple[str, ...],
    features: Features,
    parts: tuple[Mask, npt.NDArray[np.int64]],
    kind: str,
    seed: int,
    *,
    known: bool,
) -> RetrievalSet:
    training, truth = parts
    _, own = np.unique(truth[training], return_inverse=True)
    given = given_labels(own, features[0, training], kind, seed)
    some = tuple(path for path, taken in zip(paths, training, strict=True) if taken)
    labelled = LabelledSet(title, folder, some, given, own, int(own.max()) + 1)
    return RetrievalSet(labelled, paths, features, training, truth, known, seed)


def given_labels(
    truth: npt.NDArray[np.int64], plain: Features, kind: str, seed: int
) -> npt.NDArray[np.int64]:
    """Labels with noise of a kind.

    Args:
        truth: (N,) true labels 0 to K - 1, each present.
        plain: (N, W) plain features.
        kind: One of `KINDS`.
        seed: Of the noise.
    """
    classes = int(truth.max()) + 1
    if kind == CLEAN:
        return truth.copy()
    if kind == CLUSTERS:
        return break_up(truth, plain, seed)
    rate = float(kind.split()[1].rstrip("%")) / 100
    way = "nearest" if kind.startswith("sibling") else "random"
    return plant(truth, classes, way, rate, plain, seed)
