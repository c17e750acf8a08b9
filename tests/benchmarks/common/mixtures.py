"""Mixtures of a labelled set and images that do not belong to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Labels = npt.NDArray[np.int64]
Features = npt.NDArray[np.float16]

WRONG = 0.1
"""Share of the set's own labels that are wrong."""

CHOOSING = 100
"""Seeds from here on are for choosing constants; they get the images that others do not get."""

SIBLINGS = {
    "cougar_body": "cougar_face",
    "crocodile_head": "crocodile",
    "flamingo_head": "flamingo",
    "water_lilly": "lotus",
    "schooner": "ketch",
    "wild_cat": "Leopards",
    "windsor_chair": "chair",
    "panda": "okapi",
}
"""Classes of caltech101 that are left out, and the class that their images are labelled with."""


@dataclass(frozen=True, slots=True)
class Pool:
    """The images of one folder.

    Attributes:
        features: (N, D) of the plain images.
        names: (N,) names of their classes, or kinds of made images.
    """

    features: Features
    names: npt.NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class Mixture:
    """A set with images that do not belong to it.

    Attributes:
        name: What is in it.
        features: (N, D) of the plain images.
        given: (N,) given labels.
        outlier: (N,) which images do not belong.
        classes: Number of classes.
    """

    name: str
    features: Features
    given: Labels
    outlier: npt.NDArray[np.bool_]
    classes: int


def mixtures(pools: dict[str, Pool], seed: int) -> Iterator[Mixture]:
    """All mixtures of a seed, and the sets alone.

    Args:
        pools: clothing, plankton, caltech101 and cifar10n, and the made images of this seed.
        seed: Of the draws; from `CHOOSING` on, other images serve.
    """
    draw = _Draw(pools, seed)
    clothes, photographs = draw.all("clothing"), draw.all("caltech101")
    plankton, plain = partial_draw(draw, "plankton"), partial_draw(draw, "plain", "made")
    page, chart = partial_draw(draw, "page", "made"), partial_draw(draw, "chart", "made")
    damaged, photo = partial_draw(draw, "damaged", "made"), partial_draw(draw, "caltech101")
    yield draw.mixture(
        "clothes: plankton, photographs, plain colours",
        *("clothing", clothes, [plankton(15), photo(15), plain(5)]),
    )
    yield draw.mixture(
        "clothes: a cluster of 15", "clothing", clothes, [draw.cluster("plankton", 15)], one=True
    )
    yield draw.mixture(
        "clothes: clusters of 12 pages, 8 charts",
        *("clothing", clothes, [page(12), chart(8)]),
        one=True,
    )
    kept, hats = draw.without("clothing", ["hat"]), draw.of_class("clothing", "hat", 15)
    yield draw.mixture("clothes without hats: 15 hats", "clothing", kept, [hats])
    yield draw.mixture(
        "300 clothes: 6 photographs", "clothing", draw.some(clothes, 300), [photo(6)]
    )
    yield draw.mixture(
        "photographs: clusters of 5, 10, 20",
        "caltech101",
        photographs,
        [draw.cluster("plankton", size) for size in (5, 10, 20)],
        one=True,
    )
    yield draw.mixture(
        "photographs: 25 damaged, 10 plain", "caltech101", photographs, [damaged(25), plain(10)]
    )
    kept = draw.without("caltech101", list(SIBLINGS))
    present = set(pools["caltech101"].names.tolist())  # a quick run has few classes
    known = [name for name in SIBLINGS if {name, SIBLINGS[name]} <= present]
    siblings = [draw.of_class("caltech101", name, 6) for name in known]
    yield draw.mixture(
        *("photographs: kinds that resemble a class", "caltech101", kept, siblings),
        labels=[SIBLINGS[name] for name in known],
    )
    kept, faces = draw.without("caltech101", ["Faces"]), draw.of_class("caltech101", "Faces", 12)
    yield draw.mixture("photographs: 12 faces", "caltech101", kept, [faces], one=True)
    some = draw.some(draw.all("plankton"), 2500)
    clothing = partial_draw(draw, "clothing")
    yield draw.mixture("plankton: clothes, charts", "plankton", some, [clothing(25), chart(10)])
    small = draw.all("cifar10n")
    yield draw.mixture(
        "small pictures: plankton, photographs", "cifar10n", small, [plankton(20), photo(30)]
    )
    for name in ("clothing", "caltech101", "plankton", "cifar10n"):
        yield draw.mixture(f"{name} alone", name, draw.all(name), [])


def partial_draw(draw: _Draw, name: str, pool: str = "") -> Callable[[int], Features]:
    """A function that draws images of a pool, or of one kind of a pool."""

    def drawn(count: int) -> Features:
        return draw.of_class(pool, name, count) if pool else draw.any(name, count)

    return drawn


class _Draw:
    def __init__(self, pools: dict[str, Pool], seed: int) -> None:
        self._pools, self._seed = pools, seed
        self._random = np.random.default_rng(seed)

    def all(self, name: str) -> Labels:
        """Rows of every second image, those of this seed's half."""
        first = 0 if self._seed >= CHOOSING or name == "made" else 1
        return np.arange(len(self._pools[name].names))[first :: 1 if name == "made" else 2]

    def some(self, rows: Labels, count: int) -> Labels:
        return self._random.choice(rows, min(count, len(rows)), replace=False)

    def without(self, name: str, classes: list[str]) -> Labels:
        rows = self.all(name)
        return rows[~np.isin(self._pools[name].names[rows], classes)]

    def any(self, name: str, count: int) -> Features:
        return self._pools[name].features[self.some(self.all(name), count)]

    def of_class(self, pool: str, name: str, count: int) -> Features:
        rows = self.all(pool)
        rows = rows[self._pools[pool].names[rows] == name]
        return self._pools[pool].features[self.some(rows, count)]

    def cluster(self, name: str, count: int) -> Features:
        """Images of one class that has enough of them."""
        names, counts = np.unique(self._pools[name].names[self.all(name)], return_counts=True)
        large = names[counts >= min(count, counts.max())]
        return self.of_class(name, str(self._random.choice(large)), count)

    def mixture(
        self,
        name: str,
        pool: str,
        rows: Labels,
        strangers: Sequence[Features],
        *,
        one: bool = False,
        labels: Sequence[str] = (),
    ) -> Mixture:
        """Adds images that do not belong, under any class.

        Args:
            name: Name of the mixture.
            pool: Pool of the set.
            rows: Its images.
            strangers: Groups of images that do not belong.
            one: Whether a group is under one class.
            labels: The class of each group.
        """
        names, own = np.unique(self._pools[pool].names[rows], return_inverse=True)
        classes = len(names)
        given = own.astype(np.int64)
        wrong = self._random.choice(len(rows), round(WRONG * len(rows)), replace=False)
        given[wrong] = (own[wrong] + self._random.integers(1, classes, len(wrong))) % classes
        added = [given]
        for number, group in enumerate(strangers):
            if labels:
                label = np.full(len(group), np.searchsorted(names, labels[number]))
            else:
                label = self._random.integers(classes, size=1 if one else len(group))
            added.append(np.broadcast_to(label, len(group)).astype(np.int64))
        features = np.concatenate([self._pools[pool].features[rows], *strangers])
        outlier = np.arange(len(features)) >= len(rows)
        return Mixture(name, features, np.concatenate(added), outlier, classes)
