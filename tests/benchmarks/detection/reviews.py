"""Simulated reviews: whether the interval of errors left holds, for careful and careless people.

    python tests/benchmarks reviews [--images 1000] [--seeds 17] [--reviews 1]

Scores are trained on parts of the second half of CIFAR-10N and on clothes with planted errors. A
simulated person reviews the queue from the top and says the truth, or the opposite once in twenty
or in seven times. With the honest sample its images are judged too. After a part of the queue the
estimate of errors left is compared with the wrong labels among the undecided images. Each person
has a part of their own: whoever never errs says the same of a part each time, so that a second
review of it would tell nothing new. The constants were chosen on other parts: the first half of
CIFAR-10N, and seeds from 100 on.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ahsml_app.base.options.run_options import DEFAULT_VIEWS
from ahsml_app.core.analysis.errors_remaining import (
    cells_of,
    counts_in,
    errors_among,
    fit_shift,
)
from ahsml_app.core.analysis.stratified_total import strata_of, stratified_total
from ahsml_app.session.review.honest_sample import SIZE, STRATA
from benchmarks.common.bench_command import DATA, RESULTS, parse
from benchmarks.common.sections import circumstances, table, write_section
from benchmarks.common.sets import folder_labels, plant, real_sets
from benchmarks.detection.detection import features_of
from benchmarks.detection.methods import DEFAULT, train_on

SLIPS = (0.0, 0.05, 0.15)
STOPS = (0.0, 0.02, 0.05, 0.1, 0.25, 0.5)
PLANTED = (("random", 0.1), ("nearest", 0.2), ("random", 0.3))
COLUMNS = ("reviewer", "honest sample", *(f"after {stop:.0%}" for stop in STOPS), "all", "median")
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Part:
    """Trained scores: (N,) error probabilities, and which labels are wrong."""

    name: str
    seed: int
    probabilities: npt.NDArray[np.float32]
    wrong: Mask


def main() -> None:
    """Train the parts, simulate the reviews and write the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--images", type=int, default=1000)
    parser.add_argument("--seeds", type=int, default=17)
    parser.add_argument("--reviews", type=int, default=1, help="simulated people for each part")
    parser.add_argument("--results", type=Path, default=RESULTS)
    asked = parse(parser, images=200, seeds=1)
    parts = []
    for seed in range(asked.seeds):
        for part in _trained_parts(asked.data, asked.images, seed):
            stated, real = float(part.probabilities.sum()), int(part.wrong.sum())
            print(f"{part.name}, seed {seed}: {stated:.0f} stated, {real} wrong", flush=True)
            parts.append(part)
    text = report(parts, asked.reviews)
    print(text)
    write_section(asked.results, "reviews", text)


def report(parts: list[Part], reviews: int, first_seed: int = 0) -> str:
    """Simulates the reviews of all parts; returns the section."""
    held: dict[tuple[float, bool, float], list[bool]] = defaultdict(list)
    ratios: dict[tuple[float, bool], list[float]] = defaultdict(list)
    alone: list[bool] = []
    for part in parts:
        for seed in range(first_seed, first_seed + reviews):
            for slip in SLIPS:
                for sampled in (False, True):
                    for stop, (low, best, high), real in _review(part, slip, seed, sampled):
                        held[slip, sampled, stop].append(
                            bool(np.floor(low) <= real <= np.ceil(high))
                        )
                        ratios[slip, sampled].append((best + 1) / (real + 1))
            alone.append(_sample_holds(part, seed))
    rows = []
    for slip in SLIPS:
        for sampled in (False, True):
            each = [held[slip, sampled, stop] for stop in STOPS]
            rows.append(
                [
                    "never errs" if not slip else f"errs in {slip:.0%}",
                    "yes" if sampled else "no",
                    *(f"{np.mean(found):.0%}" for found in each),
                    f"**{np.mean(np.concatenate(each)):.0%}**",
                    f"{np.median(ratios[slip, sampled]):.2f}",
                ]
            )
    count = len(held[0.0, False, 0.0])
    names = ", ".join(dict.fromkeys(part.name for part in parts))
    seeds = len({part.seed for part in parts})
    return (
        f"## Errors left in simulated reviews\n\n{count} reviews in each row, of {names}, with "
        f"{seeds} seeds. Reviews "
        "in which the 95 % interval of errors left holds the wrong labels among the undecided "
        "images, after a part of the queue from its top (0 %: no image but those of the "
        "sample); and the "
        "median of (estimate + 1) / (truth + 1). Bound: 90 % of the reviews of each kind of "
        "reviewer.\n\n"
        f"The honest sample of {SIZE} images alone, by a reviewer who never errs: "
        f"{np.mean(alone):.0%} of its intervals hold all wrong labels.\n\n"
        f"{circumstances()}\n\n{table(COLUMNS, rows)}"
    )


