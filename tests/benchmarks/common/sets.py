"""The sets that detection is measured on: real noise, planted noise, small and strange data."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Labels = npt.NDArray[np.int64]

LAST_LAYER = 1280
"""Numbers of the bundled network's last layer. It decides which classes are near, so that planted
errors are those of before the features had inner layers."""


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """Images with given and true labels.

    Attributes:
        name: Name of the row.
        folder: Name of the image folder; images of one folder share their features.
        paths: Image paths, relative to the folder.
        given: (N,) given labels.
        truth: (N,) true labels.
        classes: K.
        real: Whether people gave the labels; options were chosen on the first half of these.
    """

    name: str
    folder: str
    paths: tuple[str, ...]
    given: Labels
    truth: Labels
    classes: int
    real: bool = False


def first_images(each: LabelledSet, count: int, title: str) -> LabelledSet:
    """The first images of a set, under a name of their own."""
    return replace(
        each,
        name=f"{title}: {each.name}",
        paths=each.paths[:count],
        given=each.given[:count],
        truth=each.truth[:count],
    )


def read_labels(path: Path) -> dict[str, str]:
    """Path to label of a manifest."""
    with path.open(encoding="utf-8", newline="") as stream:
        return {row["path"]: row["label"] for row in csv.DictReader(stream)}


def real_sets(data: Path) -> Iterator[LabelledSet]:
    """CIFAR-10N: labels that people gave, and the clean ones."""
    truth = read_labels(data / "cifar10n" / "truth.csv")
    names = sorted(set(truth.values()))
    index = {name: place for place, name in enumerate(names)}
    right = np.array([index[label] for label in truth.values()])
    for kind in ("aggre", "random1", "worse", "truth"):
        labels = read_labels(data / "cifar10n" / f"{kind}.csv")
        given = np.array([index[labels[path]] for path in truth])
        name = "cifar10n clean" if kind == "truth" else f"cifar10n {kind}"
        yield LabelledSet(name, "cifar10n", tuple(truth), given, right, len(names), real=True)


def folder_labels(data: Path, folder: str) -> tuple[tuple[str, ...], Labels, int]:
    """Paths and classes of a folder of class folders."""
    root = data / folder
    paths = sorted(p.relative_to(root).as_posix() for p in root.glob("images/*/*") if p.is_file())
    names = sorted({path.split("/")[1] for path in paths})
    index = {name: place for place, name in enumerate(names)}
    return tuple(paths), np.array([index[path.split("/")[1]] for path in paths]), len(names)


def planted_sets(
    data: Path, folder: str, features: npt.NDArray[np.floating[Any]], seeds: int, small: bool
) -> Iterator[LabelledSet]:
    """10 and 30 % of the labels changed at random, 20 % moved to the nearest class.

    Args:
        data: Folder of the image folders.
        folder: clothing or plankton.
        features: (N, D) plain features of the folder's images, for the nearest classes.
        seeds: How many seeds.
        small: Take 300 images: at random, or ten classes of thirty where classes are many.

    Yields:
        Three sets for each seed.
    """
    paths, truth, classes = folder_labels(data, folder)
    for seed in range(seeds):
        rows = _subset(truth, classes, seed) if small else np.arange(len(truth))
        _, labels = np.unique(truth[rows], return_inverse=True)
        count = int(labels.max()) + 1
        for kind, rate in (("random", 0.1), ("random", 0.3), ("nearest", 0.2)):
            given = plant(labels, count, kind, rate, features[rows], seed)
            title = f"{folder}{' 300' if small else ''} {kind} {rate:.0%} seed {seed}"
            yield LabelledSet(title, folder, tuple(paths[i] for i in rows), given, labels, count)


def _subset(truth: Labels, classes: int, seed: int) -> npt.NDArray[np.intp]:
    random = np.random.default_rng(100 + seed)
    if classes <= 20:
        return random.permutation(len(truth))[:300]
    chosen = random.choice(classes, 10, replace=False)
    return np.concatenate([random.permutation(np.flatnonzero(truth == k))[:30] for k in chosen])


def plant(
    truth: Labels,
    classes: int,
    kind: str,
    rate: float,
    features: npt.NDArray[np.floating[Any]],
    seed: int,
) -> Labels:
    """Change a share of the labels: to any other class, or to the nearest one by mean feature."""
    random = np.random.default_rng(seed)
    rows = random.choice(len(truth), round(rate * len(truth)), replace=False)
    given = truth.copy()
    if kind == "random":
        given[rows] = (truth[rows] + random.integers(1, classes, len(rows))) % classes
        return given
    unit = features[:, :LAST_LAYER].astype(np.float64)
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    means = np.stack([unit[truth == k].mean(0) for k in range(classes)])
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    likeness = means @ means.T
    np.fill_diagonal(likeness, -np.inf)
    given[rows] = likeness.argmax(1)[truth[rows]]
    return given


def move_to_one_class(truth: Labels, classes: int, rate: float, seed: int) -> Labels:
    """Move a share of all labels from one class to another; a class keeps at least 55 % of its own.

    Where one class has too few images, further classes follow, each with another one of its own.

    Args:
        truth: (N,) true labels.
        classes: K.
        rate: Share of all labels that move.
        seed: Of the classes and of the images.
    """
    random = np.random.default_rng([seed, 3])
    given, left = truth.copy(), round(rate * len(truth))
    for source in random.permutation(classes):
        rows = random.permutation(np.flatnonzero(truth == source))
        moved = min(left, int(0.45 * len(rows)))
        given[rows[:moved]] = random.choice(np.delete(np.arange(classes), source))
        left -= moved
        if not left:
            break
    return given


def break_up(
    truth: Labels, features: npt.NDArray[np.floating[Any]], seed: int, size: int = 8
) -> Labels:
    """Small clusters: half of the classes fall into groups, each given to a random other class.

    Args:
        truth: (N,) true labels.
        features: (N, D) plain features, for k-means.
        seed: Of classes, groups and their new labels.
        size: Images of a group, about.
    """
    from sklearn.cluster import KMeans

    random = np.random.default_rng(seed)
    present = np.unique(truth)
    unit = features[:, :LAST_LAYER].astype(np.float64)
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    given = truth.copy()
    for broken in random.permutation(present)[: len(present) // 2]:
        rows = np.flatnonzero(truth == broken)
        count = min(len(rows), max(2, round(len(rows) / size)))
        groups = KMeans(count, n_init=1, random_state=seed).fit_predict(unit[rows])
        for group in range(count):
            given[rows[groups == group]] = random.choice(present[present != broken])
    return given