def _review(
    part: Part, slip: float, seed: int, sampled: bool
) -> Iterator[tuple[float, tuple[float, float, float], int]]:
    """Yields the stop, the estimate of errors left, and the wrong labels that are left."""
    p, count = part.probabilities, len(part.probabilities)
    random = np.random.default_rng((seed, round(100 * slip)))
    said = part.wrong ^ (random.random(count) < slip)
    drawn = _drawn(p, random)[0] if sampled else np.empty(0, np.int64)
    queue = np.argsort(-p, kind="stable")
    for stop in STOPS:
        judged = np.zeros(count, dtype=bool)
        judged[queue[: round(stop * count)]] = True
        judged[drawn] = True
        cells = cells_of(p[judged])
        counts = (counts_in(cells, weights) for weights in (None, p[judged], said[judged]))
        yield stop, errors_among(p[~judged], fit_shift(*counts)), int(part.wrong[~judged].sum())


def _sample_holds(part: Part, seed: int) -> bool:
    drawn, strata = _drawn(part.probabilities, np.random.default_rng(seed))
    sizes, judged = (
        np.bincount(labels, minlength=STRATA).astype(float) for labels in (strata, strata[drawn])
    )
    wrong = np.bincount(strata[drawn], part.wrong[drawn], minlength=STRATA)
    total = stratified_total(sizes, judged, wrong)
    real = int(part.wrong.sum())
    return total is not None and bool(np.floor(total[0]) <= real <= np.ceil(total[2]))


def _drawn(p: npt.NDArray[np.float32], random: np.random.Generator) -> tuple[Any, Any]:
    """Rows of an honest sample, and the (N,) strata."""
    strata = strata_of(p, STRATA)
    members = (random.permutation(np.flatnonzero(strata == part)) for part in range(STRATA))
    return np.concatenate([rows[: SIZE // STRATA] for rows in members]), strata


def _trained_parts(data: Path, images: int, seed: int) -> Iterator[Part]:
    """Trained scores of people's labels, second half only, and of planted errors in clothes."""
    sets = [each for each in real_sets(data) if (each.given != each.truth).any()]
    features = features_of(data, "cifar10n", sets[0].paths, DEFAULT_VIEWS)
    half = len(sets[0].paths) // 2
    rows = half + np.random.default_rng(seed).permutation(half)[:images]
    for each in sets:
        given, truth = each.given[rows], each.truth[rows]
        yield _part(each.name, seed, features[:, rows], given, truth, each.classes)
    paths, truth, classes = folder_labels(data, "clothing")
    features = features_of(data, "clothing", paths, DEFAULT_VIEWS)
    for kind, rate in PLANTED:
        given = plant(truth, classes, kind, rate, features[0], seed)
        yield _part(f"clothing {kind} {rate:.0%}", seed, features, given, truth, classes)


def _part(name: str, seed: int, features: Any, given: Any, truth: Any, classes: int) -> Part:
    result = train_on(DEFAULT, np.ascontiguousarray(features), given, classes)
    wrong = np.clip(1 - result.corrected[np.arange(len(given)), given], 0, 1).astype(np.float32)
    return Part(name, seed, wrong, given != truth)
